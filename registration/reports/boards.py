"""The board of a note or of a meeting: a line for each addressee, in a fixed number of queries."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cache, cached_property
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects.postgresql import distinct_on

from registration import clock
from registration.db import Session
from registration.errors import NotFound
from registration.meetings.models import Meeting
from registration.notes.models import Addressee, Dispatch, Letter, Note
from registration.notes.rules import NoteStage
from registration.post.models import Mailing, Message
from registration.reports import courses, rules
from registration.reports.forecast import Course, Forecast, forecast
from registration.reports.rules import Missing, Road, Step
from registration.responses import standings
from registration.responses.rules import Standing
from registration.responses.standings import StateStanding
from registration.states import suspects
from registration.states.models import MissionChannel, RegionalGroup, State
from registration.states.rules import alphabetical


@dataclass(frozen=True)
class Line:
    """One State on a board."""

    state: State
    language: str
    standing: Standing
    road: Road
    handed_over_at: datetime | None
    answered_at: datetime | None
    is_late: bool
    extended_until: date | None
    days: int | None
    missing: tuple[Missing, ...]
    next_step: Step | None
    note_id: UUID  # the note whose copy the next step is about
    message_id: UUID | None
    has_suspect_address: bool


@dataclass(frozen=True)
class Board:
    """Everything that the board of a note, or of all notes of a meeting, is drawn from."""

    meeting: Meeting
    notes: tuple[Note, ...]  # issued ones, in the order of their issue
    lines: tuple[Line, ...]  # in the English order of lists
    earlier: tuple[Course, ...] = ()  # how responses came in at earlier meetings

    @property
    def respond_by(self) -> date:
        """The last day on which a response to any of the notes is in time."""
        return max(note.last_day for note in self.notes)

    @cached_property
    def by_standing(self) -> Counter[Standing]:
        return Counter(line.standing for line in self.lines)

    @cached_property
    def by_road(self) -> Counter[Road]:
        return Counter(line.road for line in self.lines)

    @property
    def with_suspect_address(self) -> int:
        """How many States of the board have an address from which mail came back."""
        return sum(line.has_suspect_address for line in self.lines)

    @cached_property
    def by_group(self) -> dict[RegionalGroup, Counter[Standing]]:
        """Standings of each regional group that has an addressee, in the order of groups."""
        counted = {group: Counter[Standing]() for group in RegionalGroup}
        for line in self.lines:
            counted[line.state.regional_group][line.standing] += 1
        return {group: found for group, found in counted.items() if found}

    @cached_property
    def course(self) -> Course:
        """How responses come in, from the first copy handed over (or the issue)."""
        handed_over = [line.handed_over_at for line in self.lines if line.handed_over_at]
        issued = [note.issued_at for note in self.notes if note.issued_at]
        return Course(
            begins=clock.day_of(min([*handed_over, *issued], default=clock.now())),
            deadline=self.respond_by,
            addressed=len(self.lines),
            responded_on=tuple(
                sorted(clock.day_of(line.answered_at) for line in self.lines if line.answered_at)
            ),
        )

    @cached_property
    def forecast(self) -> Forecast | None:
        """What earlier meetings let expect by the deadline."""
        return forecast(self.course, self.earlier, clock.today())


def board_of_note(session: Session, note_id: UUID) -> Board:
    """The board of one note; without lines as long as the note is not issued.

    Raises NotFound, also for a note that awaits no response: there is nothing to track.
    """
    found = session.execute(_with_its_meeting(), {"note": note_id}).one_or_none()
    if found is None:
        raise NotFound("There is no such note, or it is not yours to see.")
    note, meeting = found
    if note.respond_by is None:
        raise NotFound("This note asks for no response, so it has no board.")
    return Board(
        meeting,
        (note,),
        _lines(session, [note]),
        tuple(courses.earlier(session, meeting.id)),
    )


def board_of_meeting(session: Session, slug: str) -> Board:
    """The board of all issued notes of a meeting; a State responded when it did to any of them."""
    found = session.execute(_with_its_notes(), {"slug": slug}).all()
    if not found:
        raise NotFound("There is no such meeting in the series.")
    meeting, issued = found[0][0], [note for _, note in found if note is not None]
    return Board(
        meeting,
        tuple(issued),
        _lines(session, issued),
        tuple(courses.earlier(session, meeting.id)),
    )


@cache
def _with_its_meeting() -> sa.Select[Note, Meeting]:
    return (
        sa.select(Note, Meeting)
        .join(Meeting, Meeting.id == Note.meeting_id)
        .where(Note.id == sa.bindparam("note"))
    )


@cache
def _with_its_notes() -> sa.Select[Meeting, Note | None]:
    """A meeting with each of its notes that ask for a response, in the order of their issue."""
    asks = sa.and_(
        Note.meeting_id == Meeting.id,
        Note.stage == NoteStage.ISSUED,
        Note.respond_by.is_not(None),
    )
    return (
        sa.select(Meeting, Note)
        .outerjoin(Note, asks)
        .where(Meeting.slug == sa.bindparam("slug"))
        .order_by(*_ISSUED)
    )


def _lines(session: Session, issued: Sequence[Note]) -> tuple[Line, ...]:
    towards: defaultdict[str, list[StateStanding]] = defaultdict(list)
    for of_one_note in standings.by_note(session, issued).values():
        for code, stands in of_one_note.items():
            towards[code].append(stands)
    copies = session.execute(_copies(), {"notes": [note.id for note in issued]}).all()
    return tuple(_line(copy, towards[copy.State.code]) for copy in copies)


def _line(copy: Any, towards: Sequence[StateStanding]) -> Line:
    """One State's line from a row of `_copies` and its standings, notes in order of their issue."""
    responded = [each for each in towards if each.answered_at is not None]
    first = min(responded, key=_answered_at) if responded else None
    road = rules.road(
        copy.letter,
        copy.message,
        has_address=copy.has_address,
        by_mail=copy.by_mail,
        confirmed=copy.confirmed,
    )
    best = rules.best(towards)
    lacking = rules.missing(
        best.standing,
        road,
        lacking=best.lacking,
        in_correction=any(each.in_correction for each in towards),
        requests=sum(each.requests for each in towards),
    )
    return Line(
        state=copy.State,
        language=copy.language,
        standing=best.standing,
        road=road,
        handed_over_at=copy.handed_over_at,
        answered_at=first.answered_at if first else None,
        is_late=first.is_late if first else False,
        extended_until=best.extended_until,
        days=first.days if first else None,
        missing=lacking,
        next_step=rules.next_step(best.standing, road, lacking),
        note_id=copy.note_id,
        message_id=copy.message_id,
        has_suspect_address=copy.has_suspect_address,
    )


