"""Notes verbales in each stage, their copies in each kind of trouble, and their reminders."""

from datetime import date

import sqlalchemy as sa

from registration import clock
from registration.db import Session
from registration.documents import service as documents
from registration.documents.examination import Upload
from registration.documents.models import Document, DocumentKind
from registration.journal.service import record
from registration.notes import clearance, enclosing
from registration.notes.ladders import climbing, setting
from registration.notes.models import Letter, Note
from registration.notes.rules import LetterStage
from registration.post.rules import MessageStage
from registration.words import LANGUAGES
from tests import builders
from tests.browser.world.office import MISSIONS, Office, let_it_be
from tests.notes.desk import unrehearsed
from tests.responses.samples import a_pdf

TROUBLE = {
    "EU": MessageStage.UNCERTAIN,
    "RUS": MessageStage.FAILED,
    "BOL": MessageStage.BOUNCED,
    "CHN": MessageStage.PARKED,
    "GBR": MessageStage.READY,
}
CANNOT_BE_PRINTED = "VCT"


def write_notes(office: Office) -> None:
    """One note in each stage; one of them is issued, and sent."""
    desk = office.desk
    let_it_be(date(2013, 7, 1))
    office.note = _with_an_enclosure(office, desk.draft(), dict.fromkeys(LANGUAGES, "Guide"))
    desk.do(desk.otto, desk.do(desk.anna, office.note, unrehearsed), clearance.clear)
    office.note = desk.issue(office.note, "CU 2013/175", date(2013, 7, 1))
    draft = desk.draft(title="A draft, with a title that says at length what it is about")
    office.draft = _with_an_enclosure(office, draft, {"en": "Guide to the registration system"})
    office.submitted = desk.submitted()
    office.cleared = desk.cleared()
    office.returned = desk.submitted()
    office.withdrawn = desk.do(desk.anna, desk.draft(), clearance.withdraw)
    desk.do(
        desk.otto,
        office.returned,
        lambda session, note: clearance.return_(session, note, "Say the day.\n\nAnd the city."),
    )


def _with_an_enclosure(office: Office, note: Note, titles: dict[str, str]) -> Note:
    def enclose(session: Session, note: Note) -> Note:
        upload = Upload("A guide.pdf", a_pdf())
        enclosing.enclose_file(session, note, upload, titles=titles, language="all")
        return note

    return office.desk.do(office.desk.anna, note, enclose)


def carry(office: Office) -> None:
    """What the workers do: copies made or not, messages in each stage."""
    let_it_be(date(2013, 7, 1), hour=11)
    with office.desk.program() as session:
        printed = documents.store(
            session,
            a_pdf(),
            kind=DocumentKind.LETTER,
            filename="CU-2013-175.pdf",
            media_type="application/pdf",
        )
        for letter in session.scalars(sa.select(Letter).where(Letter.note_id == office.note.id)):
            if letter.state_code == CANNOT_BE_PRINTED or (
                letter.addressee_id is None and letter.language == "zh"
            ):
                letter.stage, letter.problem = LetterStage.PARKED, "A glyph is missing: U+FFFF."
            elif letter.addressee_id is None or letter.state_code in MISSIONS:
                _print(session, letter, printed)


def _print(session: Session, letter: Letter, printed: Document) -> None:
    document = printed if letter.addressee_id is None else _own(session, letter)
    letter.stage, letter.document_id = LetterStage.RENDERED, document.id
    letter.rendered_at = clock.now()
    if letter.addressee_id is None:
        return
    stage = TROUBLE.get(letter.state_code or "", MessageStage.HANDED_OVER)
    message = builders.a_copy_in_the_mail(
        session,
        letter,
        subject="Note verbale CU 2013/175",
        text="A note verbale of the Secretariat is attached.",
        language=letter.language,
        attachments=[{"document_id": str(document.id), "filename": "CU-2013-175.pdf"}],
        stage=stage,
        handed_over_at=clock.now() if stage is MessageStage.HANDED_OVER else None,
        refused={"registry@missions.example": "550 5.1.1 No such user"},
        attempts=1,
        reply="250 2.0.0 Ok" if stage is MessageStage.HANDED_OVER else "451 4.3.0 Later",
    )
    record(
        session,
        f"message.{stage.value}",
        "message",
        message.id,
        state_code=message.state_code,
        detail={"purpose": message.purpose, "attempt": 1, "reply": message.reply},
    )


def _own(session: Session, letter: Letter) -> Document:
    return documents.store(
        session,
        a_pdf(),
        kind=DocumentKind.LETTER,
        filename="CU-2013-175.pdf",
        media_type="application/pdf",
        state_code=letter.state_code,
    )


def remind(office: Office) -> None:
    """Days of reminders of the note that was answered late: one drafted one, one is to come."""
    let_it_be(date(2013, 10, 3))
    with office.desk.acting(office.desk.anna) as session:
        setting.set_rungs(session, session.get_one(Note, office.note.id), (-7, -14), version=0)
    let_it_be(date(2013, 10, 7))
    with office.desk.program() as session:
        climbing.climb(session, office.note.id)
