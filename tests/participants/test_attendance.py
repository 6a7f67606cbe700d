"""Who is present, which States that represents, and what the report says of it."""

from datetime import date
from uuid import UUID

import pytest

from letters.attendance import Attendance, Represented, in_a_row, paragraphs
from letters.letter import LANGUAGES
from registration.errors import NotAllowed, NotFound, Refused
from registration.journal.service import story
from registration.meetings.models import Meeting
from registration.participants import queries, service
from registration.participants.attendance import said
from registration.participants.rules import name_order
from registration.states.models import InstrumentKind
from registration.states.rules import TreatyStatus
from tests import builders
from tests.participants.test_lists import confirm
from tests.responses.conftest import World
from tests.verification.conftest import Answer

FIRST, SECOND = date(2013, 11, 25), date(2013, 11, 26)


def the_person(world: World) -> UUID:
    with world.office() as office:
        meeting = office.get_one(Meeting, world.meeting_id)
        return queries.expected(office, meeting)[0].line_id


def test_a_person_is_marked_day_by_day_and_twice_is_once(world: World, answer: Answer) -> None:
    confirm(world, answer())
    line = the_person(world)
    with world.acting(world.otto) as session:
        meeting = session.get_one(Meeting, world.meeting_id)
        for day in (FIRST, FIRST, SECOND):
            service.mark_present(session, meeting, line, day)
        service.mark_absent(session, meeting, line, SECOND)
        session.commit()
        assert queries.person(session, meeting, line).seen == {FIRST}
    with world.office() as office:
        kinds = [each.kind for each in story(office, "meeting", world.meeting_id)]
        assert kinds.count("presence.marked") == 2
        assert kinds.count("presence.taken_back") == 1


def test_nobody_is_marked_on_another_day_nor_without_being_confirmed(
    world: World, answer: Answer
) -> None:
    confirm(world, answer(names=("Huber", "Gruber")), unmatched="Gruber")
    line = the_person(world)
    with world.acting(world.otto) as session:
        meeting = session.get_one(Meeting, world.meeting_id)
        with pytest.raises(Refused, match="not held on that day"):
            service.mark_present(session, meeting, line, date(2013, 11, 27))
        with pytest.raises(NotFound):
            service.mark_present(session, meeting, UUID(int=1), FIRST)
        assert [each.name for each in queries.expected(session, meeting)] == ["Eva HUBER"]


def test_who_only_reads_marks_nobody(world: World, answer: Answer) -> None:
    confirm(world, answer())
    line = the_person(world)
    with world.acting(world.rosa) as session:
        meeting = session.get_one(Meeting, world.meeting_id)
        with pytest.raises(NotAllowed):
            service.mark_present(session, meeting, line, FIRST)
        with pytest.raises(NotAllowed):
            service.mark_represented(session, meeting, "NIU")


def test_people_are_found_by_name_state_and_without_accents(world: World, answer: Answer) -> None:
    confirm(world, answer(names=("Müller", "Huber")))
    with world.office() as office:
        meeting = office.get_one(Meeting, world.meeting_id)

        def found(words: str) -> list[str]:
            return [each.name for each in queries.expected(office, meeting, words)]

        assert found("muller") == ["Eva MÜLLER"]
        assert len(found("state aut")) == 2
        assert found("muller niu") == []


def test_states_are_represented_by_persons_or_by_a_mark_under_their_status(
    world: World, answer: Answer
) -> None:
    confirm(world, answer())
    line = the_person(world)
    with world.office() as office:
        builders.an_instrument(office, "AUT", InstrumentKind.RATIFICATION, date(2006, 1, 11))
        builders.an_instrument(office, "NIU", InstrumentKind.SIGNATURE, date(2005, 1, 11))
        office.commit()
    with world.acting(world.otto) as session:
        meeting = session.get_one(Meeting, world.meeting_id)
        service.mark_present(session, meeting, line, SECOND)
        service.mark_represented(session, meeting, "NIU")
        service.mark_represented(session, meeting, "NIU")
        session.commit()
        represented = queries.represented(session, meeting)
        codes = {status: [each.code for each in states] for status, states in represented.items()}
        assert codes[TreatyStatus.STATE_PARTY] == ["AUT"]
        assert codes[TreatyStatus.SIGNATORY] == ["NIU"]
        assert said(represented, {}, "en") == [
            "The following State party to the Convention was represented at the meeting:"
            " State AUT (en).",
            "The following State signatory to the Convention was represented: State NIU (en).",
        ]
        service.mark_unrepresented(session, meeting, "NIU")
        assert queries.represented(session, meeting)[TreatyStatus.SIGNATORY] == []


@pytest.mark.parametrize(
    ("language", "listed"),
    [
        ("en", "Cuba, Niue and Peru"),
        ("fr", "Cuba, Niue et Peru"),
        ("es", "Cuba, Niue y Peru"),
        ("ru", "Cuba, Niue и Peru"),
        ("ar", "Cuba، Niue وPeru"),
        ("zh", "Cuba、Niue和Peru"),
    ],
)
def test_names_stand_in_a_row_as_each_language_writes_them(language: str, listed: str) -> None:
    assert in_a_row(["Cuba", "Niue", "Peru"], language) == listed  # type: ignore[arg-type]


def test_spanish_says_e_before_the_sound_of_an_i() -> None:
    assert in_a_row(["Hungría", "Italia"], "es") == "Hungría e Italia"
    assert in_a_row(["Cuba", "Hungría"], "es") == "Cuba y Hungría"


def test_an_organization_takes_its_article_and_a_listed_state_does_not() -> None:
    union, bahamas = Represented("European Union", "the"), Represented("Bahamas", "the")
    first, second = paragraphs(Attendance(parties=[bahamas], organizations=[union]), "en")
    assert first.endswith("the meeting: Bahamas.")
    assert second.startswith("The European Union, a regional economic integration organization")
    (french,) = paragraphs(Attendance(organizations=[Represented("Union européenne", "l'")]), "fr")
    assert french.startswith("L'Union européenne, organisation régionale")


def test_every_language_says_every_group_in_the_same_order() -> None:
    each = [Represented("Cuba")]
    for language in LANGUAGES:
        spoken = paragraphs(Attendance(each, each, each, each, each), language)
        assert len(set(spoken)) == 5
        assert all("Cuba" in one for one in spoken)


def test_names_are_filed_by_the_alphabet_of_the_language() -> None:
    assert name_order("Égypte", "egypt", "fr") < name_order("Finlande", "finland", "fr")
    assert name_order("الأردن", "jordan", "ar") < name_order("بنما", "panama", "ar")
    assert name_order("奥地利", "austria", "zh") == "austria"
