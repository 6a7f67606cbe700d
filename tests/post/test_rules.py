"""What is decided about a message without any database: patience, and several addresses."""

from datetime import timedelta

import pytest

from registration.post.rules import (
    ATTEMPTS,
    GRACE,
    LEASE,
    MESSAGE,
    WAIT_FOR_ALL,
    Envelope,
    MessageAction,
    MessageStage,
    Reply,
    allowed,
    judge,
    wait_after,
)

OK, LATER, NEVER = Reply(250, "ok"), Reply(450, "later"), Reply(550, "no such user")


def test_the_wait_grows_and_ends() -> None:
    waits = [wait_after(attempt) for attempt in range(1, ATTEMPTS + 1)]
    assert waits[:4] == [timedelta(minutes=each) for each in (1, 5, 15, 60)]
    assert waits[-1] is None
    known = [wait for wait in waits if wait is not None]
    assert known == sorted(known)
    assert len(known) == ATTEMPTS - 1


@pytest.mark.parametrize(
    ("code", "good", "for_good", "asks_to_wait"),
    [
        (220, True, False, False),
        (354, True, False, False),
        (400, False, False, True),
        (499, False, False, True),
        (500, False, True, False),
        (599, False, True, False),
        (199, False, False, False),
        (600, False, False, False),
    ],
)
def test_the_first_digit_of_a_reply_says_what_it_means(
    code: int, good: bool, for_good: bool, asks_to_wait: bool
) -> None:
    reply = Reply(code, "")
    assert (reply.good, reply.for_good, reply.asks_to_wait) == (good, for_good, asks_to_wait)


@pytest.mark.parametrize(
    ("only", "may"),
    [
        (None, ["Anna@Secretariat.Example", "mission@missions.example"]),
        ({"secretariat.example"}, ["Anna@Secretariat.Example"]),
        ({"mission@missions.example"}, ["mission@missions.example"]),
        ({"example", "ana@secretariat.example"}, []),
        (set(), []),
    ],
)
def test_in_a_rehearsal_only_addresses_and_domains_of_the_list_get_mail(
    only: set[str] | None, may: list[str]
) -> None:
    assert allowed(["Anna@Secretariat.Example", "mission@missions.example"], only) == may


@pytest.mark.parametrize(
    ("replies", "attempts", "verdict"),
    [
        ([OK], 1, Envelope.GO_ON),
        ([LATER], 1, Envelope.COME_BACK),
        ([LATER], ATTEMPTS, Envelope.COME_BACK),
        ([NEVER], 1, Envelope.REFUSED),
        ([NEVER, NEVER], 1, Envelope.REFUSED),
        ([NEVER, LATER], 1, Envelope.COME_BACK),
        ([OK, NEVER], 1, Envelope.GO_ON),
        ([OK, LATER], 1, Envelope.COME_BACK),
        ([OK, LATER], WAIT_FOR_ALL, Envelope.COME_BACK),
        ([OK, LATER], WAIT_FOR_ALL + 1, Envelope.GO_ON),
        ([OK, LATER, NEVER], WAIT_FOR_ALL + 1, Envelope.GO_ON),
    ],
)
def test_several_addresses_are_judged_together(
    replies: list[Reply], attempts: int, verdict: Envelope
) -> None:
    by_address = {f"{number}@missions.example": reply for number, reply in enumerate(replies)}
    assert judge(by_address, attempts) is verdict


def test_no_stage_is_out_of_reach() -> None:
    assert MESSAGE.reachable() == frozenset(MessageStage)


def test_what_is_in_doubt_is_never_claimed_again() -> None:
    assert MessageAction.CLAIM not in MESSAGE.actions(MessageStage.UNCERTAIN)
    assert MessageAction.CLAIM not in MESSAGE.actions(MessageStage.HANDED_OVER)


def test_a_doubt_is_older_than_any_lease_before_the_log_is_asked() -> None:
    assert GRACE > LEASE
