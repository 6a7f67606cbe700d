"""Makes the pictures of the README from a demonstration that runs for the purpose."""

from __future__ import annotations

import io
from pathlib import Path

import pypdfium2

from registration.documents.store import Store
from workshop.browser import Visitor, chromium
from workshop.demo import REFERENCE, run_main_job, throwaway_instance
from workshop.errors import WorkshopError
from workshop.instance import ROOT, Instance, Ports
from workshop.mail_catcher import Mailbox
from workshop.services import DATABASE
from workshop.steps import Steps
from workshop.supervisor import Supervisor

FOLDER = ROOT / "docs" / "pictures"
# Beside each other on a README's page, and sharp on a screen with twice the dots.
_NOTE_WIDTH = 900

_ONE_COPY = """
SELECT note.id, document.sha256
FROM note
JOIN letter ON letter.note_id = note.id
JOIN document ON document.id = letter.document_id
WHERE note.reference = %s AND letter.language = %s AND letter.addressee_id IS NOT NULL
ORDER BY letter.state_code
LIMIT 1
"""


def main() -> int:
    """Write docs/pictures/note.png and docs/pictures/tracking.png."""
    steps = Steps()
    FOLDER.mkdir(parents=True, exist_ok=True)
    ports = Ports.beside(8000)  # they can be read in the pictures
    ports.require_free()
    with throwaway_instance(ports) as instance:
        supervisor = Supervisor(instance, steps)
        with supervisor.running():
            run_main_job(instance, supervisor, steps)
            note, pdf = _one_copy(instance)
            with steps.step("Taking the pictures"):
                _first_page(pdf, FOLDER / "note.png")
                _board(instance, note, FOLDER / "tracking.png")
    steps.say(f"The pictures are in {FOLDER.relative_to(ROOT)}.")
    return 0


def _one_copy(instance: Instance) -> tuple[str, bytes]:
    with instance.postgres.cluster.connect(DATABASE) as connection:
        found = connection.execute(_ONE_COPY, (REFERENCE, "en")).fetchone()
    if found is None:
        raise WorkshopError("There is no English copy.", mend="read the demonstration's log")
    note, digest = map(str, found)
    return note, Store(Path(instance.environment()["REGISTRATION_STORE_DIR"])).get(digest)


def _first_page(pdf: bytes, target: Path) -> None:
    page = pypdfium2.PdfDocument(pdf)[0]
    picture = page.render(scale=_NOTE_WIDTH / page.get_width()).to_pil()
    content = io.BytesIO()
    picture.save(content, "PNG", optimize=True)
    target.write_bytes(content.getvalue())


def _board(instance: Instance, note: str, target: Path) -> None:
    with chromium() as browser:
        visitor = Visitor(browser, instance.base_url, Mailbox(instance.mail), width=1200)
        visitor.sign_in("rosa@secretariat.example")
        visitor.page.goto(f"/notes/{note}/board")
        visitor.page.screenshot(path=target)
        visitor.close()
