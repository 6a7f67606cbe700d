"""Redis may forget everything, or be away: PostgreSQL remembers, and all goes out once."""

from collections import Counter

import sqlalchemy as sa

from registration import db
from registration.post.models import Message
from registration.post.rules import MessageStage
from registration.post.service import post
from tests.faults.office import PROGRAM, Office
from workshop.mail_catcher import MailCatcher
from workshop.services import ValkeyServer


def write_letters(office: Office, count: int, *, called: str = "Letter") -> list[str]:
    """Messages that wait for the relay, of both kinds; returns their subjects."""
    subjects = [f"{called} {number}" for number in range(count)]
    with db.session_for(office.bind, PROGRAM) as session:
        for number, subject in enumerate(subjects):
            post(
                session,
                purpose="note" if number % 2 else "invitation",
                recipients=["mission.aut@missions.example"],
                subject=subject,
                text="Please find our note attached.",
            )
    return subjects


def all_handed_over(office: Office) -> bool:
    return set(office.stages()) == {MessageStage.HANDED_OVER} and office.open_rows() == 0


def arrived(mail_server: MailCatcher) -> Counter[str]:
    return Counter(str(mail.message["Subject"]) for mail in mail_server.messages)


def test_a_queue_that_is_emptied_during_a_batch_costs_nothing(
    office: Office, mail_server: MailCatcher, valkey: ValkeyServer
) -> None:
    office.start_relay()
    subjects = write_letters(office, 12)
    with valkey.client() as client:
        office.wait(
            lambda: client.llen("1-people") == client.llen("4-copies") == 6, what="published"
        )
        client.flushall()
        office.start_worker()
        office.wait(lambda: len(arrived(mail_server)) >= 3, what="the first three")
        client.flushall()
    office.wait(lambda: all_handed_over(office), what="twelve messages handed over")
    assert arrived(mail_server) == Counter(subjects)


def test_the_outbox_waits_while_the_queue_is_away(
    office: Office, mail_server: MailCatcher, valkey: ValkeyServer
) -> None:
    office.start_worker()
    office.start_relay()
    first = write_letters(office, 2)
    office.wait(lambda: all_handed_over(office), what="the first two")
    valkey.kill()
    with db.session_for(office.bind, PROGRAM) as session:
        message = post(
            session,
            purpose="sign_in_code",
            recipients=["otto@secretariat.example"],
            subject="Your sign-in code",
            text="123456",
            confidential=True,
        )
    office.wait(lambda: "relay: " in office.said().split("ready")[-1], what="the relay complains")
    assert office.open_rows() == 1
    valkey.start()
    office.wait(lambda: all_handed_over(office), what="the last one")
    assert arrived(mail_server) == Counter([*first, "Your sign-in code"])
    with db.session_for(office.bind, PROGRAM) as session:
        assert session.scalar(sa.select(Message.text).where(Message.id == message.id)) == ""
