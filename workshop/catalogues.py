"""The message catalogues: gathering what people see, and compiling .po files to .mo files."""

from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
TRANSLATIONS = ROOT / "registration" / "translations"
TRANSLATED = ("ar", "es", "fr", "ru", "zh")

# What the domain refuses is a sentence in English until `error_pages.py` turns it into a page.
SENTENCES_OF_ERRORS = (
    "ClearanceVoid",
    "Conflict",
    "IllegalMove",
    "LetterError",
    "NotAllowed",
    "NotFound",
    "NotSendable",
    "ReferenceTaken",
    "Refused",
    "StoreError",
    "TooMany",
)
_KEYWORDS = DEFAULT_KEYWORDS | {
    "_": None,
    "_l": None,
    "_pl": ((1, "c"), 2),  # what it is said of, where English has one word for two things
    "say": (2,),
    "sentence": None,
    **dict.fromkeys(SENTENCES_OF_ERRORS, None),
}
_PLACES = (
    ("registration", "python"),
    ("workers", "python"),
    ("letters", "python"),
    ("templates", "jinja2"),
)


# The pattern book is for those who build pages.
_NOT_FOR_PEOPLE = {"styleguide.html"}
# The date in the header would make every renewal a change.
_SINCE = datetime(2026, 11, 22, tzinfo=UTC)


def gather() -> Catalog:
    """Every string that a person may see, from the source, with the files that it stands in."""
    gathered = _catalogue(None)
    for folder, method in _PLACES:
        for file, _line, message, comments, context in extract_from_dir(
            ROOT / folder,
            method_map=[("**.py" if method == "python" else "**.html", method)],
            keywords=_KEYWORDS,
            comment_tags=("Translators:",),
            strip_comment_tags=True,
            # Without this, Babel passes over folders like templates/_macros.
            directory_filter=lambda _folder: True,
        ):
            if file not in _NOT_FOR_PEOPLE:
                gathered.add(
                    message, None, [(f"{folder}/{file}", 0)], (), comments, context=context
                )
    return gathered


def renew(translations: Path = TRANSLATIONS) -> None:
    """Bring every .po file up to date with the source: new entries empty, vanished ones gone."""
    gathered = gather()
    for language in TRANSLATED:
        file = translations / language / "LC_MESSAGES" / "messages.po"
        file.parent.mkdir(parents=True, exist_ok=True)
        catalogue = _catalogue(language)
        if file.exists():
            for entry in _read(file):
                if entry.id:
                    catalogue[entry.id] = entry
        # A guess at a translation is worse than none: no fuzzy matching.
        catalogue.update(gathered, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        catalogue.creation_date = catalogue.revision_date = _SINCE
        with file.open("wb") as renewed:
            write_po(renewed, catalogue, width=100, sort_output=True, include_lineno=False)


def _catalogue(language: str | None) -> Catalog:
    return Catalog(
        locale=language,
        project="registration",
        version="0.1",
        header_comment="# What people see, translated.",
        last_translator="the secretariat",
        language_team="the secretariat",
        creation_date=_SINCE,
        revision_date=_SINCE,
        fuzzy=False,
    )


def _read(file: Path) -> Catalog:
    with file.open("rb") as existing:
        return read_po(existing, locale=file.parent.parent.name)


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
        catalogue = _read(source)
        unfinished = source.with_suffix(".mo.new")
        with unfinished.open("wb") as file:
            write_mo(file, catalogue, use_fuzzy=False)
        unfinished.replace(source.with_suffix(".mo"))
    return sources


def untranslated(translations: Path = TRANSLATIONS) -> dict[str, list[str]]:
    """For each language the entries without a translation (plural forms count as one)."""
    missing: dict[str, list[str]] = {}
    for language in TRANSLATED:
        catalogue = _read(translations / language / "LC_MESSAGES" / "messages.po")
        missing[language] = [
            str(entry.id) for entry in catalogue if entry.id and not _is_translated(entry.string)
        ]
    return missing


def _is_translated(string: str | tuple[str, ...] | list[str] | None) -> bool:
    return all(string) if isinstance(string, tuple | list) else bool(string)


if __name__ == "__main__":
    compile_stale()
