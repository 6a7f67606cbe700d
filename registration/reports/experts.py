"""The register of experts: whom States named over all meetings, when, for what, and what on."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from registration import clock
from registration.db import Session
from registration.delegations.rules import Area
from registration.designations.models import Designation
from registration.designations.rules import DesignationKind
from registration.meetings.models import Meeting
from registration.notes.models import Note
from registration.responses.models import Response
from registration.states.models import State
from registration.verification.models import NameCheck
from registration.words import ANONYMOUS


@dataclass(frozen=True)
class Choice:
    """What of the register is looked at; what is empty chooses nothing."""

    words: str = ""
    state_code: str | None = None
    meeting: str | None = None
    area: Area | None = None
    in_force: bool = False


@dataclass(frozen=True)
class Naming:
    """That a State named the person for one meeting, in the last words of it."""

    designation: Designation
    meeting: Meeting
    response: Response
    is_confirmed: bool

    @property
    def on(self) -> date:
        return clock.day_of(self.designation.in_force_from)

    @property
    def is_in_force(self) -> bool:
        return self.designation.in_force_until is None


@dataclass(frozen=True)
class Expert:
    """A person whom one State named, for one meeting or several; the newest naming first."""

    state: State
    namings: tuple[Naming, ...]

    @property
    def last(self) -> Designation:
        return self.namings[0].designation

    @property
    def areas(self) -> tuple[Area, ...]:
        """Everything that the person was ever named for."""
        named = {each for naming in self.namings for each in naming.designation.areas}
        return tuple(area for area in Area if area.value in named)


def experts(session: Session, choice: Choice, language: str) -> list[Expert]:
    """The experts, by State and name. One query.

    A State's person is the same where the name is, but for accents and capitals. Words are found
    in name, title, institution and State, as in the register of authorities.
    """
    found: dict[tuple[str, str], list[Naming]] = {}
    states: dict[str, State] = {}
    for designation, state, meeting, response, folded, confirmed_at in session.execute(
        _query(choice, language)
    ):
        states[state.code] = state
        naming = Naming(designation, meeting, response, confirmed_at is not None)
        # Those whose names are kept no longer are not one person.
        who = folded if designation.name != ANONYMOUS else str(designation.line_id)
        found.setdefault((state.code, who), []).append(naming)
    grouped = [
        Expert(states[code], tuple(_last_of_each_meeting(namings)))
        for (code, _), namings in found.items()
    ]
    return sorted(
        (each for each in grouped if not choice.in_force or _is_in_force(each)),
        key=lambda each: (each.state.sort_key, each.last.sorting_name or each.last.name),
    )


def _is_in_force(expert: Expert) -> bool:
    return any(naming.is_in_force for naming in expert.namings)


def _last_of_each_meeting(namings: Iterable[Naming]) -> list[Naming]:
    """Of several wordings for one meeting the last; the meetings from the newest on."""
    last: dict[UUID, Naming] = {}
    for naming in namings:  # as the query gives them: newest first
        last.setdefault(naming.meeting.id, naming)
    return sorted(last.values(), key=_when, reverse=True)


def _when(naming: Naming) -> date:
    return naming.meeting.begins_on or date.min


def _query(
    choice: Choice, language: str
) -> sa.Select[Designation, State, Meeting, Response, str, object]:
    query = (
        sa.select(
            Designation,
            State,
            Meeting,
            Response,
            sa.func.folded(Designation.name).label("folded"),
            NameCheck.confirmed_at,
        )
        .join(State, State.code == Designation.state_code)
        .join(Response, Response.id == Designation.response_id)
        .join(Note, Note.id == Response.note_id)
        .join(Meeting, Meeting.id == Note.meeting_id)
        .outerjoin(NameCheck, NameCheck.designation_id == Designation.id)
        .where(Designation.kind == DesignationKind.GOVERNMENTAL_EXPERT)
        .order_by(Designation.in_force_from.desc(), Designation.id.desc())
    )
    if choice.state_code:
        query = query.where(Designation.state_code == choice.state_code)
    if choice.meeting:
        query = query.where(Meeting.slug == choice.meeting)
    if choice.area:
        query = query.where(Designation.areas.contains([choice.area.value]))
    where = sa.func.folded(
        sa.func.concat_ws(
            " ",
            Designation.name,
            Designation.printed_name,
            Designation.title,
            Designation.institution,
            State.names[language].astext,
        )
    )
    for word in choice.words.split():
        query = query.where(sa.func.strpos(where, sa.func.folded(word)) > 0)
    return query
