"""Questions of the comparison: what waits, whom a nomination names, who may be the same person."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on

from registration import clock
from registration.db import Session
from registration.delegations.models import Delegate, Nomination
from registration.delegations.rules import SENT, NominationStage
from registration.designations.models import Designation
from registration.designations.rules import DesignationKind
from registration.documents import quarantine
from registration.documents.models import Document, Examination, PagePicture
from registration.errors import NotFound
from registration.meetings.models import Meeting
from registration.notes.models import Note
from registration.responses import queries as responses
from registration.responses.models import Response
from registration.responses.standings import extended_until
from registration.states.models import RegionalGroup, State
from registration.verification.likeness import Likeness, alike
from registration.verification.models import NameCheck, Review
from registration.verification.rules import Bar, Fault, Verdict, bars

# What the office still has to do something about, unless a choice says otherwise.
WAITING = (NominationStage.NOMINATED, NominationStage.NOTE_RECEIVED, NominationStage.VERIFIED)
SHOWN = (*SENT, NominationStage.RETURNED)


@dataclass(frozen=True)
class Choice:
    """What of the queue is looked at; what is None or False chooses nothing."""

    meeting: str | None = None
    group: RegionalGroup | None = None
    stage: NominationStage | None = None
    flagged: bool = False


@dataclass(frozen=True)
class Waiting:
    """One nomination of the queue."""

    nomination: Nomination
    state: State
    meeting: Meeting
    note: Note
    sent_at: datetime
    extended_until: date | None  # the State's own last day, where it was granted one
    names: int
    compared: int
    flagged: int
    faults: int

    @property
    def is_late(self) -> bool:
        last_day = max(self.note.last_day, self.extended_until or self.note.last_day)
        return self.sent_at > clock.closing(last_day)

    @property
    def has_note(self) -> bool:
        return self.nomination.mission_note_id is not None


def queue(session: Session, choice: Choice) -> list[Waiting]:
    """The nominations that wait, the one that was sent first at the top. One query."""
    last, named = _last_responses(), _counts()
    query = (
        sa.select(
            Nomination,
            State,
            Meeting,
            Note,
            last.c.received_at,
            extended_until(last.c.addressee_id),
            sa.func.coalesce(named.c.names, 0),
            sa.func.coalesce(named.c.compared, 0),
            sa.func.coalesce(named.c.flagged, 0),
            sa.func.coalesce(sa.func.cardinality(Review.faults), 0),
        )
        .join(State, State.code == Nomination.state_code)
        .join(Meeting, Meeting.id == Nomination.meeting_id)
        .join(last, last.c.nomination_id == Nomination.id)
        .join(Note, Note.id == last.c.note_id)
        .outerjoin(named, named.c.nomination_id == Nomination.id)
        .outerjoin(Review, Review.response_id == last.c.id)
        .order_by(last.c.received_at, Nomination.id)
    )
    stages = (choice.stage,) if choice.stage else WAITING
    query = query.where(Nomination.stage.in_(stages))
    if choice.meeting:
        query = query.where(Meeting.slug == choice.meeting)
    if choice.group:
        query = query.where(State.regional_group == choice.group)
    if choice.flagged:
        query = query.where(sa.or_(named.c.flagged > 0, sa.func.cardinality(Review.faults) > 0))
    return [Waiting(*row) for row in session.execute(query)]


def _last_responses() -> sa.Subquery:
    return (
        sa.select(
            Response.id,
            Response.nomination_id,
            Response.note_id,
            Response.addressee_id,
            Response.received_at,
        )
        .where(Response.nomination_id.is_not(None))
        .ext(distinct_on(Response.nomination_id))
        .order_by(Response.nomination_id, Response.received_at.desc(), Response.id.desc())
        .subquery()
    )


def _counts() -> sa.Subquery:
    """Of what each nomination names now: how much there is, was compared, and does not match."""
    return (
        sa.select(
            Response.nomination_id,
            sa.func.count().label("names"),
            sa.func.count(NameCheck.verdict).label("compared"),
            sa.func.count(NameCheck.verdict)
            .filter(NameCheck.verdict != Verdict.MATCHES)
            .label("flagged"),
        )
        .select_from(Designation)
        .join(Response, Response.id == Designation.response_id)
        .outerjoin(NameCheck, NameCheck.designation_id == Designation.id)
        .where(Designation.in_force_until.is_(None), Response.nomination_id.is_not(None))
        .group_by(Response.nomination_id)
        .subquery()
    )


@dataclass(frozen=True)
class Alike:
    """Somebody else whose name is like one that is compared."""

    designation: Designation
    state: State
    meeting: Meeting
    likeness: Likeness
    same_nomination: bool


@dataclass(frozen=True)
class Named:
    """One name of a nomination, what comparing it showed, and who may be the same person."""

    designation: Designation
    check: NameCheck | None
    alike: list[Alike] = field(default_factory=list)


@dataclass(frozen=True)
class Comparison:
    """One nomination beside the note that speaks for it."""

    nomination: Nomination
    state: State
    meeting: Meeting
    response: Response
    note: Note
    names: list[Named]
    review: Review | None
    document: Document | None
    examination: Examination | None
    pictures: list[PagePicture]

    @property
    def version(self) -> int:
        """Of what was found so far; 0 where nothing was yet."""
        return self.review.version if self.review else 0

    @property
    def faults(self) -> list[Fault]:
        return [Fault(each) for each in self.review.faults] if self.review else []

    @property
    def bars(self) -> tuple[Bar, ...]:
        """What stands between the nomination and its verification."""
        head = next((each for each in self.names if each.designation.head_of_delegation), None)
        return bars(
            {
                each.designation.id: each.check.verdict if each.check else None
                for each in self.names
            },
            self.faults,
            head=head.designation.id if head else None,
        )


def comparison(session: Session, nomination_id: UUID) -> Comparison:
    """One nomination that was sent, with everything to compare it. Raises NotFound."""
    row = session.execute(
        sa.select(Nomination, State, Meeting)
        .join(State, State.code == Nomination.state_code)
        .join(Meeting, Meeting.id == Nomination.meeting_id)
        .where(Nomination.id == nomination_id, Nomination.stage.in_(SHOWN))
    ).first()
    response = last_response(session, nomination_id)
    if row is None or response is None:
        raise NotFound("There is no such nomination, or the State works on it at present.")
    nomination, state, meeting = row
    document_id = response.document_id or _note_on_paper(session, nomination)
    return Comparison(
        nomination=nomination,
        state=state,
        meeting=meeting,
        response=response,
        note=session.get_one(Note, response.note_id),
        names=_named(session, response),
        review=review_of(session, response),
        document=session.get(Document, document_id) if document_id else None,
        examination=quarantine.of(session, document_id) if document_id else None,
        pictures=quarantine.pictures(session, document_id) if document_id else [],
    )


def _note_on_paper(session: Session, nomination: Nomination) -> UUID | None:
    """The mission's note as staff recorded it last, where it came another way than the names."""
    return session.scalar(
        sa.select(Response.document_id)
        .join(Note, Note.id == Response.note_id)
        .where(
            Response.state_code == nomination.state_code,
            Response.nomination_id.is_(None),
            Response.document_id.is_not(None),
            Note.meeting_id == nomination.meeting_id,
        )
        .order_by(Response.received_at.desc())
        .limit(1)
    )


