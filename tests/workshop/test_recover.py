"""What is measured of a recovery, and the mail server that fails on purpose for it."""

import smtplib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from workshop.faults import BY_DESIGN, GROUPS, Fault
from workshop.frail_mail import FrailCatcher, Mood
from workshop.mail_catcher import Mailbox
from workshop.recover import table
from workshop.theatre import Case


def a_case(seconds: float | None) -> Case:
    fault = Fault("kill -9 of the relay", lambda scene: None)
    return Case(fault, uuid4(), 0.0, datetime(2013, 7, 1, tzinfo=UTC), seconds)


@pytest.mark.parametrize(
    ("seconds", "kept", "said"),
    [
        (119.6, True, "| 120 | 120 |"),
        (130.0, False, "| 130 **missed** | 120 |"),
        (None, False, "| not by itself **missed** | 120 |"),
    ],
)
def test_a_recovery_that_took_longer_than_its_limit_is_named(
    seconds: float | None, kept: bool, said: str
) -> None:
    case = a_case(seconds)
    assert case.kept is kept
    assert table([case]).splitlines()[-1] == f"| kill -9 of the relay {said}"


def test_each_fault_has_a_name_of_its_own_and_two_minutes_unless_only_the_log_can_tell() -> None:
    faults = [fault for group in GROUPS for fault in group]
    assert len({fault.what for fault in faults}) == len(faults)
    assert {fault.limit for fault in faults} == {120.0, BY_DESIGN}


@pytest.fixture
def frail(tmp_path: Path) -> Iterator[FrailCatcher]:
    catcher = FrailCatcher(Mailbox(tmp_path / "mail"), pace=0.0)
    catcher.start()
    yield catcher
    catcher.stop()


def hand_over(catcher: FrailCatcher) -> None:
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
    frail: FrailCatcher, mood: Mood, failure: type[Exception], kept: list[str]
) -> None:
    frail.frail.mood = mood
    with pytest.raises(failure):
        hand_over(frail)
    assert frail.frail.struck == 1
    assert frail.mailbox.accepted_ids() == kept
    frail.frail.mood = Mood.CALM
    hand_over(frail)
    assert frail.mailbox.accepted_ids() == [*kept, "<one@registration.example>"]
