"""The gate for what people type."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registration import text
from registration.errors import Refused


@pytest.mark.parametrize(
    "name",
    [
        "José Ñúñez",
        "عبد الله بن عبد العزيز",
        "O’Brien d'Arcy",
        "李小龙",
        "Нго Динь Зьем",
        "Nguyễn Thị Minh Khai",
        "می\u200cخواهم",  # Persian needs the non-joiner
        "क\u094d\u200dष",  # Devanagari needs the joiner
        "Null",
        "=1+1",
        "Ưng Hoàng Phúc 🙂",
    ],
)
def test_real_names_pass_unharmed(name: str) -> None:
    assert text.line(name) == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize(
    "hostile",
    [
        "a\x00b",
        "a\x1bb",
        "a\u202eb",
        "a\u2067b",
        "a\ud800b",
        "a\ufffeb",
        "a\nb",
        "a" + "\u0301" * 9,
    ],
)
def test_what_cannot_be_stored_is_refused_with_its_position(hostile: str) -> None:
    with pytest.raises(Refused, match=r"Character \d+"):
        text.line(hostile)


def test_the_position_is_the_one_a_person_counts() -> None:
    with pytest.raises(Refused, match="Character 3 "):
        text.line("ab\x00c")


def test_two_spellings_of_one_name_become_one() -> None:
    assert text.line("e\u0301") == text.line("\u00e9") == "é"


def test_strange_spaces_become_one_plain_space() -> None:
    assert text.line(" a\u00a0\u2003\u200ab\ufeff ") == "a b"


def test_paragraphs_keep_their_blank_lines_and_lose_foreign_line_ends() -> None:
    assert text.paragraphs("a\r\n\r\nb\u2028c\n") == "a\n\nb\nc"


def test_too_long_is_said_with_both_figures() -> None:
    with pytest.raises(Refused, match="has 11 characters; at most 10"):
        text.line("x" * 11, limit=10)


@given(st.text())
def test_any_text_is_cleaned_or_refused_and_cleaning_twice_changes_nothing(value: str) -> None:
    try:
        clean = text.line(value)
    except Refused:
        return
    assert text.line(clean) == clean
    clean.encode("utf-8")
    assert not set("\x00\n") & set(clean)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Name@MFA.example.org", "name@mfa.example.org"),
        ("  o'neil+un@mfa.example ", "o'neil+un@mfa.example"),
        ("a@bücher.example", "a@xn--bcher-kva.example"),
    ],
)
def test_an_address_is_kept_in_lower_case_and_ascii(typed: str, kept: str) -> None:
    assert text.email(typed) == kept


@pytest.mark.parametrize(
    "hostile",
    [
        "",
        "a",
        "a@b",
        "a@b@c.example",
        "a@b.example;c@d.example",
        "a@b.example,c@d.example",
        "a@b.gov，uk",
        '"a b"@c.example',
        "a(comment)@b.example",
        "a@[127.0.0.1]",
        "a@b.example.",
        "a..b@c.example",
        "a%b@c.example\r\nBcc: d@e.example",
        "=?utf-8?q?a?=@b.example\n",
        "a" * 65 + "@b.example",
        "a@" + "b" * 64 + ".example",
        "a@" + ".".join(["b" * 60] * 5) + ".example",
        "ä@b.example",
    ],
)
def test_what_is_not_one_plain_address_is_refused(hostile: str) -> None:
    with pytest.raises(Refused, match="one e-mail address"):
        text.email(hostile)