def _answered_at(found: StateStanding) -> datetime:
    return found.answered_at or datetime.max.replace(tzinfo=UTC)


@cache
def _copies() -> sa.Select[*tuple[Any, ...]]:
    """How far the last copy for each State came, in the English order of lists.

    Of several notes to a State the last is the one that the office still works on. Composed once
    for whichever notes.
    """
    these: sa.BindParameter[Any] = sa.bindparam("notes", expanding=True)
    newest = (
        sa.select(
            Addressee.id,
            Addressee.state_code,
            Addressee.note_id,
            Addressee.language,
            Addressee.channel,
            (sa.func.cardinality(Addressee.recipients) > 0).label("has_address"),
        )
        .join(Note, Note.id == Addressee.note_id)
        .where(Addressee.note_id.in_(these))
        .ext(distinct_on(Addressee.state_code))
        .order_by(Addressee.state_code, *(each.desc() for each in _ISSUED))
        .cte("newest")
        .prefix_with("materialized")
    )
    # The last message that carried each copy.
    last = (
        sa.select(Dispatch.addressee_id, Message.id, Message.stage)
        .join(Message, Message.id == Dispatch.message_pk)
        .where(Dispatch.note_id.in_(these))
        .ext(distinct_on(Dispatch.addressee_id))
        .order_by(Dispatch.addressee_id, Dispatch.planned_at.desc(), Dispatch.id.desc())
        .cte("last")
        .prefix_with("materialized")
    )
    # The first copy of any of these notes that a mail server accepted.
    handed_over = (
        sa.select(Dispatch.state_code, sa.func.min(Message.handed_over_at).label("at"))
        .join(Message, Message.id == Dispatch.message_pk)
        .where(Dispatch.note_id.in_(these))
        .group_by(Dispatch.state_code)
        .cte("handed_over")
        .prefix_with("materialized")
    )
    # Before the confirmation as the mission wishes, after it as the officer decided.
    by_mail = sa.case(
        (Mailing.id.is_(None), newest.c.channel == MissionChannel.EMAIL),
        else_=newest.c.state_code != sa.all_(Mailing.left_out),
    )
    return (
        sa.select(
            State,
            newest.c.note_id,
            newest.c.language,
            newest.c.has_address,
            Letter.stage.label("letter"),
            last.c.id.label("message_id"),
            last.c.stage.label("message"),
            Mailing.id.is_not(None).label("confirmed"),
            by_mail.label("by_mail"),
            handed_over.c.at.label("handed_over_at"),
            State.code.in_(suspects.states_with_one()).label("has_suspect_address"),
        )
        .join(newest, newest.c.state_code == State.code)
        .outerjoin(Mailing, Mailing.id == newest.c.note_id)
        .outerjoin(Letter, Letter.addressee_id == newest.c.id)
        .outerjoin(last, last.c.addressee_id == newest.c.id)
        .outerjoin(handed_over, handed_over.c.state_code == newest.c.state_code)
        .order_by(State.sort_key)
        .options(
            orm.load_only(State.names, State.formal_names, State.sort_key, State.regional_group)
        )
    )


