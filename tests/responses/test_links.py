"""An expert fills in one page by a link, and whoever holds it reaches nothing else."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from registration.db import Session, open_session
from registration.delegations import links
from registration.delegations.models import Delegate, ExpertLink
from registration.delegations.rules import FILLINGS, LINK_LIFE, LINKS_A_DAY, LinkStage
from registration.errors import Conflict, IllegalMove, NotFound, Refused, TooMany
from registration.journal.models import Event
from registration.post.models import Message
from registration.responses import answering
from tests.responses.browser import SITE, Browser, at, token_of, version_of
from tests.responses.conftest import World
from tests.responses.samples import person
from tests.responses.test_pages import expert


@pytest.fixture
def session(world: World) -> Iterator[Session]:
    with world.acting(world.austria) as session:
        yield session


@pytest.fixture
def link(world: World, app: Flask, session: Session) -> ExpertLink:
    nomination = answering.begin(session, world.note_id)
    link = links.ask(
        session, nomination, name="Eva Huber", email="eva@experts.example", language="fr"
    )
    session.commit()
    return link


def token(world: World) -> str:
    """What the latest mail with a link holds."""
    with world.office() as office:
        mails = sa.select(Message).where(Message.purpose == "expert_link")
        text = office.scalars(mails.order_by(Message.id.desc())).first().text  # type: ignore[union-attr]
    found = re.search(r"/particulars/([^?\s]+)\?lang=fr", text)
    assert found is not None
    return found[1]


def holding(world: World, secret: str = "") -> Session:
    return open_session(world.engine, links.holder_of(secret or token(world)))


def filled(world: World) -> None:
    with holding(world) as session:
        links.fill(session, links.opened(session), person())
        session.commit()


def test_the_expert_fills_in_one_page_and_the_focal_point_accepts(
    world: World, app: Flask, browser: Browser, link: ExpertLink
) -> None:
    stranger: FlaskClient = app.test_client()
    path = f"/particulars/{token(world)}"
    page = stranger.get(path, base_url=SITE).text
    assert "Eva Huber" not in page
    fields = {name.removeprefix("rows-0-"): value for name, value in expert().items()}
    answer = stranger.post(path, data={**fields, "csrf_token": token_of(page)}, base_url=SITE)
    assert (answer.status_code, answer.location) == (303, path)
    assert 'value="Huber"' in stranger.get(path, base_url=SITE).text
    look = at(world.note_id, f"links/{link.id}")
    assert "Filled in: look at it" in browser.page(look)
    accepted = browser.post(f"{look}/accept", {}, seen=look)
    assert accepted.status_code == 303
    with world.office() as office:
        assert office.scalars(sa.select(Delegate.family_name)).all() == ["Huber"]
        told = office.scalars(
            sa.select(Message).where(Message.purpose == "expert_link_filled")
        ).one()
        assert told.recipients == [world.austria.email]
        kinds = office.scalars(
            sa.select(Event.kind).where(Event.kind.startswith("expert_link")).order_by(Event.id)
        ).all()
    assert kinds == ["expert_link.sent", "expert_link.filled", "expert_link.accepted"]
    assert stranger.get(path, base_url=SITE).status_code == 404


def test_whoever_holds_a_link_reaches_one_row_and_no_other_table(
    world: World, session: Session, link: ExpertLink
) -> None:
    nomination = answering.begin(session, world.note_id)
    links.ask(session, nomination, name="Another", email="b@experts.example", language="en")
    session.commit()
    hidden = ("nomination", "delegate", "response", "account", "message", "document", "event")
    with open_session(world.engine, links.holder_of(token_of_first(world))) as holder:
        names = holder.scalars(sa.select(ExpertLink.name)).all()
        assert names == ["Eva Huber"]
        for table in hidden:
            rows = holder.scalar(sa.text(f"select count(*) from {table}"))
            assert rows == 0, table


def token_of_first(world: World) -> str:
    with world.office() as office:
        mails = sa.select(Message.text).where(Message.purpose == "expert_link")
        text = office.scalars(mails.order_by(Message.id)).first() or ""
    return text.partition("/particulars/")[2].partition("?")[0]


@pytest.mark.parametrize("wrong", ["", ".", "x.y", "é.é", "a" * 500, "none"])
def test_a_token_that_was_not_signed_by_us_is_refused(
    world: World, app: Flask, link: ExpertLink, wrong: str
) -> None:
    with pytest.raises(NotFound):
        links.holder_of(wrong)
    secret, _, signature = token(world).partition(".")
    with pytest.raises(NotFound):
        links.holder_of(f"{secret[:-1]}.{signature}")
    assert app.test_client().get(f"/particulars/{wrong or 'x'}", base_url=SITE).status_code == 404


def test_a_link_that_is_over_revoked_or_sent_back_works_no_more(
    world: World, session: Session, link: ExpertLink, clock_of_summer: time_machine.Traveller
) -> None:
    first = token(world)
    filled(world)
    nomination = answering.begin(session, world.note_id)
    session.refresh(link)
    links.send_back(session, nomination, link, "Say the title.", version=link.version)
    session.commit()
    assert token(world) != first
    with holding(world, first) as holder, pytest.raises(NotFound):
        links.opened(holder)
    with holding(world) as holder:
        assert links.opened(holder).remark == "Say the title."
    clock_of_summer.shift(LINK_LIFE + timedelta(seconds=1))
    with holding(world) as holder, pytest.raises(NotFound):
        links.opened(holder)
    clock_of_summer.shift(-timedelta(days=1))
    links.revoke(session, nomination, link)
    session.commit()
    with holding(world) as holder, pytest.raises(NotFound):
        links.opened(holder)


def test_who_was_asked_to_correct_something_may_say_that_it_is_right(
    world: World, session: Session, link: ExpertLink
) -> None:
    filled(world)
    nomination = answering.begin(session, world.note_id)
    session.refresh(link)
    links.send_back(session, nomination, link, "Is this your title?", version=link.version)
    session.commit()
    filled(world)
    filled(world)
    session.refresh(link)
    assert (link.stage, link.remark, link.fillings) == (LinkStage.FILLED, "", 2)
    with world.office() as office:
        told = sa.select(Message.id).where(Message.purpose == "expert_link_filled")
        assert len(office.scalars(told).all()) == 2


def test_a_page_that_the_expert_changed_meanwhile_is_looked_at_again(
    world: World, session: Session, link: ExpertLink
) -> None:
    filled(world)
    nomination = answering.begin(session, world.note_id)
    with pytest.raises(Conflict):
        links.accept(session, nomination, link, version=1)
    session.refresh(link)
    links.accept(session, nomination, link, version=link.version)
    with pytest.raises(IllegalMove):
        links.revoke(session, nomination, link)
    assert link.stage is LinkStage.ACCEPTED


def test_of_two_windows_on_one_page_the_second_is_told_and_loses_nothing(
    world: World, app: Flask, link: ExpertLink
) -> None:
    path = f"/particulars/{token(world)}"
    client = app.test_client()
    pages = [client.get(path, base_url=SITE).get_data(as_text=True) for _window in range(2)]

    def save(page: str, family_name: str) -> TestResponse:
        typed = {key.removeprefix("rows-0-"): value for key, value in expert(0).items()}
        carried = {"csrf_token": token_of(page), "version": version_of(page)}
        said = typed | carried | {"family_name": family_name}
        return client.post(path, data=said, base_url=SITE, headers={"Referer": SITE})

    assert save(pages[0], "First").status_code == 303
    assert save(pages[0], "First").status_code == 303  # the same once more
    second = save(pages[1], "Second")
    html = second.get_data(as_text=True)
    assert second.status_code == 409
    assert 'value="Second"' in html
    assert "changed after you opened the page" in html
    with world.office() as office:
        assert office.get_one(ExpertLink, link.id).particulars["family_name"] == "First"
    assert save(html, "Second").status_code == 303


def test_links_and_changes_are_limited(world: World, session: Session, link: ExpertLink) -> None:
    nomination = answering.begin(session, world.note_id)
    with pytest.raises(Refused):
        links.ask(session, nomination, name=" ", email="a@x.example", language="en")
    for number in range(LINKS_A_DAY - 1):
        links.ask(session, nomination, name="A", email=f"a{number}@x.example", language="en")
    with pytest.raises(TooMany):
        links.ask(session, nomination, name="A", email="a@x.example", language="en")
    session.rollback()
    with holding(world) as holder:
        opened = links.opened(holder)
        for number in range(FILLINGS):
            links.fill(holder, opened, person(f"Huber {number}"))
        with pytest.raises(TooMany):
            links.fill(holder, opened, person("Huber"))
