"""A reply, a delivery report, an out-of-office, a forgery, a monster: each where it belongs."""

import sqlalchemy as sa

from registration import db
from registration.documents import passage
from registration.documents.models import Examination
from registration.documents.rules import ExaminationStage
from registration.inbox import queries, service
from registration.inbox.rules import Certainty, Doubt, Evidence, IncomingStage, Kind, Mailbox
from registration.journal.models import Event, Outbox
from registration.post import handover
from registration.post.models import Message
from registration.post.rules import MessageStage
from registration.post.tokens import Road
from registration.states.models import MissionAddress
from tests.documents.making import plain
from tests.inbox import mails
from tests.inbox.conftest import CAME_AT, PROGRAM, Office, a_message


def suspects(office: Office) -> list[str]:
    with db.open_session(office.engine, PROGRAM) as session:
        return list(
            session.scalars(
                sa.select(MissionAddress.email).where(MissionAddress.suspect_since.is_not(None))
            )
        )


def events(office: Office, kind: str) -> int:
    with db.open_session(office.engine, PROGRAM) as session:
        return session.scalar(sa.select(sa.func.count(Event.id)).where(Event.kind == kind)) or 0


def test_a_reply_in_arabic_lies_beside_its_state_and_note_with_its_scan(office: Office) -> None:
    found = office.take_in(mails.in_arabic_with_a_scan(office.token(Road.REPLY)))
    assert (found.kind, found.stage) == (Kind.REPLY, IncomingStage.MATCHED)
    assert (found.state_code, found.note_id) == ("AUT", office.note.id)
    assert (found.evidence, found.certainty) == (Evidence.TOKEN, Certainty.SURE)
    assert found.subject.startswith("رد على المذكرة")
    assert found.text == "تهدي البعثة الدائمة تحياتها وتتشرف بإرفاق مذكرتها."
    assert [each.filename for each in found.files] == ["مذكرة شفوية.pdf"]
    with db.session_for(office.engine, PROGRAM) as session:
        waiting = session.scalars(sa.select(Examination)).one()
        assert waiting.stage is ExaminationStage.WAITING
        assert queries.scan(session, found) is None
        passage.examine(session, waiting.document_id)
        scan = queries.scan(session, found)
        assert scan is not None
        assert scan.content == plain()


def test_what_was_read_before_is_kept_and_read_once(office: Office) -> None:
    content = mails.in_arabic_with_a_scan(office.token(Road.REPLY))
    first = office.take_in(content)
    with db.session_for(office.engine, PROGRAM) as session:
        again = service.keep(session, content, mailbox=Mailbox.BOUNCES, received_at=CAME_AT)
    assert again is None
    assert office.read(first.id).version == first.version
    assert events(office, "incoming.kept") == events(office, "incoming.matched") == 1


def test_a_delivery_report_ends_its_message_and_makes_the_address_suspect(
    office: Office,
) -> None:
    found = office.take_in(mails.delivery_report(office.token(Road.BOUNCE)), Mailbox.BOUNCES)
    assert (found.kind, found.stage) == (Kind.DELIVERY_REPORT, IncomingStage.FILED)
    assert "550 5.1.1 no such user here" in found.remark
    assert office.sent().stage is MessageStage.BOUNCED
    assert suspects(office) == [mails.MISSION]
    other = mails.delivery_report(office.token(Road.BOUNCE), status="5.1.2")
    assert office.take_in(other, Mailbox.BOUNCES).stage is IncomingStage.FILED
    assert events(office, "message.bounced") == events(office, "address.suspected") == 1


def test_a_report_that_knows_our_message_id_is_believed_without_a_token(office: Office) -> None:
    returned = office.sent().message_id or ""
    office.take_in(mails.delivery_report("secretariat@registration.example", returned=returned))
    assert office.sent().stage is MessageStage.BOUNCED


def test_a_forged_token_moves_nothing_and_waits_for_a_person(office: Office) -> None:
    name, _, domain = office.token(Road.BOUNCE).partition("@")
    forged = f"{name[:-1]}{'a' if name[-1] != 'a' else 'b'}@{domain}"
    report = mails.delivery_report(forged, returned=office.sent().message_id or "")
    found = office.take_in(report, Mailbox.BOUNCES)
    assert found.stage is IncomingStage.UNMATCHED
    assert found.doubts == [Doubt.FORGED_TOKEN]
    assert found.message_pk is None
    assert office.sent().stage is MessageStage.HANDED_OVER
    assert suspects(office) == []


def test_a_token_for_answers_says_nothing_of_a_delivery(office: Office) -> None:
    office.take_in(mails.delivery_report(office.token(Road.REPLY)), Mailbox.BOUNCES)
    assert office.sent().stage is MessageStage.HANDED_OVER


def test_a_delay_is_written_down_and_changes_nothing(office: Office) -> None:
    report = mails.delivery_report(office.token(Road.BOUNCE), action="delayed", status="4.4.1")
    found = office.take_in(report, Mailbox.BOUNCES)
    assert found.stage is IncomingStage.FILED
    assert found.remark.startswith(f"delayed: {mails.MISSION} 4.4.1")
    assert office.sent().stage is MessageStage.HANDED_OVER
    assert suspects(office) == []


