"""Recording and correcting what a State did towards the Convention: signature and consent."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from registration import clock
from registration.db import Session
from registration.errors import Conflict, NotFound, Refused
from registration.permissions import Permission, demand
from registration.states import rules
from registration.states.corrections import sourced, write_down
from registration.states.models import Instrument, InstrumentKind, State
from registration.states.rules import Dated


@dataclass(frozen=True)
class Particulars:
    """What an instrument is: its kind and its day, or the bounds between which its day lies."""

    kind: InstrumentKind
    day: date | None = None
    not_before: date | None = None
    not_after: date | None = None

    @property
    def dated(self) -> Dated:
        """The same, as the rules see it."""
        return Dated(
            self.kind is not InstrumentKind.SIGNATURE, self.day, self.not_before, self.not_after
        )

    def __str__(self) -> str:
        days = self.day.isoformat() if self.day else f"{self.not_before}/{self.not_after}"
        return f"{self.kind.value} {days}"


def particulars(instrument: Instrument) -> Particulars:
    """What is recorded of an instrument; its text form is what a form gives back as `seen`."""
    return Particulars(instrument.kind, instrument.day, instrument.not_before, instrument.not_after)


def add_instrument(
    session: Session, state_code: str, new: Particulars, *, source: str, as_at: date
) -> Instrument:
    """Record a signature or a deposit. A State has one of each at most."""
    demand(session.actor, Permission.CORRECT_STATE)
    _lock(session, state_code)
    source_line = _checked(session, state_code, new, source, as_at)
    instrument = Instrument(
        state_code=state_code,
        kind=new.kind,
        day=new.day,
        not_before=new.not_before,
        not_after=new.not_after,
        source=source,
        as_at=as_at.isoformat(),
    )
    session.add(instrument)
    session.flush()
    write_down(
        session,
        state_code,
        f"instrument.{new.kind.value}",
        "",
        str(new),
        source=source_line,
        as_at=as_at,
    )
    return instrument


def correct_instrument(
    session: Session,
    state_code: str,
    instrument_id: UUID,
    new: Particulars,
    *,
    seen: str,
    source: str,
    as_at: date,
) -> Instrument:
    """Replace the kind, the day or the bounds of an instrument that was `seen` as given.

    Raises Conflict where somebody else has changed it meanwhile.
    """
    demand(session.actor, Permission.CORRECT_STATE)
    _lock(session, state_code)
    instrument = _found(session, state_code, instrument_id)
    before = str(particulars(instrument))
    if before == str(new) and (instrument.source, instrument.as_at) == (source, as_at.isoformat()):
        return instrument
    _refuse_unseen(before, seen)
    source_line = _checked(session, state_code, new, source, as_at, replaces=instrument)
    instrument.kind, instrument.day = new.kind, new.day
    instrument.not_before, instrument.not_after = new.not_before, new.not_after
    instrument.source, instrument.as_at = source, as_at.isoformat()
    write_down(
        session,
        state_code,
        f"instrument.{new.kind.value}",
        before,
        str(new),
        source=source_line,
        as_at=as_at,
    )
    return instrument


def remove_instrument(
    session: Session, state_code: str, instrument_id: UUID, *, seen: str, source: str, as_at: date
) -> None:
    """Take out an instrument that was recorded by mistake; the correction keeps what it said."""
    demand(session.actor, Permission.CORRECT_STATE)
    _lock(session, state_code)
    instrument = _found(session, state_code, instrument_id)
    before = str(particulars(instrument))
    _refuse_unseen(before, seen)
    source_line = sourced(source, as_at)
    session.delete(instrument)
    write_down(
        session,
        state_code,
        f"instrument.{instrument.kind.value}",
        before,
        "",
        source=source_line,
        as_at=as_at,
    )


def _lock(session: Session, state_code: str) -> None:
    """One correction of a State's instruments at a time, so that none is recorded twice."""
    if session.get(State, state_code, with_for_update=True) is None:
        raise NotFound("There is no such State in the list.")


def _found(session: Session, state_code: str, instrument_id: UUID) -> Instrument:
    instrument = session.get(Instrument, instrument_id, populate_existing=True)
    if instrument is None or instrument.state_code != state_code:
        raise NotFound("There is no such instrument.")
    return instrument


def _refuse_unseen(before: str, seen: str) -> None:
    if before != seen:
        raise Conflict(
            "Somebody else has corrected this meanwhile. It now says “%(value)s”.", value=before
        )


def _checked(
    session: Session,
    state_code: str,
    new: Particulars,
    source: str,
    as_at: date,
    replaces: Instrument | None = None,
) -> str:
    if (new.day is None) == (new.not_before is None or new.not_after is None):
        raise Refused("Enter the day, or both days between which it lies.", field="day")
    if new.day is not None and (new.not_before or new.not_after):
        raise Refused("Enter the day, or both days between which it lies.", field="day")
    if not rules.is_possible(new.dated, clock.today()):
        raise Refused(
            "This cannot be: signatures were made from 9 December 2003 to 9 December 2005, deposits"
            " from 9 December 2003 to today, and the first of two days comes first.",
            field="day",
        )
    _refuse_a_second(session, state_code, new, replaces)
    return sourced(source, as_at)


def _refuse_a_second(
    session: Session, state_code: str, new: Particulars, replaces: Instrument | None
) -> None:
    others = session.scalars(sa.select(Instrument).where(Instrument.state_code == state_code))
    for other in others:
        if other is not replaces and particulars(other).dated.is_consent == new.dated.is_consent:
            raise Refused(
                "A signature or an instrument of this sort is recorded already: correct that one.",
                field="kind",
            )
