"""What follows an issued note: linked to it, about its meeting, to the right States."""

import pytest

from registration.errors import IllegalMove, NotAllowed, Refused
from registration.meetings.models import Meeting
from registration.notes import clearance, content, followups, queries
from registration.notes.audience import Audience
from registration.notes.models import Note
from registration.notes.rules import NoteStage
from tests.notes.desk import DAY, EVERYBODY, Desk


def begun(desk: Desk, original: Note, kind: str = "corrigendum") -> Note:
    with desk.acting(desk.anna) as session:
        found = queries.by_id(session, original.id)
        return followups.begin(session, found, kind, f"{kind}: {found.title}")


def test_a_corrigendum_goes_to_whom_the_original_went_and_names_it(desk: Desk) -> None:
    original = desk.issued("CU 2013/175")
    note = begun(desk, original)
    assert (note.follows_id, note.kind, note.stage) == (original.id, "corrigendum", NoteStage.DRAFT)
    audience = Audience.of(note.audience)
    assert (audience.statuses, audience.as_at) == (EVERYBODY.statuses, DAY)
    with desk.acting(desk.anna) as session:
        found = queries.by_id(session, note.id)
        words = content.completed(found, session.get_one(Meeting, found.meeting_id))["en"]
    assert "CU 2013/175 of 1 July 2013" in words.body


def test_begun_twice_it_is_one_draft_until_that_is_withdrawn(desk: Desk) -> None:
    original = desk.issued()
    first = begun(desk, original)
    assert begun(desk, original).id == first.id
    desk.do(desk.anna, first, clearance.withdraw)
    assert begun(desk, original).id != first.id


def test_only_what_was_issued_is_followed_up(desk: Desk) -> None:
    with pytest.raises(IllegalMove, match="issued"):
        begun(desk, desk.cleared())


def test_an_invitation_follows_nothing(desk: Desk) -> None:
    assert "invitation" not in followups.kinds()
    assert {"reminder", "postponement", "corrigendum"} <= set(followups.kinds())
    with pytest.raises(Refused, match="follows no other"):
        begun(desk, desk.issued(), "invitation")


def test_whoever_only_reads_begins_nothing(desk: Desk) -> None:
    original = desk.issued()
    with desk.acting(desk.rosa) as session, pytest.raises(NotAllowed):
        followups.begin(session, queries.by_id(session, original.id), "corrigendum", "Mine")
