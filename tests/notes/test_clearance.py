"""The way of a note through the office: the whole table, and two persons at least."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from registration import clock
from registration.accounts.models import Account
from registration.db import Session
from registration.errors import Conflict, IllegalMove, NotAllowed, Refused
from registration.journal import service as journal
from registration.meetings.models import Meeting
from registration.notes import clearance, content, drafting, issuing, mails, queries, writing
from registration.notes.models import Note, NoteText
from registration.notes.rules import NOTE, NoteAction, NoteStage
from registration.permissions import Role
from registration.post.models import Message
from tests.notes.desk import DAY, EVERYBODY, Desk, unrehearsed

ACTS: dict[NoteAction, Callable[[Session, Note], Note]] = {
    NoteAction.SUBMIT: unrehearsed,
    NoteAction.RETURN: lambda session, note: clearance.return_(session, note, "Please shorten."),
    NoteAction.CLEAR: clearance.clear,
    NoteAction.REOPEN: clearance.reopen,
    NoteAction.WITHDRAW: clearance.withdraw,
    NoteAction.ISSUE: lambda session, note: issuing.issue(
        session, note, reference=None, issued_on=DAY, knowingly=True
    ),
}


def brought_to(desk: Desk, stage: NoteStage) -> Note:
    makers: dict[NoteStage, Callable[[], Note]] = {
        NoteStage.DRAFT: desk.draft,
        NoteStage.IN_CLEARANCE: desk.submitted,
        NoteStage.CLEARED: desk.cleared,
        NoteStage.ISSUED: lambda: desk.issued(None),
        NoteStage.WITHDRAWN: lambda: desk.do(desk.anna, desk.draft(), clearance.withdraw),
    }
    return makers[stage]()


def officer_for(desk: Desk, action: NoteAction) -> Account:
    return desk.otto if action in (NoteAction.CLEAR, NoteAction.RETURN) else desk.anna


@pytest.mark.parametrize("stage", NoteStage)
def test_every_stage_knows_every_action(desk: Desk, stage: NoteStage) -> None:
    for action in NoteAction:
        note = brought_to(desk, stage)
        expected = NOTE.moves.get((stage, action))
        if expected is None:
            with pytest.raises(IllegalMove):
                desk.do(officer_for(desk, action), note, ACTS[action])
        else:
            assert desk.do(officer_for(desk, action), note, ACTS[action]).stage is expected
        with desk.program() as session:
            assert queries.by_id(session, note.id).stage is (expected or stage)


def test_somebody_who_only_reads_does_nothing_to_a_note(desk: Desk) -> None:
    for action in NoteAction:
        stage = next(stage for stage, possible in NOTE.moves if possible is action)
        with pytest.raises(NotAllowed):
            desk.do(desk.rosa, brought_to(desk, stage), ACTS[action])


def also_clears(desk: Desk, who: Account) -> None:
    with desk.program() as session:
        account = session.get_one(Account, who.id)
        account.roles = [Role.DRAFTER.value, Role.CLEARING_OFFICER.value]
    who.roles = [Role.DRAFTER.value, Role.CLEARING_OFFICER.value]


def test_a_note_cannot_be_cleared_by_its_drafter(desk: Desk) -> None:
    also_clears(desk, desk.anna)
    with pytest.raises(NotAllowed):
        desk.do(desk.anna, desk.submitted(), clearance.clear)


def test_a_note_cannot_be_cleared_by_somebody_who_wrote_in_it(desk: Desk) -> None:
    also_clears(desk, desk.otto)
    note = desk.draft()
    with desk.acting(desk.otto) as session:
        note = queries.by_id(session, note.id)
        text = drafting.text_in(note, "fr")
        writing.write(session, note, "fr", text.subject, text.body + "\n\nBis.", text.version)
    desk.do(desk.anna, note, unrehearsed)
    with pytest.raises(NotAllowed):
        desk.do(desk.otto, note, clearance.clear)


@pytest.mark.parametrize("whose", ["drafted_by_id", "written_by_ids"])
def test_the_database_itself_refuses_a_clearance_by_a_writer(desk: Desk, whose: str) -> None:
    note = desk.submitted()
    values = (
        {"cleared_by_id": desk.anna.id}
        if whose == "drafted_by_id"
        else {
            "cleared_by_id": desk.otto.id,
            "written_by_ids": [desk.anna.id, desk.otto.id],
        }
    )
    with (
        pytest.raises(sa.exc.IntegrityError, match="drafter_never_clears"),
        desk.program() as session,
    ):
        session.execute(sa.update(Note).where(Note.id == note.id).values(**values))


def test_a_return_says_why(desk: Desk) -> None:
    note = desk.submitted()
    with pytest.raises(Refused) as refusal:
        desk.do(desk.otto, note, lambda session, it: clearance.return_(session, it, "  "))
    assert refusal.value.field == "remark"
    desk.do(desk.otto, note, ACTS[NoteAction.RETURN])
    with desk.program() as session:
        last = journal.story(session, "note", note.id)[-1]
    assert (last.kind, last.detail["remark"]) == ("note.returned", "Please shorten.")
    assert last.actor_name == desk.otto.name


def test_a_note_with_a_text_that_cannot_be_completed_is_not_submitted(desk: Desk) -> None:
    note = desk.draft()
    with desk.program() as session:
        session.execute(sa.update(Meeting).values(places={"en": "Panama City"}))
    with pytest.raises(Refused, match=r"\(\(place\)\)"):
        desk.do(desk.anna, note, unrehearsed)


def test_what_changed_while_the_officer_was_reading_is_not_cleared(desk: Desk) -> None:
    note = desk.submitted()
    with desk.program() as session:
        read = content.digest(
            queries.by_id(session, note.id), session.get_one(Meeting, desk.meeting.id)
        )
        session.execute(sa.update(Meeting).values(number=4))
    with pytest.raises(Conflict, match="changed while you were reading"):
        desk.do(desk.otto, note, lambda session, it: clearance.clear(session, it, seen=read))


def test_a_clearance_is_bound_to_the_content(desk: Desk) -> None:
    note = desk.cleared()
    with desk.program() as session:
        found = queries.by_id(session, note.id)
        meeting = session.get_one(Meeting, desk.meeting.id)
        before = content.digest(found, meeting)
        assert found.content_sha256 == before
        found.audience = {"statuses": ["signatory"], "as_at": None}
        assert content.digest(found, meeting) != before
        session.rollback()


def test_only_a_draft_is_written_in(desk: Desk) -> None:
    note = desk.submitted()
    with (
        desk.acting(desk.anna) as session,
        pytest.raises(IllegalMove, match=r"Only a draft|no longer possible"),
    ):
        writing.write(session, queries.by_id(session, note.id), "en", "s", "b", 1)


def test_of_two_officers_with_the_same_text_open_the_second_is_told(desk: Desk) -> None:
    note = desk.draft()
    with desk.acting(desk.anna) as session:
        found = queries.by_id(session, note.id)
        seen = drafting.text_in(found, "es").version
        writing.write(session, found, "es", "((deadline))", "Uno.", seen)
    with desk.acting(desk.anna) as session, pytest.raises(Conflict, match="Somebody else"):
        writing.write(session, queries.by_id(session, note.id), "es", "((deadline))", "Dos.", seen)
    with desk.program() as session:
        bodies = session.scalars(sa.select(NoteText.body).where(NoteText.language == "es")).all()
    assert bodies == ["Uno."]


def test_two_officers_in_two_languages_do_not_stand_in_each_others_way(desk: Desk) -> None:
    note = desk.draft()
    with desk.acting(desk.anna) as session:
        found = queries.by_id(session, note.id)
        versions = {text.language: text.version for text in found.texts}
    for language in ("en", "fr"):
        with desk.acting(desk.anna) as session:
            found = queries.by_id(session, note.id)
            writing.write(session, found, language, "((deadline))", "B.", versions[language])


def test_a_deadline_comes_before_the_meeting(desk: Desk) -> None:
    with desk.acting(desk.anna) as session, pytest.raises(Refused) as refusal:
        drafting.draft(
            session,
            meeting=session.get_one(Meeting, desk.meeting.id),
            title="Too late",
            respond_by=desk.meeting.begins_on or DAY,
            audience=EVERYBODY,
        )
    assert refusal.value.field == "respond_by"


def mailed(desk: Desk) -> list[tuple[list[str], str, str]]:
    with desk.program() as session:
        found = session.scalars(
            sa.select(Message).where(Message.purpose == mails.PURPOSE).order_by(Message.id)
        )
        return [(each.recipients, each.language, each.text) for each in found]


def test_each_officer_learns_by_mail_what_waits_and_reads_no_word_of_the_note(desk: Desk) -> None:
    with desk.program() as session:
        session.get_one(Account, desk.otto.id).language = "fr"
    note = desk.submitted()
    desk.do(desk.otto, note, ACTS[NoteAction.RETURN])
    desk.do(desk.anna, note, unrehearsed)
    desk.do(desk.otto, note, clearance.clear)
    sent = mailed(desk)
    assert [(whom, language) for whom, language, _ in sent] == [
        ([desk.otto.email], "fr"),
        ([desk.anna.email], "en"),
        ([desk.otto.email], "fr"),
        ([desk.anna.email], "en"),
    ]
    assert all(note.title in text and f"/notes/{note.id}" in text for _, _, text in sent)
    assert not any("Please shorten" in text or "honour" in text for _, _, text in sent)


def test_who_left_the_office_learns_nothing_of_a_note(desk: Desk) -> None:
    note = desk.submitted()
    with desk.program() as session:
        session.get_one(Account, desk.anna.id).ends_on = clock.today()
    desk.do(desk.otto, note, clearance.clear)
    assert [whom for whom, _, _ in mailed(desk)] == [[desk.otto.email]]


def test_a_clearing_officer_who_wrote_in_the_note_is_not_asked_to_clear_it(desk: Desk) -> None:
    note = desk.draft()
    with desk.program() as session:
        session.get_one(Account, desk.otto.id).roles = [Role.CLEARING_OFFICER, Role.DRAFTER]
        found = queries.by_id(session, note.id)
        found.written_by_ids = [*found.written_by_ids, desk.otto.id]
    desk.do(desk.anna, note, unrehearsed)
    assert mailed(desk) == []


def test_a_title_that_no_mail_header_takes_keeps_nobody_from_submitting(desk: Desk) -> None:
    note = desk.draft(title="=?utf-8?q?Subject?= " + "x" * 180)
    assert desk.do(desk.anna, note, unrehearsed).stage is NoteStage.IN_CLEARANCE
