"""What the domain refuses, each with a sentence that an officer understands.

The sentences are English source texts for the catalogues: `error_pages.py` translates them when it
turns an error into a page, with the error's `values` filled in afterwards.
"""


class DomainError(Exception):
    """A request that the rules of the trade refuse. `sentence` may hold `%(name)s` places."""

    status = 422

    def __init__(self, sentence: str, **values: object) -> None:
        super().__init__(sentence % values if values else sentence)
        self.sentence = sentence
        self.values = values


class NotFound(DomainError):
    """There is no such thing, or it is not this person's to see: the two look the same."""

    status = 404


class NotAllowed(DomainError):
    """The person may see the thing but not do this to it."""

    status = 403


class IllegalMove(DomainError):
    """The workflow has no such move from the present stage."""

    status = 409


class Conflict(DomainError):
    """Somebody else changed the thing since it was read."""

    status = 409


class ReferenceTaken(DomainError):
    """The reference already belongs to another note."""


class Refused(DomainError):
    """A value that the form could not judge. `field` names where the message belongs."""

    def __init__(self, sentence: str, field: str = "", **values: object) -> None:
        super().__init__(sentence, **values)
        self.field = field


class TooMany(DomainError):
    """Asked too often in a short time."""

    status = 429


class NoActor(RuntimeError):
    """A session was used before anybody said on whose behalf. Always a mistake in the program."""
