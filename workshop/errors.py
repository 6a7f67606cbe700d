"""What can go wrong in the workshop, said in one sentence with the command that mends it."""


class WorkshopError(Exception):
    """A failure that the person at the keyboard can mend.

    `str(error)` is one plain sentence; `mend` is the command (or the act) that mends it.
    """

    def __init__(self, sentence: str, *, mend: str) -> None:
        super().__init__(sentence)
        self.mend = mend

    def __str__(self) -> str:
        sentence = str(self.args[0])
        gap = "\n" if "\n" in sentence else " "
        return f"{sentence}{gap}To mend it: {self.mend}"