def test_of_two_addresses_one_that_bounces_leaves_the_message_handed_over(
    office: Office,
) -> None:
    second = "second@missions.example"
    with db.session_for(office.engine, PROGRAM) as session:
        message = a_message(session, office.note, [mails.MISSION, second])
    two = Office(office.engine, office.note, message, office.anna, office.rosa)
    two.take_in(mails.delivery_report(two.token(Road.BOUNCE)), Mailbox.BOUNCES)
    assert two.sent().stage is MessageStage.HANDED_OVER
    assert [*two.sent().refused] == [mails.MISSION]
    two.take_in(mails.delivery_report(two.token(Road.BOUNCE), second), Mailbox.BOUNCES)
    assert two.sent().stage is MessageStage.BOUNCED


def test_a_report_proves_that_a_message_in_doubt_had_been_accepted(office: Office) -> None:
    with db.session_for(office.engine, PROGRAM) as session:
        message = session.get_one(Message, office.message.id)
        message.stage, message.handed_over_at = MessageStage.UNCERTAIN, None
    office.take_in(mails.delivery_report(office.token(Road.BOUNCE)), Mailbox.BOUNCES)
    assert office.sent().stage is MessageStage.BOUNCED
    assert office.sent().handed_over_at is not None


def test_a_report_waits_until_the_worker_has_let_go_of_the_message(office: Office) -> None:
    with db.session_for(office.engine, PROGRAM) as session:
        message = session.get_one(Message, office.message.id)
        message.stage = MessageStage.UNCERTAIN
        session.execute(sa.update(Message).values(lease_until=sa.func.now() + handover.LEASE))
    found = office.take_in(mails.delivery_report(office.token(Road.BOUNCE)), Mailbox.BOUNCES)
    assert (found.kind, found.stage) == (None, IncomingStage.RECEIVED)
    with db.session_for(office.engine, PROGRAM) as session:
        promised = session.scalars(sa.select(Outbox).where(Outbox.task == service.READ)).all()
        assert len(promised) == 2
        session.execute(sa.update(Message).values(lease_until=None))
    assert office.read(found.id).stage is IncomingStage.FILED
    assert office.sent().stage is MessageStage.BOUNCED


def test_an_out_of_office_is_filed_and_nobody_answers_it(office: Office) -> None:
    with db.open_session(office.engine, PROGRAM) as session:
        before = session.scalar(sa.select(sa.func.count(Message.id)))
    found = office.take_in(mails.out_of_office(office.token(Road.BOUNCE)), Mailbox.BOUNCES)
    assert (found.kind, found.stage) == (Kind.AUTOMATIC, IncomingStage.FILED)
    assert (found.state_code, found.note_id) == ("AUT", office.note.id)
    with db.open_session(office.engine, PROGRAM) as session:
        assert session.scalar(sa.select(sa.func.count(Message.id))) == before


def test_a_forged_sender_is_shown_as_weak_and_answers_for_nobody(office: Office) -> None:
    forged = mails.written("minister@missions.example", subject="CU 2013/175: we decline")
    found = office.take_in(forged.as_bytes())
    assert (found.stage, found.state_code) == (IncomingStage.MATCHED, "AUT")
    assert (found.evidence, found.certainty) == (Evidence.DOMAIN, Certainty.WEAK)
    assert events(office, "response.received") == 0


def test_a_public_domain_says_nothing_of_a_state(office: Office) -> None:
    found = office.take_in(mails.written("somebody@gmail.com").as_bytes())
    assert (found.stage, found.state_code) == (IncomingStage.UNMATCHED, None)


def test_a_mail_of_fifty_megabytes_is_kept_and_its_text_read(office: Office) -> None:
    found = office.take_in(mails.huge())
    assert found.size > 37 * 2**20
    assert (found.text, found.stage) == ("We shall take part.", IncomingStage.MATCHED)
    assert [(each.filename, each.document_id) for each in found.files] == [("everything.zip", None)]


def test_a_thousand_parts_within_each_other_are_read_or_kept(office: Office) -> None:
    found = office.take_in(mails.nested())
    assert (found.text, found.stage) == ("Deep inside.", IncomingStage.MATCHED)


def test_what_breaks_its_reader_is_shown_as_unreadable_with_its_head(office: Office) -> None:
    found = office.take_in(mails.forwarded(3_000))
    assert (found.kind, found.stage) == (Kind.UNREADABLE, IncomingStage.MATCHED)
    assert found.subject == "Forwarded"
    assert found.remark == service.UNREADABLE


def test_a_mail_in_no_known_character_set_is_read_all_the_same(office: Office) -> None:
    found = office.take_in(mails.broken_charsets())
    assert found.kind is Kind.REPLY
    assert found.sender == mails.MISSION
    assert "caf" in found.text
    assert not {"\x00", "\u202e"} & {*found.text, *found.subject, *found.sender_name}


def test_a_second_mail_under_the_same_message_id_is_kept_and_told(office: Office) -> None:
    ids = {"Message_ID": "<same@missions.example>"}
    office.take_in(mails.written(text="One.", **ids).as_bytes())
    second = office.take_in(mails.written(text="Two.", **ids).as_bytes())
    assert second.doubts == [Doubt.SEEN_BEFORE]
    assert second.text == "Two."
