"""Compiling the message catalogues, which are kept as .po files and read as .mo files."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

TRANSLATIONS = Path(__file__).resolve().parent.parent / "registration" / "translations"


def stale(translations: Path = TRANSLATIONS) -> list[Path]:
    """The .po files whose .mo file is missing or older than they are."""
    return [
        source
        for source in sorted(translations.glob("*/LC_MESSAGES/*.po"))
        if not (compiled := source.with_suffix(".mo")).exists()
        or compiled.stat().st_mtime_ns < source.stat().st_mtime_ns
    ]


def compile_stale(translations: Path = TRANSLATIONS) -> list[Path]:
    """Compile what is stale and return it. A translation marked fuzzy is not used.

    Each .mo file appears whole, because a running server may read it at any moment.
    """
    sources = stale(translations)
    for source in sources:
        with source.open("rb") as file:
            catalogue = read_po(file, locale=source.parent.parent.name)
        unfinished = source.with_suffix(".mo.new")
        with unfinished.open("wb") as file:
            write_mo(file, catalogue, use_fuzzy=False)
        unfinished.replace(source.with_suffix(".mo"))
    return sources
