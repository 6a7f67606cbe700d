"""Forms of the responses slice: what a focal point types, and what staff record."""

from collections.abc import Iterable
from datetime import date
from typing import Any, cast

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
)
from wtforms import Form as Row
from wtforms.validators import DataRequired, Optional

from registration.delegations.models import Courtesy
from registration.delegations.persons import Person
from registration.designations.service import Particulars
from registration.documents.examination import Upload
from registration.documents.rules import SIZE_LIMIT
from registration.forms import Day, EmailAddress, Form, Line, Paragraphs, SelectChoice, required
from registration.journal.models import Event
from registration.responses.models import ResponseChannel
from registration.responses.rules import Lack, Standing

ROWS_LIMIT = 20
COURTESIES = {Courtesy.MS: _l("Ms."), Courtesy.MR: _l("Mr.")}
STANDINGS = {
    Standing.ANSWERED: _l("Answered"),
    Standing.LATE: _l("Answered late"),
    Standing.AWAITED: _l("Awaited"),
    Standing.OVERDUE: _l("Overdue"),
}
STANDING_TONES = {
    Standing.ANSWERED: "done",
    Standing.LATE: "late",
    Standing.AWAITED: "neutral",
    Standing.OVERDUE: "stop",
}
LACKS = {
    Lack.NAMES: _l("Name a central authority or at least one expert."),
    Lack.HEAD: _l("Mark one of the experts as head of delegation."),
    Lack.NOTE: _l("The note verbale of the mission is missing; it may follow."),
}
CHANNELS = {
    ResponseChannel.PORTAL: _l("Through these pages"),
    ResponseChannel.PAPER: _l("On paper"),
    ResponseChannel.EMAIL: _l("By e-mail"),
}
_ACTS = {
    ("central_authority", "added"): _l("Central authority named"),
    ("central_authority", "changed"): _l("Central authority changed"),
    ("central_authority", "removed"): _l("Central authority taken out"),
    ("local_authority", "added"): _l("Local authority named"),
    ("local_authority", "changed"): _l("Local authority changed"),
    ("local_authority", "removed"): _l("Local authority taken out"),
    ("experts", "added"): _l("Experts added"),
    ("experts", "changed"): _l("Expert changed"),
    ("experts", "removed"): _l("Expert taken out"),
    ("experts", "headed"): _l("Head of delegation marked"),
    ("experts", "moved"): _l("Order of the experts changed"),
    ("note", "attached"): _l("Note verbale of the mission saved"),
    ("note", "removed"): _l("Note verbale of the mission taken away"),
}
BY_STAFF = (ResponseChannel.PAPER, ResponseChannel.EMAIL)


def what_happened(event: Event) -> str:
    """An event of an answer or a response in a few words, in the language of the page."""
    if event.kind == "nomination.begun":
        return str(_("Answer begun"))
    if event.kind == "response.received":
        return str(_("Answer to %(reference)s received", reference=event.detail["note"]))
    return str(_ACTS[event.detail["part"], event.detail["act"]])


class _Versioned(Form):
    """Carries the version that was read, so that nobody's later change is overwritten unseen."""

    version = HiddenField()

    @property
    def version_read(self) -> int:
        """The version that the page showed; -1 where the browser sent none that can be."""
        typed = self.version.data or ""
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else -1

    def show_version(self, version: int) -> None:
        """Let the page that is answered now carry the present version."""
        self.version.data = str(version)


class AuthorityForm(_Versioned):
    """A central or local authority."""

    name = Line(_l("Name of the authority"), [DataRequired(_l("Enter the name of the authority."))])
    institution = Line(_l("Ministry or body it belongs to"), [Optional()])
    title = Line(_l("Unit or post that requests are addressed to"), [Optional()])
    email = EmailAddress(_l("E-mail address"), [Optional()])
    telephone = Line(_l("Telephone"), [Optional()], limit=100)
    address = Paragraphs(_l("Postal address"), [Optional()], limit=1_000)

    @property
    def particulars(self) -> Particulars:
        return Particulars(
            name=self.name.data or "",
            institution=self.institution.data or "",
            title=self.title.data or "",
            email=self.email.data or "",
            telephone=self.telephone.data or "",
            address=self.address.data or "",
        )


