"""The story of a note: what is alike and together is one line, what came between stays between."""

from datetime import UTC, datetime, timedelta

from registration import clock
from registration.journal.service import record
from registration.notes import clearance, followups, queries, timeline, writing
from registration.notes.models import Letter, Note
from registration.notes.rules import LetterStage, deadline_of_what_follows
from registration.notes.timeline import (
    ACKNOWLEDGED,
    ANSWERED,
    ASKED,
    FOLLOWED,
    HANDED_OVER,
    PRINTED,
    SAID,
    WITHDRAWN,
    Moment,
    folded,
)
from registration.responses.rules import ANSWERS, REQUESTS, ResponseKind
from tests.notes.desk import Desk, unrehearsed

NOON = datetime(2013, 7, 1, 12, tzinfo=UTC)


def moment(kind: str, hour: int, who: str = "", count: int = 1) -> Moment:
    at = NOON + timedelta(hours=hour)
    return Moment(kind, at, at, who, count)


def test_alike_moments_are_told_as_one_until_something_comes_between() -> None:
    told = folded(
        [
            moment(ANSWERED, 1, count=2),
            moment(ANSWERED, 2, count=3),
            moment("note.written", 3, "Anna"),
            moment("note.written", 4, "Anna"),
            moment("note.written", 5, "Berta"),
            moment(ANSWERED, 6),
        ]
    )
    assert [(each.kind, each.who, each.count) for each in told] == [
        (ANSWERED, "", 5),
        ("note.written", "Anna", 2),
        ("note.written", "Berta", 1),
        (ANSWERED, "", 1),
    ]
    assert (told[0].since, told[0].at) == (NOON + timedelta(hours=1), NOON + timedelta(hours=2))


def test_a_submission_is_never_folded_into_another() -> None:
    twice = [moment("note.submitted", 1, "Anna"), moment("note.submitted", 2, "Anna")]
    assert folded(twice) == twice


def kinds_of(desk: Desk, note: Note) -> list[str]:
    with desk.acting(desk.rosa) as session:
        return [each.kind for each in timeline.tell(session, queries.by_id(session, note.id))]


def test_the_story_goes_from_the_draft_to_what_followed(desk: Desk) -> None:
    note = desk.draft()
    with desk.acting(desk.anna) as session:
        draft = queries.by_id(session, note.id)
        for language in ("en", "fr"):
            text = next(each for each in draft.texts if each.language == language)
            writing.write(
                session, draft, language, text.subject, f"{text.body}\n\nMore.", text.version
            )
    desk.do(desk.anna, note, unrehearsed)
    desk.do(desk.otto, note, clearance.clear)
    desk.issue(note)
    with desk.program() as session:
        for letter in session.query(Letter).where(Letter.addressee_id.is_not(None)):
            letter.stage, letter.rendered_at = LetterStage.RENDERED, clock.now()
        for code, said in (("AUT", "nomination"), ("NIU", "will_not_nominate")):
            detail = {"note": "CU 2013/1", "kind": said}
            record(session, "response.received", "response", code, state_code=code, detail=detail)
    with desk.acting(desk.anna) as session:
        original = queries.by_id(session, note.id)
        follower = followups.begin(session, original, "corrigendum", "Corrigendum")
    assert kinds_of(desk, note) == [
        FOLLOWED,
        ANSWERED,
        PRINTED,
        "note.dispatch_confirmed",
        "note.issued",
        "note.cleared",
        "note.submitted",
        "note.written",
        "note.drafted",
    ]
    assert kinds_of(desk, follower) == ["note.drafted"]
    assert HANDED_OVER not in kinds_of(desk, note)


def test_a_request_is_not_counted_among_the_responses(desk: Desk) -> None:
    note = desk.issue(desk.cleared())
    with desk.program() as session:
        for number, said in enumerate(ResponseKind):
            detail = {"note": "CU 2013/1", "kind": said.value}
            record(session, "response.received", "response", str(number), detail=detail)
    with desk.acting(desk.rosa) as session:
        told = timeline.tell(session, queries.by_id(session, note.id))
    assert {each.kind: each.count for each in told if each.kind in SAID.values()} == {
        ANSWERED: len(ANSWERS),
        ASKED: len(REQUESTS),
        ACKNOWLEDGED: 1,
        WITHDRAWN: 1,
    }


def test_what_follows_gets_a_deadline_that_leaves_time() -> None:
    today = NOON.date()
    for original, begins, days in (
        (today + timedelta(days=40), None, 40),
        (today + timedelta(days=3), None, 28),
        (None, today + timedelta(days=20), 19),
        (None, today - timedelta(days=5), 28),
    ):
        assert deadline_of_what_follows(original, today, begins) == today + timedelta(days=days)
