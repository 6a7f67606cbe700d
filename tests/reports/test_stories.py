"""One State's story: everything, in order, in words, and what the State has named."""

import re
from datetime import date

import pytest
from flask.testing import FlaskClient

from registration.errors import NotFound
from registration.journal.service import record
from registration.reports import stories
from registration.reports.stories import KIND_OF, Kind, Story, What
from registration.states import corrections
from tests.reports.conftest import BY_PORTAL, IN_DOUBT, NO_ADDRESS, PARKED, REFUSED, Office
from tests.reports.test_pages import page, words_of


def story_of(office: Office, code: str) -> Story:
    with office.program() as session:
        return stories.story(session, code)


def happened(story: Story) -> list[What]:
    return [entry.what for entry in story.entries]


def test_every_thing_that_can_happen_has_a_kind() -> None:
    assert KIND_OF.keys() == set(What)
    assert set(KIND_OF.values()) == set(Kind)


def test_a_story_is_told_newest_first(office: Office) -> None:
    entries = story_of(office, BY_PORTAL).entries
    assert [entry.at for entry in entries] == sorted((e.at for e in entries), reverse=True)


def test_the_story_of_a_state_that_answered_and_corrected_itself(office: Office) -> None:
    story = story_of(office, BY_PORTAL)
    assert happened(story) == [
        What.WITHDRAWN,
        What.SUPERSEDED,
        What.DESIGNATED,
        What.RESPONDED,
        What.DESIGNATED,
        What.DESIGNATED,
        What.DESIGNATED,
        What.RESPONDED,
        What.NOMINATION_BEGUN,
        What.HANDED_OVER,
        What.COPY_MADE,
        What.ADDRESSED,
    ]
    assert [each.name for each in story.in_force] == [
        "Ministry of Justice, Department IV",
        "Eva Huber-Lang",
    ]
    first = next(entry for entry in reversed(story.entries) if entry.what is What.RESPONDED)
    assert (first.facts["days"], first.facts["late"]) == (50, False)


def test_a_story_goes_over_all_notes(office: Office) -> None:
    code = next(iter(office.responded_to_second))
    story = story_of(office, code)
    addressed = [entry for entry in story.entries if entry.what is What.ADDRESSED]
    assert [entry.note and entry.note.reference for entry in addressed] == [
        "CU 2013/176",
        "CU 2013/175",
    ]
    answered = [entry for entry in story.entries if entry.what is What.RESPONDED]
    assert [entry.note and entry.note.reference for entry in answered] == ["CU 2013/176"]


@pytest.mark.parametrize(
    ("code", "what"),
    [
        (IN_DOUBT, What.MAIL_IN_DOUBT),
        (REFUSED, What.MAIL_REFUSED),
        (PARKED, What.COPY_PARKED),
    ],
)
def test_trouble_is_part_of_the_story(office: Office, code: str, what: What) -> None:
    story = story_of(office, code)
    assert what in happened(story)
    assert What.HANDED_OVER not in happened(story)


def test_mail_to_one_person_is_not_part_of_the_story(office: Office) -> None:
    with office.program() as session:
        record(
            session,
            "message.failed",
            "message",
            office.note_id,
            state_code="ITA",
            detail={"purpose": "sign_in_code"},
        )
        told = happened(stories.story(session, "ITA"))
        session.rollback()
    assert not [what for what in told if KIND_OF[what] is Kind.MAIL]


def test_an_unknown_state_has_no_story(office: Office) -> None:
    with pytest.raises(NotFound):
        story_of(office, "XXX")


def test_the_story_is_told_in_words(office: Office, rosa: FlaskClient) -> None:
    shown = words_of(page(rosa, f"/states/{BY_PORTAL}/story"))
    for sentence in (
        "Note CU 2013/175 addressed to the State",
        "Copy of CU 2013/175 made",
        "Copy of CU 2013/175 handed over to the mail server mission.aut@missions.example",
        "Response to CU 2013/175 received Nomination · These pages · 50 days after the note",
        "Central authority designated: Ministry of Justice, Department IV",
        "Other governmental expert superseded: Eva Huber",
        "Other governmental expert withdrawn: Eva Gruber",
        "Nomination begun for Panama City, 2013",
        "Designations in force Central authority Ministry of Justice, Department IV",
    ):
        assert sentence in shown


def test_a_state_without_an_address_is_told_so(office: Office, rosa: FlaskClient) -> None:
    code = next(each for each in NO_ADDRESS if each != "AND")
    assert "no address was known" in words_of(page(rosa, f"/states/{code}/story"))


def test_the_parked_copy_tells_its_problem(rosa: FlaskClient) -> None:
    assert "A glyph is missing." in words_of(page(rosa, f"/states/{PARKED}/story"))


@pytest.mark.parametrize("kind", Kind)
def test_a_story_can_be_told_by_kind(office: Office, rosa: FlaskClient, kind: Kind) -> None:
    expected = sum(1 for entry in story_of(office, BY_PORTAL).entries if entry.kind is kind)
    html = page(rosa, f"/states/{BY_PORTAL}/story?kind={kind}")
    assert html.count('class="app-timeline__event"') == expected
    current = re.search(r'aria-current="page"><span>([^<]+)</span>.*?(\d+)</span>', html)
    assert current
    assert int(current[2]) == expected


def test_a_kind_that_there_is_not_shows_everything(office: Office, rosa: FlaskClient) -> None:
    html = page(rosa, f"/states/{BY_PORTAL}/story?kind=gossip")
    assert html.count('class="app-timeline__event"') == len(story_of(office, BY_PORTAL).entries)


def test_corrections_of_the_register_are_part_of_the_story(
    office: Office, rosa: FlaskClient
) -> None:
    with office.desk.acting(office.desk.anna) as session:
        corrections.correct(
            session,
            "NZL",
            "names.fr",
            "Nouvelle Zélande",
            seen="Nouvelle-Zélande",
            source="a note of the mission",
            as_at=date(2013, 10, 1),
        )
    shown = words_of(page(rosa, "/states/NZL/story?kind=corrections"))
    assert "Register corrected: Name (Français)" in shown
    plain = shown.replace("“ ", "“").replace(" ”", "”")
    assert "It said “Nouvelle-Zélande” and now says “Nouvelle Zélande”." in plain
    assert "a note of the mission" in plain
    assert "Anna Drafter" in shown
