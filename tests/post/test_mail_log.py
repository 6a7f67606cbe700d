"""What a mail server's log can prove, and what it cannot."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from registration.post.mail_log import Answer, FileMailLog, open_log

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
BEFORE, AFTER = int(NOON.timestamp()) - 60, int(NOON.timestamp()) + 60

POSTFIX = """\
2026-11-22T11:59:00.000000+00:00 mail postfix/smtpd[1]: connect from localhost[127.0.0.1]
2026-11-22T12:00:01.000000+00:00 mail postfix/cleanup[2]: 4Bc1D2: message-id=<whole@x.example>
2026-11-22T12:00:01.100000+00:00 mail postfix/qmgr[3]: 4Bc1D2: from=<s@x.example>, size=9, nrcpt=1 (queue active)
2026-11-22T12:00:02.000000+00:00 mail postfix/smtpd[1]: 4Bc1D3: client=localhost[127.0.0.1]
2026-11-22T12:00:02.050000+00:00 mail postfix/cleanup[2]: 4Bc1D3: message-id=<half@x.example>
"""  # noqa: E501 - as Postfix writes it
BROKEN_OFF = (
    "2026-11-22T12:00:02.1+00:00 mail postfix/smtpd[1]: lost connection after {} from localhost\n"
)
OLD_POSTFIX = POSTFIX.replace("2026-11-22T11:59:00.000000+00:00", "Nov 22 11:59:00").replace(
    "2026-11-22T12:00:01.000000+00:00", "Nov 22 12:00:01"
)


def asked(tmp_path: Path, text: str, message_id: str) -> Answer:
    path = tmp_path / "mail.log"
    path.write_text(text)
    return open_log(path).answer(message_id, NOON)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("", Answer.UNKNOWN),
        ("<other@x.example>\n", Answer.UNKNOWN),
        ("<whole@x.example>\n", Answer.FOUND),
        (f"{AFTER} <whole@x.example>\n", Answer.FOUND),
        (f"{BEFORE} -\n{AFTER} <whole@x.example>\n", Answer.FOUND),
        (f"{BEFORE} -\n", Answer.SURELY_ABSENT),
        (f"{BEFORE}.25 -\n{AFTER} <other@x.example>\n", Answer.SURELY_ABSENT),
        (f"{AFTER} <whole@x.example> not taken\n", Answer.TURNED_AWAY),
        (f"{AFTER} <whole@x.example> not taken\n{AFTER} <whole@x.example>\n", Answer.FOUND),
        # What was turned away before the attempt says nothing of this one.
        (f"{BEFORE} <whole@x.example> not taken\n", Answer.SURELY_ABSENT),
        ("<whole@x.example> not taken\n", Answer.UNKNOWN),
        # A log that was begun after the attempt, or cut off, proves nothing.
        (f"{AFTER} -\n", Answer.UNKNOWN),
        (f"{AFTER} <other@x.example>\n", Answer.UNKNOWN),
        # A name inside another name is another name.
        (f"{BEFORE} -\n{AFTER} <not-the-whole@x.example>\n", Answer.SURELY_ABSENT),
        # A line that is still being written has not been said yet.
        (f"{BEFORE} -\n{AFTER} <whole@x.example>", Answer.SURELY_ABSENT),
        (POSTFIX, Answer.FOUND),
    ],
)
def test_the_log_says_what_it_knows(tmp_path: Path, text: str, answer: Answer) -> None:
    assert asked(tmp_path, text, "<whole@x.example>") is answer


def test_a_message_whose_body_did_not_come_whole_is_not_taken_for_accepted(tmp_path: Path) -> None:
    assert asked(tmp_path, POSTFIX, "<half@x.example>") is Answer.UNKNOWN


@pytest.mark.parametrize(
    ("state", "answer"),
    [("DATA (12 bytes)", Answer.TURNED_AWAY), ("END-OF-MESSAGE", Answer.UNKNOWN)],
)
def test_postfix_takes_no_message_whose_client_broke_off_before_its_end(
    tmp_path: Path, state: str, answer: Answer
) -> None:
    assert asked(tmp_path, POSTFIX + BROKEN_OFF.format(state), "<half@x.example>") is answer


def test_a_message_that_postfix_never_named_is_absent(tmp_path: Path) -> None:
    assert asked(tmp_path, POSTFIX, "<never@x.example>") is Answer.SURELY_ABSENT


def test_a_log_whose_dates_have_no_year_reaches_back_only_as_far_as_those_that_have(
    tmp_path: Path,
) -> None:
    assert asked(tmp_path, OLD_POSTFIX, "<never@x.example>") is Answer.UNKNOWN


def test_bytes_that_are_no_text_do_not_stop_the_reading(tmp_path: Path) -> None:
    path = tmp_path / "mail.log"
    path.write_bytes(b"\xff\xfe\x00\n" + f"{BEFORE} -\n".encode())
    assert FileMailLog(path).answer("<never@x.example>", NOON) is Answer.SURELY_ABSENT


@pytest.mark.parametrize("path", [None, Path("/nonexistent/mail.log")])
def test_without_a_log_nothing_is_known(path: Path | None) -> None:
    assert open_log(path).answer("<whole@x.example>", NOON) is Answer.UNKNOWN
