"""What all forms share: the text gate at every field, and plain words for what is wrong."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, EmailField, HiddenField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # types lag behind
from wtforms.validators import InputRequired, StopValidation

from registration import text
from registration.errors import Refused


class Form(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A form with CSRF protection whose messages say what to do."""

    def refuse(self, error: Refused) -> None:
        """Put what a service refused beside the field it belongs to (else atop the form)."""
        sentence = _(error.sentence, **error.values)
        field = self._fields.get(error.field)
        if field is None:
            self.form_errors.append(sentence)
        else:
            field.errors = [*field.errors, sentence]


class Versioned(Form):
    """Carries the version that was read, so that nobody's later change is overwritten unseen."""

    version = HiddenField(default="0")

    @property
    def version_seen(self) -> int:
        """The version of the thing that the page was made from; 0 where there was none yet.

        -1, which nothing ever has, where the browser sent what no page holds.
        """
        typed = self.version.data or ""
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else -1

    def show_version(self, version: int) -> None:
        """Let the page that is answered now carry the present version."""
        self.version.data = str(version)


class _Required(InputRequired):
    def __call__(self, form: Any, field: Any) -> None:
        super().__call__(form, field)
        if isinstance(field.data, str) and not field.data.strip():
            raise StopValidation(str(self.message))


def required(sentence: str) -> InputRequired:
    """A validator with its own sentence, e.g. `required(_l("Enter the family name."))`.

    Spaces alone are nothing: the text gate takes them away.
    """
    return _Required(message=sentence)


class _Gated:
    """Runs what was typed through the gate; keeps it as typed where the gate refuses."""

    gate: Callable[[str], str]
    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        self._refusal: Refused | None = None
        if not valuelist:
            return
        try:
            self.data = self.gate(valuelist[0]) if valuelist[0].strip() else ""
        except Refused as error:
            self.data, self._refusal = valuelist[0], error

    def pre_validate(self, form: Any) -> None:
        refusal = getattr(self, "_refusal", None)
        if refusal is not None:
            raise StopValidation(_(refusal.sentence, **refusal.values))


class Line(_Gated, StringField):
    """One line of text."""

    def __init__(self, label: str, validators: Any = None, *, limit: int = 200, **kwargs: Any):
        super().__init__(label, validators, **kwargs)
        self.gate = lambda value: text.line(value, limit=limit)


class Paragraphs(_Gated, TextAreaField):
    """Several lines of text."""

    def __init__(self, label: str, validators: Any = None, *, limit: int = 20_000, **kwargs: Any):
        super().__init__(label, validators, **kwargs)
        self.gate = lambda value: text.paragraphs(value, limit=limit)


class EmailAddress(_Gated, EmailField):
    """One e-mail address, kept in lower case."""

    gate = staticmethod(text.email)


class Day(DateField):
    """A day, typed in three boxes, or in one as 25/11/2013 or 2013-11-25."""

    FORMATS = ["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d %m %Y"]

    def __init__(self, label: str, validators: Any = None, **kwargs: Any):
        super().__init__(label, validators, format=self.FORMATS, **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        if not "".join(valuelist).strip():
            self.data = None
            return
        try:
            super().process_formdata(valuelist)
        except ValueError:
            self.data = None
            raise ValueError(_("Enter a day that exists, like 25/11/2013.")) from None
        if self.data is not None and not date(1990, 1, 1) <= self.data <= date(2100, 1, 1):
            raise ValueError(_("Enter a day between 1990 and 2100."))


__all__ = [
    "Day",
    "EmailAddress",
    "Form",
    "Line",
    "Paragraphs",
    "SelectChoice",
    "Versioned",
    "required",
]
