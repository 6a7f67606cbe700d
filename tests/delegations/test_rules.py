"""The stages of a nomination, move by move, and the one head of a delegation."""

import pytest

from registration.delegations.rules import (
    NOMINATION,
    NominationAction,
    NominationStage,
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