# The order in which notes were issued.
_ISSUED = (Note.issued_on, Note.issued_at, Note.id)


class Order(StrEnum):
    """What a board's table can be sorted by."""

    STATE = "state"
    GROUP = "group"
    LANGUAGE = "language"
    HANDED_OVER = "handed_over"
    ANSWERED = "answered"
    DAYS = "days"


@dataclass(frozen=True)
class Choice:
    """Which lines of a board to show, and in which order. What is empty chooses all."""

    standing: Standing | None = None
    road: Road | None = None
    group: RegionalGroup | None = None
    language: str = ""
    words: str = ""
    order: Order = Order.STATE
    descending: bool = False

    def takes(self, line: Line) -> bool:
        return (
            self.standing in (None, line.standing)
            and self.road in (None, line.road)
            and self.group in (None, line.state.regional_group)
            and self.language in ("", line.language)
            and found_in(line.state, self.words)
        )


def chosen(lines: Iterable[Line], choice: Choice, page_language: str) -> list[Line]:
    """The lines that a choice takes, in its order; lines without the value sorted by come last."""
    taken = sorted(
        (line for line in lines if choice.takes(line)),
        key=lambda line: _by_name(line, page_language),
    )
    if choice.order is Order.STATE:
        return taken[::-1] if choice.descending else taken
    value = _VALUES[choice.order]
    known = [line for line in taken if value(line) is not None]
    unknown = [line for line in taken if value(line) is None]
    return sorted(known, key=value, reverse=choice.descending) + unknown


_GROUPS = list(RegionalGroup)
_VALUES: dict[Order, Callable[[Line], Any]] = {
    Order.GROUP: lambda line: _GROUPS.index(line.state.regional_group),
    Order.LANGUAGE: lambda line: line.language,
    Order.HANDED_OVER: lambda line: line.handed_over_at,
    Order.ANSWERED: lambda line: line.answered_at,
    Order.DAYS: lambda line: line.days,
}


def _by_name(line: Line, language: str) -> str:
    """How names sort on a page. Chinese names keep the English order, as the office's lists do."""
    return (
        line.state.sort_key if language in ("en", "zh") else alphabetical(line.state.name(language))
    )


def found_in(state: State, words: str) -> bool:
    """Whether all words stand in the State's code or one of its names, whatever the accents."""
    wanted = alphabetical(words).split()
    if not wanted:
        return True
    names = alphabetical(
        " ".join([state.code, *state.names.values(), *state.formal_names.values()])
    )
    return all(word in names for word in wanted)
