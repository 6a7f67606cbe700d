"""The audience as a rule: what it finds, what is stored of it, and what an issue takes from it."""

from datetime import date
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from registration import clock
from registration.db import Session, new_id
from registration.errors import Conflict, Refused
from registration.notes import clearance, queries
from registration.notes.audience import (
    CHOICES,
    Audience,
    Circumstance,
    Named,
    Unanswered,
    addressed,
    refuse_impossible,
)
from registration.notes.issuing import ClearanceVoid
from registration.notes.models import Addressee, Note
from registration.notes.rules import NoteStage
from registration.responses import standings
from registration.responses.models import Response, ResponseChannel
from registration.states.models import InstrumentKind, RegionalGroup, State
from registration.states.rules import TreatyStatus
from tests import builders
from tests.notes.desk import DAY, EVERYBODY, Desk
from tests.notes.test_pages import FRAME, browser_of, sent

NOBODY: frozenset[TreatyStatus] = frozenset()


def codes(session: Session, audience: Audience, day: date = DAY) -> list[str]:
    return [each.state.code for each in addressed(session, audience, day)]


def respond(desk: Desk, note: Note, code: str) -> None:
    with desk.program() as session:
        addressee = session.scalars(
            sa.select(Addressee).where(Addressee.note_id == note.id, Addressee.state_code == code)
        ).one()
        session.add(
            Response(
                note_id=note.id,
                addressee_id=addressee.id,
                state_code=code,
                channel=ResponseChannel.PAPER,
                received_at=clock.now(),
                recorded_by_id=desk.anna.id,
            )
        )


def reminding_of(note: Note) -> Audience:
    return Audience(NOBODY, without_response_to=Unanswered.note(note))


@pytest.mark.reference_data
def test_groups_and_circumstances_narrow_the_statuses(real_desk: Desk) -> None:
    with real_desk.program() as session:
        everybody = addressed(session, EVERYBODY, DAY)
        assert len(everybody) == 175
        grulac = Audience(EVERYBODY.statuses, groups=frozenset({RegionalGroup.GRULAC}))
        assert codes(session, grulac) == [
            each.state.code
            for each in everybody
            if each.state.regional_group is RegionalGroup.GRULAC
        ]
        either = frozenset({Circumstance.LEAST_DEVELOPED, Circumstance.LANDLOCKED})
        assert codes(session, Audience(EVERYBODY.statuses, circumstances=either)) == [
            each.state.code
            for each in everybody
            if each.state.least_developed or each.state.landlocked
        ]
        assert 20 < len(codes(session, Audience(EVERYBODY.statuses, circumstances=either))) < 80


def test_additions_and_removals_win_over_the_rule(desk: Desk) -> None:
    audience = Audience(
        EVERYBODY.statuses,
        added=(Named("PAN", "Host of the meeting"),),
        removed=(Named("NIU", "Told by telephone"),),
    )
    with desk.program() as session:
        found = {each.state.code: each for each in addressed(session, audience, DAY)}
    assert list(found) == ["AUT", "EU", "PAN"]
    assert found["PAN"].status is TreatyStatus.NEITHER
    assert (found["PAN"].reason, found["AUT"].reason) == ("Host of the meeting", "")


def test_states_can_be_listed_one_by_one(desk: Desk) -> None:
    with desk.program() as session:
        listed = Audience(NOBODY, added=(Named("NIU", "Asked for it"),))
        assert codes(session, Audience.of(listed.stored())) == ["NIU"]


def test_who_responded_is_not_asked_again(desk: Desk) -> None:
    note = desk.issued()
    respond(desk, note, "AUT")
    with desk.program() as session:
        assert codes(session, reminding_of(note)) == ["EU", "NIU"]
        assert codes(session, Audience(EVERYBODY.statuses)) == ["AUT", "EU", "NIU"]
        awaited = [
            code
            for code, stands in standings.by_note(session, [note])[note.id].items()
            if stands.answered_at is None
        ]
    assert sorted(awaited) == ["EU", "NIU"]


