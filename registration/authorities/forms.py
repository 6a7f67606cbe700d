"""Forms of the register of authorities, and the words for its fields and categories."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _pl
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from wtforms import HiddenField, RadioField, SelectField, SelectMultipleField
from wtforms.validators import DataRequired, Optional

from registration import clock
from registration.authorities.fields import TEXT_LIMIT
from registration.authorities.models import Authority
from registration.authorities.rules import (
    FIELDS,
    NO,
    YES,
    Category,
    Field,
    Format,
    Group,
    RequestStage,
    Shape,
    fields_of,
)
from registration.authorities.service import REMARK_LIMIT, Source
from registration.documents.examination import Upload
from registration.forms import Day, Form, Line, Paragraphs, SelectChoice, Versioned, required

CATEGORIES = {
    Category.MUTUAL_LEGAL_ASSISTANCE: _l("Mutual legal assistance"),  # art. 46(13)
    Category.EXTRADITION: _l("Extradition"),  # art. 44
    Category.ASSET_RECOVERY: _l("Asset recovery"),  # chapter V
    Category.PREVENTION: _l("Prevention of corruption"),  # art. 6(3)
    Category.CIVIL_AND_ADMINISTRATIVE: _l("Civil and administrative matters"),  # arts. 43, 53
}
GROUPS = {
    Group.CORE: _l("Authority"),
    Group.CONTACT: _l("How to reach it"),
    Group.REQUESTS: _l("Requests"),
    Group.LAW: _l("Law"),
    Group.ASSET_RECOVERY: _l("Asset recovery"),
    Group.PREVENTION: _l("Prevention"),
}
FIELD_NAMES = {
    "authority_name": _l("Name of the authority"),
    "authority_name_en": _l("Name in English"),
    "organization_ministry": _l("Ministry or body it belongs to"),
    "unit": _l("Unit"),
    "contact_person_title": _l("Post that requests are addressed to"),
    "special_region": _l("Region or territory that it is competent for"),
    "address": _l("Postal address"),
    "telephone": _l("Telephone"),
    "fax": _l("Fax"),
    "email": _l("E-mail addresses"),
    "website": _l("Website"),
    "office_hours_timezone": _l("Office hours and time zone"),
    "available_24h": _l("Number that is answered at all hours"),
    "languages_accepted": _l("Languages in which requests are accepted"),
    "formats_accepted": _l("Forms in which requests are accepted"),
    "urgent_procedure": _l("Urgent requests"),
    "accepts_interpol_channel": _l("Are requests through INTERPOL accepted?"),
    "uncac_as_legal_basis": _l("Is the Convention used as legal basis?"),
    "uncac_as_legal_basis_note": _l("Remark on the legal basis"),
    "legal_procedural_requirements": _l("Legal and procedural requirements"),
    "national_law_links": _l("Laws (links)"),
    "other_treaties": _l("Other treaties"),
    "asset_recovery_networks": _l("Asset recovery networks"),
    "prevention_assistance_areas": _l("Areas in which it can help others to prevent corruption"),
}
FORMATS = {
    Format.POST: _l("Post"),
    Format.COURIER: _l("Courier"),
    Format.DIPLOMATIC_CHANNEL: _l("Diplomatic channel"),
    Format.EMAIL: _l("E-mail"),
    Format.FAX: _l("Fax"),
    Format.SECURE: _l("Secure electronic channel"),
}
YES_OR_NO = {YES: _l("Yes"), NO: _l("No")}
REQUEST_STAGES = {
    RequestStage.ASKED: _l("Asked"),
    RequestStage.ACCEPTED: _l("Accepted"),
    RequestStage.REFUSED: _pl("a request", "Refused"),
    RequestStage.TAKEN_BACK: _l("Taken back"),
}
REQUEST_TONES = {
    RequestStage.ASKED: "waits",
    RequestStage.ACCEPTED: "done",
    RequestStage.REFUSED: "stop",
    RequestStage.TAKEN_BACK: "none",
}
OF_LISTS = (Shape.LINES, Shape.EMAILS, Shape.LINKS)


def _field(field: Field) -> Any:
    label = FIELD_NAMES[field.name]
    if field.shape is Shape.YES_OR_NO:
        return RadioField(
            label,
            [Optional()],
            choices=[SelectChoice(value, word) for value, word in YES_OR_NO.items()],
        )
    if field.shape is Shape.FORMATS:
        return SelectMultipleField(
            label, choices=[SelectChoice(each.value, word) for each, word in FORMATS.items()]
        )
    if field.shape is Shape.LINE:
        return Line(label, [Optional()])
    return Paragraphs(label, [Optional()], limit=TEXT_LIMIT)


class _Particulars(Form):
    """The fields of an entry, as `_with_fields` adds them."""

    @property
    def typed(self) -> dict[str, Any]:
        """What was typed, by the names of the fields."""
        return {each.name: self[each.name].data for each in FIELDS if each.name in self}


def shown(particulars: Mapping[str, Any]) -> dict[str, Any]:
    """The values of an entry as its form shows them: a list has a line for each."""
    lists = {each.name for each in FIELDS if each.shape in OF_LISTS}
    return {
        name: "\n".join(value) if name in lists else value for name, value in particulars.items()
    }


class _Sourced(Form):
    """By which document, and from when on."""

    notified_by = Line(_l("Document that says so"), [required(_l("Say which document says so."))])
    notified_on = Day(_l("Date of that document"), [Optional()])
    in_force_from = Day(_l("In force from"), [Optional()])
    file = FileField(_l("The document itself (PDF, at most 20 MB)"))

    @property
    def source(self) -> Source:
        """Where no day is typed, it holds from the document's day on, or from today."""
        day = self.notified_on.data
        return Source(
            notified_by=self.notified_by.data or "",
            notified_on=day,
            in_force_from=self.in_force_from.data or day or clock.today(),
            file=self._upload,
        )

    @property
    def _upload(self) -> Upload | None:
        sent = self.file.data
        if not isinstance(sent, FileStorage) or not sent.filename:
            return None
        return Upload(sent.filename, sent.read())


