"""From the answer that a State sent to the names that are confirmed, and back to the State."""

from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from registration import clock
from registration.accounts.models import Account
from registration.delegations.models import Nomination
from registration.delegations.rules import NominationStage
from registration.documents.models import Examination
from registration.documents.rules import ExaminationStage, Flaw
from registration.errors import Conflict, IllegalMove, NotAllowed, NotFound, Refused
from registration.post.models import Message
from registration.responses import answering, recording
from registration.responses.incoming import Upload
from registration.responses.models import ResponseChannel
from registration.states.models import RegionalGroup
from registration.verification import arrivals, queries, service
from registration.verification.likeness import Likeness
from registration.verification.models import Review
from registration.verification.queries import Comparison, comparison
from registration.verification.queue import Choice, queue
from registration.verification.rules import Fault, Verdict
from tests.responses.conftest import World
from tests.responses.samples import a_pdf
from tests.verification.conftest import Answer, examine

S = NominationStage


def _look(world: World, nomination_id: UUID) -> Comparison:
    with world.acting(world.anna) as session:
        return comparison(session, nomination_id)


def _do(world: World, who: Account, verb: Any, nomination_id: UUID, *args: Any) -> None:
    with world.acting(who) as session:
        version = comparison(session, nomination_id).version
        verb(session, nomination_id, *args, version=version)
        session.commit()


def _compare(
    world: World,
    nomination_id: UUID,
    faults: tuple[Fault, ...] = (),
    **verdicts: Verdict,
) -> None:
    """Everything matches but what is said otherwise, by family name."""
    found = {
        each.designation.id: verdicts.get(each.designation.name.split()[-1], Verdict.MATCHES)
        for each in _look(world, nomination_id).names
    }
    _do(world, world.anna, service.compare, nomination_id, found, faults)


def _confirm(world: World, nomination_id: UUID, **verdicts: Verdict) -> None:
    _compare(world, nomination_id, **verdicts)
    _do(world, world.anna, service.verify, nomination_id)
    _do(world, world.otto, service.confirm, nomination_id)


def _stage(world: World, nomination_id: UUID) -> NominationStage:
    with world.office() as office:
        return office.get_one(Nomination, nomination_id).stage


def _printed(world: World) -> list[str]:
    with world.acting(world.rosa) as session:
        return [each.name for each, _ in queries.confirmed(session, world.meeting_id)]


def _mails(world: World, purpose: str = "verification") -> list[Message]:
    with world.office() as office:
        return list(office.scalars(sa.select(Message).where(Message.purpose == purpose)))


def test_a_note_that_passed_lets_the_nomination_go_on_whichever_came_first(
    world: World, answer: Answer
) -> None:
    first = answer(examined=False)
    assert _stage(world, first) is S.NOMINATED
    examine(world)
    assert _stage(world, first) is S.NOTE_RECEIVED
    with world.acting(world.niue) as session:
        nomination = answering.begin(session, world.note_id)
        answering.lay_note_beside(session, nomination, Upload("n.pdf", a_pdf()), "1")
        session.commit()
    examine(world)
    second = answer(world.niue, ("Togia",), note=False)
    assert _stage(world, second) is S.NOTE_RECEIVED


def test_without_a_note_the_names_wait_until_staff_hold_one(world: World, answer: Answer) -> None:
    nomination_id = answer(note=False)
    assert _look(world, nomination_id).document is None
    with pytest.raises(IllegalMove):
        _do(world, world.anna, service.verify, nomination_id)
    with world.acting(world.anna) as session:
        recording.record_response(
            session,
            world.note(session),
            "AUT",
            channel=ResponseChannel.PAPER,
            received_on=clock.today(),
            scan=Upload("scan.pdf", a_pdf(3)),
        )
        session.commit()
    examine(world)
    _do(world, world.anna, service.take_note_in, nomination_id)
    found = _look(world, nomination_id)
    assert (len(found.pictures), found.nomination.stage) == (3, S.NOTE_RECEIVED)


