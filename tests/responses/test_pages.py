"""What a focal point sees and does in the browser, from the question to the answer sent."""

from io import BytesIO
from itertools import product

import sqlalchemy as sa
import time_machine
from flask import Flask

from registration.accounts.models import Account
from registration.delegations import service as delegations
from registration.delegations.models import Delegate, Nomination
from registration.designations.models import ProposedAuthority
from registration.notes.rules import NoteStage
from registration.responses import answering
from registration.responses.models import Response
from registration.words import LANGUAGES, direction
from tests import builders
from tests.counting import counted_queries
from tests.responses.browser import Browser, at, words
from tests.responses.conftest import World
from tests.responses.samples import a_pdf, person

CENTRAL = {
    "name": "Ministry of Justice",
    "institution": "Federal Government",
    "title": "Department IV",
    "email": "central@justice.example",
    "telephone": "+43 1 0",
    "address": "Museumstraße 7\n1070 Wien",
}


def expert(row: int = 0, **values: str) -> dict[str, str]:
    """What is typed in one row of the page for new experts."""
    typed = {
        "courtesy": "Ms.",
        "given_names": "Eva",
        "family_name": "Huber",
        "title": "Prosecutor",
        "institution": "Public Prosecutor's Office",
        "email": "eva.huber@justice.example",
        **values,
    }
    return {f"rows-{row}-{name}": value for name, value in typed.items()}


def test_a_focal_point_answers_from_the_first_page_to_the_sent_one(
    world: World, browser: Browser
) -> None:
    home = browser.page("/answer")
    assert "You answer for State AUT (en)" in home
    assert "CU 2013/175" in home
    assert "Answer by 30 September 2013, 18:00 (Vienna)" in home
    assert "28 days left" in home
    note = world.note_id
    assert "Cannot start yet" in browser.page(at(note))
    assert browser.post(at(note, "central-authority"), CENTRAL).status_code == 303
    saved = browser.post(
        at(note, "experts/add"),
        {
            **expert(0, head_of_delegation="y"),
            **expert(1, family_name="Gruber"),
            **expert(
                2, courtesy="", given_names="", family_name="", title="", institution="", email=""
            ),
        },
    )
    assert saved.status_code == 303
    assert "2 persons are added." in browser.page(at(note, "experts"))
    uploaded = browser.post(
        at(note, "mission-note"),
        {"reference": "No. 17/2013", "file": (BytesIO(a_pdf()), "note.pdf")},
    )
    assert uploaded.status_code == 303
    parts = browser.page(at(note))
    assert "Head: Eva Huber" in parts
    assert "No. 17/2013" in parts
    check = browser.page(at(note, "send"))
    for each in ("Ministry of Justice", "1070 Wien", "Eva Gruber", "Head of delegation"):
        assert each in check
    sent = browser.post(at(note, "send"), {})
    assert sent.status_code == 303
    receipt = browser.page(sent.location)
    assert "2 September 2013, 10:0" in receipt
    assert "In time" in receipt
    assert "Eva Huber" in receipt
    after = browser.page(at(note))
    assert "Sent on 2 September 2013" in after
    assert "Answered" in browser.page("/answer")


def test_a_second_click_on_send_shows_the_answer_that_was_sent(
    world: World, browser: Browser
) -> None:
    browser.post(at(world.note_id, "central-authority"), CENTRAL)
    page = browser.get(at(world.note_id, "send")).get_data(as_text=True)
    fields = {"csrf_token": browser.token(), "version": _version(page)}
    first = browser.send(at(world.note_id, "send"), fields)
    second = browser.send(at(world.note_id, "send"), fields)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    with world.office() as office:
        assert office.scalar(sa.select(sa.func.count()).select_from(Response)) == 1


def _version(page: str) -> str:
    return page.split('name="version"', 1)[1].split('value="', 1)[1].split('"', 1)[0]


def test_an_answer_is_changed_and_sent_again(world: World, browser: Browser) -> None:
    note = world.note_id
    browser.post(at(note, "central-authority"), CENTRAL)
    browser.post(at(note, "send"), {})
    browser.post(at(note, "central-authority"), {**CENTRAL, "name": "Prosecutor General"})
    assert "You changed the answer after it was sent" in browser.page(at(note))
    assert "Changed, not sent again yet" in browser.page("/answer")
    browser.post(at(note, "send"), {})
    with world.office() as office:
        assert office.scalar(sa.select(sa.func.count()).select_from(Response)) == 2
    history = browser.page("/answer")
    assert history.count("Answer to CU 2013/175 received") == 2


