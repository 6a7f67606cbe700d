"""How long mail is kept: as it came for a year, and what was read in it as long as it matters."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from registration import db
from registration.documents import service as documents
from registration.documents.store import StoreError
from registration.inbox import service
from registration.inbox.models import Incoming
from registration.inbox.rules import IncomingStage, Mailbox
from registration.journal.models import Event
from registration.post.tokens import Road
from registration.privacy import purging
from registration.privacy.rules import YEAR
from tests import builders as make
from tests.inbox import mails
from tests.inbox.conftest import CAME_AT, PROGRAM, Office

DAY = timedelta(days=1)


def purged(office: Office, passed: timedelta) -> dict[str, int]:
    with (
        time_machine.travel(CAME_AT + passed, tick=False),
        db.session_for(office.engine, PROGRAM) as session,
    ):
        return purging.purge(session)


def lies_in_the_store(mail: Incoming) -> bool:
    try:
        documents.the_store().get(mail.sha256)
    except StoreError:
        return False
    return True


def dealt_with(office: Office, mail: Incoming, *, aside: bool = False) -> Incoming:
    with db.session_for(office.engine, make.acting(office.anna)) as session:
        verb = service.put_aside if aside else service.file
        verb(session, mail.id, reason="A reason.", version=mail.version)
    return office.incoming(mail.id)


def test_a_mail_goes_as_it_came_and_what_was_read_in_it_stays(office: Office) -> None:
    content = mails.in_arabic_with_a_scan(office.token(Road.REPLY))
    mail = dealt_with(office, office.take_in(content))
    assert purged(office, YEAR - DAY)["raw_mail"] == 0
    assert lies_in_the_store(mail)
    assert purged(office, YEAR + DAY)["raw_mail"] == 1
    assert purged(office, YEAR + DAY)["raw_mail"] == 0
    assert not lies_in_the_store(mail)
    kept = office.incoming(mail.id)
    assert (kept.subject, kept.sender, kept.text) == (mail.subject, mail.sender, mail.text)
    assert kept.raw_gone_at is not None
    assert [file.document_id for file in kept.files] == [file.document_id for file in mail.files]
    with db.session_for(office.engine, PROGRAM) as session:
        told = session.scalars(
            sa.select(Event.detail).where(
                Event.kind == "privacy.purged", Event.subject_id == "raw_mail"
            )
        ).all()
        assert told == [{"count": 1}]
        # The mailbox is read anew, as when its server numbers everything afresh.
        again = service.keep(session, content, mailbox=Mailbox.REPLIES, received_at=CAME_AT)
        assert again is None
    assert not lies_in_the_store(mail)


@pytest.mark.parametrize("sender", [mails.MISSION, "stranger@elsewhere.example"])
def test_what_nobody_dealt_with_is_kept_as_it_came(office: Office, sender: str) -> None:
    mail = office.take_in(mails.written(sender).as_bytes())
    assert purged(office, 3 * YEAR)["raw_mail"] == 0
    assert lies_in_the_store(mail)


def test_stray_mail_loses_its_words_and_files_and_stays_counted(office: Office) -> None:
    stray = mails.with_files(("offer.docx", b"PK an offer"))
    mail = dealt_with(office, office.take_in(stray), aside=True)
    report = office.take_in(mails.delivery_report(office.token(Road.BOUNCE)), Mailbox.BOUNCES)
    answer = office.take_in(mails.out_of_office(office.token(Road.REPLY)))
    reply = dealt_with(
        office, office.take_in(mails.in_arabic_with_a_scan(office.token(Road.REPLY)))
    )
    assert purged(office, YEAR - DAY)["stray_mail"] == 0
    assert purged(office, YEAR + DAY)["stray_mail"] == 3
    assert purged(office, YEAR + DAY)["stray_mail"] == 0
    for each in (mail, report, answer):
        kept = office.incoming(each.id)
        assert (kept.sender, kept.subject, kept.text, kept.remark) == ("", "", "", "")
        assert (kept.stage, kept.kind) == (each.stage, each.kind)
    kept = office.incoming(mail.id)
    assert kept.stage is IncomingStage.PUT_ASIDE
    assert [(file.filename, file.document_id) for file in kept.files] == [("", None)]
    assert office.incoming(reply.id).text == reply.text
