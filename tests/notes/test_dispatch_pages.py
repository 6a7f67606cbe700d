"""The pages of a dispatch: what an officer sees before anything leaves, and what a click does."""

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from letters.compose import Press
from registration import clock, config
from registration.config import Settings
from registration.notes import dispatching, queries, rendering
from registration.notes.models import Letter, Note
from registration.post import pace
from registration.post.models import Mailing, Message
from registration.post.rules import MailingStage, MessageStage
from registration.post.service import COPY_OF_A_NOTE
from tests.notes.desk import DAY, Desk
from tests.notes.test_pages import browser_of, shown


@pytest.fixture
def anna(app: Flask, desk: Desk) -> FlaskClient:
    app.config["WTF_CSRF_ENABLED"] = False
    return browser_of(app, desk, desk.anna)


@pytest.fixture
def note(desk: Desk) -> Note:
    return desk.issue_only(desk.cleared(), "CU 2013/175")


def mailing(desk: Desk, note: Note) -> Mailing | None:
    with desk.program() as session:
        return dispatching.confirmed(session, note)


def test_states_addresses_and_counts_are_shown_before_anything_leaves(
    anna: FlaskClient, desk: Desk, note: Note
) -> None:
    page = shown(anna, f"/notes/{note.id}/dispatch")
    assert "mission.aut@missions.example" in page
    assert "Send 1 copy" in page
    assert "Nothing has been sent." in shown(anna, f"/notes/{note.id}")
    assert mailing(desk, note) is None


def test_a_click_confirms_and_a_second_one_is_harmless(
    anna: FlaskClient, desk: Desk, note: Note
) -> None:
    for _ in range(2):
        assert anna.post(f"/notes/{note.id}/dispatch").status_code == 303
    assert mailing(desk, note) is not None
    assert "Nothing has been sent." not in shown(anna, f"/notes/{note.id}")


def test_a_rehearsing_installation_says_whose_copy_would_be_withheld(
    anna: FlaskClient, note: Note, settings: Settings
) -> None:
    address = f"/notes/{note.id}/dispatch"
    config.use(settings.model_copy(update={"mail_only_to": "secretariat.example"}))
    assert "The copy of 1 State would be withheld." in shown(anna, address)
    config.use(settings.model_copy(update={"mail_only_to": "missions.example"}))
    assert "The copies of 0 States would be withheld." in shown(anna, address)


def test_it_is_paused_resumed_and_stopped_with_a_reason(
    anna: FlaskClient, desk: Desk, note: Note
) -> None:
    address = f"/notes/{note.id}/dispatch"
    anna.post(address)
    for act, stage in (("pause", MailingStage.PAUSED), ("resume", MailingStage.UNDER_WAY)):
        assert anna.post(f"{address}/{act}").status_code == 303
        found = mailing(desk, note)
        assert found is not None
        assert found.stage is stage
    refused = anna.post(f"{address}/stop", data={"reason": " "})
    assert refused.status_code == 422
    assert "Say why the dispatch is stopped." in refused.text
    assert anna.post(f"{address}/stop", data={"reason": "Wrong date"}).status_code == 303
    assert "The dispatch was stopped" in shown(anna, f"/notes/{note.id}")
    assert anna.post(f"{address}/resume").status_code == 409


def test_a_copy_made_after_a_stop_is_found_under_the_figure_that_counts_it(
    anna: FlaskClient, desk: Desk, note: Note
) -> None:
    address = f"/notes/{note.id}/dispatch"
    assert anna.post(address).status_code == 303
    assert anna.post(f"{address}/stop", data={"reason": "Wrong date"}).status_code == 303
    assert "not sent" not in anna.get(f"/notes/{note.id}/progress").text
    with desk.program() as session:
        letter = session.scalars(sa.select(Letter).where(Letter.state_code == "AUT")).one()
        rendering.render(session, Press(), letter.id)
    with desk.program() as session:
        assert queries.progress(session, queries.by_id(session, note.id)).void == 1
    figures = anna.get(f"/notes/{note.id}/progress").text
    figure = figures.split(f"/notes/{note.id}/copies?stage=void")[1].split("</a>")[0]
    assert "not sent" in figure
    assert ">1<" in figure
    page = shown(anna, f"/notes/{note.id}/copies?stage=void")
    assert "1 copy" in page
    assert "State AUT" in page


