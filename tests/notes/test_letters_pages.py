"""The page of addressees and copies: what it finds, and what it lets be tried again."""

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from letters.compose import Press
from registration.notes import queries, rendering
from registration.notes.models import Letter
from registration.notes.rules import LetterStage
from registration.notes.views.verification import QUESTIONS
from registration.post.models import Message
from registration.post.rules import MessageStage
from registration.post.service import COPY_OF_A_NOTE
from tests.notes.desk import Desk
from tests.notes.test_pages import browser_of, shown


@pytest.fixture
def anna(app: Flask, desk: Desk) -> FlaskClient:
    app.config["WTF_CSRF_ENABLED"] = False
    return browser_of(app, desk, desk.anna)


def test_a_letter_is_released_under_its_own_note_only(anna: FlaskClient, desk: Desk) -> None:
    note, other = desk.issued(), desk.draft()
    with desk.program() as session:
        letter = session.scalars(sa.select(Letter).where(Letter.state_code == "AUT")).one()
        rendering.give_up(session, letter.id, "The printer of this test was out of ink.")
    for wrong in (other.id, letter.id):
        answer = anna.post(f"/notes/{wrong}/letters/{letter.id}/release")
        assert answer.status_code == 404
    with desk.program() as session:
        assert session.get_one(Letter, letter.id).stage is LetterStage.PARKED
    assert anna.post(f"/notes/{note.id}/letters/{letter.id}/release").status_code == 303


@pytest.mark.parametrize(
    ("stage", "words", "key", "other"),
    [
        (MessageStage.PARKED, "wait for a person", "unsent", "not sent"),
        (MessageStage.VOID, "not sent", "void", "wait for a person"),
    ],
)
def test_what_was_not_sent_is_found_under_the_figure_that_counts_it(
    anna: FlaskClient, desk: Desk, stage: MessageStage, words: str, key: str, other: str
) -> None:
    note = desk.issued()
    with desk.program() as session:
        letter = session.scalars(sa.select(Letter).where(Letter.state_code == "AUT")).one()
        rendering.render(session, Press(), letter.id)
        session.execute(
            sa.update(Message)
            .where(Message.purpose == COPY_OF_A_NOTE)
            .values(stage=stage, message_id="<1@test.example>")
        )
    with desk.program() as session:
        progress = queries.progress(session, queries.by_id(session, note.id))
        assert (progress.unsent, progress.void) == (
            (1, 0) if stage is MessageStage.PARKED else (0, 1)
        )
    figures = anna.get(f"/notes/{note.id}/progress").text
    figure = figures.split(f"/notes/{note.id}/copies?stage={key}")[1].split("</a>")[0]
    assert words in figure
    assert ">1<" in figure
    assert other not in figures
    page = shown(anna, f"/notes/{note.id}/copies?stage={key}")
    assert "1 copy" in page
    assert "State AUT" in page


def test_whoever_tries_codes_gets_no_further_by_asking_for_enclosures(
    app: Flask, desk: Desk
) -> None:
    desk.issued()
    stranger = app.test_client()
    for number in range(QUESTIONS):
        assert stranger.get(f"/enclosures/AAAA-BBBB-CCCC/{number}.pdf").status_code == 404
    assert stranger.get("/enclosures/AAAA-BBBB-CCCC/1.pdf").status_code == 429
    assert stranger.get("/verify/AAAA-BBBB-CCCC").status_code == 429
