"""Poison, forgers, two workers at one message, a database that restarts: the rest goes on."""

from collections import Counter
from uuid import uuid4

import redis
import sqlalchemy as sa
from kombu import Connection

from registration import db
from registration.db import Session
from registration.journal.models import Event, Outbox
from registration.journal.service import Then, promise
from registration.notes.issuing import RENDER
from registration.post.models import Message
from registration.post.rules import MessageStage
from registration.post.service import SEND, post
from tests.faults.office import PAINT, POISON, PROGRAM, Office
from tests.faults.test_lost_wake_ups import all_handed_over, arrived, write_letters
from workers.app import HOUSEKEEPING, QUEUE_OF, RECONCILE, SWEEP
from workers.unit import TRIES
from workshop.mail_catcher import MailCatcher
from workshop.services import ValkeyServer


def write(session: Session, purpose: str, subject: str) -> Message:
    return post(
        session,
        purpose=purpose,
        recipients=["otto@secretariat.example"],
        subject=subject,
        text="Please read this.",
    )


def events(office: Office) -> Counter[str]:
    with db.session_for(office.bind, PROGRAM) as session:
        return Counter(session.scalars(sa.select(Event.kind)))


def test_a_row_that_kills_its_worker_is_given_up_and_the_rest_is_done(office: Office) -> None:
    with db.session_for(office.bind, PROGRAM) as session:
        promise(session, [Then(PAINT, POISON), *(Then(PAINT, uuid4()) for _ in range(5))])
    office.start_worker(app="tests.faults.poison")
    office.start_relay()
    office.wait(lambda: office.open_rows() == 0, what="all rows are closed")
    assert events(office) == {"paint.done": 5, "paint.given_up": 1, "work.given_up": 1}
    with db.session_for(office.bind, PROGRAM) as session:
        poison = session.scalars(sa.select(Outbox).where(Outbox.subject_id == str(POISON))).one()
    assert poison.attempts == TRIES
    assert poison.problem is not None


def test_two_processes_woken_for_the_same_message_send_it_once(
    office: Office, mail_server: MailCatcher
) -> None:
    subjects = write_letters(office, 4)
    with db.session_for(office.bind, PROGRAM) as session:
        rows = session.execute(sa.select(Outbox.id, Outbox.task)).all()
    for _ in range(5):
        for row in rows:
            office.ring(row.task, row.id)
    office.start_worker(concurrency=2)
    office.wait(lambda: all_handed_over(office), what="four messages handed over")
    assert arrived(mail_server) == Counter(subjects)


def test_a_sign_in_code_does_not_wait_behind_a_note(
    office: Office, mail_server: MailCatcher, valkey: ValkeyServer
) -> None:
    office.start_relay()
    with db.session_for(office.bind, PROGRAM) as session:
        for number in range(8):
            write(session, "note", f"Copy {number}")
    with valkey.client() as client:
        office.wait(lambda: client.llen("4-copies") == 8, what="the note is in the queue")
        with db.session_for(office.bind, PROGRAM) as session:
            write(session, "sign_in_code", "Your sign-in code")
        office.wait(lambda: client.llen("1-people") == 1, what="the code is in the queue")
    office.start_worker()
    office.wait(lambda: len(mail_server.messages) == 9, what="all have arrived")
    subjects = [str(mail.message["Subject"]) for mail in mail_server.messages]
    assert "Your sign-in code" in subjects[:4]


