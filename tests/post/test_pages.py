"""The pages of the mail: Rosa sees what is in the way, Anna settles it and says how she knows."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

import registration
from registration import clock, db
from registration.journal.models import Outbox
from registration.permissions import system
from registration.post import handover, pace
from registration.post.forms import PURPOSES
from registration.post.models import Message
from registration.post.rules import MessageStage
from registration.post.service import post
from tests import builders as make

PROGRAM = system("worker")
SOURCE = Path(registration.__file__).parent


@pytest.fixture
def in_doubt(engine: sa.Engine) -> Message:
    """A copy for Austria whose connection broke after the final dot."""
    with db.session_for(engine, PROGRAM) as session:
        make.a_state(session, "AUT")
        message = post(
            session,
            purpose="note",
            recipients=["mission.aut@missions.example"],
            subject="Note verbale CU 2013/175",
            text="Please find attached our note verbale.\n\nIt is dated 1 July 2013.",
            state_code="AUT",
        )
    with db.session_for(engine, PROGRAM) as session:
        claimed = handover.claim(session, message.id, "secretariat@registration.example")
        assert claimed is not None
        handover.start_body(session, claimed)
        handover.end_body(session, claimed)
        ours = handover.regain(session, claimed, MessageStage.UNCERTAIN)
        handover.leave_in_doubt(session, ours, "SMTPServerDisconnected: <gone>")
    return message


def token_in(page: str) -> str:
    return page.split('name="csrf_token" value="')[1].split('"', maxsplit=1)[0]


def settle(client: FlaskClient, message: Message, **values: str) -> tuple[int, str]:
    page = client.get(f"/mail/{message.id}").text
    answer = client.post(
        f"/mail/{message.id}/settle", data={"csrf_token": token_in(page), **values}
    )
    return answer.status_code, answer.text


def reload(engine: sa.Engine, message: Message) -> Message:
    with db.session_for(engine, PROGRAM) as session:
        return session.get_one(Message, message.id)


def test_an_empty_page_says_so(app: Flask) -> None:
    assert "No message waits" in make.a_browser(app, make.rosa).get("/mail").text


def test_work_that_nobody_does_is_told(app: Flask, engine: sa.Engine, in_doubt: Message) -> None:
    rosa = make.a_browser(app, make.rosa)
    assert "Background work" not in rosa.get("/mail").text
    with db.session_for(engine, PROGRAM) as session:
        session.execute(sa.update(Outbox).values(due_at=clock.now() - timedelta(minutes=6)))
    assert "Background work has been waiting since" in rosa.get("/mail").text


def test_a_mail_server_that_asked_to_wait_is_told(
    app: Flask, engine: sa.Engine, in_doubt: Message
) -> None:
    rosa = make.a_browser(app, make.rosa)
    assert "asked us to wait" not in rosa.get("/mail").text
    with db.session_for(engine, PROGRAM) as session:
        pace.wait(session, "451 4.7.1 too many messages")
    assert "The mail server asked us to wait until" in rosa.get("/mail").text


def test_who_reads_sees_the_trouble_and_no_form(app: Flask, in_doubt: Message) -> None:
    rosa = make.a_browser(app, make.rosa)
    listed, shown = rosa.get("/mail").text, rosa.get(f"/mail/{in_doubt.id}").text
    for page in (listed, shown):
        assert "Note verbale CU 2013/175" in page
        assert "State AUT (en)" in page
        assert "SMTPServerDisconnected: &lt;gone&gt;" in page
    assert f"{in_doubt.id}@registration.example" in shown
    assert 'name="reason"' not in shown


def test_each_figure_leads_to_the_messages_that_it_counts(
    app: Flask, engine: sa.Engine, in_doubt: Message
) -> None:
    with db.session_for(engine, PROGRAM) as session:
        for number, stage in enumerate(MessageStage):
            for place in range(number + 1):
                message = post(
                    session,
                    purpose="note",
                    recipients=["mission.aut@missions.example"],
                    subject=f"{stage.value} {place}",
                    text="Please find attached our note verbale.",
                )
                message.stage, message.message_id = stage, f"<{stage.value}{place}@test.example>"
        session.execute(sa.delete(Message).where(Message.id == in_doubt.id))
    rosa = make.a_browser(app, make.rosa)
    figures = rosa.get("/mail").text.split('<ul class="app-figures"')[1].split("</ul>")[0]
    for number, stage in enumerate(MessageStage):
        address = f"/mail?stage={stage.value}"
        figure = figures.split(f'href="{address}"')[1].split("</a>")[0]
        assert f">{number + 1}<" in figure, stage
        listed = rosa.get(address).text
        found = {f"{each.value} {n}" for each in MessageStage for n in range(10)}
        assert {each for each in found if f">{each}<" in listed} == {
            f"{stage.value} {place}" for place in range(number + 1)
        }


def test_the_messages_of_a_stage_stand_on_several_pages(
    app: Flask, engine: sa.Engine, in_doubt: Message
) -> None:
    with db.session_for(engine, PROGRAM) as session:
        for place in range(51):
            post(
                session,
                purpose="note",
                recipients=["mission.aut@missions.example"],
                subject=f"Copy {place}.",
                text="Please find attached our note verbale.",
            )
    rosa = make.a_browser(app, make.rosa)
    first, second = (rosa.get(f"/mail?stage=ready&page={each}").text for each in (1, 2))
    assert (first.count(">Copy "), second.count(">Copy ")) == (50, 1)
    assert "/mail?stage=ready&amp;page=2" in first
    assert "Copy 0." in second


@pytest.mark.parametrize(
    ("decision", "stage"),
    [("accept", MessageStage.HANDED_OVER), ("find_absent", MessageStage.READY)],
)
def test_a_drafter_settles_a_doubt(
    app: Flask, engine: sa.Engine, in_doubt: Message, decision: str, stage: MessageStage
) -> None:
    anna = make.a_browser(app, make.anna)
    status, _ = settle(anna, in_doubt, decision=decision, reason="The mission telephoned.")
    after = reload(engine, in_doubt)
    assert (status, after.stage, after.reply) == (303, stage, "The mission telephoned.")
    assert "The mission telephoned." in anna.get(f"/mail/{in_doubt.id}").text
    assert "No message waits" in anna.get("/mail").text


@pytest.mark.parametrize(
    "values",
    [
        {"decision": "accept", "reason": ""},
        {"decision": "accept", "reason": "a\x00b"},
        {"decision": "cancel", "reason": "not offered for a doubt"},
        {"decision": "claim", "reason": "not for people"},
        {"decision": "nothing", "reason": "unknown"},
        {"reason": "no decision"},
    ],
)
def test_what_is_not_offered_or_not_explained_changes_nothing(
    app: Flask, engine: sa.Engine, in_doubt: Message, values: dict[str, str]
) -> None:
    status, page = settle(make.a_browser(app, make.anna), in_doubt, **values)
    assert status == 422
    assert "There is a problem" in page
    assert reload(engine, in_doubt).stage is MessageStage.UNCERTAIN


def test_who_only_reads_cannot_settle(app: Flask, engine: sa.Engine, in_doubt: Message) -> None:
    rosa = make.a_browser(app, make.rosa)
    token = token_in(rosa.get(f"/mail/{in_doubt.id}").text)
    answer = rosa.post(
        f"/mail/{in_doubt.id}/settle",
        data={"csrf_token": token, "decision": "accept", "reason": "I think so."},
    )
    assert answer.status_code == 403
    assert reload(engine, in_doubt).stage is MessageStage.UNCERTAIN


def test_a_confidential_text_is_never_shown(app: Flask, engine: sa.Engine) -> None:
    with db.session_for(engine, PROGRAM) as session:
        message = post(
            session,
            purpose="sign_in_code",
            recipients=["otto@secretariat.example"],
            subject="Your sign-in code",
            text="Your code is 493817.",
            confidential=True,
        )
    page = make.a_browser(app, make.ida).get(f"/mail/{message.id}").text
    assert "Your sign-in code" in page
    assert "493817" not in page


def test_every_purpose_of_a_message_has_words() -> None:
    written = re.compile(r"(?:\bpurpose=|^PURPOSE = |^COPY_OF_A_NOTE = )\"(\w+)\"", re.MULTILINE)
    found = {
        purpose
        for file in SOURCE.rglob("*.py")
        for purpose in written.findall(file.read_text(encoding="utf-8"))
    }
    assert found == PURPOSES.keys()
