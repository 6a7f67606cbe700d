"""Names as they are, and names as attackers write them."""

import pytest
import sqlalchemy as sa
from flask import Flask
from markupsafe import escape

from registration.delegations.models import Delegate
from registration.forms import Form
from registration.post.models import Message
from registration.responses.forms import ExpertForm, ExpertsForm, ForPersonsForm, SendForm
from tests.responses.browser import Browser, at
from tests.responses.conftest import World
from tests.responses.test_pages import expert

HONEST = [
    "Huber-Lang",
    "O'Brien",
    "O’Brien",
    "عبد الرحمن الشمري",
    "ʿAbd al-Raḥmān",
    "آل سعود'",
    "می‌خواهم",
    "Nguyễn Thị Ánh",
    "王小明",
    "Ґалаґан",
    "García Márquez y López",
    "de la O",
    "Null",
    "=1+1",
    "+43 Huber",
    "@SUM(A1)",
    "-2+3",
    "{{ 7 * 7 }}",
    "%(name)s",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "Robert'); drop table delegate;--",
    "..\\..\\etc",
]
REFUSED = {
    "right-to-left override": "Hu\u202eber",
    "isolate": "Hu\u2067ber",
    "zero byte": "Hu\x00ber",
    "escape": "Hu\x1bber",
    "line break": "Hu\nber",
    "too many accents": "H" + "\u0301" * 40,
    "too long": "H" * 201,
}
SMUGGLED = [
    "a@b.example, c@d.example",
    "a@b.example\nBcc: x@y.example",
    '"a b"@c.example',
    "a@[10.0.0.1]",
]


def test_names_go_through_pages_and_mail_as_they_were_typed(world: World, browser: Browser) -> None:
    for names in (HONEST[:12], HONEST[12:]):
        fields = [expert(row, family_name=name) for row, name in enumerate(names)]
        merged = {name: value for row in fields for name, value in row.items()}
        assert browser.post(at(world.note_id, "experts/add"), merged).status_code == 303
    with world.office() as office:
        found = office.scalars(sa.select(Delegate).order_by(Delegate.position)).all()
    assert [each.family_name for each in found] == HONEST
    browser.post(
        at(world.note_id, f"experts/{found[0].id}/head"), {}, seen=at(world.note_id, "experts")
    )
    for part in ("experts", "send"):
        html = browser.get(at(world.note_id, part)).get_data(as_text=True)
        for name in HONEST:
            assert escape(name) in html
        assert "<script>alert" not in html
        assert "<img src=x" not in html
    assert browser.post(at(world.note_id, "send"), {}).status_code == 303
    with world.office() as office:
        mail = office.scalars(sa.select(Message.text)).one()
    assert all(name in mail for name in HONEST)


def test_names_and_addresses_that_cannot_be_are_refused_beside_their_fields(
    world: World, browser: Browser
) -> None:
    names = [expert(row, family_name=name) for row, name in enumerate(REFUSED.values())]
    emails = [expert(row, email=email) for row, email in enumerate(SMUGGLED, start=len(names))]
    refused = browser.post(
        at(world.note_id, "experts/add"),
        {name: value for row in (*names, *emails) for name, value in row.items()},
    )
    assert refused.status_code == 422
    html = refused.get_data(as_text=True)
    for row, reason in enumerate(REFUSED):
        assert f'id="rows-{row}-family_name-error"' in html, reason
    for row, email in enumerate(SMUGGLED, start=len(names)):
        assert f'id="rows-{row}-email-error"' in html, email
    with world.office() as office:
        assert office.scalars(sa.select(Delegate)).all() == []


def test_too_many_rows_and_too_much_text_are_turned_away(world: World, browser: Browser) -> None:
    fields = {
        name: value for row in range(25) for name, value in expert(row, family_name="Many").items()
    }
    assert browser.post(at(world.note_id, "experts/add"), fields).status_code < 500
    with world.office() as office:
        assert office.scalar(sa.select(sa.func.count()).select_from(Delegate)) <= 20
    for length, answer in ((5_000_000, 422), (7_000_000, 413)):  # beside the field, and at the door
        huge = {**expert(family_name="H" * length), "csrf_token": browser.token()}
        assert browser.send(at(world.note_id, "experts/add"), huge).status_code == answer


def test_a_version_that_never_was_is_a_conflict_and_no_error(
    world: World, browser: Browser
) -> None:
    browser.post(at(world.note_id, "experts/add"), expert(head_of_delegation="y"))
    for version in ("", "x", "-1", "1e9", "9" * 5_000, "१"):
        answer = browser.send(
            at(world.note_id, "send"), {"version": version, "csrf_token": browser.token()}
        )
        assert answer.status_code == 409, version


@pytest.mark.parametrize(
    ("form", "name"),
    [
        (ForPersonsForm, "persons"),
        (SendForm, "also"),
        (ExpertForm, "areas"),
        (ExpertForm, "languages"),
        (ExpertsForm, "again"),
    ],
)
def test_a_blank_choice_lets_no_other_pass_that_was_not_offered(
    app: Flask, form: type[Form], name: str
) -> None:
    with app.test_request_context(method="POST", data={name: ["", "never offered"]}):
        sent = form(meta={"csrf": False})
        sent.validate()
        assert sent[name].errors


def test_a_request_for_nobody_in_particular_is_no_error(world: World, browser: Browser) -> None:
    browser.post(at(world.note_id, "experts/add"), expert(head_of_delegation="y"))
    answer = browser.post(at(world.note_id, "visa-letters"), {"persons": "", "remark": ""})
    assert answer.status_code == 422


def test_a_name_that_no_column_holds_may_break_anywhere(world: World, browser: Browser) -> None:
    long_name = "Lang" * 40
    typed = expert(0, family_name=long_name) | expert(1, family_name="Short")
    assert browser.post(at(world.note_id, "experts/add"), typed).status_code == 303
    html = browser.get(at(world.note_id, "experts")).get_data(as_text=True)
    assert f'<bdi class="app-unbroken">Eva {long_name}</bdi>' in html
    assert "<bdi>Eva Short</bdi>" in html