def test_saving_the_same_words_again_is_no_change(world: World, browser: Browser) -> None:
    note = world.note_id
    browser.post(at(note, "central-authority"), CENTRAL)
    browser.post(at(note, "experts/add"), expert(head_of_delegation="y"))
    browser.post(at(note, "send"), {})
    with world.office() as office:
        delegate = office.scalars(sa.select(Delegate)).one()
    browser.post(at(note, "central-authority"), CENTRAL)
    alone = {name.removeprefix("rows-0-"): value for name, value in expert().items()}
    browser.post(at(note, f"experts/{delegate.id}"), {**alone, "head_of_delegation": "y"})
    assert "Sent on 2 September 2013" in browser.page(at(note))


def test_an_authority_in_force_is_offered_for_the_next_answer(
    world: World, browser: Browser
) -> None:
    browser.post(at(world.note_id, "central-authority"), CENTRAL)
    browser.post(at(world.note_id, "send"), {})
    with world.office() as office:
        authority = office.scalars(sa.select(ProposedAuthority)).one()
    browser.post(
        at(world.note_id, f"authorities/{authority.id}/remove"),
        {},
        seen=at(world.note_id, f"authorities/{authority.id}/remove"),
    )
    page = browser.get(at(world.note_id, "central-authority"))
    assert "Your State named this authority on 2 September 2013" in words(page)
    assert 'value="Ministry of Justice"' in page.get_data(as_text=True)
    assert "Named before: Ministry of Justice" in browser.page(at(world.note_id))


def test_two_colleagues_who_change_one_authority_lose_nothing(
    world: World, browser: Browser, colleague: Browser
) -> None:
    path = at(world.note_id, "central-authority")
    browser.post(path, CENTRAL)
    stale = _version(colleague.get(path).get_data(as_text=True))
    browser.post(path, {**CENTRAL, "name": "Prosecutor General"})
    mine = {**CENTRAL, "name": "Constitutional Court", "csrf_token": colleague.token()}
    refused = colleague.send(path, {**mine, "version": stale})
    assert refused.status_code == 409
    page = words(refused)
    assert "Somebody else changed this authority" in page
    assert "Prosecutor General" in page
    html = refused.get_data(as_text=True)
    assert 'value="Constitutional Court"' in html
    assert colleague.send(path, {**mine, "version": _version(html)}).status_code == 303
    with world.office() as office:
        assert office.scalars(sa.select(ProposedAuthority.name)).all() == ["Constitutional Court"]


def test_two_colleagues_who_both_name_the_first_authority_lose_nothing(
    world: World, browser: Browser, colleague: Browser
) -> None:
    path = at(world.note_id, "central-authority")
    browser.post(path, CENTRAL)
    refused = colleague.send(
        path, {**CENTRAL, "name": "Other", "version": "0", "csrf_token": colleague.token()}
    )
    assert refused.status_code == 409
    assert 'value="Other"' in refused.get_data(as_text=True)


def test_two_colleagues_who_change_one_expert_lose_nothing(
    world: World, browser: Browser, colleague: Browser
) -> None:
    browser.post(at(world.note_id, "experts/add"), expert())
    with world.office() as office:
        delegate = office.scalars(sa.select(Delegate)).one()
    path = at(world.note_id, f"experts/{delegate.id}")
    alone = {name.removeprefix("rows-0-"): value for name, value in expert().items()}
    stale = _version(colleague.get(path).get_data(as_text=True))
    browser.post(path, {**alone, "family_name": "Huber-Lang"})
    refused = colleague.send(
        path,
        {**alone, "title": "Judge", "version": stale, "csrf_token": colleague.token()},
    )
    assert refused.status_code == 409
    assert "Huber-Lang" in words(refused)
    assert 'value="Judge"' in refused.get_data(as_text=True)


def test_colleagues_who_add_experts_at_once_both_keep_them(
    world: World, browser: Browser, colleague: Browser
) -> None:
    browser.post(at(world.note_id, "experts/add"), expert())
    colleague.post(at(world.note_id, "experts/add"), expert(family_name="Gruber"))
    with world.office() as office:
        found = office.scalars(sa.select(Delegate).order_by(Delegate.position)).all()
    assert [(each.family_name, each.position) for each in found] == [("Huber", 1), ("Gruber", 2)]


