"""Names of every kind go from the form to the database, the letter, the mail and the export whole.

Twenty thousand strings are made from a fixed seed: what people are called in many scripts, what a
keyboard, a scanner or an attacker puts between, and anything else that Unicode holds.
"""

import csv
import io
import random
import re
import unicodedata
from collections.abc import Iterator
from email import message_from_bytes, policy
from functools import cache
from itertools import pairwise
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_babel import Babel
from werkzeug.datastructures import MultiDict

from letters import assets
from letters.compose import Press
from registration import clock, text
from registration.db import new_id
from registration.delegations import service as delegations
from registration.delegations.models import Delegate
from registration.designations.rules import DesignationKind, Line
from registration.documents import service as documents
from registration.exports import comma_separated
from registration.exports.sheet import Sheet
from registration.notes.models import Addressee
from registration.post import mime
from registration.post.models import Message
from registration.responses import acknowledgement, confirming, service
from registration.responses.forms import ExpertForm
from registration.responses.models import Acknowledgement
from registration.responses.rules import ResponseKind
from tests.letters import reading
from tests.responses.conftest import World
from tests.responses.samples import person

COUNT = 20_000
MANY = 2_000
NAMES_AT_ONCE = 100
LONGEST = 60  # what stands in one line of a letter
# First and last letters of scripts in which people write their names.
SCRIPTS = (
    ("a", "z"),
    ("\u00c0", "\u024f"),
    ("\u0391", "\u03c9"),
    ("\u0410", "\u044f"),
    ("\u05d0", "\u05ea"),
    ("\u0621", "\u064a"),
    ("\u0905", "\u0939"),
    ("\u0e01", "\u0e2e"),
    ("\u10d0", "\u10f0"),
    ("\u1200", "\u1250"),
    ("\u1ea0", "\u1ef9"),
    ("\u3041", "\u3094"),
    ("\u4e00", "\u9fa5"),
    ("\uac00", "\ud7a3"),
)
BETWEEN = (" ", "-", "'", "\u2019", ".", ", ", " \u00a0", "\u200c", "\u200d", "\u0301", "\u064b")
ODD = ("\x00", "\n", "\u202e", "\u2066", "\ud800", "\ufdd0", "\uffff", "\x1b", "\u2028")
HOSTILE = (
    "=cmd|'/C calc'!A0",
    "<script>alert(1)</script>",
    "{{ 7*7 }}",
    "%(name)s",
    "'; drop table delegate; --",
    "=?utf-8?q?x?=",
    "\\N{BULLET}",
    "O'Brien-Łukasiewicz",
    "Nguyễn Thị Ánh",
    "محمد عبد الرحمن",
    "王小明",
    "\U0001f600",
    "١٢٣",
)


def generated() -> Iterator[str]:
    lot = random.Random(4)
    yield from HOSTILE
    for _ in range(COUNT - len(HOSTILE)):
        kind = lot.random()
        if kind < 0.05:
            yield "".join(chr(lot.randrange(1, 0x110000)) for _ in range(lot.randint(1, 12)))
        elif kind < 0.1:
            yield _name(lot) + lot.choice(ODD) + _name(lot)
        elif kind < 0.12:
            yield _name(lot) * 40
        else:
            yield _name(lot)


def _name(lot: random.Random) -> str:
    first, last = lot.choice(SCRIPTS)
    parts = [
        "".join(chr(lot.randint(ord(first), ord(last))) for _ in range(lot.randint(1, 9)))
        for _ in range(lot.randint(1, 3))
    ]
    return lot.choice(BETWEEN).join(parts).title()


@cache
def printable() -> frozenset[int]:
    return assets.checked_fonts()


def letters_only(words: str) -> str:
    """The letters of a text alone: what extraction does with spaces and marks is not the name."""
    decomposed = unicodedata.normalize("NFKD", words)
    return "".join(each for each in decomposed if unicodedata.category(each)[0] in "LN")


@pytest.fixture(scope="module")
def press() -> Press:
    return Press()


@pytest.fixture(scope="module")
def accepted() -> list[str]:
    """The names that the form takes, as it hands them on; it refuses the others in a sentence."""
    app = Flask(__name__)
    app.secret_key = "for tests only"
    Babel(app)
    taken, refused = [], 0
    with app.test_request_context():
        form = ExpertForm(MultiDict(), meta={"csrf": False})
        field = form.family_name
        for name in generated():
            field.process(MultiDict({"family_name": name}))
            if field.validate(form):
                taken.append(field.data)
                assert letters_only(field.data) == letters_only(name)
            else:
                refused += 1
                assert str(field.errors[0]).endswith("."), repr(name)
    assert refused > COUNT / 20
    assert len(taken) > COUNT * 3 / 4
    return taken


