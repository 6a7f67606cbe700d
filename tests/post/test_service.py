"""Posting: what a message may hold, and what is promised with it."""

import pytest
import sqlalchemy as sa

from registration import db
from registration.errors import Refused
from registration.journal.models import Outbox
from registration.permissions import SIGNING_IN, Scope, system
from registration.post.models import Message
from registration.post.rules import MessageStage
from registration.post.service import SEND, SEND_COPY, filename, post, subject_line
from tests import builders as make

PROGRAM = system("test")
GOOD = {
    "purpose": "invitation",
    "recipients": ["mission.aut@missions.example"],
    "subject": "Your access",
    "text": "You can sign in.",
}


def test_a_message_is_written_and_its_sending_promised_together(engine: sa.Engine) -> None:
    with db.session_for(engine, PROGRAM) as session:
        message = post(session, **GOOD)
    with db.session_for(engine, PROGRAM) as session:
        [row] = session.scalars(sa.select(Outbox))
        assert (row.task, row.subject_id) == (SEND, str(message.id))
        assert session.get_one(Message, message.id).stage is MessageStage.READY


def test_an_act_that_is_undone_posts_nothing(engine: sa.Engine) -> None:
    with db.open_session(engine, PROGRAM) as session:
        post(session, **GOOD)
        session.rollback()
        assert session.scalars(sa.select(Outbox)).all() == []
        assert session.scalars(sa.select(Message)).all() == []


def test_a_copy_of_a_note_does_not_stand_before_a_sign_in_code(engine: sa.Engine) -> None:
    with db.session_for(engine, PROGRAM) as session:
        post(session, **GOOD | {"purpose": "note"})
        post(session, **GOOD | {"purpose": "sign_in_code"})
        assert session.scalars(sa.select(Outbox.task).order_by(Outbox.id)).all() == [
            SEND_COPY,
            SEND,
        ]


def test_a_code_can_be_posted_before_anybody_is_signed_in_and_not_be_read(
    engine: sa.Engine,
) -> None:
    with db.session_for(engine, SIGNING_IN) as session:
        post(session, **GOOD, confidential=True)
        session.expunge_all()
        assert session.scalars(sa.select(Message)).all() == []


def test_a_focal_point_posts_in_the_name_of_the_own_state_alone(engine: sa.Engine) -> None:
    with db.session_for(engine, PROGRAM) as session:
        make.a_state(session, "AUT")
        make.a_state(session, "NIU")
        actor = make.acting(make.a_focal_point(session, "AUT"))
    assert actor.scope is Scope.STATE
    with db.session_for(engine, actor) as session:
        post(session, **GOOD, state_code="AUT")
    with (
        db.open_session(engine, actor) as session,
        pytest.raises(sa.exc.ProgrammingError, match="row-level security"),
    ):
        post(session, **GOOD, state_code="NIU")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "mission",
        "mission@",
        "@missions.example",
        "a@b@missions.example",
        "a@missions.example, b@missions.example",
        "a@x.example;b@y.example",
        "Mission <a@missions.example>",
        '"a b"@missions.example',
        "a(comment)@missions.example",
        "a@[192.0.2.1]",
        "a..b@missions.example",
        ".a@missions.example",
        "a@missions..example",
        "a@-missions.example",
        "a@missions.example\r\nBcc: b@evil.example",
        "a@missions.example\nRCPT TO:<b@evil.example>",
        "a\x00@missions.example",
        "=?utf-8?q?a=0ABcc:_e?=@missions.example",
        "a%evil.example@missions.example",
        "a@missions.example，evil.example",
        "ä@missions.example",
        "a@" + "m" * 250 + ".example",
        "a" * 65 + "@missions.example",
    ],
)
def test_what_is_not_one_plain_address_is_refused(engine: sa.Engine, address: str) -> None:
    with db.open_session(engine, PROGRAM) as session, pytest.raises(Refused):
        post(session, **GOOD | {"recipients": [address]})


@pytest.mark.parametrize("recipients", [[], ["a@missions.example"] * 0])
def test_a_message_to_nobody_is_refused(engine: sa.Engine, recipients: list[str]) -> None:
    with db.open_session(engine, PROGRAM) as session, pytest.raises(Refused):
        post(session, **GOOD | {"recipients": recipients})


def test_the_same_address_twice_gets_one_message(engine: sa.Engine) -> None:
    with db.session_for(engine, PROGRAM) as session:
        message = post(session, **GOOD | {"recipients": ["A@missions.example"] * 2})
    assert message.recipients == ["a@missions.example"]


def test_an_address_in_another_script_is_written_in_ascii(engine: sa.Engine) -> None:
    with db.session_for(engine, PROGRAM) as session:
        message = post(session, **GOOD | {"recipients": ["mission@österreich.example"]})
    assert message.recipients == ["mission@xn--sterreich-z7a.example"]


@pytest.mark.parametrize(
    "subject",
    [
        "",
        "   ",
        "a\r\nBcc: b@evil.example",
        "a\nb",
        "a\rb",
        "a\x00b",
        "a\x0bBcc: b@evil.example",
        "a\x85b",
        "a\u2028b",
        "a\u202egnp.exe",
        "a\ud800b",
        "=?utf-8?q?a=0ABcc:_e@x?=",
        "x" * 201,
    ],
)
def test_a_subject_that_could_be_read_as_more_is_refused(subject: str) -> None:
    with pytest.raises(Refused):
        subject_line(subject)


@pytest.mark.parametrize(
    "subject", ["Note verbale CU 2013/175", "邀请", "دعوة", "Réponse : merci", "Пример"]
)
def test_a_subject_in_any_of_the_six_languages_is_taken(subject: str) -> None:
    assert subject_line(subject) == subject


@pytest.mark.parametrize(
    "name",
    [
        "",
        "../x.pdf",
        "a/b.pdf",
        "a\r\nb.pdf",
        "a\x85b.pdf",
        "ä.pdf",
        ".hidden",
        'a".pdf',
        "x" * 101,
    ],
)
def test_an_attachment_has_a_plain_name(name: str) -> None:
    with pytest.raises(Refused):
        filename(name)