def test_names_that_match_are_verified_confirmed_and_printed(world: World, answer: Answer) -> None:
    nomination_id = answer()
    assert [each.designation.name for each in _look(world, nomination_id).names] == [
        "Eva Huber",
        "Eva Gruber",
    ]
    _compare(world, nomination_id)
    _do(world, world.anna, service.verify, nomination_id)
    assert _printed(world) == []
    _do(world, world.otto, service.confirm, nomination_id)
    assert _stage(world, nomination_id) is S.CONFIRMED
    assert sorted(_printed(world)) == ["Eva Gruber", "Eva Huber"]
    assert len(_mails(world)) == 2  # the focal point, and the deputy


def test_a_name_that_does_not_match_is_not_printed_and_the_state_is_told(
    world: World, answer: Answer
) -> None:
    _confirm(world, answer(), Gruber=Verdict.NOT_IN_NOTE)
    assert _printed(world) == ["Eva Huber"]
    assert "Eva Gruber: is not in the note" in _mails(world)[0].text


@pytest.mark.parametrize(
    ("faults", "verdicts", "why"),
    [
        ((Fault.ILLEGIBLE,), {}, "wrong with the note"),
        ((), {"Huber": Verdict.NOT_IN_NOTE}, "head of the delegation"),
    ],
)
def test_what_is_not_right_cannot_be_verified(
    world: World,
    answer: Answer,
    faults: tuple[Fault, ...],
    verdicts: dict[str, Verdict],
    why: str,
) -> None:
    nomination_id = answer()
    _compare(world, nomination_id, faults, **verdicts)
    with pytest.raises(Refused, match=why):
        _do(world, world.anna, service.verify, nomination_id)


def test_what_was_not_compared_cannot_be_verified(world: World, answer: Answer) -> None:
    nomination_id = answer()
    with pytest.raises(Refused, match="every name"):
        _do(world, world.anna, service.verify, nomination_id)


def test_a_returned_nomination_comes_with_a_remark_and_is_compared_anew_when_sent_again(
    world: World, answer: Answer
) -> None:
    nomination_id = answer()
    _compare(world, nomination_id, (Fault.HEAD_MISSING,), Gruber=Verdict.SPELLED_DIFFERENTLY)
    with pytest.raises(Refused, match="what the State"):
        _do(world, world.anna, service.send_back, nomination_id, "  \n ")
    _do(world, world.anna, service.send_back, nomination_id, "Who heads it?")
    assert _stage(world, nomination_id) is S.RETURNED
    mail = _mails(world)[0]
    for words in ("Who heads it?", "does not say who heads", "Eva Gruber: is spelled differently"):
        assert words in mail.text
    assert mail.recipients[0].endswith("@secretariat.example")
    with world.acting(world.austria) as session:
        seen = session.scalars(sa.select(Review)).one()
        assert seen.remark == "Who heads it?"
    again = answer(names=("Huber", "Gruber", "Maier"))
    assert again == nomination_id
    found = _look(world, nomination_id)
    assert found.nomination.stage is S.NOTE_RECEIVED
    assert (found.version, found.faults) == (0, [])  # another response, not looked at yet
    assert [bool(each.check) for each in found.names] == [True, True, False]


def test_who_was_confirmed_stays_printed_while_the_state_corrects(
    world: World, answer: Answer
) -> None:
    nomination_id = answer()
    _confirm(world, nomination_id)
    with world.acting(world.austria) as session:
        nomination = answering.begin(session, world.note_id)
        delegate = nomination.delegates[1]
        delegate.title = "Judge"
        nomination.stage = S.IN_CORRECTION
        nomination.changed_at = clock.now()
        session.commit()
    assert sorted(_printed(world)) == ["Eva Gruber", "Eva Huber"]
    with pytest.raises(NotFound):
        _look(world, nomination_id)


