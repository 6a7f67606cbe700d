"""One State's story: everything, in order, in words, and what the State has named."""

import io
import re
from dataclasses import replace
from datetime import date

import pikepdf
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from registration import clock
from registration.authorities.models import Authority
from registration.authorities.rules import Category
from registration.db import new_id, open_session
from registration.delegations.models import Nomination
from registration.errors import NotFound
from registration.inbox.models import Incoming
from registration.inbox.rules import Evidence, IncomingStage, Mailbox
from registration.inbox.rules import Kind as InKind
from registration.journal.models import Event
from registration.journal.service import record
from registration.meetings.models import Meeting
from registration.notes import dispatching
from registration.notes.models import Letter, Note
from registration.participants.models import Presence, Representation
from registration.permissions import system
from registration.reports import pictures, stories
from registration.reports.entries import KIND_OF, Entry, Kind, What
from registration.reports.stories import Choice, Story
from registration.responses.models import Response
from registration.responses.rules import ANSWERS, ResponseKind
from registration.states import corrections
from tests import builders
from tests.letters.reading import texts
from tests.reports.conftest import (
    BY_PORTAL,
    HOSTILE_STATE,
    IN_DOUBT,
    NO_ADDRESS,
    PARKED,
    REFUSED,
    Office,
)
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
        story_of(office, "ZZZ")


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


def test_a_story_of_one_meeting_leaves_out_what_concerns_another_or_none(office: Office) -> None:
    story = story_of(office, BY_PORTAL)
    assert story.chosen(Choice(meeting="2013-panama-city")) == list(story.entries)
    assert story.chosen(Choice(meeting="2014-vienna")) == []
    without = replace(story, entries=(*story.entries, Entry(What.CORRECTED, story.entries[0].at)))
    assert without.chosen(Choice(meeting="2013-panama-city")) == list(story.entries)
    assert len(without.chosen(Choice())) == len(story.entries) + 1


@pytest.mark.parametrize("code", [IN_DOUBT, REFUSED])
def test_mail_that_went_astray_belongs_to_the_meeting_of_its_note(
    office: Office, code: str
) -> None:
    astray = next(each for each in story_of(office, code).entries if each.kind is Kind.MAIL)
    assert astray.meeting is not None
    assert astray.meeting.slug == "2013-panama-city"


def test_a_story_can_be_told_by_meeting_and_kind_at_once(rosa: FlaskClient) -> None:
    address = f"/states/{BY_PORTAL}/story"
    html = page(rosa, f"{address}?meeting=2013-panama-city&kind=responses")
    assert html.count('class="app-timeline__event"') == 2
    assert '<option value="2013-panama-city" selected>' in html
    assert '<input type="hidden" name="kind" value="responses">' in html
    for kept in (
        "story?kind=copies&amp;meeting=2013-panama-city",
        "story/export?kind=responses&amp;meeting=2013-panama-city",
        "story/print?kind=responses&amp;meeting=2013-panama-city",
    ):
        assert f"{address.removesuffix('story')}{kept}" in html
    assert "Nothing of this kind has happened." in page(rosa, f"{address}?meeting=2012-vienna")
    everything = page(rosa, address).count('class="app-timeline__event"')
    nonsense = page(rosa, f"{address}?meeting=1066-hastings")
    assert nonsense.count('class="app-timeline__event"') == everything


def test_mail_from_a_state_stands_in_its_story_unless_it_was_put_aside(
    office: Office, rosa: FlaskClient
) -> None:
    stages = (IncomingStage.MATCHED, IncomingStage.PUT_ASIDE)
    with office.program() as session:
        mails = [
            Incoming(
                mailbox=Mailbox.REPLIES,
                sha256=f"{BY_PORTAL} {stage.value}",
                size=1,
                received_at=clock.now(),
                stage=stage,
                kind=InKind.REPLY,
                evidence=Evidence.ADDRESS,
                state_code=BY_PORTAL,
                sender="mission@aut.example",
                subject=f"A question {stage.value}",
            )
            for stage in stages
        ]
        session.add_all(mails)
        session.flush()
        kept, aside = (str(each.id) for each in mails)
    try:
        html = page(rosa, f"/states/{BY_PORTAL}/story?kind=mail")
        assert f'href="/mail/incoming/{kept}"' in html
        assert "Mail received: A question matched" in html
        assert aside not in html
    finally:
        with office.program() as session:
            for each in session.scalars(sa.select(Incoming).where(Incoming.id.in_([kept, aside]))):
                each.stage, each.state_code = IncomingStage.PUT_ASIDE, None  # none is ever deleted