class _PersonFields:
    """What is asked of an expert, on a page of its own or as one row of several."""

    courtesy = RadioField(
        _l("Form of address"),
        [DataRequired(_l("Choose Ms. or Mr."))],
        choices=[SelectChoice(each.value, label) for each, label in COURTESIES.items()],
    )
    given_names = Line(_l("Given names"), [Optional()])
    family_name = Line(_l("Family name"), [DataRequired(_l("Enter the family name."))])
    title = Line(_l("Title or post"), [DataRequired(_l("Enter the title or post."))])
    institution = Line(_l("Institution"), [DataRequired(_l("Enter the institution."))])
    email = EmailAddress(_l("E-mail address"), [Optional()])
    head_of_delegation = BooleanField(_l("Head of delegation"))

    @property
    def person(self) -> Person:
        return Person(
            courtesy=Courtesy(self.courtesy.data),
            given_names=self.given_names.data or "",
            family_name=self.family_name.data or "",
            title=self.title.data or "",
            institution=self.institution.data or "",
            email=self.email.data or "",
            head_of_delegation=bool(self.head_of_delegation.data),
        )


class ExpertForm(_PersonFields, _Versioned):
    """One expert, to correct."""


class ExpertRow(_PersonFields, Row):
    """One expert among several."""

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed or chosen in the row."""
        return (
            not any(str(field.data or "").strip() for field in self if field.type != "BooleanField")
            and not self.head_of_delegation.data
        )

    def validate(self, extra_validators: Any = None) -> bool:
        """A blank row is no mistake."""
        return self.is_blank or super().validate(extra_validators)


class ExpertsForm(Form):
    """Several experts at once; rows that are left blank are nobody."""

    rows = FieldList(FormField(ExpertRow), min_entries=1, max_entries=ROWS_LIMIT)

    def show_rows(self, count: int) -> None:
        """Let the page have at least that many rows."""
        while len(self.rows) < min(count, ROWS_LIMIT):
            self.rows.append_entry()

    @property
    def filled(self) -> list[ExpertRow]:
        return [entry.form for entry in self.rows if not entry.form.is_blank]

    def validate(self, extra_validators: Any = None) -> bool:
        """Besides each row: somebody is there, and one at most heads the delegation."""
        sound = super().validate(extra_validators)
        if not self.filled:
            self.rows[0].form.family_name.errors = [_("Enter at least one person.")]
            return False
        heads = [row for row in self.filled if row.head_of_delegation.data]
        for row in heads[1:]:
            row.head_of_delegation.errors = [_("Mark one person only as head of delegation.")]
        return sound and len(heads) < 2

    @property
    def persons(self) -> list[Person]:
        return [row.person for row in self.filled]


class _WithFile(Form):
    file = FileField(_l("File (PDF, at most 20 MB)"))

    @property
    def upload(self) -> Upload | None:
        """The file that was chosen, if any; read no further than it may be long."""
        chosen = self.file.data
        if not isinstance(chosen, FileStorage) or not chosen.filename:
            return None
        return Upload(chosen.filename, chosen.stream.read(SIZE_LIMIT + 1))


class MissionNoteForm(_Versioned, _WithFile):
    """The mission's note verbale and its reference."""

    reference = Line(_l("Reference of the mission's note"), [Optional()], limit=100)


class SendForm(_Versioned):
    """Nothing but the version of the answer that was checked."""


class _MayBeLeftOut:
    """Marks a day as optional; `Optional` would drop a day of which only the first box is empty."""

    field_flags = {"optional": True}

    def __call__(self, form: Any, field: Any) -> None:
        """Says nothing: the field itself judges what was typed."""


class ReceivedForm(_WithFile):
    """A response that came by paper or e-mail."""

    state = SelectField(_l("State"), [DataRequired(_l("Choose the State."))])
    channel = RadioField(
        _l("How it came"),
        [DataRequired(_l("Choose how it came."))],
        choices=[SelectChoice(each.value, CHANNELS[each]) for each in BY_STAFF],
    )
    received_on = Day(_l("Day on which it came"), [required(_l("Enter the day."))])
    mission_reference = Line(_l("Reference of the mission's note"), [Optional()], limit=100)
    mission_note_date = Day(_l("Date of the mission's note"), [_MayBeLeftOut()])
    remark = Paragraphs(_l("Remark"), [Optional()], limit=2_000)

    def offer(self, states: Iterable[tuple[str, str]]) -> None:
        """Let the choice be among these States, as (code, name)."""
        self.state.choices = [
            SelectChoice("", _("Choose")),
            *(SelectChoice(code, name) for code, name in states),
        ]

    @property
    def day(self) -> date:
        """The day on which it came, once the form was found in order."""
        return cast(date, self.received_on.data)