def test_two_officers_at_once_overwrite_nothing(world: World, answer: Answer) -> None:
    nomination_id = answer()
    seen = _look(world, nomination_id).version
    _compare(world, nomination_id, Gruber=Verdict.NOT_IN_NOTE)
    with world.acting(world.otto) as session:
        verdicts = {
            each.designation.id: Verdict.MATCHES
            for each in comparison(session, nomination_id).names
        }
        with pytest.raises(Conflict, match="Somebody else"):
            service.compare(session, nomination_id, verdicts, (), version=seen)
    assert Verdict.NOT_IN_NOTE in [
        each.check.verdict for each in _look(world, nomination_id).names if each.check
    ]


def test_what_was_confirmed_can_be_reopened_and_taken_out(world: World, answer: Answer) -> None:
    nomination_id = answer()
    _confirm(world, nomination_id)
    with pytest.raises(IllegalMove):
        _compare(world, nomination_id, Gruber=Verdict.OTHER_POST)
    _do(world, world.anna, service.reopen, nomination_id)
    assert len(_printed(world)) == 2
    _confirm(world, nomination_id, Gruber=Verdict.OTHER_POST)
    assert _printed(world) == ["Eva Huber"]


@pytest.mark.parametrize("verb", ["compare", "verify", "confirm", "send_back", "reopen"])
def test_who_only_reads_and_who_is_compared_decides_nothing(
    world: World, answer: Answer, verb: str
) -> None:
    nomination_id = answer()
    more = {"compare": ({}, ()), "send_back": ("Why?",)}.get(verb, ())
    for person in (world.rosa, world.austria):
        with world.acting(person) as session, pytest.raises(NotAllowed):
            getattr(service, verb)(session, nomination_id, *more, version=0)


@pytest.mark.parametrize("stage", ["verified", "confirmed", "returned"])
def test_a_state_cannot_confirm_itself_in_the_database_either(
    world: World, answer: Answer, stage: str
) -> None:
    answer()
    with (
        world.acting(world.austria) as session,
        pytest.raises(sa.exc.DatabaseError, match="the office alone"),
    ):
        session.execute(sa.text(f"update nomination set stage = '{stage}'"))


def test_one_person_for_two_states_and_twice_for_one_is_shown_and_not_merged(
    world: World, answer: Answer
) -> None:
    niue = answer(world.niue, ("Hubér", "Togia", "Togya"))
    austria = answer(names=("Huber",))
    by_name = {each.designation.name: each.alike for each in _look(world, austria).names}
    assert [
        (each.state.code, each.likeness, each.same_nomination) for each in by_name["Eva Huber"]
    ] == [("NIU", Likeness.SAME, False)]
    twice = {each.designation.name: each.alike for each in _look(world, niue).names}
    assert [(each.designation.name, each.same_nomination) for each in twice["Eva Togia"]] == [
        ("Eva Togya", True)
    ]
    assert len(twice) == 3


def test_the_queue_begins_with_what_was_sent_first_and_can_be_filtered(
    world: World, answer: Answer, clock_of_summer: Any
) -> None:
    first = answer(world.niue, ("Togia",))
    clock_of_summer.shift(3600)
    second = answer()
    _compare(world, second, Gruber=Verdict.NOT_IN_NOTE)

    def waiting(**choice: Any) -> list[UUID]:
        with world.acting(world.rosa) as session:
            return [each.nomination.id for each in queue(session, Choice(**choice))]

    assert waiting() == [first, second]
    assert waiting(flagged=True) == [second]
    assert waiting(meeting="2013-meeting-91") == [first, second]
    assert waiting(meeting="another") == []
    assert waiting(group=RegionalGroup.WEOG) == [first, second]
    assert waiting(group=RegionalGroup.GRULAC) == []
    _do(world, world.anna, service.send_back, first, "Why?")
    assert waiting() == [second]
    assert waiting(stage=S.RETURNED) == [first]


def test_who_uploaded_a_refused_file_is_told(world: World, answer: Answer) -> None:
    answer(examined=False)
    with world.office() as office:
        found = office.scalars(sa.select(Examination)).one()
        found.stage, found.flaw = ExaminationStage.REFUSED, Flaw.INFECTED
        office.flush()
        arrivals.examined(office, found)
        office.commit()
    (mail,) = _mails(world, "refused_file")
    assert "note.pdf" in mail.text
    assert "virus scanner" in mail.text
