"""Questions to the register of authorities: who is competent where, since when, and how fresh."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from registration import clock
from registration.authorities.models import Authority, Confirmation, CorrectionRequest
from registration.authorities.rules import Category, RequestStage, is_stale, missing
from registration.db import Session
from registration.designations.models import Designation
from registration.designations.rules import DesignationKind
from registration.errors import NotFound
from registration.responses.models import Response
from registration.states.models import RegionalGroup, State


@dataclass(frozen=True)
class Choice:
    """What of the register is looked at; what is empty chooses nothing."""

    words: str = ""
    category: Category | None = None
    group: RegionalGroup | None = None
    state_code: str | None = None
    stale: bool = False


@dataclass(frozen=True)
class Entry:
    """One entry in the words that are in force, or were last."""

    authority: Authority
    state: State
    last_confirmed_on: date | None
    is_questioned: bool  # somebody asked for a correction

    @property
    def last_said_on(self) -> date:
        """When somebody said last that it is right: by the document, or by confirming it."""
        said = self.authority.notified_on or self.authority.in_force_from
        return max(said, self.last_confirmed_on or said)

    @property
    def is_stale(self) -> bool:
        return self.authority.in_force_until is None and is_stale(self.last_said_on, clock.today())

    @property
    def missing(self) -> tuple[str, ...]:
        """The names of expected fields that say nothing."""
        return missing(self.authority.category, self.authority.particulars)


def entries(session: Session, choice: Choice, language: str) -> list[Entry]:
    """What is in force, by State and category. One query.

    Words are found without regard to accents, capitals, vowel signs and variants of Arabic letters,
    each in its own script.
    """
    query = _entries().where(Authority.in_force_until.is_(None))
    if choice.category:
        query = query.where(Authority.category == choice.category)
    if choice.group:
        query = query.where(State.regional_group == choice.group)
    if choice.state_code:
        query = query.where(Authority.state_code == choice.state_code)
    for word in choice.words.split():
        where = sa.func.folded(
            Authority.searched + " " + sa.func.coalesce(State.names[language].astext, "")
        )
        query = query.where(sa.func.strpos(where, sa.func.folded(word)) > 0)
    found = [_entry(*row) for row in session.execute(query)]
    return [each for each in found if each.is_stale or not choice.stale]


def _entries() -> sa.Select:  # type: ignore[type-arg]
    confirmed = (
        sa.select(sa.func.max(Confirmation.confirmed_at))
        .where(Confirmation.line_id == Authority.line_id)
        .correlate(Authority)
        .scalar_subquery()
    )
    questioned = (
        sa.select(CorrectionRequest.id)
        .where(
            CorrectionRequest.line_id == Authority.line_id,
            CorrectionRequest.stage == RequestStage.ASKED,
        )
        .correlate(Authority)
        .exists()
    )
    return (
        sa.select(Authority, State, confirmed, questioned)
        .join(State, State.code == Authority.state_code)
        .order_by(State.sort_key, Authority.category, Authority.name, Authority.id)
    )


def _entry(authority: Authority, state: State, confirmed_at: object, questioned: bool) -> Entry:
    on = clock.day_of(confirmed_at) if confirmed_at else None  # type: ignore[arg-type]
    return Entry(authority, state, on, questioned)


def present(session: Session, line_id: UUID) -> Authority:
    """The words of an entry that are in force. Raises NotFound where none are."""
    authority = session.scalar(
        sa.select(Authority).where(Authority.line_id == line_id, Authority.in_force_until.is_(None))
    )
    if authority is None:
        raise NotFound("There is no such entry in force.")
    return authority


@dataclass(frozen=True)
class Whole:
    """An entry with everything that was ever said of it, the newest first."""

    entry: Entry
    wordings: list[Authority]
    confirmations: list[Confirmation]
    requests: list[CorrectionRequest]


def whole(session: Session, line_id: UUID) -> Whole:
    """One entry with its history. Raises NotFound."""
    rows = session.execute(
        _entries()
        .where(Authority.line_id == line_id)
        .order_by(None)
        .order_by(Authority.in_force_until.desc().nulls_first(), Authority.recorded_at.desc())
    ).all()
    if not rows:
        raise NotFound("There is no such entry.")
    return Whole(
        entry=_entry(*rows[0]),
        wordings=[row[0] for row in rows],
        confirmations=list(
            session.scalars(
                sa.select(Confirmation)
                .where(Confirmation.line_id == line_id)
                .order_by(Confirmation.confirmed_at.desc())
            )
        ),
        requests=list(
            session.scalars(
                sa.select(CorrectionRequest)
                .where(CorrectionRequest.line_id == line_id)
                .order_by(CorrectionRequest.asked_at.desc())
            )
        ),
    )


@dataclass(frozen=True)
class Asked:
    """A request, with what stands in the register at present."""

    request: CorrectionRequest
    state: State
    present: Authority | None


def requests(
    session: Session, *, stage: RequestStage | None = None, state_code: str | None = None
) -> list[Asked]:
    """Requests, the oldest first: at a stage, of a State, or all."""
    query = _requests().order_by(CorrectionRequest.asked_at, CorrectionRequest.id)
    if stage:
        query = query.where(CorrectionRequest.stage == stage)
    if state_code:
        query = query.where(CorrectionRequest.state_code == state_code)
    return [Asked(*row) for row in session.execute(query)]


def request(session: Session, request_id: UUID) -> Asked:
    """One request. Raises NotFound, also where it is another State's."""
    row = session.execute(_requests().where(CorrectionRequest.id == request_id)).first()
    if row is None:
        raise NotFound("There is no such request, or it is not yours to see.")
    return Asked(*row)


def _requests() -> sa.Select:  # type: ignore[type-arg]
    return (
        sa.select(CorrectionRequest, State, Authority)
        .join(State, State.code == CorrectionRequest.state_code)
        .outerjoin(
            Authority,
            sa.and_(
                Authority.line_id == CorrectionRequest.line_id,
                Authority.in_force_until.is_(None),
            ),
        )
    )


@dataclass(frozen=True)
class NotEntered:
    """A central authority that an answer named and the register does not have."""

    designation: Designation
    state: State
    response: Response


def not_entered(session: Session) -> list[NotEntered]:
    """Central authorities of answers, of States without any for mutual legal assistance here."""
    entered = (
        sa.select(Authority.id)
        .where(
            Authority.state_code == Designation.state_code,
            Authority.category == Category.MUTUAL_LEGAL_ASSISTANCE,
            Authority.in_force_until.is_(None),
        )
        .correlate(Designation)
        .exists()
    )
    rows = session.execute(
        sa.select(Designation, State, Response)
        .join(State, State.code == Designation.state_code)
        .join(Response, Response.id == Designation.response_id)
        .where(
            Designation.kind == DesignationKind.CENTRAL_AUTHORITY,
            Designation.in_force_until.is_(None),
            ~entered,
        )
        .order_by(State.sort_key)
    )
    return [NotEntered(*row) for row in rows]


def not_entered_one(session: Session, designation_id: UUID) -> NotEntered | None:
    """One of them, if it is still one."""
    return next(
        (each for each in not_entered(session) if each.designation.id == designation_id), None
    )
