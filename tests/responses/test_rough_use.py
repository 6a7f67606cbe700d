"""What people do to forms: they paste far too much, leave pages open, and come back to old ones."""

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from registration.designations.models import ProposedAuthority
from registration.responses.models import Response
from tests.responses.browser import Browser, at, token_of, version_of, words
from tests.responses.conftest import World
from tests.responses.test_pages import CENTRAL

MEGABYTES = 2**20


@pytest.mark.parametrize("size", [400_000, 5 * MEGABYTES])
def test_far_too_long_a_paragraph_is_refused_in_words_and_changes_nothing(
    world: World, browser: Browser, size: int
) -> None:
    path = at(world.note_id, "central-authority")
    refused = browser.post(path, {**CENTRAL, "address": "x " * (size // 2)})
    assert refused.status_code in (413, 422)
    assert "at most" in words(refused)
    with world.office() as office:
        assert office.scalars(sa.select(ProposedAuthority)).all() == []


def test_too_large_a_paste_is_refused_with_the_way_out(world: World, browser: Browser) -> None:
    rows = "\n".join(f"Ms.\tEva\tHuber {number}\tJudge\tCourt" for number in range(10_001))
    headings = "Form of address\tGiven names\tFamily name\tTitle or post\tInstitution\n"
    refused = browser.post(
        at(world.note_id, "experts/table"), {"pasted": headings + rows, "encoding": ""}
    )
    assert refused.status_code == 422
    assert "more than 10000 rows" in words(refused)


def test_a_deadline_that_passes_while_a_page_is_open_makes_the_answer_late(
    world: World, app: Flask, clock_of_summer: time_machine.Traveller
) -> None:
    clock_of_summer.move_to("2013-09-30 17:59:00+02:00")
    browser = Browser(app, world.engine, world.austria)
    browser.post(at(world.note_id, "central-authority"), CENTRAL)
    page = browser.get(at(world.note_id, "send")).get_data(as_text=True)
    assert "marked as late" not in page
    clock_of_summer.move_to("2013-09-30 18:00:01+02:00")
    typed = {"csrf_token": token_of(page), "version": version_of(page)}
    sent = browser.send(at(world.note_id, "send"), typed)
    assert sent.status_code == 303
    assert "Late" in browser.page(sent.location)


def test_a_page_from_before_the_answer_was_sent_sends_nothing_anew(
    world: World, browser: Browser
) -> None:
    browser.post(at(world.note_id, "central-authority"), CENTRAL)
    page = browser.get(at(world.note_id, "send")).get_data(as_text=True)
    typed = {"csrf_token": token_of(page), "version": version_of(page)}
    first, again = (browser.send(at(world.note_id, "send"), typed) for _press in range(2))
    assert first.location == again.location
    with world.office() as office:
        assert len(office.scalars(sa.select(Response)).all()) == 1


def test_who_goes_back_to_a_question_that_was_answered_sees_where_the_answer_stands(
    world: World, browser: Browser
) -> None:
    path = at(world.note_id, "decline")
    assert browser.get(at(world.note_id, "withdraw")).location == at(world.note_id)
    assert browser.post(path, {"reason": "=1+1"}).status_code == 303
    back = browser.get(path)
    assert (back.status_code, back.location) == (303, at(world.note_id))
    assert "will not nominate" in browser.page(back.location)