def test_a_response_that_is_no_answer_has_a_mark_of_its_own(office: Office) -> None:
    answer = next(
        each for each in story_of(office, BY_PORTAL).entries if each.what is What.RESPONDED
    )
    marks = {}
    for kind in ResponseKind:
        facts = {"response": Response(kind=kind), "late": False}
        marks[kind] = pictures.tone_of(replace(answer, facts=facts))
    assert {marks[kind] for kind in ANSWERS} == {"done"}
    assert "done" not in {marks[kind] for kind in set(ResponseKind) - ANSWERS}
    assert pictures.tone_of(replace(answer, facts={**answer.facts, "late": True})) == "late"


def test_a_story_tells_of_a_copy_that_was_delivered_by_hand(office: Office) -> None:
    """In a transaction that is undone: the office is everybody's."""
    code = NO_ADDRESS[1]  # the first is none of the addressees
    with open_session(office.engine, builders.acting(office.desk.anna)) as session:
        note = session.get_one(Note, office.note_id)
        letter = session.scalars(
            sa.select(Letter).where(Letter.note_id == note.id, Letter.state_code == code)
        ).one()
        dispatching.deliver_by_hand(
            session, note, letter, delivered_on=date(2013, 7, 9), received_by="The mission's porter"
        )
        session.flush()
        told = stories.story(session, code).entries
        delivered = next(each for each in told if each.what is What.DELIVERED_BY_HAND)
        assert (delivered.note, clock.day_of(delivered.at)) == (note, date(2013, 7, 9))
        assert delivered.facts["received_by"] == "The mission's porter"
        session.rollback()


def test_a_story_tells_what_the_office_did_with_a_nomination(office: Office) -> None:
    with open_session(office.engine, system("test")) as session:
        nomination = session.scalars(
            sa.select(Nomination).where(Nomination.state_code == BY_PORTAL)
        ).one()
        for kind in ("note_received", "verified", "confirmed", "returned"):
            record(
                session,
                f"nomination.{kind}",
                "nomination",
                nomination.id,
                state_code=BY_PORTAL,
            )
        told = [
            each
            for each in stories.story(session, BY_PORTAL).entries
            if each.kind is Kind.NOMINATIONS
        ]
        assert {each.what for each in told} == {
            What.NOMINATION_BEGUN,
            What.MISSION_NOTE_RECEIVED,
            What.NAMES_COMPARED,
            What.NAMES_CONFIRMED,
            What.NOMINATION_RETURNED,
        }
        assert {each.meeting and each.meeting.id for each in told} == {nomination.meeting_id}
        session.rollback()


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


def test_a_story_tells_of_attendance_and_of_the_register(office: Office) -> None:
    """In a transaction that is undone: the office is everybody's."""
    with open_session(office.engine, system("test")) as session:
        meeting = session.scalars(sa.select(Meeting)).first()
        assert meeting is not None
        clerk = office.desk.anna.id
        line = new_id()
        for day in (date(2013, 11, 25), date(2013, 11, 26)):
            session.add(
                Presence(
                    line_id=line,
                    meeting_id=meeting.id,
                    day=day,
                    state_code=BY_PORTAL,
                    marked_by_id=clerk,
                )
            )
        session.add(Representation(meeting_id=meeting.id, state_code="SOM", marked_by_id=clerk))
        session.add(
            Authority(
                line_id=new_id(),
                state_code=BY_PORTAL,
                category=Category.MUTUAL_LEGAL_ASSISTANCE,
                name="Invented Authority",
                particulars={},
                searched="",
                notified_by="NV 1",
                in_force_from=date(2013, 1, 1),
                in_force_until=date(2013, 9, 1),
                recorded_by_id=clerk,
                ended_by="NV 2",
                ended_by_id=clerk,
            )
        )
        session.flush()
        told = happened(stories.story(session, BY_PORTAL))
        assert told.count(What.PRESENT) == 2
        assert told.count(What.AUTHORITY_ENTERED) == told.count(What.AUTHORITY_ENDED) == 1
        assert What.REPRESENTED in happened(stories.story(session, "SOM"))
        session.rollback()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_story_is_printed_for_readers_of_all_kinds(
    office: Office, browsers: dict[str, FlaskClient], language: str
) -> None:
    rosa = browsers["rosa"]
    page = rosa.get(f"/states/{HOSTILE_STATE}/story?lang={language}").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    answer = rosa.post(
        f"/states/{HOSTILE_STATE}/story/print?meeting=2013-panama-city",
        data={"csrf_token": token[1]},
    )
    rosa.get("/work?lang=en")
    assert answer.mimetype == "application/pdf"
    with pikepdf.open(io.BytesIO(answer.data)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == language
    text = " ".join(texts(answer.data))
    assert "2013/175" in text  # in a line of Arabic the reader of the file may turn it round
    with office.program() as session:
        told = session.scalars(
            sa.select(Event.detail).where(Event.kind == "export.made").order_by(Event.id.desc())
        ).first()
    assert told is not None
    assert (told["name"], told["format"]) == (f"{HOSTILE_STATE} story", "pdf")
    assert told["meeting"] == "2013-panama-city"
    assert told["rows"] >= 3
