"""Message catalogues are compiled when they are stale, and only then."""

import gettext
import os
from pathlib import Path

from workshop.catalogues import compile_stale

HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'


def a_catalogue(folder: Path, body: str) -> Path:
    source = folder / "fr" / "LC_MESSAGES" / "messages.po"
    source.parent.mkdir(parents=True, exist_ok=True)
    source.write_text(HEADER + body, encoding="utf-8")
    return source


def translated(source: Path, message: str) -> str:
    with source.with_suffix(".mo").open("rb") as file:
        return gettext.GNUTranslations(file).gettext(message)


def test_a_catalogue_is_compiled_once(tmp_path: Path):
    source = a_catalogue(tmp_path, 'msgid "Meeting"\nmsgstr "Réunion"\n')
    assert compile_stale(tmp_path) == [source]
    assert compile_stale(tmp_path) == []
    assert translated(source, "Meeting") == "Réunion"


def test_a_changed_catalogue_is_compiled_again(tmp_path: Path):
    source = a_catalogue(tmp_path, 'msgid "Meeting"\nmsgstr "Reunion"\n')
    compile_stale(tmp_path)
    a_catalogue(tmp_path, 'msgid "Meeting"\nmsgstr "Réunion"\n')
    newer = source.with_suffix(".mo").stat().st_mtime + 1
    os.utime(source, (newer, newer))
    compile_stale(tmp_path)
    assert translated(source, "Meeting") == "Réunion"


def test_a_translation_that_somebody_must_look_at_is_not_used(tmp_path: Path):
    source = a_catalogue(tmp_path, '#, fuzzy\nmsgid "Meeting"\nmsgstr "Réunion?"\n')
    compile_stale(tmp_path)
    assert translated(source, "Meeting") == "Meeting"
