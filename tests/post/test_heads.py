"""A subject arrives as it was written, in every language and of every length."""

import email
import email.policy
from email.header import decode_header, make_header
from email.message import EmailMessage

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from registration import clock
from registration.config import Settings
from registration.db import new_id
from registration.post.heads import POLICY
from registration.post.mime import compose
from registration.post.models import Message

SUBJECTS = {
    "ar": "CU 2013/175: الاجتماع الثاني للخبراء بشأن التعاون الدولي (مدينة بنما، 25 و26)",
    "en": "CU 2013/175: second expert meeting on international cooperation (25–26 November)",
    "es": "CU 2013/175: segunda reunión de expertos sobre cooperación internacional (Panamá)",
    "fr": "CU 2013/175 : deuxième réunion d’experts sur la coopération internationale (Panama)",
    "ru": "CU 2013/175: второе совещание экспертов по международному сотрудничеству (Панама, 25)",
    "zh": "CU 2013/175：国际合作问题专家会议第二次会议（巴拿马城，2013年11月25日至26日）" * 3,
}
WORDS = st.lists(
    st.text("aZé’–9.,:()/=?_совещание经اجتماع", min_size=1, max_size=40), min_size=1, max_size=30
)


def sent(subject: str) -> bytes:
    mail = EmailMessage(policy=POLICY)
    mail["Subject"] = subject
    mail.set_content("text")
    return mail.as_bytes()


@pytest.mark.parametrize("language", SUBJECTS)
def test_a_subject_in_each_language_arrives_as_it_was_written(language: str) -> None:
    read = email.message_from_bytes(sent(SUBJECTS[language]), policy=email.policy.default)
    assert read["Subject"] == SUBJECTS[language]


@given(WORDS.map(" ".join))
@example("совещание " * 30 + "экспертов")
def test_no_space_of_a_subject_is_lost_and_no_line_is_too_long(subject: str) -> None:
    written = sent(subject)
    read = email.message_from_bytes(written)  # as the oldest reader does
    if not subject.isascii():
        assert str(make_header(decode_header(read["Subject"]))) == subject
        assert max(map(len, written.split(b"\r\n\r\n")[0].split(b"\r\n"))) <= 76
    assert email.message_from_bytes(written, policy=email.policy.default)["Subject"] == subject


def test_a_line_break_is_refused_before_it_is_folded() -> None:
    with pytest.raises(ValueError, match="linefeed"):
        sent("второе совещание\r\nBcc: evil@x.example")


def test_a_message_is_composed_with_its_whole_subject(settings: Settings) -> None:
    message = Message(
        id=new_id(),
        recipients=["mission@missions.example"],
        subject=SUBJECTS["ru"],
        text="Text.",
        language="ru",
        created_at=clock.now(),
        message_id="<1@registration.example>",
        confidential=False,
    )
    written = compose(message, [], "secretariat@registration.example")
    assert (
        email.message_from_bytes(written, policy=email.policy.default)["Subject"]
        == (SUBJECTS["ru"])
    )
