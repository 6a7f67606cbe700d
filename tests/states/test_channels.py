"""The road by which a mission wishes to get notes: kept, tracked, taken by a dispatch."""

import re

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from letters.compose import Press
from registration.errors import Conflict, NotAllowed
from registration.journal.models import Event
from registration.notes import dispatching, queries
from registration.notes.models import Note
from registration.post.models import Message
from registration.post.service import COPY_OF_A_NOTE
from registration.states import service
from registration.states.models import Correction, Mission, MissionChannel
from tests.notes import conftest
from tests.notes.desk import DAY, Desk
from tests.notes.test_dispatching import make
from tests.notes.test_pages import browser_of, shown

desk = conftest.desk
WORD = {"source": "Note of the mission", "as_at": ["1", "3", "2013"]}


@pytest.fixture
def press() -> Press:
    return Press()


@pytest.fixture
def anna(app: Flask, desk: Desk) -> FlaskClient:
    app.config["WTF_CSRF_ENABLED"] = False
    return browser_of(app, desk, desk.anna)


def wish(desk: Desk, channel: MissionChannel, *, seen: str = "email") -> None:
    with desk.acting(desk.anna) as session:
        mission = session.scalars(sa.select(Mission).where(Mission.state_code == "AUT")).one()
        service.set_channel(session, mission, channel, seen=seen, source="A note", as_at=DAY)


def issued(desk: Desk) -> Note:
    return desk.issue_only(desk.cleared(), "CU 2013/175")


def mails(desk: Desk) -> list[Message]:
    with desk.program() as session:
        return list(session.scalars(sa.select(Message).where(Message.purpose == COPY_OF_A_NOTE)))


def confirm(desk: Desk, note: Note, left_out: list[str] | None) -> None:
    with desk.acting(desk.anna) as session:
        dispatching.confirm(session, queries.by_id(session, note.id), left_out=left_out)


def test_the_wish_of_a_mission_is_recorded_through_the_form(anna: FlaskClient, desk: Desk) -> None:
    assert "By e-mail" in shown(anna, "/states/AUT")
    form = {"channel": "pouch", "seen": "email", **WORD}
    assert anna.post("/states/AUT/mission/channel", data=form).status_code == 303
    assert "Printed, by the pouch or by hand" in shown(anna, "/states/AUT")
    with desk.program() as session:
        (correction,) = session.scalars(
            sa.select(Correction).where(Correction.field == "mission.channel")
        )
        assert (correction.before, correction.after) == ("email", "pouch")
        event = session.scalars(sa.select(Event).order_by(Event.id.desc())).first()
        assert event is not None
        assert event.state_code == "AUT"
    again = anna.post("/states/AUT/mission/channel", data={**form, "channel": "portal"})
    assert again.status_code == 409
    assert "Somebody else has corrected this meanwhile." in again.text


def test_a_wish_is_not_recorded_by_somebody_who_only_reads(desk: Desk) -> None:
    with desk.acting(desk.rosa) as session:
        mission = session.scalars(sa.select(Mission).where(Mission.state_code == "AUT")).one()
        with pytest.raises(NotAllowed):
            service.set_channel(
                session, mission, MissionChannel.POUCH, seen="email", source="", as_at=DAY
            )


def test_a_wish_that_changed_meanwhile_is_not_overwritten(desk: Desk) -> None:
    wish(desk, MissionChannel.PORTAL)
    with pytest.raises(Conflict):
        wish(desk, MissionChannel.POUCH)
    wish(desk, MissionChannel.PORTAL)  # the same once more says nothing new


@pytest.mark.parametrize("channel", [MissionChannel.POUCH, MissionChannel.PORTAL])
def test_nothing_is_mailed_to_a_mission_that_wishes_another_road(
    desk: Desk, press: Press, channel: MissionChannel
) -> None:
    wish(desk, channel)
    note = issued(desk)
    with desk.program() as session:
        before = queries.progress(session, note)
    assert (before.by_mail, before.left_out, before.no_address) == (0, 1, 2)
    confirm(desk, note, None)
    make(desk, press)
    assert mails(desk) == []
    with desk.program() as session:
        assert queries.progress(session, note).left_out == 1


def test_an_officer_may_mail_it_all_the_same(desk: Desk, press: Press) -> None:
    wish(desk, MissionChannel.POUCH)
    note = issued(desk)
    confirm(desk, note, [])
    make(desk, press)
    assert len(mails(desk)) == 1


def test_the_road_is_shown_and_chosen_before_anything_leaves(anna: FlaskClient, desk: Desk) -> None:
    wish(desk, MissionChannel.POUCH)
    note = issued(desk)
    wish(desk, MissionChannel.EMAIL, seen="pouch")  # what counts is the wish at the issue
    address = f"/notes/{note.id}/dispatch"
    page = shown(anna, address)
    assert "Printed, by the pouch or by hand" in page
    assert "Send 0 copies" in page
    assert re.search(r'<input[^>]*value="AUT"[^>]*checked', anna.get(address).text)
