"""What one State does never reaches another, whatever is sent and to whichever address."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from registration.db import Base
from registration.delegations.models import Delegate, ExpertLink, Nomination, NominationPart
from registration.designations.models import Designation, ProposedAuthority
from registration.meetings.models import Meeting
from registration.responses.imports.models import UploadedTable
from registration.responses.models import Response
from tests.responses.browser import Browser, at, words
from tests.responses.conftest import AUSTRIA, NIUE, World
from tests.responses.samples import a_pdf
from tests.responses.test_pages import CENTRAL, expert

OWN_TABLES = (
    Nomination,
    NominationPart,
    ExpertLink,
    Delegate,
    ProposedAuthority,
    Designation,
    Response,
)


@pytest.fixture
def austrias(world: World, browser: Browser) -> dict[str, Any]:
    """Everything in Austria's answer that has an identifier."""
    note = world.note_id
    browser.post(at(note, "central-authority"), CENTRAL)
    browser.post(at(note, "local-authorities/add"), {"rows-0-name": "Canary court"})
    browser.post(
        at(note, "links"),
        {"name": "Canary expert", "email": "canary@experts.example", "language": "en"},
    )
    browser.post(
        at(note, "experts/table"), {"pasted": "Canary heading\nCanary person\n", "encoding": ""}
    )
    browser.post(at(note, "experts/add"), expert(family_name="Canary", head_of_delegation="y"))
    browser.post(
        at(note, "mission-note"), {"reference": "Canary", "file": (BytesIO(a_pdf()), "c.pdf")}
    )
    browser.post(at(note, "send"), {})
    with world.office() as office:
        return {
            "delegate_id": office.scalars(sa.select(Delegate.id)).one(),
            "authority_id": office.scalars(
                sa.select(ProposedAuthority.id).where(ProposedAuthority.name == "Canary court")
            ).one(),
            "response_id": office.scalars(sa.select(Response.id)).one(),
            "link_id": office.scalars(sa.select(ExpertLink.id)).one(),
            "table_id": office.scalars(sa.select(UploadedTable.id)).one(),
            "slug": office.scalars(sa.select(Meeting.slug)).one(),
            "part": "visa_letters",
        }


def rows(world: World) -> dict[str, Any]:
    """All rows of all States' answers, as they stand."""
    with world.office() as office:
        return {
            table.__tablename__: sorted(
                map(repr, office.execute(sa.select(*table.__table__.columns)).all())
            )
            for table in OWN_TABLES
        }


def addresses(app: Flask, scope: str, values: dict[str, UUID]) -> Iterator[tuple[str, str]]:
    """Method and address of every route of the slice for that scope."""
    for rule in app.url_map.iter_rules():
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            access = app.extensions["access"].get((rule.endpoint, method))
            if rule.endpoint.startswith("responses.") and access.scope.value == scope:
                known = {name: values[name] for name in rule.arguments}
                with app.test_request_context():
                    built = rule.build(known)
                assert built is not None
                yield method, built[1]


def test_no_route_shows_or_changes_another_states_answer(
    world: World, app: Flask, niue: Browser, austrias: dict[str, UUID]
) -> None:
    before, tried = rows(world), 0
    token = niue.token()
    for method, address in addresses(app, "state", {**austrias, "note_id": world.note_id}):
        if method == "GET":
            answer = niue.get(address)
            assert b"canary" not in answer.get_data().lower(), address
        else:
            answer = niue.send(address, {"csrf_token": token})
        things = [str(each) for each in austrias.values() if isinstance(each, UUID)]
        names_a_thing = any(each in address for each in things)
        assert not names_a_thing or answer.status_code == 404, (address, answer.status_code)
        tried += 1
    assert tried > 25
    after = rows(world)
    for table, found in before.items():
        left = [row for row in after[table] if NIUE not in row]
        assert left == found, table


def test_a_note_that_was_not_addressed_to_the_state_does_not_exist_for_it(
    world: World, app: Flask, niue: Browser, austrias: dict[str, UUID]
) -> None:
    token = niue.token()
    for note_id in (world.second_note_id, world.draft_id):
        for method, address in addresses(app, "state", {**austrias, "note_id": note_id}):
            if address == "/answer":
                continue
            answer = (
                niue.get(address)
                if method == "GET"
                else niue.send(address, {"csrf_token": token, **CENTRAL, **expert()})
            )
            assert answer.status_code in (404, 422), (method, address, answer.status_code)
            if method == "GET":
                assert answer.status_code == 404, address


