"""Setting a ladder: the days on which reminders of a note are drafted, or none any more."""

from collections.abc import Collection, Iterable
from datetime import date

from registration import clock
from registration.db import Session
from registration.errors import Conflict, IllegalMove, Refused
from registration.journal.service import record
from registration.notes.ladders import queries
from registration.notes.ladders.models import Ladder, Rung
from registration.notes.ladders.rules import EARLIEST, LATEST, RUNGS_LIMIT, day_of
from registration.notes.models import Note
from registration.notes.rules import NoteStage
from registration.permissions import Permission, demand


def set_rungs(session: Session, note: Note, wanted: Collection[int], *, version: int) -> Ladder:
    """Let reminders be drafted that many days before the last day; negative ones come after it.

    What was reached stays. `version` is that of the ladder when it was read, 0 where there was
    none. Raises Conflict, IllegalMove for a note that has no deadline or was withdrawn, and Refused
    for a day that has passed, for too many and for one that is too far away. The caller holds the
    note's lock.
    """
    demand(session.actor, Permission.EDIT_NOTE, note)
    if note.respond_by is None or note.stage is NoteStage.WITHDRAWN:
        raise IllegalMove("Reminders go with a note that awaits responses.")
    ladder = queries.of_note(session, note, lock=True)
    if version != (ladder.version if ladder else 0):
        raise Conflict("Somebody else changed these reminders while you were working on them.")
    reached, open_ = _parted(ladder.rungs if ladder else ())
    _refuse_impossible(set(wanted), reached, open_, note.respond_by)
    officer = session.actor.id
    if ladder is None:
        ladder = Ladder(note_id=note.id, set_by_id=officer)
        session.add(ladder)
    ladder.set_by_id, ladder.set_at = officer, clock.now()  # type: ignore[assignment]  # signed in
    kept = [rung for rung in ladder.rungs if rung.days_before in reached | set(wanted)]
    new = [Rung(days_before=days) for days in sorted(set(wanted) - open_)]
    ladder.rungs = kept + new
    session.flush()
    record(
        session,
        "note.ladder_set",
        "note",
        note.id,
        detail={"days": sorted(wanted, reverse=True)},
    )
    return ladder


def _parted(rungs: Iterable[Rung]) -> tuple[set[int], set[int]]:
    """The days of what was reached, and of what was not."""
    parts: tuple[set[int], set[int]] = (set(), set())
    for rung in rungs:
        parts[rung.reached_at is None].add(rung.days_before)
    return parts


def _refuse_impossible(wanted: set[int], reached: set[int], open_: set[int], last: date) -> None:
    if any(not LATEST <= days <= EARLIEST for days in wanted):
        raise Refused(
            "A reminder comes at most %(before)s days before the last day or %(after)s after it.",
            field="before",
            before=EARLIEST,
            after=-LATEST,
        )
    if len(wanted) > RUNGS_LIMIT:
        raise Refused("Set at most %(limit)s reminders.", field="before", limit=RUNGS_LIMIT)
    for days in sorted(wanted - open_, reverse=True):
        if days in reached or day_of(last, days) <= clock.today():
            raise Refused(
                "%(day)s has come already: choose a later day.",
                field="before" if days >= 0 else "after",
                day=day_of(last, days).strftime("%d/%m/%Y"),
            )
