"""The task that prints one file of a list of participants."""

from letters import list_of_participants, word_document
from registration.participants import printing
from registration.participants.rules import FileForm
from registration.participants.service import PRINT
from workers.app import task
from workers.unit import unit

PRINTERS = {
    FileForm.PDF: list_of_participants.printed,
    FileForm.DOCX: word_document.written,
}


@task(PRINT)
def print_list(outbox_id: int) -> None:
    """Make the file and keep it, or park it with the reason."""
    with unit(outbox_id, PRINT, give_up=printing.give_up) as work:
        if work is not None:
            printing.make_file(work.session, PRINTERS, work.subject_id)
