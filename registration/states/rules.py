"""Treaty status on a day, derived from dated instruments (articles 67 and 68 of the Convention)."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

OPENED_FOR_SIGNATURE = date(2003, 12, 9)  # article 67, 1
CLOSED_FOR_SIGNATURE = date(2005, 12, 9)
ENTRY_INTO_FORCE = date(2005, 12, 14)  # ninety days after the thirtieth deposit (article 68, 1)
PARTIES_FOR_ENTRY_INTO_FORCE = 30
WAITING_TIME = timedelta(days=30)  # from a later deposit (article 68, 2)


class TreatyStatus(StrEnum):
    """What a State is to the Convention on a day."""

    STATE_PARTY = "state_party"
    CONTRACTING = "contracting"  # deposited; not yet in force for it
    SIGNATORY = "signatory"
    UNKNOWN = "unknown"  # the day of an instrument is not known, and it matters on this day
    NEITHER = "neither"


INVITED = frozenset(TreatyStatus) - {TreatyStatus.NEITHER}


@dataclass(frozen=True)
class Dated:
    """An instrument as far as its day is known: either `day`, or both bounds.

    The bounds of a deposit enclose everything that is not known: before the first the State has not
    deposited, after the last the Convention is in force for it.
    """

    is_consent: bool
    day: date | None = None
    not_before: date | None = None
    not_after: date | None = None

    @property
    def earliest(self) -> date:
        """The first day on which it may have been done."""
        return _given(self.day or self.not_before)

    @property
    def latest(self) -> date:
        """The last day on which it may have been done."""
        return _given(self.day or self.not_after)


def _given(day: date | None) -> date:
    if day is None:
        raise ValueError("an instrument needs a day, or both bounds")
    return day


def is_possible(instrument: Dated, today: date) -> bool:
    """Whether this can have happened: in the time for it, by today, and in this order of bounds.

    The Convention was open for signature until 9 December 2005; it stays open for consent.
    """
    close = today if instrument.is_consent else CLOSED_FOR_SIGNATURE
    return OPENED_FOR_SIGNATURE <= instrument.earliest <= instrument.latest <= close


def entry_into_force(deposit: date) -> date:
    """The first day on which the Convention binds a State that deposited on that day."""
    return max(ENTRY_INTO_FORCE, deposit + WAITING_TIME)


def status_on(instruments: Iterable[Dated], day: date) -> TreatyStatus:
    """What a State with these instruments is on that day; UNKNOWN where that cannot be said.

    Where the day of deposit is not known, the status is certain before the first bound and after
    the last, and UNKNOWN from the one to the other, both included.
    """
    instruments = list(instruments)
    consents = [_by_consent(each, day) for each in instruments if each.is_consent]
    signatures = [_by_signature(each, day) for each in instruments if not each.is_consent]
    found = {*consents, *signatures}
    for status in TreatyStatus:
        if status in found:
            return _less_certain(status, found)
    return TreatyStatus.NEITHER


def _less_certain(best: TreatyStatus, found: set[TreatyStatus]) -> TreatyStatus:
    """A signatory whose consent may or may not have been deposited is not known to be either."""
    if best is TreatyStatus.SIGNATORY and TreatyStatus.UNKNOWN in found:
        return TreatyStatus.UNKNOWN
    return best


def _by_consent(instrument: Dated, day: date) -> TreatyStatus:
    if day < instrument.earliest:
        return TreatyStatus.NEITHER
    if instrument.day is None:
        return _within_bounds(instrument, day)
    if day >= entry_into_force(instrument.day):
        return TreatyStatus.STATE_PARTY
    return TreatyStatus.CONTRACTING


def _within_bounds(instrument: Dated, day: date) -> TreatyStatus:
    if day <= instrument.latest:
        return TreatyStatus.UNKNOWN
    return TreatyStatus.STATE_PARTY if day >= ENTRY_INTO_FORCE else TreatyStatus.CONTRACTING


def _by_signature(instrument: Dated, day: date) -> TreatyStatus:
    if day < instrument.earliest:
        return TreatyStatus.NEITHER
    return TreatyStatus.SIGNATORY if day >= instrument.latest else TreatyStatus.UNKNOWN


@lru_cache(maxsize=4096)  # the names of all States, over and over
def alphabetical(name: str) -> str:
    """A key that sorts names as a dictionary does: without regard to case and accents."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(each for each in letters if not unicodedata.combining(each))
