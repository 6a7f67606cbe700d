"""The main job, done headless on an instance that is thrown away, and what came of it."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workshop.errors import WorkshopError
from workshop.instance import Instance, Ports
from workshop.mail_catcher import Mailbox
from workshop.memory import PeakMemory
from workshop.services import DATABASE, last_words
from workshop.steps import Steps
from workshop.supervisor import Supervisor

MAIN_JOB = "Doing the main job"
REFERENCE = "CU 2013/175"
MEETING = "2013-panama-city"
# On 1 July 2013 the Convention had 167 parties and 8 signatories that had not ratified it.
EXPECTED = {
    "addressees": 175,
    "copies": 175,
    "masters": 6,
    "languages": ["ar", "en", "es", "fr", "ru", "zh"],
    "mails_handed_over": 175,
    "mails_doubled": 0,
    "responses": 96,
}

_COUNTS = """
WITH the AS (SELECT id FROM note WHERE reference = %(reference)s),
     stored AS (SELECT * FROM letter
                WHERE note_id IN (SELECT id FROM the) AND document_id IS NOT NULL)
SELECT (SELECT count(*) FROM addressee WHERE note_id IN (SELECT id FROM the)),
       (SELECT count(*) FROM stored WHERE addressee_id IS NOT NULL),
       (SELECT count(*) FROM stored WHERE addressee_id IS NULL),
       (SELECT coalesce(array_agg(DISTINCT language ORDER BY language), '{}')
        FROM stored WHERE addressee_id IS NOT NULL),
       (SELECT count(*) FROM response WHERE note_id IN (SELECT id FROM the)
        AND kind IN ('nomination', 'will_not_nominate'))
"""
_SECONDS = """
SELECT round(extract(epoch FROM max(letter.rendered_at) - min(note.issued_at)), 2)::float,
       round(extract(epoch FROM max(message.handed_over_at) - min(note.issued_at)), 2)::float
FROM note
JOIN letter ON letter.note_id = note.id
LEFT JOIN dispatch ON dispatch.letter_id = letter.id
LEFT JOIN message ON message.id = dispatch.message_pk
WHERE note.reference = %(reference)s
"""
_MESSAGE_IDS = """
SELECT message.message_id
FROM dispatch
JOIN message ON message.id = dispatch.message_pk
JOIN note ON note.id = dispatch.note_id
WHERE note.reference = %(reference)s
"""


@dataclass(frozen=True)
class Outcome:
    """The figures of one run, and a sentence for each that is not as it must be."""

    figures: dict[str, Any]
    complaints: list[str]


@contextmanager
def throwaway_instance(ports: Ports | None = None) -> Iterator[Instance]:
    """An instance in a temporary folder, held; nothing of it is left after the block.

    Without `ports` it takes any that are free.
    """
    folder = Path(tempfile.mkdtemp(prefix="registration-demo-"))
    folder.chmod(0o755)  # the servers' own account passes here; what is inside is closed
    instance = Instance(folder / "instance", ports or Ports.any_free(), demo=True)
    try:
        with instance.held():
            yield instance
        instance.home.remove()  # its sockets lie elsewhere where the folder's name is long
    finally:
        shutil.rmtree(folder)


def main_job_on_throwaway_instance(steps: Steps) -> Outcome:
    """Start a throw-away instance, do the main job on it, and leave nothing running."""
    with throwaway_instance() as instance, PeakMemory() as memory:
        supervisor = Supervisor(instance, steps)
        with supervisor.running():
            figures = run_main_job(instance, supervisor, steps)
    job = steps.seconds[MAIN_JOB]
    figures["seconds"]["start"] = round(sum(steps.seconds.values()) - job, 2)
    figures["seconds"]["main_job"] = round(job, 2)
    figures["peak_rss_mb"] = memory.megabytes
    return Outcome(figures, complaints_about(figures))


def run_main_job(instance: Instance, supervisor: Supervisor, steps: Steps) -> dict[str, Any]:
    """Send the note of the demonstration out on a running instance; what came of it, counted.

    The counts are of rows, but for `mails_handed_over`: it counts the note's messages that the
    mail server itself says it accepted. `seconds` run from the issue of the note.
    """
    with steps.step(MAIN_JOB):
        code = supervisor.run("demo", output=instance.logs / "demo.log")
    if code != 0:
        raise WorkshopError(
            f"The demonstration failed. It said:\n{last_words(instance.logs / 'demo.log')}",
            mend="python3 dev.py up (and read the logs that it names)",
        )
    with instance.postgres.cluster.connect(DATABASE) as connection:
        counts = connection.execute(_COUNTS, {"reference": REFERENCE}).fetchone()
        sent = connection.execute(_MESSAGE_IDS, {"reference": REFERENCE}).fetchall()
        seconds = connection.execute(_SECONDS, {"reference": REFERENCE}).fetchone()
    names = ("addressees", "copies", "masters", "languages", "responses")
    figures: dict[str, Any] = dict(zip(names, counts or (), strict=True))
    figures["seconds"] = dict(zip(("to_last_copy", "to_last_mail"), seconds or (), strict=True))
    accepted = Counter(Mailbox(instance.mail).accepted_ids())
    times = [accepted[str(message_id)] for (message_id,) in sent]
    return figures | {
        "mails_handed_over": sum(1 for one in times if one > 0),
        "mails_doubled": sum(1 for one in times if one > 1),
    }


def complaints_about(figures: dict[str, Any]) -> list[str]:
    """A sentence for each figure that is not as it must be for this note."""
    return [
        f"{name} is {figures[name]!r}, and must be {right!r}."
        for name, right in EXPECTED.items()
        if figures[name] != right
    ]
