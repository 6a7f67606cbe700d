"""Questions of the comparison: whom a nomination names, and who may be the same person."""

from dataclasses import dataclass, field
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on

from registration.db import Session
from registration.delegations.models import Delegate, Nomination
from registration.designations.models import Designation
from registration.designations.rules import DesignationKind
from registration.documents import quarantine
from registration.documents.models import Document, Examination, PagePicture
from registration.errors import NotFound
from registration.meetings.models import Meeting
from registration.notes.models import Note
from registration.responses import queries as responses
from registration.responses.models import Response
from registration.states.models import State
from registration.verification.likeness import Likeness, alike
from registration.verification.models import NameCheck, Review
from registration.verification.rules import SHOWN, Bar, Fault, Verdict, bars


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