def test_an_answer_changed_by_a_colleague_is_shown_again_before_it_is_sent(
    world: World, browser: Browser, colleague: Browser
) -> None:
    browser.post(at(world.note_id, "central-authority"), CENTRAL)
    stale = _version(browser.get(at(world.note_id, "send")).get_data(as_text=True))
    colleague.post(at(world.note_id, "experts/add"), expert(head_of_delegation="y"))
    refused = browser.send(
        at(world.note_id, "send"), {"version": stale, "csrf_token": browser.token()}
    )
    assert refused.status_code == 409
    assert "was changed after you opened this page" in words(refused)
    assert "Eva Huber" in words(refused)


def test_several_experts_keep_what_was_typed_when_one_row_is_wrong(
    world: World, browser: Browser
) -> None:
    refused = browser.post(
        at(world.note_id, "experts/add"), {**expert(0), **expert(1, email="not an address")}
    )
    assert refused.status_code == 422
    html = refused.get_data(as_text=True)
    assert 'value="not an address"' in html
    assert html.count('value="Huber"') == 2
    with world.office() as office:
        assert office.scalars(sa.select(Nomination)).all() == []


def test_one_more_row_keeps_what_was_typed_and_saves_nothing(
    world: World, browser: Browser
) -> None:
    more = browser.post(at(world.note_id, "experts/add"), {**expert(), "more": "1"})
    assert more.status_code == 200
    html = more.get_data(as_text=True)
    assert 'value="Huber"' in html
    assert 'name="rows-1-family_name"' in html
    assert "There is a problem" not in html


def test_two_heads_among_new_experts_are_refused(world: World, browser: Browser) -> None:
    refused = browser.post(
        at(world.note_id, "experts/add"),
        {**expert(0, head_of_delegation="y"), **expert(1, head_of_delegation="y")},
    )
    assert refused.status_code == 422
    assert "Mark one person only" in words(refused)


def test_nobody_typed_is_nobody_added(world: World, browser: Browser) -> None:
    refused = browser.post(at(world.note_id, "experts/add"), {"rows-0-given_names": " "})
    assert refused.status_code == 422
    assert "Enter at least one person." in words(refused)


def test_the_head_of_delegation_can_be_handed_over(world: World, browser: Browser) -> None:
    note = world.note_id
    browser.post(
        at(note, "experts/add"),
        {**expert(0, head_of_delegation="y"), **expert(1, family_name="Gruber")},
    )
    with world.office() as office:
        _, gruber = office.scalars(sa.select(Delegate).order_by(Delegate.position)).all()
    made = browser.post(at(note, f"experts/{gruber.id}/head"), {}, seen=at(note, "experts"))
    assert made.status_code == 303
    moved = browser.post(at(note, f"experts/{gruber.id}/up"), {}, seen=at(note, "experts"))
    assert moved.status_code == 303
    with world.office() as office:
        found = office.scalars(sa.select(Delegate).order_by(Delegate.position)).all()
    assert [(each.family_name, each.head_of_delegation) for each in found] == [
        ("Gruber", True),
        ("Huber", False),
    ]


def test_an_expert_and_a_local_authority_can_be_taken_out_again(
    world: World, browser: Browser
) -> None:
    note = world.note_id
    browser.post(at(note, "experts/add"), expert())
    browser.post(at(note, "local-authorities/add"), {"rows-0-name": "Regional court"})
    assert "Regional court" in browser.page(at(note, "local-authorities"))
    with world.office() as office:
        delegate = office.scalars(sa.select(Delegate)).one()
        authority = office.scalars(sa.select(ProposedAuthority)).one()
    renamed = browser.post(
        at(note, f"local-authorities/{authority.id}"), {"name": "Higher regional court"}
    )
    assert renamed.status_code == 303
    assert "Higher regional court" in browser.page(at(note, f"authorities/{authority.id}/remove"))
    browser.post(at(note, f"authorities/{authority.id}/remove"), {})
    browser.post(at(note, f"experts/{delegate.id}/remove"), {})
    again = browser.post(at(note, f"experts/{delegate.id}/remove"), {}, seen=at(note))
    assert again.status_code == 404
    assert "no longer in the answer" in words(again)
    with world.office() as office:
        assert office.scalars(sa.select(Delegate)).all() == []
        assert office.scalars(sa.select(ProposedAuthority)).all() == []


