"""Somebody is killed (kill -9) at each named point of a dispatch to 193 States.

`python3 dev.py deaths` lets one dispatch run for each point at which the tests kill
(`tests.faults.points`): the copies are made and sent by two workers and a relay, and whoever comes
to that place first dies there; while sending, somebody dies once more when a third has left. What
is right, and what is not measured, says `workshop.trial`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path
from uuid import UUID

from registration import db
from registration.journal.service import Then, promise
from registration.notes.issuing import RUN
from registration.notes.models import Note
from registration.post import mailings
from tests import builders as make
from tests.faults.points import MAKING, RELAY, SENDING, SETTLING
from workshop.mail_catcher import Mailbox, MailCatcher
from workshop.services import ValkeyServer
from workshop.testbed import Testbed
from workshop.trial import COPIES, PROGRAM, Trial, officers, prepared, servers

POINTS = (*RELAY, *MAKING, *SENDING, *SETTLING)
IN_DOUBT = "post.dot_sent"  # whoever dies there leaves something to settle


def _strike(trial: Trial, point: str) -> tuple[int, list[str]]:
    """How many died at that point, and a sentence for each thing that is wrong."""
    note_id = trial.issue()
    first = IN_DOUBT if point in SETTLING else point
    armed = 1
    trial.office.arm(first)
    with trial.at_work():
        _begin(trial, note_id)
        trial.wait(lambda: not trial.office.is_armed, f"somebody dies at {first}")
        if point not in MAKING:  # several deaths over the making would rightly end it
            trial.wait(lambda: trial.left() >= trial.copies // 3, "a third has left")
            armed += 1
            trial.office.arm(point)
    trial.come_to_an_end()
    deaths = armed - trial.office.is_armed  # the second may come too late
    return deaths, trial.wrong(note_id)


def _begin(trial: Trial, note_id: UUID) -> None:
    """Let the copies be made, and leave as soon as they are."""
    with db.session_for(trial.office.bind, PROGRAM) as session:
        drafter, _ = officers(session)
        mailings.begin(session, note_id, confirmed_by_id=drafter.id, left_out=[])
        master = make.a_master(session, session.get_one(Note, note_id))
        promise(session, [Then(RUN, master.id)])


def _try(point: str, copies: int, both: tuple[Testbed, ValkeyServer]) -> bool:
    """Let the dispatch of that point run and print what became of it; whether all was right."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="registration-deaths-") as folder:
        catcher = MailCatcher(Mailbox(Path(folder)))
        with prepared(point, copies, both, catcher) as trial:
            deaths, wrong = _strike(trial, point)
    outcome = "; ".join(wrong) or f"{copies} handed over once, numbers whole"
    took = time.monotonic() - started
    print(f"{point}: {outcome} ({took:.0f} s; {deaths} killed)", flush=True)
    return not wrong


def main(arguments: list[str]) -> int:
    """Kill at every point; 1 where a dispatch lost, doubled or left out anything."""
    words = argparse.ArgumentParser(prog="python3 dev.py deaths", description=__doc__)
    words.add_argument("--copies", type=int, default=COPIES, help="States that get a copy")
    words.add_argument("--only", default="", metavar="WORD", help="points whose name has it")
    chosen = words.parse_args(arguments)
    points = [point for point in POINTS if chosen.only in point]
    with servers() as both:
        right = sum(_try(point, chosen.copies, both) for point in points)
    print(f"{right} of {len(points)} points: {chosen.copies} copies handed over once each")
    return 0 if right == len(points) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
