"""Corrections: every value can be put right, on the word of a source, and nothing is lost."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
import sqlalchemy as sa

from registration import db
from registration.db import Session
from registration.errors import Conflict, NotAllowed, NotFound, Refused
from registration.journal.models import Event
from registration.permissions import Actor, system
from registration.states import instruments, queries, service
from registration.states.corrections import FIELDS, correct, source_of, value_of
from registration.states.instruments import Particulars
from registration.states.models import Correction, InstrumentKind, State
from registration.states.rules import TreatyStatus
from tests import builders as make
from tests.waiting import until_somebody_waits_for_a_lock

PROGRAM = system("test")
AS_AT = date(2025, 3, 1)
WORD = {"source": "Note of the mission No. 12/2025", "as_at": AS_AT}
WRITTEN = "Note of the mission No. 12/2025 (as at 2025-03-01)"


@pytest.fixture
def anna(engine: sa.Engine) -> Actor:
    with db.session_for(engine, PROGRAM) as session:
        make.a_state(session)
        return make.acting(make.anna(session))


@pytest.fixture
def session(engine: sa.Engine, anna: Actor) -> Iterator[Session]:
    with db.open_session(engine, anna) as session:
        yield session


def austria(session: Session) -> State:
    session.expire_all()
    return queries.by_code(session, "AUT")


ANOTHER = {
    "sort_key": "another",
    "regional_group": "African",
    "least_developed": "yes",
    "small_island": "not applicable",
    "landlocked": "yes",
    "proposed_language": "fr",
    "time_zone": "Africa/Nairobi",
    "articles.en": "the",
    "articles.fr": "l'",
    "articles.es": "los",
}


@pytest.mark.parametrize("field", FIELDS)
def test_every_value_can_be_corrected_and_keeps_what_it_was(session: Session, field: str) -> None:
    before = value_of(austria(session), field)
    after = ANOTHER.get(field, "Another name")
    made = correct(session, "AUT", field, after, seen=before, **WORD)
    assert made is not None
    assert (made.field, made.before, made.after) == (field, before, after)
    assert value_of(austria(session), field) == after
    assert source_of(austria(session), field) == WRITTEN


def test_a_correction_is_an_event_of_its_maker(session: Session, anna: Actor) -> None:
    correct(session, "AUT", "names.en", "Osterreich", seen="State AUT (en)", **WORD)
    [event] = session.scalars(sa.select(Event).where(Event.kind == "state.corrected"))
    assert (event.actor_id, event.subject_id, event.state_code) == (anna.id, "AUT", "AUT")
    assert event.detail == {
        "field": "names.en",
        "before": "State AUT (en)",
        "after": "Osterreich",
        "source": WRITTEN,
    }


def test_the_source_of_one_language_does_not_become_that_of_the_others(session: Session) -> None:
    correct(session, "AUT", "names.en", "Osterreich", seen="State AUT (en)", **WORD)
    assert source_of(austria(session), "names.en") == WRITTEN
    assert source_of(austria(session), "names.fr") == ""


def test_who_saw_an_older_value_cannot_overwrite_a_newer_one(session: Session) -> None:
    correct(session, "AUT", "names.en", "First", seen="State AUT (en)", **WORD)
    with pytest.raises(Conflict, match="First"):
        correct(session, "AUT", "names.en", "Second", seen="State AUT (en)", **WORD)


def test_the_same_correction_sent_twice_is_made_once(session: Session) -> None:
    for _ in range(2):
        correct(session, "AUT", "names.en", "Osterreich", seen="State AUT (en)", **WORD)
    assert len(session.scalars(sa.select(Correction)).all()) == 1


def test_the_same_value_with_a_better_source_is_a_correction(session: Session) -> None:
    name = "State AUT (en)"
    assert correct(session, "AUT", "names.en", name, seen=name, **WORD) is not None
    assert source_of(austria(session), "names.en") == WRITTEN


@pytest.mark.parametrize(
    ("field", "value", "wrong"),
    [
        ("names.en", "   ", "value"),
        ("regional_group", "Antarctic", "value"),
        ("small_island", "perhaps", "value"),
        ("articles.fr", "the", "value"),
        ("proposed_language", "de", "value"),
        ("time_zone", "Europe/Atlantis", "value"),
    ],
)
def test_a_value_that_cannot_be_is_refused(
    session: Session, field: str, value: str, wrong: str
) -> None:
    with pytest.raises(Refused) as refusal:
        correct(session, "AUT", field, value, seen=value_of(austria(session), field), **WORD)
    assert refusal.value.field == wrong


@pytest.mark.parametrize(
    ("source", "as_at", "wrong"),
    [("  ", AS_AT, "source"), ("A note", date(2999, 1, 1), "as_at")],
)
def test_nothing_is_corrected_without_a_source_of_today_or_before(
    session: Session, source: str, as_at: date, wrong: str
) -> None:
    with pytest.raises(Refused) as refusal:
        correct(session, "AUT", "names.en", "X", seen="State AUT (en)", source=source, as_at=as_at)
    assert refusal.value.field == wrong


@pytest.mark.parametrize("field", ["code", "kind", "names", "names.de", "sources", "__class__"])
def test_no_other_field_can_be_reached(session: Session, field: str) -> None:
    with pytest.raises(NotFound):
        correct(session, "AUT", field, "X", seen="", **WORD)
    with pytest.raises(NotFound):
        value_of(austria(session), field)


def test_only_those_who_may_correct_do(engine: sa.Engine, anna: Actor) -> None:
    with db.session_for(engine, PROGRAM) as session:
        others = [
            make.acting(make.rosa(session)),
            make.acting(make.otto(session)),
            make.acting(make.a_focal_point(session)),
        ]
    for actor in others:
        with db.open_session(engine, actor) as session, pytest.raises(NotAllowed):
            correct(session, "AUT", "names.en", "X", seen="State AUT (en)", **WORD)


def test_of_two_corrections_at_once_the_second_is_told_of_the_first(
    engine: sa.Engine, anna: Actor
) -> None:
    def correct_too() -> None:
        with db.session_for(engine, anna) as session:
            correct(session, "AUT", "sort_key", "second", seen="aut", **WORD)

    with ThreadPoolExecutor(1) as pool, db.open_session(engine, anna) as first:
        correct(first, "AUT", "sort_key", "first", seen="aut", **WORD)
        second = pool.submit(correct_too)
        until_somebody_waits_for_a_lock(engine)
        first.commit()
        with pytest.raises(Conflict, match="first"):
            second.result()


RATIFIED = Particulars(InstrumentKind.RATIFICATION, date(2006, 1, 11))


def test_an_instrument_changes_the_status_from_its_day_on(session: Session) -> None:
    instruments.add_instrument(session, "AUT", RATIFIED, **WORD)
    state = austria(session)
    assert queries.status_of(state, date(2006, 1, 10)) is TreatyStatus.NEITHER
    assert queries.status_of(state, date(2006, 1, 11)) is TreatyStatus.CONTRACTING
    assert queries.status_of(state, date(2006, 2, 10)) is TreatyStatus.STATE_PARTY


def test_bounds_are_replaced_by_the_day_when_it_becomes_known(session: Session) -> None:
    bounds = Particulars(
        InstrumentKind.RATIFICATION, not_before=date(2022, 12, 9), not_after=date(2023, 12, 31)
    )
    made = instruments.add_instrument(session, "AUT", bounds, **WORD)
    known = Particulars(InstrumentKind.RATIFICATION, date(2023, 2, 1))
    instruments.correct_instrument(session, "AUT", made.id, known, seen=str(bounds), **WORD)
    assert queries.status_of(austria(session), date(2023, 3, 3)) is TreatyStatus.STATE_PARTY
    latest = queries.corrections(session, "AUT")[0]
    assert (latest.before, latest.after) == (str(bounds), str(known))


def test_an_instrument_that_was_changed_meanwhile_is_not_overwritten(session: Session) -> None:
    made = instruments.add_instrument(session, "AUT", RATIFIED, **WORD)
    other = Particulars(InstrumentKind.ACCEPTANCE, date(2006, 1, 12))
    instruments.correct_instrument(session, "AUT", made.id, other, seen=str(RATIFIED), **WORD)
    with pytest.raises(Conflict):
        instruments.correct_instrument(
            session,
            "AUT",
            made.id,
            Particulars(InstrumentKind.APPROVAL, date(2006, 1, 13)),
            seen=str(RATIFIED),
            **WORD,
        )
    with pytest.raises(Conflict):
        instruments.remove_instrument(session, "AUT", made.id, seen=str(RATIFIED), **WORD)


def test_an_instrument_recorded_by_mistake_is_taken_out(session: Session) -> None:
    made = instruments.add_instrument(session, "AUT", RATIFIED, **WORD)
    instruments.remove_instrument(session, "AUT", made.id, seen=str(RATIFIED), **WORD)
    assert austria(session).instruments == []
    assert queries.corrections(session, "AUT")[0].before == str(RATIFIED)


@pytest.mark.parametrize(
    "second",
    [
        Particulars(InstrumentKind.ACCESSION, date(2010, 1, 1)),
        Particulars(
            InstrumentKind.APPROVAL, not_before=date(2010, 1, 1), not_after=date(2011, 1, 1)
        ),
    ],
)
def test_a_state_consents_once(session: Session, second: Particulars) -> None:
    instruments.add_instrument(session, "AUT", RATIFIED, **WORD)
    with pytest.raises(Refused) as refusal:
        instruments.add_instrument(session, "AUT", second, **WORD)
    assert refusal.value.field == "kind"


@pytest.mark.parametrize(
    "impossible",
    [
        Particulars(InstrumentKind.SIGNATURE, date(2006, 1, 1)),
        Particulars(InstrumentKind.RATIFICATION, date(2999, 1, 1)),
        Particulars(InstrumentKind.RATIFICATION),
        Particulars(InstrumentKind.RATIFICATION, not_before=date(2010, 1, 1)),
        Particulars(
            InstrumentKind.RATIFICATION, date(2010, 1, 1), date(2010, 1, 1), date(2010, 1, 2)
        ),
        Particulars(
            InstrumentKind.RATIFICATION, not_before=date(2011, 1, 1), not_after=date(2010, 1, 1)
        ),
    ],
)
def test_an_instrument_that_cannot_be_is_refused(session: Session, impossible: Particulars) -> None:
    with pytest.raises(Refused):
        instruments.add_instrument(session, "AUT", impossible, **WORD)


def test_an_instrument_of_another_state_is_not_found(session: Session, engine: sa.Engine) -> None:
    with db.session_for(engine, PROGRAM) as program:
        make.a_state(program, "NIU")
    made = instruments.add_instrument(session, "AUT", RATIFIED, **WORD)
    with pytest.raises(NotFound):
        instruments.remove_instrument(session, "NIU", made.id, seen=str(RATIFIED), **WORD)


def test_a_mission_has_several_addresses_and_those_that_ended_are_not_written_to(
    session: Session,
) -> None:
    mission = service.open_mission(session, "AUT", "fr", **WORD)
    for email in ("first@aut.example", "Second@AUT.example"):
        service.add_address(session, mission, email, **WORD)
    ended = queries.missions_by_state(session)["AUT"].addresses[0]
    service.end_address(session, ended, **WORD)
    service.end_address(session, ended, **WORD)
    session.commit()
    session.expire_all()
    [address] = queries.missions_by_state(session)["AUT"].addresses
    assert address.email == "second@aut.example"
    assert [each.email for each in queries.ended_addresses(session, mission)] == [
        "first@aut.example"
    ]
    assert [each.field for each in queries.corrections(session, "AUT")].count(
        "mission.address"
    ) == 3


def test_an_address_that_ended_can_be_taken_up_again(session: Session) -> None:
    mission = service.open_mission(session, "AUT", "en", **WORD)
    address = service.add_address(session, mission, "first@aut.example", **WORD)
    with pytest.raises(Refused) as refusal:
        service.add_address(session, mission, "FIRST@aut.example", **WORD)
    assert refusal.value.field == "email"
    service.end_address(session, address, **WORD)
    assert service.add_address(session, mission, "first@aut.example", **WORD).id == address.id
    assert [each.email for each in mission.addresses] == ["first@aut.example"]


def test_the_language_is_the_missions_choice_and_is_not_overwritten_unseen(
    session: Session,
) -> None:
    mission = service.open_mission(session, "AUT", "en", **WORD)
    service.set_language(session, mission, "fr", seen="en", **WORD)
    service.set_language(session, mission, "fr", seen="en", **WORD)
    with pytest.raises(Conflict):
        service.set_language(session, mission, "es", seen="en", **WORD)
    with pytest.raises(Refused):
        service.set_language(session, mission, "de", seen="fr", **WORD)
    assert queries.missions_by_state(session)["AUT"].language == "fr"


def test_a_state_has_one_mission_in_vienna(session: Session) -> None:
    service.open_mission(session, "AUT", "en", **WORD)
    with pytest.raises(Refused):
        service.open_mission(session, "AUT", "fr", **WORD)


@pytest.mark.parametrize("email", ["", "no address", "a@b", "a@x.example, b@x.example"])
def test_what_is_no_address_is_refused(session: Session, email: str) -> None:
    mission = service.open_mission(session, "AUT", "en", **WORD)
    with pytest.raises(Refused) as refusal:
        service.add_address(session, mission, email, **WORD)
    assert refusal.value.field == "email"


def test_a_state_that_is_not_in_the_list_is_not_found(session: Session) -> None:
    acts = (
        lambda: correct(session, "ZZZ", "names.en", "X", seen="", **WORD),
        lambda: instruments.add_instrument(session, "ZZZ", RATIFIED, **WORD),
        lambda: service.open_mission(session, "ZZZ", "en", **WORD),
    )
    for act in acts:
        with pytest.raises(NotFound):
            act()