def test_who_responded_to_a_reminder_is_not_reminded_again(desk: Desk) -> None:
    note = desk.issued()
    reminder = desk.draft(reminding_of(note))
    with desk.program() as session:
        session.execute(sa.update(Note).where(Note.id == reminder.id).values(follows_id=note.id))
    desk.issue(
        desk.do(desk.otto, desk.do(desk.anna, reminder, _submit), clearance.clear), "CU 2013/176"
    )
    respond(desk, reminder, "NIU")
    with desk.program() as session:
        assert codes(session, reminding_of(note)) == ["AUT", "EU"]


def _submit(session: Session, note: Note) -> Note:
    return clearance.submit(session, note, unrehearsed=True)


def test_a_reminder_is_addressed_to_those_who_have_not_responded_when_it_is_issued(
    desk: Desk,
) -> None:
    note = desk.issued()
    reminder = desk.cleared(reminding_of(note))
    assert reminder.cleared_for == ["AUT", "EU", "NIU"]
    respond(desk, note, "AUT")
    desk.issue(reminder, "CU 2013/176")
    with desk.program() as session:
        assert sorted(
            session.scalars(sa.select(Addressee.state_code).where(Addressee.note_id == reminder.id))
        ) == ["EU", "NIU"]


def test_no_state_joins_an_audience_that_was_cleared(desk: Desk) -> None:
    note = desk.cleared()
    with desk.program() as session:
        builders.an_instrument(session, "PAN", InstrumentKind.RATIFICATION, date(2006, 1, 11))
    with pytest.raises(ClearanceVoid, match="did not see"):
        desk.issue(note)
    with desk.program() as session:
        assert queries.by_id(session, note.id).stage is NoteStage.CLEARED


def test_a_state_that_joined_while_the_officer_was_reading_is_not_cleared(desk: Desk) -> None:
    note = desk.submitted()

    def clear(session: Session, it: Note) -> Note:
        return clearance.clear(session, it, whom_seen=["AUT", "EU"])

    with pytest.raises(Conflict, match="changed while you were reading"):
        desk.do(desk.otto, note, clear)


def test_the_reason_of_an_addition_stays_with_the_addressee(desk: Desk) -> None:
    added = (Named("PAN", "Host of the meeting"),)
    note = desk.issued(audience=Audience(EVERYBODY.statuses, added=added))
    with desk.program() as session:
        reasons = dict(
            session.execute(
                sa.select(Addressee.state_code, Addressee.reason).where(
                    Addressee.note_id == note.id
                )
            ).all()
        )
    assert reasons == {"AUT": "", "EU": "", "NIU": "", "PAN": "Host of the meeting"}


ASKED = Unanswered(UUID(int=7), "CU 2013/175")


@pytest.mark.parametrize(
    "audience",
    [
        EVERYBODY,
        Audience(frozenset({TreatyStatus.SIGNATORY}), as_at=date(2013, 7, 1)),
        Audience(
            EVERYBODY.statuses,
            groups=frozenset({RegionalGroup.WEOG, RegionalGroup.NONE}),
            circumstances=frozenset(Circumstance),
            without_response_to=ASKED,
            added=(Named("PAN", "Host"),),
            removed=(Named("AUT", "Told"),),
        ),
    ],
    ids=["everybody", "as at a day", "everything"],
)
def test_a_stored_rule_is_the_rule_again(audience: Audience) -> None:
    assert Audience.of(audience.stored()) == audience


def test_a_rule_stored_before_there_was_more_than_statuses_is_still_read() -> None:
    stored = {"statuses": ["state_party", "contracting", "signatory"], "as_at": None}
    assert Audience.of(stored) == EVERYBODY


def test_a_rule_of_a_later_version_is_not_guessed_at() -> None:
    with pytest.raises(ValueError, match="version 3"):
        Audience.of({**EVERYBODY.stored(), "version": 3})


