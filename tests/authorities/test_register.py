"""The register as it is kept: entered, changed, ended, confirmed, corrected as States ask."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
import time_machine

from registration import clock
from registration.accounts.models import Account
from registration.authorities import confirming, queries, service
from registration.authorities.models import Authority
from registration.authorities.queries import Choice
from registration.authorities.rules import Category, RequestStage
from registration.authorities.service import Source
from registration.db import open_session
from registration.errors import Conflict, IllegalMove, NotAllowed, NotFound, Refused
from registration.journal.service import story
from registration.permissions import ANYBODY
from registration.post.models import Message
from tests.responses.conftest import AUSTRIA, NIUE, World

MLA, PREVENTION = Category.MUTUAL_LEGAL_ASSISTANCE, Category.PREVENTION
NOTE = Source("Note verbale 5/2012", date(2012, 10, 1), date(2012, 10, 1))
LATER = Source("Note verbale 9/2013", date(2013, 8, 1), date(2013, 8, 1))


def typed(name: str = "Ministry of Justice", **more: Any) -> dict[str, Any]:
    return {"authority_name": name, "email": "central@justice.example", **more}


def entered(
    world: World,
    name: str = "Ministry of Justice",
    *,
    state: str = AUSTRIA,
    category: Category = MLA,
    source: Source = NOTE,
    **more: Any,
) -> Authority:
    with world.acting(world.anna) as session:
        entry = service.enter(session, state, category, typed(name, **more), source)
        session.commit()
        return entry


def found(
    world: World, who: Account | None = None, language: str = "en", **choice: Any
) -> list[str]:
    with world.acting(who or world.rosa) as session:
        return [
            each.authority.name for each in queries.entries(session, Choice(**choice), language)
        ]


def test_an_entry_says_since_when_and_by_which_document(world: World) -> None:
    entry = entered(world)
    with world.acting(world.rosa) as session:
        whole = queries.whole(session, entry.line_id)
    assert (whole.entry.authority.notified_by, whole.entry.authority.in_force_from) == (
        "Note verbale 5/2012",
        date(2012, 10, 1),
    )


def test_what_comes_into_force_later_does_not_stand_there_today(world: World) -> None:
    tomorrow = replace(LATER, in_force_from=clock.today() + timedelta(days=1))
    entry = entered(world)
    with world.acting(world.anna) as session:
        for act in (
            lambda: service.enter(session, AUSTRIA, PREVENTION, typed(), tomorrow),
            lambda: service.change(session, entry.line_id, typed("M"), tomorrow, seen=entry.id),
            lambda: service.end(session, entry.line_id, tomorrow, seen=entry.id),
        ):
            with pytest.raises(Refused) as refusal:
                act()
            assert refusal.value.field == "in_force_from"
            session.rollback()


def test_a_change_supersedes_and_the_history_stays(world: World) -> None:
    entry = entered(world)
    with world.acting(world.anna) as session:
        service.change(session, entry.line_id, typed("Ministry of Law"), LATER, seen=entry.id)
        session.commit()
        whole = queries.whole(session, entry.line_id)
    assert [(each.name, each.in_force_until) for each in whole.wordings] == [
        ("Ministry of Law", None),
        ("Ministry of Justice", date(2013, 8, 1)),
    ]
    assert whole.wordings[1].ended_by == "Note verbale 9/2013"
    assert found(world) == ["Ministry of Law"]


def test_a_change_of_nothing_or_before_its_time_is_refused(world: World) -> None:
    entry = entered(world)
    with world.acting(world.anna) as session:
        with pytest.raises(Refused, match="Nothing is changed"):
            service.change(session, entry.line_id, typed(), LATER, seen=entry.id)
        sooner = Source("x", None, date(2012, 1, 1))
        with pytest.raises(Refused, match="cannot be before"):
            service.change(session, entry.line_id, typed("B"), sooner, seen=entry.id)


def test_two_officers_who_change_one_entry_lose_nothing(world: World) -> None:
    entry = entered(world)
    with world.acting(world.anna) as session:
        service.change(session, entry.line_id, typed("First"), LATER, seen=entry.id)
        session.commit()
    with world.acting(world.anna) as session, pytest.raises(Conflict):
        service.change(session, entry.line_id, typed("Second"), LATER, seen=entry.id)
    assert found(world) == ["First"]


def test_an_authority_out_of_force_is_found_no_more_and_keeps_its_history(world: World) -> None:
    entry = entered(world)
    with world.acting(world.anna) as session:
        service.end(session, entry.line_id, LATER, seen=entry.id)
        session.commit()
        assert queries.whole(session, entry.line_id).entry.authority.in_force_until
        with pytest.raises(NotFound):
            confirming.confirm(session, entry.line_id, source="x")
    assert found(world) == []


def test_an_entry_is_stale_until_somebody_confirms_it(
    world: World, clock_of_summer: time_machine.Traveller
) -> None:
    entry = entered(world)
    assert found(world, stale=True) == []
    clock_of_summer.move_to("2013-10-01 10:00:00+02:00")
    assert found(world, stale=True) == ["Ministry of Justice"]
    with world.acting(world.austria) as session:
        confirming.confirm(session, entry.line_id)
        session.commit()
    assert found(world, stale=True) == []
    clock_of_summer.move_to("2014-10-01 10:00:00+02:00")
    assert found(world, stale=True) == ["Ministry of Justice"]
    with world.acting(world.anna) as session:
        with pytest.raises(Refused):
            confirming.confirm(session, entry.line_id)
        confirming.confirm(session, entry.line_id, source="Note verbale 1/2014")
        session.commit()
    assert found(world, stale=True) == []


def test_an_entry_confirmed_twice_on_a_day_is_confirmed_once(
    world: World, clock_of_summer: time_machine.Traveller
) -> None:
    entry = entered(world)

    def confirmations(who: Account, source: str = "") -> int:
        with world.acting(who) as session:
            confirming.confirm(session, entry.line_id, source=source)
            session.commit()
            return len(queries.whole(session, entry.line_id).confirmations)

    assert [confirmations(world.austria) for _press in range(2)] == [1, 1]
    assert confirmations(world.anna, "Note verbale 7/2013") == 2
    with world.acting(world.anna) as session:
        entry = service.change(session, entry.line_id, typed("Ministry"), LATER, seen=entry.id)
        session.commit()
    assert confirmations(world.austria) == 3  # of another wording
    clock_of_summer.shift(timedelta(days=1))
    assert [confirmations(world.austria) for _press in range(2)] == [4, 4]
    with world.office() as office:
        events = [each.kind for each in story(office, "authority", entry.line_id)]
        assert events.count("authority.confirmed") == 4


SEARCHES = [
    ("José", ["JOSE Ortega Institute", "Oficina José Ortega"]),
    ("JOSE", ["JOSE Ortega Institute", "Oficina José Ortega"]),
    ("jose ortega", ["JOSE Ortega Institute", "Oficina José Ortega"]),
    ("خوسيه", ["مكتب خوسيه"]),
    ("خُوسِيه", ["مكتب خوسيه"]),
    ("مکتب", ["مكتب خوسيه"]),
    ("الانتربول", ["إدارة الأنتربول"]),
    ("ادارة", ["إدارة الأنتربول"]),
    ("прокуратура", ["Генеральная Прокуратура"]),
    ("генеральная", ["Генеральная Прокуратура"]),
    ("strasse", ["Amt in der Straße"]),
    ("STRAẞE", ["Amt in der Straße"]),
    ("%", []),
    ("_", []),
    ("\\", []),
    ("NIU", ["Amt in der Straße"]),
    ("nobody", []),
]


def test_a_name_is_found_where_it_stands_whatever_its_accents_and_letters(
    world: World,
) -> None:
    with world.acting(world.anna) as session:
        for name in (
            "Oficina José Ortega",
            "JOSE Ortega Institute",
            "مكتب خوسيه",
            "إدارة الأنتربول",
            "Генеральная Прокуратура",
        ):
            service.enter(session, AUSTRIA, MLA, typed(name), NOTE)
        service.enter(session, NIUE, MLA, typed("Amt in der Straße"), NOTE)
        session.commit()
    wrong = [
        (words, names)
        for words, names in SEARCHES
        if sorted(found(world, words=words)) != sorted(names)
    ]
    assert wrong == []


def test_the_register_is_for_account_holders_only(world: World) -> None:
    entered(world)
    assert found(world, world.niue) == ["Ministry of Justice"]
    with open_session(world.engine, ANYBODY) as session:
        assert queries.entries(session, Choice(), "en") == []


def test_a_focal_point_keeps_nothing_and_confirms_only_its_own(world: World) -> None:
    entry = entered(world)
    with world.acting(world.niue) as session:
        with pytest.raises(NotAllowed):
            confirming.confirm(session, entry.line_id)
        with pytest.raises(NotFound):
            service.ask(session, typed("B"), line_id=entry.line_id)
        with pytest.raises(NotAllowed):
            service.enter(session, NIUE, MLA, typed(), NOTE)
        with pytest.raises(NotAllowed):
            service.end(session, entry.line_id, LATER, seen=entry.id)
    with world.acting(world.rosa) as session, pytest.raises(NotAllowed):
        service.enter(session, NIUE, MLA, typed(), NOTE)


FORGERIES = [
    "update authority set name = 'x'",
    "update authority set in_force_until = now()::date, ended_by_id = recorded_by_id",
    "delete from authority",
    "delete from authority_request",
    "update authority_request set stage = 'accepted'",
    "update authority_confirmation set confirmed_at = now()",
    "insert into authority_confirmation select gen_random_uuid(), line_id, state_code, now(),"
    " recorded_by_id, true, '' from authority",
]


@pytest.mark.parametrize("attempt", FORGERIES)
def test_a_state_forges_nothing_in_the_register(world: World, attempt: str) -> None:
    entered(world)
    asked(world)
    with world.acting(world.austria) as session:
        try:
            changed = session.execute(sa.text(attempt)).rowcount
        except sa.exc.ProgrammingError:  # refused
            changed = 0
    assert changed == 0


def asked(world: World, line_id: UUID | None = None, **more: Any) -> UUID:
    with world.acting(world.austria) as session:
        wanted = typed("Ministry of Law", **more)
        request = service.ask(
            session, wanted, line_id=line_id, category=None if line_id else PREVENTION
        )
        session.commit()
        return request.id


def test_a_correction_is_a_request_until_staff_accept_it(world: World) -> None:
    entry = entered(world)
    request_id = asked(world, entry.line_id)
    assert found(world) == ["Ministry of Justice"]
    with world.acting(world.austria) as session, pytest.raises(Conflict):
        service.ask(session, typed("Another"), line_id=entry.line_id)
    with world.acting(world.anna) as session:
        service.accept(session, request_id, LATER, version=1)
        session.commit()
    assert found(world) == ["Ministry of Law"]
    with world.office() as office:
        mail = office.scalars(sa.select(Message)).one()
    assert "was made" in mail.text


def test_a_new_entry_can_be_asked_for(world: World) -> None:
    request_id = asked(world)
    with world.acting(world.anna) as session:
        service.accept(session, request_id, LATER, version=1)
        session.commit()
    assert found(world, category=PREVENTION) == ["Ministry of Law"]


def test_a_refused_request_says_why_and_changes_nothing(world: World) -> None:
    entry = entered(world)
    request_id = asked(world, entry.line_id)
    with world.acting(world.anna) as session:
        with pytest.raises(Refused, match="why"):
            service.refuse(session, request_id, " ", version=1)
        service.refuse(session, request_id, "Please send a note.", version=1)
        session.commit()
        with pytest.raises(Conflict):
            service.accept(session, request_id, LATER, version=1)
    assert found(world) == ["Ministry of Justice"]
    with world.office() as office:
        assert "Please send a note." in office.scalars(sa.select(Message)).one().text


def test_a_request_can_be_taken_back_until_it_is_decided(world: World) -> None:
    entry = entered(world)
    request_id = asked(world, entry.line_id)
    with world.acting(world.niue) as session, pytest.raises(NotFound):
        service.take_back(session, request_id)
    with world.acting(world.austria) as session:
        service.take_back(session, request_id)
        session.commit()
        with pytest.raises(IllegalMove):
            service.take_back(session, request_id)
        assert [each.request.stage for each in queries.requests(session, state_code=AUSTRIA)] == [
            RequestStage.TAKEN_BACK
        ]
    asked(world, entry.line_id)  # and asked anew


def test_a_request_without_a_change_is_refused(world: World) -> None:
    entry = entered(world)
    with world.acting(world.austria) as session, pytest.raises(Refused, match="still right"):
        service.ask(session, typed(), line_id=entry.line_id)
