"""Forms of what stands around the texts of a note: title, deadline, audience."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FieldList, FormField, RadioField, SelectField, SelectMultipleField
from wtforms import Form as Row

from registration.forms import Day, Line, Versioned, required
from registration.notes.audience import (
    CHOICES,
    REASON_LIMIT,
    Audience,
    Circumstance,
    Named,
    Unanswered,
)
from registration.notes.drafting import TITLE_LIMIT
from registration.notes.forms import CIRCUMSTANCES, FORMS, STATUSES
from registration.notes.models import Note, NoteForm
from registration.states.forms import REGIONAL_GROUPS
from registration.states.models import RegionalGroup
from registration.states.rules import TreatyStatus

ROWS_LIMIT = 40
_OF_THE_AUDIENCE = (
    "statuses",
    "as_at",
    "groups",
    "circumstances",
    "without_response_to",
    "added",
    "removed",
)


@dataclass(frozen=True)
class Choices:
    """What an audience is chosen from: States by code, and issued notes that await responses."""

    states: Sequence[tuple[str, str]]
    notes: Sequence[Note]


class NamedRow(Row):
    """A State that is named besides the rule, and why; a blank row names nobody."""

    state = SelectField(_l("State"), default="")
    reason = Line(_l("Reason"), limit=REASON_LIMIT)

    @property
    def is_blank(self) -> bool:
        """Whether nothing was chosen or typed."""
        return not self.state.data and not self.reason.data


class FrameForm(Versioned):
    """What stands around the texts of a note."""

    title = Line(
        _l("Title in the office"),
        [required(_l("Write a title by which the office will know the note."))],
        limit=TITLE_LIMIT,
    )
    form = RadioField(_l("To whom the text speaks"), default="", validate_choice=False)
    respond_by = Day(_l("Deadline for responses"))
    statuses = SelectMultipleField(_l("Treaty status"))
    as_at = Day(_l("Treaty status as at"))
    groups = SelectMultipleField(_l("Only these regional groups"))
    circumstances = SelectMultipleField(_l("Only States that are one of these"))
    without_response_to = SelectField(_l("Only those that have not responded to"), default="")
    or_incomplete = BooleanField(_l("Those too whose response is not complete"))
    added = FieldList(FormField(NamedRow), min_entries=1, max_entries=ROWS_LIMIT)
    removed = FieldList(FormField(NamedRow), min_entries=1, max_entries=ROWS_LIMIT)

    def __init__(self, choices: Choices, **values: Any) -> None:
        super().__init__(**values)
        self._notes = {str(each.id): each for each in choices.notes}
        self._states = [("", ""), *choices.states]
        self.form.choices = self._forms()
        self.statuses.choices = [(each.value, str(STATUSES[each])) for each in CHOICES]
        self.groups.choices = [(each.value, str(said)) for each, said in REGIONAL_GROUPS.items()]
        self.circumstances.choices = [
            (each.value, str(said)) for each, said in CIRCUMSTANCES.items()
        ]
        self.without_response_to.choices = [
            ("", ""),
            *((key, f"{note.reference}: {note.title}") for key, note in self._notes.items()),
        ]
        self._let_states_be_chosen()

    @classmethod
    def of(cls, note: Note, choices: Choices) -> "FrameForm":
        """The form that holds what is recorded of a note."""
        audience = Audience.of(note.audience)
        asked = audience.without_response_to
        form = cls(
            choices,
            version=str(note.version),
            title=note.title,
            form=note.form.value,
            respond_by=note.respond_by,
            statuses=[each.value for each in audience.statuses],
            as_at=audience.as_at,
            groups=[each.value for each in audience.groups],
            circumstances=[each.value for each in audience.circumstances],
            without_response_to=str(asked.note_id) if asked else "",
            or_incomplete=bool(asked and asked.or_incomplete),
            added=[_row(each) for each in audience.added],
            removed=[_row(each) for each in audience.removed],
        )
        form.offer_blank_rows()
        return form

    def _forms(self) -> list[tuple[str, str]]:
        return [(each.value, str(said)) for each, said in FORMS.items()]

    @property
    def note_form(self) -> NoteForm | None:
        """The form that was chosen; None leaves it to the kind of note."""
        return next((each for each in NoteForm if each.value == self.form.data), None)

    def offer_blank_rows(self) -> None:
        """Let there be a blank row behind those that are filled."""
        for rows in (self.added, self.removed):
            if len(rows) < ROWS_LIMIT and not any(entry.form.is_blank for entry in rows):
                rows.append_entry()
        self._let_states_be_chosen()

    def _let_states_be_chosen(self) -> None:
        for entry in (*self.added, *self.removed):
            entry.form.state.choices = self._states

    @property
    def audience_is_sound(self) -> bool:
        """Whether what was typed and chosen for the audience can be understood."""
        if self.errors:
            return not any(self[name].errors for name in _OF_THE_AUDIENCE)
        sound = [self[name].validate(self) for name in _OF_THE_AUDIENCE]
        return all(sound)

    @property
    def audience_names_states(self) -> bool:
        """Whether a State is named besides the rule."""
        return any(not entry.form.is_blank for entry in (*self.added, *self.removed))

    @property
    def deadline(self) -> date | None:
        """The deadline that was typed, if one was: a note may await no response."""
        return self.respond_by.data

    @property
    def audience(self) -> Audience:
        """The audience that was chosen."""
        asked = self._notes.get(self.without_response_to.data or "")
        return Audience(
            statuses=frozenset(TreatyStatus(each) for each in self.statuses.data or []),
            as_at=self.as_at.data,
            groups=frozenset(RegionalGroup(each) for each in self.groups.data or []),
            circumstances=frozenset(Circumstance(each) for each in self.circumstances.data or []),
            without_response_to=(
                Unanswered.note(asked, or_incomplete=self.or_incomplete.data) if asked else None
            ),
            added=_named(self.added),
            removed=_named(self.removed),
        )


class NewNoteForm(FrameForm):
    """A new note, for one meeting of the series."""

    meeting = SelectField(_l("Meeting"), [required(_l("Choose the meeting."))])
    kind = RadioField(
        _l("Kind of note"), [required(_l("Choose what kind of note it is."))], default="invitation"
    )

    def __init__(
        self,
        meetings: list[tuple[str, str]],
        kinds: list[tuple[str, str]],
        choices: Choices,
        **values: Any,
    ) -> None:
        super().__init__(choices, **values)
        self.meeting.choices = [("", ""), *meetings]
        self.kind.choices = kinds

    def _forms(self) -> list[tuple[str, str]]:
        return [("", str(_l("As usual for its kind"))), *super()._forms()]


def _row(named: Named) -> dict[str, str]:
    return {"state": named.state_code, "reason": named.reason}


def _named(rows: Any) -> tuple[Named, ...]:
    return tuple(
        Named(entry.form.state.data or "", entry.form.reason.data or "")
        for entry in rows
        if not entry.form.is_blank
    )
