"""What a letter may load, and nothing else: our own fonts, templates and style sheet."""

import io
import os
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Final, NoReturn

from fontTools.ttLib import TTFont
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from weasyprint.css import ColorProfile
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher

from letters.letter import LetterError

_HERE: Final = Path(__file__).parent
FONTS: Final = _HERE / "fonts"
TEMPLATES: Final = _HERE / "templates"

TEMPLATE_FILES: Final = (
    "note_verbale.html",
    "copy_mark.html",
    "emblem.svg",
    "letter.css",
    "table.html",
    "table.css",
    "list_of_participants.html",
    "list_of_participants.css",
)

FAMILIES: Final = ("Noto Serif", "Noto Naskh Arabic", "Noto Serif SC")

_COLOUR_PROFILE: Final = "sRGB2014.icc"

# A font that changes changes every letter, silently; so each is known by its content.
FONT_FILES: Final[Mapping[str, str]] = {
    "NotoSerif-Regular.ttf": "9d7583b7dc9e812afd32a14280c5cac3160012efe50c8d08938f4fea266ff67f",
    "NotoSerif-Italic.ttf": "bc25600aa27cd409e1e5b3d86340df3a329bb860fcfbe57a03a95070b229e1b0",
    "NotoSerif-Bold.ttf": "0af0ff2be8f84910fb21ec5fe1b6b7395e3073250502a334baf6ca2f860c88fe",
    "NotoNaskhArabic-Regular.ttf": (
        "8c67eaa2f0086872628fc3f7f760386f83c8be5c5e9a1ba3a38891237b2ac7cb"
    ),
    "NotoNaskhArabic-Bold.ttf": "b5cbcb561b4b540ff11d7b6934577dbbbbb9e1d152d47f6f31f19176d58ff39c",
    "NotoSerifSC-Regular.ttf": "16a6fc3435aea1ffecee9800d0e8a1182c1c2ea82fa4436e6693e91e81847f06",
    "NotoSerifSC-Bold.ttf": "2d098f258f009663674702cefc9b18aea5d74decf06eefdb54a3c5ab76f40663",
}


class NothingToFetch(URLFetcher):  # type: ignore[misc]  # WeasyPrint ships no types
    """Refuses every address: a letter's parts are all in its own text."""

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> NoReturn:
        raise FatalURLFetchingError(url)


def checked_fonts(folder: Path = FONTS) -> frozenset[int]:
    """The code points that our fonts print in both weights, once every file is known to be ours.

    What the italic lacks stands upright in it, and is printed all the same.

    Raises LetterError when a font file is missing or is another than the one we know.
    """
    weights: dict[str, set[int]] = defaultdict(set)
    for name, digest in FONT_FILES.items():
        path = folder / name
        if not path.is_file():
            raise LetterError("The font file %(name)s is missing.", name=name)
        if sha256(path.read_bytes()).hexdigest() != digest:
            raise LetterError(
                "The font file %(name)s is not the one that letters are made with.", name=name
            )
        with TTFont(path, lazy=True) as font:
            weights[name.partition("-")[2]].update(font.getBestCmap())
    return frozenset(weights["Regular.ttf"] & weights["Bold.ttf"])


def font_configuration() -> FontConfiguration:
    """WeasyPrint's view of the fonts: those in our folder, whatever the system has installed."""
    with _environment("FONTCONFIG_FILE", str(FONTS / "fonts.conf")):
        return FontConfiguration()


@contextmanager
def _environment(name: str, value: str) -> Iterator[None]:
    # fontconfig reads the variable only while a configuration is loaded; leaving it set would hide
    # the system's fonts from every program that this process starts later.
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


def colour_profile() -> bytes:
    """The sRGB profile that PDF/A demands, as WeasyPrint brings it."""
    return (files("weasyprint.pdf") / _COLOUR_PROFILE).read_bytes()


def colours(profile: bytes) -> ColorProfile:
    """A colour profile for one letter, which changes while it is printed and serves only once.

    Left to itself WeasyPrint opens the profile's file for every letter and never closes it.
    """
    return ColorProfile(io.BytesIO(profile), _COLOUR_PROFILE, "relative-colorimetric", "rgb")


def templates() -> Environment:
    """Jinja for our own fixed templates; every value is escaped, a missing one is an error.

    Raises LetterError when the folder is not there or lacks one of them.
    """
    for name in TEMPLATE_FILES:
        if not (TEMPLATES / name).is_file():
            raise LetterError("The template %(name)s is missing.", name=name)
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def style_sheet() -> str:
    """The paged-media style sheet of every letter."""
    return (TEMPLATES / "letter.css").read_text(encoding="utf-8")
