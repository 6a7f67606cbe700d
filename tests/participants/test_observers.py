"""Organizations and the persons whom they send: in the list, at the entrance, in the report."""

from datetime import date
from typing import Any

import pytest
from flask import Flask

from letters.letter import LANGUAGES
from letters.observers import BEGINNINGS, GROUPS, PATTERNS
from registration.db import Session
from registration.delegations.models import Courtesy
from registration.errors import Conflict, NotAllowed, NotFound, Refused
from registration.journal.service import story
from registration.meetings.models import Meeting
from registration.participants import attendance, observers, printing, queries, rules, service
from registration.participants.models import Observer, Organization
from registration.participants.observers import Sent
from registration.participants.rules import ListKind, OrganizationKind
from tests.participants.test_lists import SYMBOL, confirm
from tests.responses.browser import Browser, words
from tests.responses.conftest import World
from tests.verification.conftest import Answer

FIRST = date(2013, 11, 25)
BANK = {"en": "Example Bank", "fr": "Banque d’exemple", "ar": "مصرف المثال"}


def a_sender(
    session: Session,
    kind: OrganizationKind = OrganizationKind.INTERGOVERNMENTAL,
    names: dict[str, str] | None = None,
) -> Organization:
    return observers.enter(session, kind, names or BANK)


def sent(organization: Organization, family_name: str = "Okafor", **more: Any) -> Sent:
    return Sent(organization.id, Courtesy.MS, "Ada", family_name, **more)


def an_observer(session: Session, meeting: Meeting) -> Observer:
    return observers.add(session, meeting, sent(a_sender(session)))


def test_the_list_has_observers_after_states_in_the_order_of_kinds(
    world: World, answer: Answer
) -> None:
    confirm(world, answer())
    with world.acting(world.otto) as session:
        meeting = session.get_one(Meeting, world.meeting_id)
        society = a_sender(session, OrganizationKind.NON_GOVERNMENTAL, {"en": "Example Society"})
        bank = a_sender(session)
        observers.add(session, meeting, sent(society, "Zed"))
        observers.add(session, meeting, sent(bank, "Moss"))
        observers.add(session, meeting, sent(bank, title="Director", head_of_delegation=True))
        version = service.make_list(
            session,
            meeting,
            ListKind.PROVISIONAL,
            symbol=SYMBOL,
            dated=date(2013, 11, 20),
            languages=["en"],
            seen=0,
        )
        session.commit()
        english, french = (printing.compose(session, version, each) for each in ("en", "fr"))
    assert [each.title for each in english.sections][1:] == [
        "Intergovernmental organizations",
        "Non-governmental organizations",
    ]
    bank_group = english.sections[1].groups[0]
    assert [entry.line for entry in bank_group.entries] == [
        "Ms. Ada OKAFOR, Director (Head of delegation)",
        "Ms. Ada MOSS",
    ]
    assert french.sections[1].groups[0].title == "Banque d’exemple"
    assert french.sections[2].groups[0].title == "Example Society"


def test_an_observer_who_is_corrected_stands_in_the_corrigendum(
    world: World, answer: Answer
) -> None:
    with world.acting(world.otto) as session:
        meeting = session.get_one(Meeting, world.meeting_id)
        one = an_observer(session, meeting)
        before = queries.delegations(session, meeting)
        change = sent(one.organization, "Okafor-Bell")
        observers.reword(session, meeting, one, change, version=1)
        (changed,) = rules.difference(before, queries.delegations(session, meeting))
        assert changed.corrected[0].after.name == "Ada OKAFOR-BELL"
        with pytest.raises(Conflict):
            observers.reword(session, meeting, one, sent(one.organization), version=1)


