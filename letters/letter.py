"""What a letter is made of: plain, frozen values that know nothing of how they are printed."""

from dataclasses import dataclass
from typing import Final, Literal

Language = Literal["ar", "zh", "en", "fr", "ru", "es"]
LANGUAGES: Final[tuple[Language, ...]] = ("ar", "zh", "en", "fr", "ru", "es")

Direction = Literal["ltr", "rtl"]
DIRECTION: Final[dict[Language, Direction]] = {
    "ar": "rtl",
    "zh": "ltr",
    "en": "ltr",
    "fr": "ltr",
    "ru": "ltr",
    "es": "ltr",
}


class LetterError(Exception):
    """A letter that cannot be printed faithfully; `reason` says why in plain words, for an officer.

    Raised for a character that our fonts lack, a font or a template that is missing or altered, a
    refused fetch and any warning of the layout engine: a letter is right or there is none.
    """

    def __init__(self, sentence: str, **values: object) -> None:
        self.reason = sentence % values if values else sentence
        super().__init__(self.reason)
        self.sentence = sentence
        self.values = values


@dataclass(frozen=True)
class Run:
    """Words of a paragraph that are marked alike; `link` is an address, or empty.

    Addresses begin with http:, https: or mailto:, and a letter with any other is not printed. A
    `name` is kept whole: in its own direction whatever that of the letter, and never hyphenated.
    """

    text: str
    emphasis: bool = False
    strong: bool = False
    link: str = ""
    name: bool = False


@dataclass(frozen=True)
class Paragraph:
    """One paragraph; a line feed in it is a line break, and nothing else of its words is markup.

    `text` is one plain run, or the runs. With a `number` the paragraph hangs from it ("4." in the
    margin of the text); with a `bullet` it is one item of a list with its neighbours.
    """

    text: str | tuple[Run, ...]
    number: int | None = None
    bullet: bool = False

    @property
    def runs(self) -> tuple[Run, ...]:
        return (Run(self.text),) if isinstance(self.text, str) else self.text

    @property
    def words(self) -> str:
        """The paragraph without its marks."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True)
class Enclosure:
    """A paper that goes along, with its title in the letter's language and its document symbol."""

    title: str
    symbol: str | None = None


@dataclass(frozen=True)
class SquareCode:
    """A QR code under a name, on a page after the letter; `address` is absolute, and in ASCII."""

    name: str
    address: str


@dataclass(frozen=True)
class Letterhead:
    """Who writes, in the letter's language: the organization, and the office below it."""

    organization: str
    office: str


@dataclass(frozen=True)
class Letter:
    """The text of one note in one language, as cleared.

    `paragraphs` begin with the opening courtesy and end with the closing one. `place_and_date` is
    printed as it stands ("Vienna, 1 July 2013"). `initials` may be empty. A `notice`, if there is
    one, stands in the margin of every page. `codes`, if there are any, stand on pages of their own
    at the end, under `about_codes`.
    """

    language: Language
    reference: str
    subject: str
    letterhead: Letterhead
    paragraphs: tuple[Paragraph, ...]
    place_and_date: str
    initials: str = ""
    enclosures: tuple[Enclosure, ...] = ()
    notice: str = ""
    about_codes: str = ""
    codes: tuple[SquareCode, ...] = ()


@dataclass(frozen=True)
class Copy:
    """The copy mark that makes a letter one addressee's own.

    `addressee` is in the letter's language. `verify_url` is an absolute address, printed and drawn
    as a QR code.
    """

    addressee: str
    code: str
    verify_url: str


@dataclass(frozen=True)
class Printed:
    """What became of one copy of a run: its PDF, or the problem that kept it from being made."""

    copy: Copy
    pdf: bytes | None
    problem: LetterError | None = None

    def taken(self) -> bytes:
        """The PDF. Raises the problem where there is one."""
        if self.problem is not None:
            raise self.problem
        assert self.pdf is not None, "a copy without a problem was made"  # noqa: S101
        return self.pdf