def last_response(session: Session, nomination_id: UUID) -> Response | None:
    """What a State sent last for a nomination."""
    return session.scalar(
        sa.select(Response)
        .where(Response.nomination_id == nomination_id)
        .order_by(Response.received_at.desc(), Response.id.desc())
        .limit(1)
    )


def review_of(session: Session, response: Response) -> Review | None:
    """What was found in a response as a whole, if anybody looked."""
    return session.scalar(sa.select(Review).where(Review.response_id == response.id))


@dataclass(frozen=True)
class Returned:
    """What the office told a State when it last returned its answer, and found before."""

    review: Review
    names: list[Named]

    @property
    def faults(self) -> list[Fault]:
        return [Fault(each) for each in self.review.faults]


def last_return(session: Session, nomination_id: UUID) -> Returned | None:
    """The last return of a nomination. Raises NotFound for another State's than the actor's."""
    if session.get(Nomination, nomination_id) is None:
        raise NotFound("There is no such answer, or it is not yours to see.")
    review = session.scalar(
        sa.select(Review)
        .where(Review.nomination_id == nomination_id, Review.returned_at.is_not(None))
        .order_by(Review.returned_at.desc())
        .limit(1)
    )
    if review is None:
        return None
    rows = session.execute(
        sa.select(Designation, NameCheck)
        .join(NameCheck, NameCheck.designation_id == Designation.id)
        .join(Response, Response.id == Designation.response_id)
        .where(
            Response.nomination_id == nomination_id,
            NameCheck.verdict != Verdict.MATCHES,
            NameCheck.checked_at <= review.returned_at,
            sa.or_(
                Designation.in_force_until.is_(None),
                Designation.in_force_until > review.returned_at,
            ),
        )
        .order_by(Designation.id)
    )
    return Returned(review, [Named(designation, check) for designation, check in rows])