def test_observers_are_marked_and_named_in_the_paragraphs(world: World) -> None:
    with world.acting(world.otto) as session:
        meeting = session.get_one(Meeting, world.meeting_id)
        one = an_observer(session, meeting)
        for _twice in range(2):
            service.mark_present(session, meeting, one.id, FIRST)
        (found,) = queries.expected(session, meeting, "okafor bank")
        assert (found.line_id, found.seen) == (one.id, frozenset({FIRST}))
        assert queries.meeting_expecting(session, one.id) is meeting
        others = observers.represented(session, meeting)
        nobody = queries.represented(session, meeting)
        assert attendance.said(nobody, others, "en") == [
            "The following intergovernmental organization was represented by observers: "
            "Example Bank."
        ]
        assert "مصرف المثال" in attendance.said(nobody, others, "ar")[0]
        with pytest.raises(Refused, match="marked as present"):
            observers.remove(session, meeting, one)
        service.mark_absent(session, meeting, one.id, FIRST)
        observers.remove(session, meeting, one)
        assert queries.expected(session, meeting) == []
        session.commit()
    with world.office() as office:
        kinds = [each.kind for each in story(office, "meeting", world.meeting_id)]
    assert sorted(kinds) == [
        "observer.entered",
        "observer.removed",
        "presence.marked",
        "presence.taken_back",
    ]


def test_every_language_names_one_and_several_of_each_kind() -> None:
    assert list(OrganizationKind) == list(GROUPS)
    assert set(BEGINNINGS) == set(PATTERNS) == set(LANGUAGES)
    for language in LANGUAGES:
        assert set(BEGINNINGS[language]) == set(GROUPS)
        assert PATTERNS[language].format(begin="B", list="L").startswith("B")


def test_who_only_reads_enters_nobody_and_nothing_is_entered_twice(world: World) -> None:
    with world.acting(world.otto) as session:
        meeting = session.get_one(Meeting, world.meeting_id)
        bank = a_sender(session)
        first = observers.add(session, meeting, sent(bank))
        assert observers.add(session, meeting, sent(bank)) is first
        with pytest.raises(Refused, match="entered already"):
            a_sender(session, names={"en": "EXAMPLE BANK"})
        with pytest.raises(Refused, match="in English"):
            a_sender(session, names={"fr": "Banque"})
        session.commit()
        with world.acting(world.rosa) as rosas:
            for act in (
                lambda: observers.add(rosas, meeting, sent(bank, "Other")),
                lambda: observers.enter(rosas, bank.kind, {"en": "Other"}),
                lambda: observers.rename(rosas, bank, bank.kind, {"en": "Other"}, version=1),
                lambda: observers.remove(rosas, meeting, first),
            ):
                with pytest.raises(NotAllowed):
                    act()
        with pytest.raises(NotFound):
            observers.organization(session, first.id)


def test_an_officer_enters_an_organization_and_whom_it_sends(
    world: World, app: Flask, rosa: Browser
) -> None:
    otto = Browser(app, world.engine, world.otto)
    path = "/meetings/2013-meeting-91/observers"
    assert "No organization is entered yet." in otto.page(path)
    typed = {"kind": "un_body", "name_en": "Example Programme", "name_ar": "برنامج المثال"}
    assert otto.post("/organizations", typed).status_code == 303
    again = otto.post("/organizations", typed)
    assert (again.status_code, "entered already" in words(again)) == (422, True)
    with world.office() as office:
        (programme,) = observers.organizations(office)
    person = {
        "organization": str(programme.id),
        "courtesy": "Mr.",
        "given_names": "Kofi",
        "family_name": "Example",
    }
    refused = otto.post(path, {**person, "family_name": " "})
    assert (refused.status_code, "Enter the family name." in words(refused)) == (422, True)
    assert otto.post(path, person).status_code == 303
    assert "Kofi EXAMPLE" in rosa.page(path)
    assert "Enter an observer" not in rosa.page(path)
    with world.office() as office:
        (one,) = observers.of_meeting(office, office.get_one(Meeting, world.meeting_id))
    page = f"{path}/{one.id}"
    assert otto.post(page, {**person, "title": "Chief"}).status_code == 303
    assert (
        otto.send(page, {**person, "csrf_token": otto.token(), "version": "1"}).status_code == 409
    )
    assert "Example Programme" in otto.page("/meetings/2013-meeting-91/attendance")
    renamed = otto.post(
        f"/organizations/{programme.id}", {**typed, "name_en": "Example Programme for Tests"}
    )
    assert renamed.status_code == 303
    assert "Example Programme for Tests" in rosa.page(path)
    assert otto.post(f"{page}/remove", {}, seen=page).status_code == 303
    assert "No observer is entered yet." in rosa.page(path)


