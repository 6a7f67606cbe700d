"""The stages of a nomination, move by move, the one head of a delegation, links and names."""

from datetime import UTC, datetime, timedelta

import pytest

from registration.delegations.rules import (
    NOMINATION,
    LinkStage,
    NominationAction,
    NominationStage,
    capitals,
    link_is_open,
    new_head,
)
from registration.errors import IllegalMove

S, A = NominationStage, NominationAction
TABLE = {
    (S.DRAFT, A.CHANGE): S.DRAFT,
    (S.DRAFT, A.SUBMIT): S.NOMINATED,
    (S.DRAFT, A.DECLINE): S.DECLINED,
    (S.NOMINATED, A.CHANGE): S.IN_CORRECTION,
    (S.NOMINATED, A.SUBMIT): S.NOMINATED,
    (S.NOMINATED, A.WITHDRAW): S.WITHDRAWN,
    (S.IN_CORRECTION, A.CHANGE): S.IN_CORRECTION,
    (S.IN_CORRECTION, A.SUBMIT): S.NOMINATED,
    (S.IN_CORRECTION, A.WITHDRAW): S.WITHDRAWN,
    (S.DECLINED, A.CHANGE): S.DRAFT,
    (S.DECLINED, A.SUBMIT): S.NOMINATED,
    (S.WITHDRAWN, A.CHANGE): S.DRAFT,
    (S.WITHDRAWN, A.SUBMIT): S.NOMINATED,
    (S.WITHDRAWN, A.DECLINE): S.DECLINED,
    (S.NOMINATED, A.RECEIVE_NOTE): S.NOTE_RECEIVED,
    (S.NOMINATED, A.RETURN): S.RETURNED,
    (S.NOTE_RECEIVED, A.VERIFY): S.VERIFIED,
    (S.NOTE_RECEIVED, A.RETURN): S.RETURNED,
    (S.VERIFIED, A.CONFIRM): S.CONFIRMED,
    (S.VERIFIED, A.RETURN): S.RETURNED,
    (S.VERIFIED, A.REOPEN): S.NOTE_RECEIVED,
    (S.CONFIRMED, A.REOPEN): S.NOTE_RECEIVED,
    (S.NOTE_RECEIVED, A.CHANGE): S.IN_CORRECTION,
    (S.VERIFIED, A.CHANGE): S.IN_CORRECTION,
    (S.CONFIRMED, A.CHANGE): S.IN_CORRECTION,
    (S.NOTE_RECEIVED, A.SUBMIT): S.NOTE_RECEIVED,
    (S.VERIFIED, A.SUBMIT): S.VERIFIED,
    (S.CONFIRMED, A.SUBMIT): S.CONFIRMED,
    (S.NOTE_RECEIVED, A.WITHDRAW): S.WITHDRAWN,
    (S.VERIFIED, A.WITHDRAW): S.WITHDRAWN,
    (S.CONFIRMED, A.WITHDRAW): S.WITHDRAWN,
    (S.RETURNED, A.WITHDRAW): S.WITHDRAWN,
    (S.RETURNED, A.CHANGE): S.IN_CORRECTION,
    (S.RETURNED, A.SUBMIT): S.NOMINATED,
}


@pytest.mark.parametrize("stage", S)
@pytest.mark.parametrize("action", A)
def test_each_move_is_the_one_of_the_table_or_none(stage: S, action: A) -> None:
    if (stage, action) in TABLE:
        assert NOMINATION.after(stage, action) is TABLE[stage, action]
    else:
        with pytest.raises(IllegalMove):
            NOMINATION.after(stage, action)


def test_every_stage_can_be_reached() -> None:
    assert NOMINATION.reachable() == set(S)


def test_the_marked_person_heads_the_delegation() -> None:
    assert new_head([False, True, False]) == 1


def test_nobody_marked_is_no_new_head() -> None:
    assert new_head([False, False]) is None


def test_two_heads_are_refused() -> None:
    with pytest.raises(ValueError, match="one head"):
        new_head([True, False, True])


@pytest.mark.parametrize(
    ("stage", "left", "is_open"),
    [
        (LinkStage.ASKED, timedelta(seconds=1), True),
        (LinkStage.ASKED, timedelta(0), False),
        (LinkStage.FILLED, timedelta(seconds=1), True),
        (LinkStage.RETURNED, timedelta(seconds=1), True),
        (LinkStage.ACCEPTED, timedelta(days=1), False),
        (LinkStage.REVOKED, timedelta(days=1), False),
    ],
)
def test_an_expert_fills_the_page_in_until_it_ends_or_is_taken(
    stage: LinkStage, left: timedelta, is_open: bool
) -> None:
    now = datetime(2013, 9, 18, tzinfo=UTC)
    assert link_is_open(stage=stage, expires_at=now + left, at=now) is is_open


@pytest.mark.parametrize(
    ("name", "in_capitals"),
    [("Ibáñez", "IBÁÑEZ"), ("Groß", "GROß"), ("Тарасов", "ТАРАСОВ"), ("ბერიძე", "ბერიძე")],
)
def test_a_letter_without_one_capital_of_its_own_stays_as_it_is(
    name: str, in_capitals: str
) -> None:
    assert capitals(name) == in_capitals
