"""Forms of the pages on which the texts of a note are written."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, HiddenField, SelectField
from wtforms.validators import StopValidation

from registration import text as gate
from registration.errors import Refused
from registration.forms import Form, Paragraphs, Versioned, required
from registration.notes import markup
from registration.notes.models import NoteText
from registration.notes.writing import SUBJECT_LIMIT


class Boxes(Field):
    """Several boxes of one name, a paragraph each; `data` is the whole text.

    What a box holds beyond a blank line is another paragraph.
    """

    data: str

    def __init__(self, label: str, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, **kwargs)
        self._refusals: list[str] = []

    @property
    def boxes(self) -> list[str]:
        """What each box holds, at least one."""
        return self.typed or [""]

    def process_data(self, value: str | None) -> None:
        self.data = value or ""
        self.typed = markup.blocks(self.data)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.typed = valuelist
        self._refusals = []
        clean = [self._gated(place, each) for place, each in enumerate(valuelist, start=1)]
        self.data = "\n\n".join(each for each in clean if each)

    def _gated(self, place: int, typed: str) -> str:
        try:
            return gate.paragraphs(typed)
        except Refused as error:
            said = _(error.sentence, **error.values)
            self._refusals.append(_("Paragraph %(paragraph)s: ", paragraph=place) + said)
            return typed

    def pre_validate(self, form: Any) -> None:
        if self._refusals:
            raise StopValidation(self._refusals[0])


class TextForm(Versioned):
    """The text of a note in one language."""

    subject = Paragraphs(_l("Subject"), [required(_l("Write the subject."))], limit=SUBJECT_LIMIT)
    body = Boxes(_l("Text"))

    @property
    def one_line(self) -> str:
        """The subject without the line breaks that a narrow box invites."""
        return " ".join((self.subject.data or "").split())

    @classmethod
    def of(cls, text: NoteText) -> "TextForm":
        """The form that holds a text as it is."""
        return cls(version=str(text.version), subject=text.subject, body=text.body)


class InsertForm(Form):
    """A standard paragraph for all languages of a note."""

    paragraph = SelectField(_l("Standard paragraph"), [required(_l("Choose the paragraph."))])
    place = SelectField(_l("Where"), coerce=int)

    def offer(self, paragraphs: list[tuple[str, str]], places: list[tuple[int, str]]) -> None:
        """Set what can be chosen."""
        self.paragraph.choices = paragraphs
        self.place.choices = places


class RestoreForm(Versioned):
    """An earlier text that should stand again."""


class CheckForm(Form):
    """What a native reader has read."""

    digest = HiddenField()