def test_every_name_that_is_taken_is_kept_as_it_was_and_parted_from_the_next(
    world: World, accepted: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delegations, "PERSONS_LIMIT", MANY)
    with world.acting(world.austria) as session:
        for batch in batched(accepted, MANY):
            nomination = delegations.begin(session, world.meeting_id)
            wanted = [person(name, given_names="") for name in dict.fromkeys(batch)]
            delegations.add(session, nomination, wanted)
            session.expire_all()
            kept = session.scalars(sa.select(Delegate.family_name).order_by(Delegate.position))
            assert kept.all() == [each.family_name for each in wanted]
            session.rollback()


def batched(names: list[str], size: int = NAMES_AT_ONCE) -> Iterator[list[str]]:
    for start in range(0, len(names), size):
        yield names[start : start + size]


def test_every_name_is_in_the_export_as_it_was(accepted: list[str]) -> None:
    sheet = Sheet("names", ["Name", "Next"], list(pairwise(accepted)), "meeting", "1")
    written = b"".join(comma_separated.lines(sheet)).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(written, newline="")))[1:]
    assert [tuple(map(comma_separated.unescape, row)) for row in rows] == list(pairwise(accepted))


def test_every_name_stands_in_a_line_of_the_mail(world: World, accepted: list[str]) -> None:
    with world.office() as session:
        for batch in batched(accepted):
            said = [line(name) for name in batch]
            subject, words = acknowledgement.compose(
                "en",
                state="State",
                reference="CU 2013/175",
                received_at=clock.now(),
                respond_by=clock.today(),
                kind=ResponseKind.NOMINATION,
                said=said,
                has_note=True,
            )
            sent = Message(
                id=new_id(),
                purpose="test",
                recipients=["a@x.example"],
                subject=subject,
                text=text.paragraphs(words),
                language="en",
                attachments=[],
                message_id="<1@x.example>",
                created_at=clock.now(),
            )
            mail = message_from_bytes(
                mime.compose(sent, mime.attached(session, sent), "sender@x.example"),
                policy=policy.default,
            )
            body = mail.get_body(("plain",))
            assert body is not None
            lines = body.get_content().split("\r\n")
            wanted = [f"- Ms. {each.name}, Prosecutor" for each in said]
            shown = [each for each in wanted if each in lines]
            assert shown == wanted or "The list goes on" in body.get_content()
            assert len(shown) > len(wanted) / 3


def line(name: str) -> Line:
    return Line(
        line_id=new_id(),
        kind=DesignationKind.GOVERNMENTAL_EXPERT,
        name=name,
        title="Prosecutor",
        courtesy="Ms.",
    )


@pytest.mark.parametrize("language", ["en", "ar", "zh"])
def test_every_name_that_our_fonts_hold_is_in_the_text_of_the_letter(
    world: World, press: Press, accepted: list[str], language: str
) -> None:
    names = [name for name in accepted if can_be_printed(name) and len(name) < LONGEST]
    chosen = random.Random(language).sample(names, NAMES_AT_ONCE)
    response_id = answered(world, chosen, language)
    with world.office() as office:
        confirming.confirm(office, press, response_id)
        made = office.get_one(Acknowledgement, response_id)
        assert (made.problem, made.language) == ("", language)
        assert made.document_id is not None
        pdf = documents.read(office, made.document_id)
    written = letters_only(" ".join(reading.texts(pdf)))
    lost = [name for name in chosen if not found(name, written)]
    assert lost == []


def can_be_printed(name: str) -> bool:
    return all(ord(each) in printable() or each in "\u200c\u200d" for each in name)


def found(name: str, written: str) -> bool:
    """Whether a name stands there, in the order in which it is read or in which it is drawn.

    A reader of PDF may part a name at a mark that stands on no letter, and nowhere else.
    """
    pieces = re.split(r"[\u0300-\u036f\u064b-\u0652]", unicodedata.normalize("NFC", name))
    plain = [letters_only(piece) for piece in pieces]
    return all(each in written or each[::-1] in written for each in plain)


def answered(world: World, names: list[str], language: str) -> UUID:
    with world.office() as office:
        for addressee in office.scalars(sa.select(Addressee)):
            addressee.language = language
        office.commit()
    with world.acting(world.austria) as session:
        nomination = delegations.begin(session, world.meeting_id)
        delegates = delegations.add(
            session, nomination, [person(name, given_names="") for name in names]
        )
        delegations.make_head(session, nomination, delegates[0])
        response = service.submit(session, nomination, world.note(session))
        session.commit()
        return response.id


def test_a_name_that_our_fonts_lack_parks_the_letter_and_not_the_answer(
    world: World, press: Press
) -> None:
    response_id = answered(world, ["\u10d0\u10d1\u10d2"], "en")
    with world.office() as office:
        confirming.confirm(office, press, response_id)
        made = office.get_one(Acknowledgement, response_id)
        assert made.document_id is None
        assert "GEORGIAN" in made.problem % made.problem_values
        mail = office.scalars(sa.select(Message)).one()
        assert "\u10d0\u10d1\u10d2" in mail.text