class _NewEntry(_Particulars, _Sourced):
    state = SelectField(_l("State"), [DataRequired(_l("Choose the State."))], choices=[])
    category = SelectField(
        _l("Category"),
        [DataRequired(_l("Choose the category."))],
        choices=[SelectChoice(each.value, label) for each, label in CATEGORIES.items()],
    )


class _ChangedEntry(_Particulars, _Sourced):
    seen = HiddenField()

    @property
    def wording_seen(self) -> UUID | None:
        return _identifier(self.seen.data)


class _AskedEntry(_Particulars):
    remark = Paragraphs(_l("Remark to the secretariat"), [Optional()], limit=REMARK_LIMIT)


class _AskedNewEntry(_AskedEntry):
    category = SelectField(
        _l("Category"),
        [DataRequired(_l("Choose the category."))],
        choices=[SelectChoice(each.value, label) for each, label in CATEGORIES.items()],
    )


def _identifier(typed: str | None) -> UUID | None:
    try:
        return UUID(typed or "")
    except ValueError:
        return None


def _with_fields(base: type[Any], fields: Iterable[Field]) -> type[Any]:
    return type(base.__name__, (base,), {each.name: _field(each) for each in fields})


def new_entry(states: Sequence[tuple[str, str]], **values: Any) -> Any:
    """The form of a new entry, in which any of these States can be chosen."""
    form = _with_fields(_NewEntry, FIELDS)(**values)
    form.state.choices = [SelectChoice("", "")] + [SelectChoice(*each) for each in states]
    return form


def changed_entry(authority: Authority, **values: Any) -> Any:
    """The form that changes an entry."""
    form = _with_fields(_ChangedEntry, fields_of(authority.category))(
        **{**shown(authority.particulars), **values}
    )
    if form.seen.data is None:
        form.seen.data = str(authority.id)
    return form


def asked_entry(authority: Authority | None) -> Any:
    """The form by which a State asks for a correction, or for a new entry."""
    if authority is None:
        return _with_fields(_AskedNewEntry, FIELDS)()
    fields = fields_of(authority.category)
    return _with_fields(_AskedEntry, fields)(**shown(authority.particulars))


class EndForm(_Sourced):
    """By which document an authority is no longer competent."""

    seen = HiddenField()

    @property
    def wording_seen(self) -> UUID | None:
        return _identifier(self.seen.data)


class ConfirmForm(Form):
    """By which document staff know that an entry is still right."""

    source = Line(_l("Document that says so"), [required(_l("Say which document says so."))])


class AcceptForm(Versioned, _Sourced):
    """By which document a request is accepted."""


class RefuseForm(Versioned):
    """Why a request is refused."""

    answer = Paragraphs(_l("Why is it refused?"), [required(_l("Say why."))], limit=REMARK_LIMIT)


class Act(Form):
    """An act without anything to type."""
