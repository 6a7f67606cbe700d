"""What a list of participants, or a corrigendum to one, is made of: plain, frozen values."""

from dataclasses import dataclass

from letters.letter import Language


@dataclass(frozen=True)
class Entry:
    """A line of a list: words in their order, of which `name` stands out.

    `before` and `after` stand in the language of the list; `name` and `post` are a person's own
    words and keep their own direction. In a list `before` is the courtesy ("Ms."); in a corrigendum
    the entry may say "For" or "Read".
    """

    name: str
    post: str = ""
    before: str = ""
    after: str = ""

    @property
    def line(self) -> str:
        """All of it in one line of plain text."""
        before = f"{self.before} " if self.before else ""
        own = ", ".join(words for words in (self.name, self.post) if words)
        return f"{before}{own}" + (f" ({self.after})" if self.after else "")


@dataclass(frozen=True)
class Group:
    """A State with its persons, under its name."""

    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Section:
    """The States of one status, or one kind of change."""

    title: str
    groups: tuple[Group, ...]


@dataclass(frozen=True)
class ListOfParticipants:
    """A list as it is printed, in one language.

    `facts` are lines between the symbol and the title: the date, the meeting, where and when it is.
    `remarks` are paragraphs above the sections.
    """

    language: Language
    symbol: str
    facts: tuple[str, ...]
    title: str
    remarks: tuple[str, ...]
    sections: tuple[Section, ...]
