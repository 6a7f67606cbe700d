"""Forms on which a table of persons is handed over, and its columns are named."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from wtforms import SelectField, TextAreaField
from wtforms.validators import Optional

from registration.documents.examination import Upload
from registration.forms import Form, SelectChoice
from registration.responses.forms.words import AREAS, CAPACITIES, COURTESIES
from registration.responses.imports.mapping import Columns
from registration.responses.imports.rules import SIZE_LIMIT, Column, Encoding
from registration.words import OWN_NAMES

COLUMNS = {
    Column.COURTESY: _l("Form of address"),
    Column.GIVEN_NAMES: _l("Given names"),
    Column.FAMILY_NAME: _l("Family name"),
    Column.TITLE: _l("Title or post"),
    Column.INSTITUTION: _l("Institution"),
    Column.CAPACITY: _l("Comes as"),
    Column.HEAD: _l("Head of delegation"),
    Column.EMAIL: _l("E-mail address"),
    Column.TELEPHONE: _l("Telephone"),
    Column.AREAS: _l("Works on"),
    Column.LANGUAGES: _l("Speaks"),
    Column.PRINTED_NAME: _l("Name as printed"),
    Column.SORTING_NAME: _l("Name for sorting"),
}
# What can be written where few things can; languages also by their codes.
CHOICES = {
    Column.COURTESY: list(COURTESIES.values()),
    Column.CAPACITY: list(CAPACITIES.values()),
    Column.HEAD: [_l("Yes"), _l("No")],
    Column.AREAS: list(AREAS.values()),
    Column.LANGUAGES: list(OWN_NAMES.values()),
}
ENCODINGS = {
    Encoding.UTF_8: _l("UTF-8"),
    Encoding.UTF_16: _l("UTF-16"),
    Encoding.WESTERN: _l("Windows, Western Europe"),
    Encoding.CENTRAL_EUROPEAN: _l("Windows, Central Europe"),
    Encoding.CYRILLIC: _l("Windows, Cyrillic"),
    Encoding.ARABIC: _l("Windows, Arabic"),
    Encoding.CHINESE: _l("Chinese (GB 18030)"),
}


class TableForm(Form):
    """A table, pasted or as a file."""

    pasted = TextAreaField(_l("Rows from a spreadsheet"), [Optional()])
    file = FileField(_l("File (CSV or .xlsx, at most 5 MB)"))
    encoding = SelectField(
        _l("Characters of a CSV file"),
        choices=[
            SelectChoice("", _l("Find it out")),
            *(SelectChoice(each.value, label) for each, label in ENCODINGS.items()),
        ],
    )

    @property
    def upload(self) -> Upload | None:
        """The file that was chosen, if any; read no further than it may be long."""
        chosen = self.file.data
        if not isinstance(chosen, FileStorage) or not chosen.filename:
            return None
        return Upload(chosen.filename, chosen.stream.read(SIZE_LIMIT + 1))

    @property
    def named_encoding(self) -> Encoding | None:
        return Encoding(self.encoding.data) if self.encoding.data else None

    def validate(self, extra_validators: Any = None) -> bool:
        """Besides each field: it is one of the two."""
        sound = bool(super().validate(extra_validators))
        has_file = isinstance(self.file.data, FileStorage) and bool(self.file.data.filename)
        has_rows = bool((self.pasted.data or "").strip())
        if has_file and has_rows:
            self.pasted.errors = [_("Paste rows or choose a file, not both.")]
        elif not has_file and not has_rows:
            self.pasted.errors = [_("Paste rows from a spreadsheet, or choose a file.")]
        return sound and has_file != has_rows


class _ColumnsForm(Form):
    """What each column is; one field for each, `column_0` and so on."""

    @property
    def columns(self) -> list[SelectField]:
        return [each for each in self if each.name.startswith("column_")]

    @property
    def meanings(self) -> Columns:
        return tuple(Column(each.data) if each.data else None for each in self.columns)


def columns_form(headings: Sequence[str], meanings: Columns) -> _ColumnsForm:
    """A form with one choice for each heading, as far as it is known what that column is."""
    choices = [
        SelectChoice("", _l("Not taken")),
        *(SelectChoice(each.value, label) for each, label in COLUMNS.items()),
    ]
    fields = {
        f"column_{place}": SelectField(heading, choices=choices)
        for place, heading in enumerate(headings)
    }
    made: type[_ColumnsForm] = type("ColumnsForm", (_ColumnsForm,), fields)
    return made(data={f"column_{n}": each.value if each else "" for n, each in enumerate(meanings)})