def _named(session: Session, response: Response) -> list[Named]:
    named = responses.named_in(session, response)
    keys = [each.id for each in named]
    checks = {
        each.designation_id: each
        for each in session.scalars(sa.select(NameCheck).where(NameCheck.designation_id.in_(keys)))
    }
    lines = [each.line_id for each in named]
    rows = session.execute(sa.select(Delegate.id, Delegate.position).where(Delegate.id.in_(lines)))
    places = {row.id: row.position for row in rows}
    others = _doubles(session, response, named)
    return [
        Named(each, checks.get(each.id), others.get(each.id, []))
        for each in sorted(
            named,
            key=lambda one: (
                one.kind is DesignationKind.GOVERNMENTAL_EXPERT,
                one.kind,
                not one.head_of_delegation,
                places.get(one.line_id, 0),
                one.id,
            ),
        )
    ]


def _doubles(
    session: Session, response: Response, named: list[Designation]
) -> dict[UUID, list[Alike]]:
    """Of each person, who else may be the same: named by another State, or twice by this one.

    That a State names the same person for another meeting too is no double.
    """
    persons = [each for each in named if each.kind is DesignationKind.GOVERNMENTAL_EXPERT]
    if not persons:
        return {}
    rows = session.execute(
        sa.select(Designation, State, Meeting, Response.nomination_id)
        .join(State, State.code == Designation.state_code)
        .join(Response, Response.id == Designation.response_id)
        .join(Note, Note.id == Response.note_id)
        .join(Meeting, Meeting.id == Note.meeting_id)
        .where(
            Designation.kind == DesignationKind.GOVERNMENTAL_EXPERT,
            Designation.in_force_until.is_(None),
            sa.or_(
                Designation.state_code != response.state_code,
                Response.nomination_id == response.nomination_id,
            ),
        )
        .order_by(State.sort_key, Designation.id)
    ).all()
    known = {row[0].id: row for row in rows}
    names = {key: row[0].name for key, row in known.items()}
    found = {}
    for person in persons:
        others = {key: name for key, name in names.items() if key != person.id}
        found[person.id] = [
            Alike(*known[each.key][:3], each.likeness, known[each.key][3] == response.nomination_id)
            for each in alike(person.name, others)
        ]
    return found


def confirmed(session: Session, meeting_id: UUID) -> list[tuple[Designation, State]]:
    """The persons whom the list of participants of a meeting names, by State.

    The head of a delegation comes first, then the order of the mission's note, as the State put its
    persons; whom it no longer has there comes last, by sorting name.
    Only who was found in the note is confirmed. A person whom a State words anew keeps the place
    under the words that were confirmed, until the new ones are; whom it withdrew is gone.
    """
    newest = (
        sa.select(Designation.id)
        .join(NameCheck, NameCheck.designation_id == Designation.id)
        .join(Response, Response.id == Designation.response_id)
        .join(Note, Note.id == Response.note_id)
        .where(
            Note.meeting_id == meeting_id,
            Designation.kind == DesignationKind.GOVERNMENTAL_EXPERT,
            NameCheck.confirmed_at.is_not(None),
            _still_named(),
        )
        .ext(distinct_on(Designation.line_id))
        .order_by(Designation.line_id, Designation.in_force_from.desc())
    )
    rows = session.execute(
        sa.select(Designation, State)
        .join(State, State.code == Designation.state_code)
        .outerjoin(Delegate, Delegate.id == Designation.line_id)
        .where(Designation.id.in_(newest))
        .order_by(
            State.sort_key,
            Designation.head_of_delegation.desc(),
            Delegate.position.nulls_last(),
            Designation.sorting_name,
            Designation.id,
        )
    )
    return [(designation, state) for designation, state in rows]


def _still_named() -> sa.ColumnElement[bool]:
    """Whether the line of a designation is in force, in these words or in others."""
    present = sa.orm.aliased(Designation)
    return (
        sa.select(present.id)
        .where(present.line_id == Designation.line_id, present.in_force_until.is_(None))
        .correlate(Designation)
        .exists()
    )