def test_an_organization_without_a_named_observer_stands_in_the_report_alone(
    world: World,
) -> None:
    with world.acting(world.otto) as session:
        meeting = session.get_one(Meeting, world.meeting_id)
        seen = an_observer(session, meeting)
        service.mark_present(session, meeting, seen.id, FIRST)
        fund = a_sender(session, names={"en": "Example Fund", "zh": "示例基金"})
        society = a_sender(session, OrganizationKind.NON_GOVERNMENTAL, {"en": "Example Society"})
        agency = a_sender(session, OrganizationKind.SPECIALIZED_AGENCY, {"en": "Example Agency"})
        # A second press changes nothing, nor does a mark for whom somebody was seen already.
        for each in (society, fund, fund, agency, seen.organization):
            service.mark_organization(session, meeting, each.id)
        session.commit()
        nobody, others = (
            queries.represented(session, meeting),
            observers.represented(session, meeting),
        )
        assert attendance.said(nobody, others, "en") == [
            "The following specialized agency of the United Nations system was represented by"
            " observers: Example Agency.",
            "The following intergovernmental organizations were represented by observers:"
            " Example Bank and Example Fund.",
            "The following non-governmental organization was represented by observers:"
            " Example Society.",
        ]
        for language in LANGUAGES:
            spoken = attendance.said(nobody, others, language)
            assert [fund.name(language) in each for each in spoken] == [False, True, False]
        assert [each.names["en"] for each in queries.delegations(session, meeting)] == [
            "Example Bank"
        ]
        assert len(queries.expected(session, meeting)) == 1
        for _twice in range(2):
            service.unmark_organization(session, meeting, society.id)
        assert OrganizationKind.NON_GOVERNMENTAL not in observers.represented(session, meeting)
        kinds = [each.kind for each in story(session, "meeting", meeting.id)]
        assert kinds.count("representation.marked") == 4
        assert kinds.count("representation.taken_back") == 1
        with pytest.raises(NotFound):
            service.mark_organization(session, meeting, meeting.id)
    with world.acting(world.rosa) as session:
        meeting = session.get_one(Meeting, world.meeting_id)
        for refused in (service.mark_organization, service.unmark_organization):
            with pytest.raises(NotAllowed):
                refused(session, meeting, fund.id)


def test_an_officer_marks_an_organization_and_takes_it_back(
    world: World, app: Flask, rosa: Browser
) -> None:
    otto = Browser(app, world.engine, world.otto)
    page = "/meetings/2013-meeting-91/attendance"
    with world.acting(world.otto) as session:
        bank = a_sender(session)
        session.commit()
    refused = otto.post(f"{page}/organizations", {"organization": ""}, seen=page)
    assert (refused.status_code, "Choose the organization." in words(refused)) == (422, True)
    typed = {"organization": str(bank.id)}
    assert otto.post(f"{page}/organizations", typed, seen=page).status_code == 303
    assert "Take back Example Bank" in otto.page(page)
    assert "Mark the organization" not in rosa.page(page)
    assert "Example Bank" in rosa.page(f"{page}/report")
    undo = f"{page}/organizations/{bank.id}/remove"
    assert otto.post(undo, {}, seen=page).status_code == 303
    assert "No State and no organization is marked so." in otto.page(page)