def test_where_every_copy_has_left_there_is_nothing_to_pause_or_to_stop(
    anna: FlaskClient, desk: Desk, note: Note
) -> None:
    address = f"/notes/{note.id}/dispatch"
    anna.post(address)
    with desk.program() as session:
        letter = session.scalars(sa.select(Letter).where(Letter.state_code == "AUT")).one()
        rendering.render(session, Press(), letter.id)
        message = session.scalars(sa.select(Message).where(Message.purpose == COPY_OF_A_NOTE)).one()
        message.message_id = "<1@registration.example>"
        message.stage, message.handed_over_at = MessageStage.UNCERTAIN, None
    assert "Stop the dispatch" in shown(anna, address)  # it may turn out not to have left
    with desk.program() as session:
        message = session.get_one(Message, message.id)
        message.stage, message.handed_over_at = MessageStage.HANDED_OVER, clock.now()
    page = shown(anna, address)
    assert "Every copy that goes by e-mail has left" in page
    assert "Stop the dispatch" not in page
    assert f"{address}/pause" not in page
    assert anna.post(f"{address}/pause").status_code == 409
    assert anna.post(f"{address}/stop", data={"reason": "Late"}).status_code == 409


def test_a_mail_server_that_asks_to_wait_is_told_where_a_copy_waits_for_it(
    anna: FlaskClient, desk: Desk, note: Note
) -> None:
    anna.post(f"/notes/{note.id}/dispatch")
    with desk.program() as session:
        pace.wait(session, "451 4.7.1 too many messages")
    assert "asked us to wait" not in shown(anna, f"/notes/{note.id}/progress")
    with desk.program() as session:
        letter = session.scalars(sa.select(Letter).where(Letter.state_code == "AUT")).one()
        rendering.render(session, Press(), letter.id)
    assert "The mail server asked us to wait until" in shown(anna, f"/notes/{note.id}/progress")
    anna.post(f"/notes/{note.id}/dispatch/pause")  # now it waits for an officer
    assert "asked us to wait" not in shown(anna, f"/notes/{note.id}/progress")


def test_the_way_of_a_copy_tells_of_both_messages_and_of_the_hand_that_took_it(
    anna: FlaskClient, desk: Desk, note: Note
) -> None:
    anna.post(f"/notes/{note.id}/dispatch")
    with desk.program() as session:
        letter = session.scalars(sa.select(Letter).where(Letter.state_code == "AUT")).one()
        rendering.render(session, Press(), letter.id)
        session.execute(
            sa.update(Message)
            .where(Message.purpose == COPY_OF_A_NOTE)
            .values(stage=MessageStage.HANDED_OVER, message_id="<1@test.example>")
        )
        last = dispatching.last_dispatch(session, letter)
    assert last is not None
    way = f"/notes/{note.id}/letters/{letter.id}"
    wanted = {"seen": str(last.id), "reason": "The mission asked for it"}
    assert anna.post(f"{way}/again", data={**wanted, "reason": ""}).status_code == 422
    assert anna.post(f"{way}/again", data=wanted).status_code == 303
    assert anna.post(f"{way}/again", data=wanted).status_code == 409  # the same click once more
    delivery = {"delivered_on": DAY.isoformat(), "received_by": "Registry"}
    assert anna.post(f"{way}/by-hand", data={**delivery, "received_by": ""}).status_code == 422
    assert anna.post(f"{way}/by-hand", data=delivery).status_code == 303
    page = shown(anna, f"{way}/road")
    assert "The mission asked for it" in page
    assert "Registry" in page
    with desk.program() as session:
        assert len(queries.dispatches(session, letter)) == 3