@pytest.mark.parametrize(
    ("audience", "field"),
    [
        (Audience(NOBODY), "statuses"),
        (Audience(NOBODY, removed=(Named("AUT", "Told"),)), "statuses"),
        (Audience(EVERYBODY.statuses, added=(Named("PAN", " "),)), "added"),
        (Audience(EVERYBODY.statuses, removed=(Named("AUT", ""),)), "removed"),
        (
            Audience(EVERYBODY.statuses, added=(Named("PAN", "a"),), removed=(Named("PAN", "b"),)),
            "removed",
        ),
    ],
    ids=["nobody", "nobody but one", "no reason to add", "no reason to remove", "both"],
)
def test_a_rule_that_cannot_be_meant_is_refused(audience: Audience, field: str) -> None:
    with pytest.raises(Refused) as refusal:
        audience.stored()
    assert refusal.value.field == field


def test_a_rule_speaks_of_states_and_notes_that_there_are(desk: Desk) -> None:
    draft = desk.draft()
    with desk.program() as session:
        for audience in (
            Audience(EVERYBODY.statuses, added=(Named("ZZZ", "Who?"),)),
            Audience(EVERYBODY.statuses, without_response_to=Unanswered(new_id(), "CU 1/1")),
            Audience(EVERYBODY.statuses, without_response_to=Unanswered(draft.id, "CU 2013/1")),
        ):
            with pytest.raises(Refused):
                refuse_impossible(session, audience)
        with pytest.raises(Refused):
            Unanswered.note(draft)


def test_what_is_not_recorded_of_a_state_does_not_count(desk: Desk) -> None:
    with desk.program() as session:
        session.execute(sa.update(State).values(small_island=None))
        small = frozenset({Circumstance.SMALL_ISLAND})
        assert codes(session, Audience(frozenset(CHOICES), circumstances=small)) == []


@pytest.fixture
def anna(app: Flask, desk: Desk) -> FlaskClient:
    app.config["WTF_CSRF_ENABLED"] = False
    return browser_of(app, desk, desk.anna)


def test_an_officer_sees_whom_the_rule_finds_before_anything_is_saved(
    desk: Desk, anna: FlaskClient
) -> None:
    note = desk.issued()
    respond(desk, note, "AUT")
    new = {**FRAME, "kind": "invitation", "meeting": desk.meeting.slug}
    rule = {
        "added-0-state": "PAN",
        "added-0-reason": "Host of the meeting",
        "removed-0-state": "NIU",
        "removed-0-reason": "Told by telephone",
    }
    page = sent(anna, "/notes/new", 200, look="1", **new, **rule)
    assert "3 States today" in page
    assert "2 without an address" in page
    assert "added: Host of the meeting" in page
    part = sent(anna, "/notes/audience", 200, without_response_to=str(note.id))
    assert part.startswith("2 States today")
    with desk.program() as session:
        assert session.scalars(sa.select(sa.func.count()).select_from(Note)).one() == 1
    place = sent(anna, "/notes/new", **new, **rule)
    assert "PAN" in anna.get(f"{place}/frame").text
    assert "Told by telephone" in anna.get(f"{place}/frame").text


def test_a_rule_that_finds_nobody_is_refused_beside_its_field(
    desk: Desk, anna: FlaskClient
) -> None:
    new = {**FRAME, "kind": "invitation", "meeting": desk.meeting.slug, "statuses": []}
    assert "Choose at least one treaty status." in sent(anna, "/notes/new", 422, **new)
    no_reason = {
        **FRAME,
        "kind": "invitation",
        "meeting": desk.meeting.slug,
        "added-0-state": "PAN",
    }
    assert "Give a reason for each State" in sent(anna, "/notes/new", 422, **no_reason)
    for hostile in ({"statuses": ["neither"]}, {"groups": ["x"]}, {"as_at": "99"}):
        said = sent(anna, "/notes/audience", 200, **{**FRAME, **hostile})
        assert "The list appears once" in said
