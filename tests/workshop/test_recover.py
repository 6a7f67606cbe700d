"""What is measured of a recovery, and the mail server that fails on purpose for it."""

import smtplib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from workshop.faults import GROUPS, Fault
from workshop.frail_mail import Frail, Mood, UnreliableCatcher
from workshop.mail_catcher import Mailbox
from workshop.recover import table
from workshop.theatre import Case


def a_case(seconds: float | None) -> Case:
    fault = Fault("kill -9 of the relay", lambda scene: None)
    return Case(fault, uuid4(), 0.0, datetime(2013, 7, 1, tzinfo=UTC), seconds)


@pytest.mark.parametrize(
    ("seconds", "kept", "said"),
    [
        (119.6, True, "| 120 |"),
        (130.0, False, "| 130 **missed** |"),
        (None, False, "| not by itself **missed** |"),
    ],
)
def test_a_recovery_that_took_longer_than_two_minutes_is_named(
    seconds: float | None, kept: bool, said: str
) -> None:
    case = a_case(seconds)
    assert case.kept is kept
    assert table([case]).splitlines()[-1] == f"| kill -9 of the relay {said}"


def test_each_fault_has_a_name_of_its_own() -> None:
    faults = [fault.what for group in GROUPS for fault in group]
    assert len(set(faults)) == len(faults)


@pytest.fixture
def frail(tmp_path: Path) -> Iterator[UnreliableCatcher[Frail]]:
    catcher = UnreliableCatcher(Frail(Mailbox(tmp_path / "mail"), 0.0))
    catcher.start()
    yield catcher
    catcher.stop()


def hand_over(catcher: UnreliableCatcher[Frail]) -> None:
    message = "Message-ID: <one@registration.example>\r\n\r\nPlease read this.\r\n"
    with smtplib.SMTP(catcher.host, catcher.port, timeout=60) as client:
        client.sendmail("anna@secretariat.example", ["mission.aut@missions.example"], message)


@pytest.mark.parametrize(
    ("mood", "failure", "kept"),
    [
        (Mood.POSTPONE, smtplib.SMTPSenderRefused, []),
        (Mood.FORGET, smtplib.SMTPServerDisconnected, []),
        (Mood.CONCEAL, smtplib.SMTPServerDisconnected, ["<one@registration.example>"]),
    ],
)
def test_a_mail_server_fails_as_its_mood_says_and_is_well_again(
    frail: UnreliableCatcher[Frail], mood: Mood, failure: type[Exception], kept: list[str]
) -> None:
    frail.judge.mood = mood
    with pytest.raises(failure):
        hand_over(frail)
    assert frail.judge.struck == 1
    assert frail.mailbox.accepted_ids() == kept
    frail.judge.mood = Mood.CALM
    hand_over(frail)
    assert frail.mailbox.accepted_ids() == [*kept, "<one@registration.example>"]
