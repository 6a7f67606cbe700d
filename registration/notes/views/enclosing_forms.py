"""Forms of the enclosures of a note."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from wtforms import SelectField

from registration.documents.examination import Upload
from registration.documents.rules import SIZE_LIMIT
from registration.forms import Form, Line, Versioned, required
from registration.notes.enclosed import ALL_LANGUAGES, Enclosure
from registration.notes.enclosing import TITLE_LIMIT
from registration.words import LANGUAGES, OWN_NAMES


class FileOfEnclosureForm(Form):
    """A file, and for the copies in which language it is."""

    file = FileField(_l("File (PDF, at most 20 MB)"))
    language = SelectField(_l("Goes with the copies in"))

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.language.choices = [
            (ALL_LANGUAGES, str(_l("all languages that have no file of their own"))),
            *((each, OWN_NAMES[each]) for each in LANGUAGES),
        ]

    @property
    def upload(self) -> Upload:
        """The file that was chosen, an empty one where none was; read only as far as it may be."""
        chosen = self.file.data
        if not isinstance(chosen, FileStorage) or not chosen.filename:
            return Upload("", b"")
        return Upload(chosen.filename, chosen.stream.read(SIZE_LIMIT + 1))


class NewFileForm(FileOfEnclosureForm):
    """A new enclosure that is uploaded."""

    title = Line(
        _l("Title in English"),
        [required(_l("Write the title of the enclosure."))],
        limit=TITLE_LIMIT,
    )


class DocumentForm(Form):
    """A document of the meeting that becomes an enclosure."""

    symbol = SelectField(
        _l("Document of the meeting"), [required(_l("Choose a document of the meeting."))]
    )

    def __init__(self, documents: Iterable[tuple[str, str]], **values: Any) -> None:
        super().__init__(**values)
        self.symbol.choices = [
            ("", ""),
            *((symbol, f"{symbol} {title}") for symbol, title in documents),
        ]


class TitlesForm(Versioned):
    """The titles of an enclosure in six languages."""

    title_ar = Line(OWN_NAMES["ar"], limit=TITLE_LIMIT)
    title_zh = Line(OWN_NAMES["zh"], limit=TITLE_LIMIT)
    title_en = Line(OWN_NAMES["en"], limit=TITLE_LIMIT)
    title_fr = Line(OWN_NAMES["fr"], limit=TITLE_LIMIT)
    title_ru = Line(OWN_NAMES["ru"], limit=TITLE_LIMIT)
    title_es = Line(OWN_NAMES["es"], limit=TITLE_LIMIT)

    @classmethod
    def of(cls, enclosure: Enclosure) -> "TitlesForm":
        """The form that holds the titles as they are."""
        titles = {f"title_{each}": title for each, title in enclosure.titles.items()}
        return cls(formdata=None, version=str(enclosure.version), **titles)

    @property
    def titles(self) -> dict[str, str]:
        """What was typed, by language."""
        return {each: self[f"title_{each}"].data or "" for each in LANGUAGES}