def test_staff_and_strangers_are_not_let_into_a_states_pages(
    world: World, app: Flask, anna: Browser, austrias: dict[str, UUID]
) -> None:
    stranger = app.test_client()
    for method, address in addresses(app, "state", {**austrias, "note_id": world.note_id}):
        if method == "GET":
            assert anna.get(address).status_code == 404, address
            turned_away = stranger.get(address, base_url="http://127.0.0.1:8000")
            assert turned_away.status_code == 303, address
            assert "/sign-in" in turned_away.location


def test_a_focal_point_is_not_let_into_the_offices_pages(
    world: World, app: Flask, browser: Browser, austrias: dict[str, UUID]
) -> None:
    token = browser.token()
    for method, address in addresses(app, "staff", {**austrias, "note_id": world.note_id}):
        answer = (
            browser.get(address)
            if method == "GET"
            else browser.send(address, {"csrf_token": token, "state": AUSTRIA})
        )
        assert answer.status_code == 404, address


def every_column() -> dict[str, str]:
    """A value for every column of every table, as somebody would send who knows the models."""
    names = {column.name for table in Base.metadata.tables.values() for column in table.columns}
    hostile = {name: NIUE for name in names if name.startswith("state")}
    hostile |= {"kind": "central_authority", "stage": "nominated", "head_of_delegation": "y"}
    # What a form asks for as a choice is refused with an error when it is none of them.
    hostile |= {"capacity": "expert", "areas": "extradition", "languages": "en"}
    return {**dict.fromkeys(names, "1"), **hostile}


@pytest.mark.parametrize(
    ("part", "fields"),
    [
        ("central-authority", CENTRAL),
        ("local-authorities/add", {f"rows-0-{name}": value for name, value in CENTRAL.items()}),
        ("experts/add", expert()),
        ("mission-note", {"reference": "1"}),
    ],
)
def test_no_column_can_be_set_that_the_form_does_not_ask_for(
    world: World, browser: Browser, part: str, fields: dict[str, str]
) -> None:
    file = {"file": (BytesIO(a_pdf()), "note.pdf")} if part == "mission-note" else {}
    extra = {name: value for name, value in every_column().items() if name not in fields}
    extra |= {f"rows-0-{name}": value for name, value in every_column().items()}
    extra = {name: value for name, value in extra.items() if name not in fields}
    extra["version"] = "0"
    answer = browser.send(
        at(world.note_id, part), {**extra, **fields, **file, "csrf_token": browser.token()}
    )
    assert answer.status_code == 303, words(answer)
    with world.office() as office:
        nomination = office.scalars(sa.select(Nomination)).one()
        assert (nomination.state_code, nomination.stage.value) == (AUSTRIA, "draft")
        assert office.scalars(sa.select(Response)).all() == []
        for authority in office.scalars(sa.select(ProposedAuthority)):
            assert authority.state_code == AUSTRIA
            assert authority.kind.value == part.split("/", maxsplit=1)[0].replace(
                "authorities", "authority"
            ).replace("-", "_")
        for delegate in office.scalars(sa.select(Delegate)):
            assert (delegate.state_code, delegate.position) == (AUSTRIA, 1)
            assert delegate.nomination_id == nomination.id


def test_a_form_without_its_token_changes_nothing(
    world: World, app: Flask, browser: Browser
) -> None:
    names = ("delegate_id", "authority_id", "response_id", "link_id", "table_id")
    unknown = {**dict.fromkeys(names, world.note_id), "part": "funding"}
    for method, address in addresses(app, "state", {**unknown, "note_id": world.note_id}):
        for token in ({}, {"csrf_token": "forged"}):
            if method == "POST":
                answer = browser.send(address, {**CENTRAL, **expert(), **token})
                assert answer.status_code == 400, address
    assert all(found == [] for found in rows(world).values())


def test_no_form_of_an_answer_carries_the_state_or_an_address_in_a_hidden_field(
    world: World, app: Flask, browser: Browser, austrias: dict[str, UUID]
) -> None:
    for method, address in addresses(app, "state", {**austrias, "note_id": world.note_id}):
        if method == "GET" and not address.endswith(("/file", "/note", "/template")):
            page = browser.get(address).get_data(as_text=True)
            hidden = [each for each in page.split("<input")[1:] if 'type="hidden"' in each]
            named = {each.split('name="', 1)[1].split('"', 1)[0] for each in hidden}
            assert named <= {"csrf_token", "version", "go"}, (address, named)
            assert all(world.austria.email not in each.split(">", 1)[0] for each in hidden)