def test_a_central_authority_must_be_reachable(world: World, browser: Browser) -> None:
    refused = browser.post(at(world.note_id, "central-authority"), {"name": "Ministry"})
    assert refused.status_code == 422
    assert "must find the central authority" in words(refused)


def test_what_cannot_be_sent_yet_says_what_is_missing(world: World, browser: Browser) -> None:
    browser.post(at(world.note_id, "experts/add"), expert())
    page = browser.page(at(world.note_id, "send"))
    assert "Mark one of the experts as head of delegation." in page
    refused = browser.send(
        at(world.note_id, "send"), {"csrf_token": browser.token(), "version": "1"}
    )
    assert refused.status_code in (409, 422)
    with world.office() as office:
        assert office.scalars(sa.select(Response)).all() == []


def test_a_late_answer_is_accepted_with_a_warning_and_a_mark(
    world: World, app: Flask, clock_of_summer: time_machine.Traveller
) -> None:
    clock_of_summer.move_to("2013-10-05 12:00:00+02:00")
    browser = Browser(app, world.engine, world.austria)
    assert "Overdue" in browser.page("/answer")
    browser.post(at(world.note_id, "central-authority"), CENTRAL)
    assert "marked as late" in browser.page(at(world.note_id, "send"))
    sent = browser.post(at(world.note_id, "send"), {})
    assert "Late" in browser.page(sent.location)


def test_every_page_of_an_answer_is_there_in_every_language(world: World, browser: Browser) -> None:
    note = world.note_id
    browser.post(at(note, "central-authority"), CENTRAL)
    browser.post(at(note, "experts/add"), expert(head_of_delegation="y"))
    browser.post(
        at(note, "mission-note"), {"reference": "1", "file": (BytesIO(a_pdf()), "note.pdf")}
    )
    parts = (
        "",
        "central-authority",
        "local-authorities",
        "local-authorities/add",
        "experts",
        "experts/add?rows=3",
        "mission-note",
        "mission-note/remove",
        "send",
    )
    for part, language in product(parts, LANGUAGES):
        joiner = "&" if "?" in part else "?"
        page = browser.get(f"{at(note, part)}{joiner}lang={language}")
        assert page.status_code == 200
        assert f'lang="{language}" dir="{direction(language)}"' in page.get_data(as_text=True)


def test_a_delegation_of_hundreds_is_read_and_put_in_order_page_by_page(
    world: World, browser: Browser
) -> None:
    with world.acting(world.austria) as session:
        nomination = answering.begin(session, world.note_id)
        people = [person(f"Huber{n}", head=n == 0) for n in range(delegations.PERSONS_LIMIT)]
        added = delegations.add(session, nomination, people)
        session.commit()
        first_of_second_page = added[50].id
    path = at(world.note_id, "experts")
    first, second = browser.get(path).text, browser.get(f"{path}?page=2").text
    assert len(first.encode()) < 250_000
    assert "500 persons" in words(browser.get(path))
    assert ("Huber49<" in first, "Huber50<" in first, "Huber50<" in second) == (True, False, True)
    moved = browser.send(f"{path}/{first_of_second_page}/up", {"csrf_token": browser.token()})
    assert moved.location.endswith("page=1")
    assert "Huber50<" in browser.get(moved.location).text
    browser.post(at(world.note_id, "central-authority"), CENTRAL)
    check = browser.get(at(world.note_id, "send"))
    assert (check.status_code, "Huber499" in check.text) == (200, True)


def test_the_first_page_asks_no_more_of_the_database_for_another_meeting(
    world: World, browser: Browser
) -> None:
    with world.acting(world.austria) as session:
        answering.begin(session, world.note_id)
        session.commit()
    browser.page("/answer")
    with counted_queries(world.engine) as before:
        browser.page("/answer")
    with world.office() as session:
        anna = session.get_one(Account, world.anna.id)
        otto = session.get_one(Account, world.otto.id)
        another = builders.a_meeting(session, number=92)
        note = builders.a_note(
            session, another, anna, stage=NoteStage.ISSUED, clearer=otto, reference="CU 2013/177"
        )
        builders.an_addressee(session, note, "AUT")
        session.commit()
    with world.acting(world.austria) as session:
        answering.begin(session, note.id)
        session.commit()
    with counted_queries(world.engine) as after:
        assert "CU 2013/177" in browser.page("/answer")
    assert len(after) == len(before)