def test_forged_wake_ups_have_no_effect(
    office: Office, mail_server: MailCatcher, broker_url: str, valkey: ValkeyServer
) -> None:
    [subject] = write_letters(office, 1)
    with db.session_for(office.bind, PROGRAM) as session:
        row = session.scalars(sa.select(Outbox.id)).one()
    for task, arguments in (
        ("os.system", ["touch /tmp/forged"]),
        (SEND, [10**6]),
        (SEND, ["1 or true"]),
        (SEND, [None]),
        (SEND, [{"id": row}]),
        (SEND, [10**30]),
        (SEND, []),
        (SEND, [row, row]),
        (RENDER, [row]),
    ):
        office.ring(task, *arguments)
    with Connection(broker_url) as connection, connection.Producer() as producer:
        producer.publish(
            {"args": [row]},
            serializer="pickle",
            routing_key=HOUSEKEEPING,
            exchange=HOUSEKEEPING,
            headers={"task": SEND, "id": "forged"},
        )
    worker = office.start_worker()
    with valkey.client() as client:
        office.wait(lambda: _nothing_waits(client), what="every forgery is dealt with")
    assert office.stages() == [MessageStage.READY]
    assert mail_server.messages == []
    assert worker.poll() is None
    office.ring(SEND, row)  # the worker is well, and a true wake-up works
    office.wait(lambda: all_handed_over(office), what="the message is handed over")
    assert arrived(mail_server) == Counter([subject])
    office.ring(SEND, row)  # and a replayed one does not
    with valkey.client() as client:
        office.wait(lambda: _nothing_waits(client), what="the replay is dealt with")
    assert arrived(mail_server) == Counter([subject])


def _nothing_waits(client: "redis.Redis") -> bool:
    """Nothing is in a queue, and nobody is at work: what is worked on is not acknowledged yet."""
    return not any(client.llen(queue) for queue in QUEUE_OF.values()) and not client.hlen("unacked")


def test_a_database_whose_connections_all_break_costs_nothing(
    office: Office, mail_server: MailCatcher, valkey: ValkeyServer
) -> None:
    office.start_worker(concurrency=2)
    office.start_relay()
    subjects = write_letters(office, 10)
    office.wait(lambda: len(arrived(mail_server)) >= 2, what="the first two")
    with office.bind.begin() as connection:
        connection.execute(
            sa.text(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = current_database() and usename = current_user"
                " and pid <> pg_backend_pid()"
            )
        )

    def settled() -> bool:
        return set(office.stages()) <= {MessageStage.HANDED_OVER, MessageStage.UNCERTAIN}

    office.wait(settled, what="all are handed over or in doubt")
    # A message in doubt may still be on its way to the server. In ten minutes no conversation is
    # left, and the log would tell; asked earlier, it would rightly know nothing of it.
    with valkey.client() as client:
        office.wait(lambda: _nothing_waits(client), what="no conversation is under way")
    office.let_ten_minutes_pass(mail_server.mailbox.log)
    office.wait(lambda: all_handed_over(office), what="ten messages handed over")
    assert arrived(mail_server) == Counter(subjects)


def test_the_periodic_jobs_run_once_a_slot_however_many_clocks_there_are(
    office: Office, valkey: ValkeyServer
) -> None:
    with db.session_for(office.bind, PROGRAM) as session:
        promise(session, [Then("test.old", uuid4())])
        session.execute(
            sa.update(Outbox).values(done_at=sa.func.now() - sa.text("interval '31 days'"))
        )
    office.start_worker()
    for _ in range(3):
        office.ring(SWEEP)
        office.ring(RECONCILE)
    with valkey.client() as client:
        office.wait(lambda: _nothing_waits(client) and _slots(office), what="both jobs ran")
    assert Counter(job for job in _slots(office)).keys() == {SWEEP, RECONCILE}
    with db.session_for(office.bind, PROGRAM) as session:
        assert session.scalars(sa.select(Outbox)).all() == []


def _slots(office: Office) -> list[str]:
    with db.session_for(office.bind, PROGRAM) as session:
        return list(session.scalars(sa.text("select job from tick")))


def test_a_row_is_done_by_its_own_task_alone(office: Office) -> None:
    with db.session_for(office.bind, PROGRAM) as session:
        message = write(session, "invitation", "Your access")
        row = session.scalars(sa.select(Outbox.id)).one()
    for wrong_task in (RENDER, PAINT):
        office.ring(wrong_task, row)
    office.start_worker(app="tests.faults.poison")
    office.wait(lambda: office.said().count("] succeeded in ") == 2, what="both tasks have ended")
    with db.session_for(office.bind, PROGRAM) as session:
        assert session.get_one(Message, message.id).attempts == 0
        assert session.get_one(Outbox, row).attempts == 0
