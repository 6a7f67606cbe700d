"""Forms for the parts of an answer that are no names, and for what staff record."""

from collections.abc import Iterable
from datetime import date
from typing import Any, cast
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField
from wtforms.validators import DataRequired, Optional

from registration.delegations.parts import WORDS_LIMIT as PART_LIMIT
from registration.delegations.rules import QUESTIONS
from registration.documents.examination import Upload
from registration.documents.rules import SIZE_LIMIT
from registration.forms import (
    Day,
    EmailAddress,
    Form,
    Line,
    Paragraphs,
    SelectChoice,
    Versioned,
    required,
)
from registration.responses.declining import REASON_LIMIT
from registration.responses.forms.words import BY_STAFF, CHANNELS, DECISIONS, KINDS, LACKED
from registration.responses.recording import MAY_LACK, WORDS_LIMIT
from registration.responses.rules import OUTCOMES as OUTCOMES_OF
from registration.responses.rules import Lack, ResponseKind
from registration.words import OWN_NAMES


class _WithFile(Form):
    file = FileField(_l("File (PDF, at most 20 MB)"))

    @property
    def upload(self) -> Upload | None:
        """The file that was chosen, if any; read no further than it may be long."""
        chosen = self.file.data
        if not isinstance(chosen, FileStorage) or not chosen.filename:
            return None
        return Upload(chosen.filename, chosen.stream.read(SIZE_LIMIT + 1))


class MissionNoteForm(Versioned, _WithFile):
    """The mission's note verbale and its reference."""

    reference = Line(_l("Reference of the mission's note"), [Optional()], limit=100)


class SendForm(Versioned):
    """The version of the answer that was checked, and whether it may end what is newer."""

    replaces_newer = BooleanField(_l("Yes, the central authority in this answer replaces it"))
    also = SelectMultipleField(
        _l("The same delegation also comes to these meetings of the week"), choices=[]
    )

    def offer(self, meetings: Iterable[tuple[UUID, str]]) -> None:
        """Offer the notes about other meetings of the week, as (note's identifier, words)."""
        self.also.choices = [SelectChoice(str(each), words) for each, words in meetings]

    @property
    def chosen(self) -> list[UUID]:
        return [UUID(each) for each in self.also.data or ()]


class ReasonForm(Versioned):
    """That a State will not nominate, or takes back what it sent, and perhaps why."""

    reason = Paragraphs(_l("Reason"), [Optional()], limit=REASON_LIMIT)


class QuestionnaireForm(Versioned):
    """What the functions of the meetings let a State be asked besides names."""

    needs = Paragraphs(_l("Which capacities need to be built?"), [Optional()], limit=PART_LIMIT)
    good_practices = Paragraphs(
        _l("What has served you well, and what was difficult?"), [Optional()], limit=PART_LIMIT
    )
    networks = Paragraphs(
        _l("To which networks of practitioners does your State belong?"),
        [Optional()],
        limit=PART_LIMIT,
    )

    @property
    def answers(self) -> dict[str, str]:
        return {name: self[name].data or "" for name in QUESTIONS}


class ForPersonsForm(Versioned):
    """For whom of the delegation something is asked."""

    persons = SelectMultipleField(_l("For whom"), choices=[])
    remark = Paragraphs(_l("Remark"), [Optional()], limit=PART_LIMIT)

    def offer(self, delegates: Iterable[tuple[UUID, str]]) -> None:
        """Let the choice be among these persons, as (identifier, name)."""
        self.persons.choices = [SelectChoice(str(each), name) for each, name in delegates]

    @property
    def chosen(self) -> set[UUID]:
        return {UUID(each) for each in self.persons.data or ()}


class AskForm(Form):
    """To whom a link is sent."""

    name = Line(_l("Name of the person"), [required(_l("Enter the name of the person."))])
    email = EmailAddress(_l("E-mail address"), [required(_l("Enter the e-mail address."))])
    language = RadioField(
        _l("Language of the mail"),
        choices=[SelectChoice(code, name) for code, name in OWN_NAMES.items()],
    )


class SendBackForm(Versioned):
    """What an expert shall correct."""

    remark = Paragraphs(
        _l("What should be changed"), [required(_l("Say what should be changed."))], limit=2_000
    )


class _MayBeLeftOut:
    """Marks a day as optional; `Optional` would drop a day of which only the first box is empty."""

    field_flags = {"optional": True}

    def __call__(self, form: Any, field: Any) -> None:
        """Says nothing: the field itself judges what was typed."""


RECORDED = tuple(each for each in ResponseKind if each is not ResponseKind.WITHDRAWAL)


class ReceivedForm(_WithFile):
    """A response that came by paper or e-mail."""

    state = SelectField(_l("State"), [DataRequired(_l("Choose the State."))])
    kind = RadioField(
        _l("What it says"),
        [DataRequired(_l("Choose what the response says."))],
        choices=[SelectChoice(each.value, KINDS[each]) for each in RECORDED],
        default=ResponseKind.NOMINATION.value,
    )
    lacks = SelectMultipleField(
        _l("What is missing in the nomination"),
        choices=[SelectChoice(each.value, LACKED[each]) for each in MAY_LACK],
    )
    words = Paragraphs(_l("Reason or question"), [Optional()], limit=WORDS_LIMIT)
    asked_until = Day(_l("Later day that is asked for"), [_MayBeLeftOut()])
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

    @property
    def missing(self) -> list[Lack]:
        return [Lack(each) for each in self.lacks.data or ()]


class ExtensionForm(Form):
    """Until which day a State asks for time, and why."""

    until = Day(_l("Until which day"), [required(_l("Enter the day."))])
    reason = Paragraphs(
        _l("Why"), [required(_l("Say why your State needs more time."))], limit=WORDS_LIMIT
    )


class QuestionForm(Form):
    """What a State wants to know of the office."""

    question = Paragraphs(
        _l("Your question"), [required(_l("Write your question."))], limit=WORDS_LIMIT
    )


class SettlementForm(Form):
    """What the office makes of a request."""

    outcome = RadioField(_l("Decision"), [DataRequired(_l("Choose one."))], choices=[])
    until = Day(_l("New last day"), [_MayBeLeftOut()])
    reason = Paragraphs(
        _l("Reason, or what was answered"),
        [required(_l("Say why, or what was answered: the State reads it."))],
        limit=WORDS_LIMIT,
    )

    def offer(self, kind: ResponseKind) -> None:
        """Let the choice be among what can be made of such a request."""
        possible = OUTCOMES_OF[kind]
        self.outcome.choices = [SelectChoice(each.value, str(DECISIONS[each])) for each in possible]
        if len(possible) == 1 and not self.is_submitted():
            self.outcome.data = possible[0].value
