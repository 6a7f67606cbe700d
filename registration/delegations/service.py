"""Working on a nomination: the persons put forward, and who heads them.

Every verb takes the nomination as `begin` gave it: locked, so that two people of one State who work
at the same time come one after the other. The record of what was said is made elsewhere.
"""

from collections.abc import Sequence
from dataclasses import fields
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from registration import clock
from registration.db import Session, new_id
from registration.delegations.models import Delegate, Nomination
from registration.delegations.persons import NEEDED, Person, cleaned, known_by, person_of
from registration.delegations.rules import (
    NOMINATION,
    NominationAction,
    new_head,
)
from registration.errors import Conflict, NotFound, Refused
from registration.journal.service import record
from registration.permissions import Permission, demand

PERSONS_LIMIT = 500


def begin(session: Session, meeting_id: UUID) -> Nomination:
    """The nomination of the actor's State for a meeting, made where there is none, and locked."""
    state_code = session.actor.state_code or ""
    demand(session.actor, Permission.ANSWER)
    made = session.scalar(
        insert(Nomination)
        .values(
            id=new_id(),
            state_code=state_code,
            meeting_id=meeting_id,
            stage=NOMINATION.initial,
            mission_reference="",
            begun_at=clock.now(),
            changed_at=clock.now(),
            version=1,
        )
        .on_conflict_do_nothing()
        .returning(Nomination.id)
    )
    if made is not None:
        record(session, "nomination.begun", "nomination", made, state_code=state_code)
    return session.scalars(
        sa.select(Nomination)
        .where(Nomination.state_code == state_code, Nomination.meeting_id == meeting_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def changed(session: Session, nomination: Nomination, part: str, act: str, count: int = 1) -> None:
    """Record that a part of the answer was changed; what was sent before needs sending again.

    The journal names the part and the act, never a person: its rows cannot be removed.
    """
    demand(session.actor, Permission.ANSWER, nomination)
    nomination.stage = NOMINATION.after(nomination.stage, NominationAction.CHANGE)
    nomination.changed_at = clock.now()
    session.flush()
    session.refresh(nomination, ["delegates"])
    record(
        session,
        "nomination.changed",
        "nomination",
        nomination.id,
        state_code=nomination.state_code,
        detail={"part": part, "act": act, "count": count},
    )


def add(session: Session, nomination: Nomination, persons: Sequence[Person]) -> list[Delegate]:
    """Put persons forward, after those who are there already, in this order.

    One of them may be head of delegation, and then follows whoever was it before. Somebody of whom
    exactly the same is said already is not added again: a form that was sent twice changes nothing.
    """
    demand(session.actor, Permission.ANSWER, nomination)
    head = _head_among(persons)
    known = {known_by(person_of(each)) for each in nomination.delegates}
    last = max((each.position for each in nomination.delegates), default=0)
    added: list[Delegate] = []
    crowned = None
    for place, person in enumerate(persons):
        said = known_by(cleaned(person))
        if said not in known:
            known.add(said)
            added.append(_delegate(nomination, said, last + len(added) + 1))
            crowned = added[-1] if place == head else crowned
    _put_forward(session, nomination, added, crowned)
    return added


def _delegate(nomination: Nomination, person: Person, position: int) -> Delegate:
    delegate = Delegate(
        nomination_id=nomination.id, state_code=nomination.state_code, position=position
    )
    _write(delegate, person)
    return delegate


def _put_forward(
    session: Session, nomination: Nomination, added: Sequence[Delegate], crowned: Delegate | None
) -> None:
    if len(nomination.delegates) + len(added) > PERSONS_LIMIT:
        raise Refused("A delegation has at most %(limit)s persons here.", limit=PERSONS_LIMIT)
    session.add_all(added)
    session.flush()
    if crowned is not None:
        _crown(session, nomination, crowned)
    if added:
        changed(session, nomination, "experts", "added", len(added))


def _head_among(persons: Sequence[Person]) -> int | None:
    try:
        return new_head([person.head_of_delegation for person in persons])
    except ValueError:
        raise Refused("Mark one person only as head of delegation.") from None


def _write(delegate: Delegate, person: Person) -> None:
    """Write down what is said of a person, but for who heads the delegation."""
    said = cleaned(person)
    refuse_incomplete(said)
    for each in fields(said):
        if each.name != "head_of_delegation":
            value = getattr(said, each.name)
            setattr(delegate, each.name, list(value) if isinstance(value, tuple) else value)


def refuse_incomplete(person: Person) -> None:
    """Raise Refused, beside the field, where something is missing that every person has."""
    for name, demanded in NEEDED.items():
        if not getattr(person, name):
            raise Refused(demanded, field=name)


def find(nomination: Nomination, delegate_id: UUID) -> Delegate:
    """One person of the nomination. Raises NotFound where there is no such person in it."""
    for delegate in nomination.delegates:
        if delegate.id == delegate_id:
            return delegate
    raise NotFound("This person is no longer in the answer.")


def reword(
    session: Session, nomination: Nomination, delegate: Delegate, person: Person, *, version: int
) -> None:
    """Correct what is said of a person.

    Raises Conflict unless `version` is the present one, or there is nothing to change.
    """
    demand(session.actor, Permission.ANSWER, nomination)
    if cleaned(person) == person_of(delegate):
        return
    if version != delegate.version:
        raise Conflict("Somebody else changed this person after you opened the page.")
    becomes_head = person.head_of_delegation and not delegate.head_of_delegation
    _write(delegate, person)
    if not person.head_of_delegation:
        delegate.head_of_delegation = False
    session.flush()
    if becomes_head:
        _crown(session, nomination, delegate)
    changed(session, nomination, "experts", "changed")


def replace(
    session: Session, nomination: Nomination, delegate: Delegate, person: Person, *, version: int
) -> Delegate:
    """Put another person in the place of this one, as head of delegation too if this one was.

    What was said of the former stays on record until the answer is sent again. Raises Conflict
    unless `version` is the present one of the former.
    """
    demand(session.actor, Permission.ANSWER, nomination)
    if version != delegate.version:
        raise Conflict("Somebody else changed this person after you opened the page.")
    other = _delegate(nomination, person, delegate.position)
    was_head = delegate.head_of_delegation
    session.delete(delegate)
    session.flush()
    other.head_of_delegation = was_head
    session.add(other)
    changed(session, nomination, "experts", "replaced")
    return other


def remove(session: Session, nomination: Nomination, delegate: Delegate) -> None:
    """Take a person out of the answer. What was said of the person before stays on record."""
    demand(session.actor, Permission.ANSWER, nomination)
    session.delete(delegate)
    changed(session, nomination, "experts", "removed")


def make_head(session: Session, nomination: Nomination, delegate: Delegate) -> None:
    """Let that person head the delegation, instead of whoever did before."""
    demand(session.actor, Permission.ANSWER, nomination)
    if delegate.head_of_delegation:
        return
    _crown(session, nomination, delegate)
    changed(session, nomination, "experts", "headed")


def _crown(session: Session, nomination: Nomination, delegate: Delegate) -> None:
    # The database allows one head at a time, so the former one steps back first.
    for other in nomination.delegates:
        if other is not delegate:
            other.head_of_delegation = False
    session.flush()
    delegate.head_of_delegation = True
    session.flush()


def move_up(session: Session, nomination: Nomination, delegate: Delegate) -> None:
    """Put a person one place higher, in the order of the mission's note."""
    demand(session.actor, Permission.ANSWER, nomination)
    above = [each for each in nomination.delegates if each.position < delegate.position]
    if above:
        above[-1].position, delegate.position = delegate.position, above[-1].position
        changed(session, nomination, "experts", "moved")
