"""Whose a mail is taken for: the strongest clue decides, and what anybody can forge is weak."""

from uuid import uuid4

import pytest

from registration.inbox.clues import references
from registration.inbox.rules import (
    CERTAINTY,
    INCOMING,
    Certainty,
    Clues,
    Doubt,
    Evidence,
    IncomingAction,
    IncomingStage,
    Kind,
    Match,
    Ours,
    action_after_reading,
    match,
)

NOTE, OTHER_NOTE = uuid4(), uuid4()
TO_AUSTRIA = Ours(uuid4(), "AUT", NOTE)
TO_NIUE = Ours(uuid4(), "NIU", OTHER_NOTE)
ADDRESSED = frozenset({"AUT", "NIU"})


def test_every_stage_is_reached_by_some_way() -> None:
    assert INCOMING.reachable() == frozenset(IncomingStage)


def test_every_evidence_has_its_certainty() -> None:
    assert set(CERTAINTY) == set(Evidence)


def test_a_token_outweighs_all_else() -> None:
    found = match(Clues(token=TO_AUSTRIA, thread=TO_NIUE, state_of_address="AUT"))
    assert (found.evidence, found.state_code, found.note_id) == (Evidence.TOKEN, "AUT", NOTE)
    assert found.message_pk == TO_AUSTRIA.message_pk
    assert found.doubts == ()


@pytest.mark.parametrize(
    ("sender", "doubts"),
    [(None, (Doubt.OTHER_SENDER,)), ("NIU", (Doubt.OTHER_STATE,)), ("AUT", ())],
)
def test_another_sender_of_an_answer_is_told(sender: str | None, doubts: tuple[Doubt, ...]) -> None:
    assert match(Clues(thread=TO_AUSTRIA, state_of_domain=sender)).doubts == doubts


def test_who_forged_a_token_is_believed_no_thread_either() -> None:
    found = match(Clues(forged_token=True, thread=TO_AUSTRIA))
    assert found == Match(doubts=(Doubt.FORGED_TOKEN,))


def test_a_forged_sender_is_matched_by_the_domain_only_and_weakly() -> None:
    found = match(Clues(state_of_domain="AUT"))
    assert found.evidence is Evidence.DOMAIN
    assert CERTAINTY[found.evidence] is Certainty.WEAK


def test_a_reference_says_which_note_but_not_which_state() -> None:
    assert match(Clues(referred=[(NOTE, ADDRESSED)])) == Match(note_id=NOTE)
    of_austria = match(Clues(state_of_address="AUT", referred=[(NOTE, ADDRESSED)]))
    assert (of_austria.state_code, of_austria.note_id) == ("AUT", NOTE)


def test_a_note_that_was_not_addressed_to_the_state_is_not_taken() -> None:
    assert match(Clues(state_of_address="PAN", referred=[(NOTE, ADDRESSED)])).note_id is None


def test_of_two_notes_none_is_taken() -> None:
    both = [(NOTE, ADDRESSED), (OTHER_NOTE, ADDRESSED)]
    assert match(Clues(state_of_address="AUT", referred=both)).note_id is None
    assert match(Clues(referred=both)).note_id is None


@pytest.mark.parametrize(
    ("kind", "found", "action"),
    [
        (Kind.REPLY, match(Clues(token=TO_AUSTRIA)), IncomingAction.MATCH),
        (Kind.REPLY, match(Clues(state_of_domain="AUT")), IncomingAction.MATCH),
        (Kind.REPLY, match(Clues()), IncomingAction.LEAVE_OPEN),
        (Kind.UNREADABLE, match(Clues(token=TO_AUSTRIA)), IncomingAction.MATCH),
        (Kind.UNREADABLE, match(Clues()), IncomingAction.LEAVE_OPEN),
        (Kind.AUTOMATIC, match(Clues(token=TO_AUSTRIA)), IncomingAction.FILE),
        (Kind.AUTOMATIC, match(Clues()), IncomingAction.LEAVE_OPEN),
        (Kind.DELIVERY_REPORT, match(Clues(token=TO_AUSTRIA)), IncomingAction.FILE),
        (Kind.DELIVERY_REPORT, match(Clues(state_of_address="AUT")), IncomingAction.LEAVE_OPEN),
    ],
)
def test_reading_files_what_programs_wrote_and_leaves_the_rest_to_persons(
    kind: Kind, found: Match, action: IncomingAction
) -> None:
    assert action_after_reading(kind, found) is action


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Re: CU 2013/175", ["CU 2013/175"]),
        ("with reference to your note verbale cu2013-175, the", ["CU 2013/175"]),
        ("CU 2013/175 and CU 2013/176(A)/DTA", ["CU 2013/175", "CU 2013/176"]),
        ("CU 2013/175 … CU 2013/175", ["CU 2013/175"]),
        ("المذكرة \u200fCU\u200e 2013/175\u200f", ["CU 2013/175"]),
        ("المذكرة CU ٢٠١٣/١٧٥", ["CU 2013/175"]),
        ("No. 17/2013 of XY 2013/4", []),
        ("CU 2013/0", []),
    ],
)
def test_references_are_found_as_people_write_them(text: str, found: list[str]) -> None:
    assert [str(each) for each in references(text)] == found
