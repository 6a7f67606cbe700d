"""The demonstration: the main job on the real States, with invented persons, in the year 2013.

It runs beside the running processes (worker, relay, mail server) and does what officers and focal
points would do, through the same services: missions get addresses, a note is drafted by one
officer, cleared by another and issued; the workers make and send the copies; some States answer.
Every step looks first whether it was done before, so that an interrupted run is taken up again.

The real note's day is not known: the demonstration issues it as at 1 July 2013. No answer in it is
a State's own; which States answer is drawn by lot.
"""

import csv
from dataclasses import fields
from datetime import date, datetime
from pathlib import Path

import sqlalchemy as sa

from registration import clock, db
from registration.accounts.models import Account
from registration.db import Session
from registration.meetings import queries as meetings
from registration.meetings import service as meeting_service
from registration.meetings.rules import Funding
from registration.meetings.service import MeetingFacts
from registration.notes import clearance, dispatching, drafting, issuing
from registration.notes import queries as notes
from registration.notes.audience import CHOICES, Audience
from registration.notes.models import Note
from registration.notes.rules import NoteStage
from registration.permissions import system
from registration.seed import answers, asked, invented, office
from registration.seed import incoming as mail
from registration.seed.cast import (
    CAST,
    THE_PRESENT,
    Demonstration,
    email_of,
    focal_point,
    hire,
    let_it_be,
    wait_until,
)
from registration.states import queries as states
from registration.states import service as state_service
from registration.words import OWN_NAMES

FOLDER = Path(__file__).resolve().parent
MEETING = "2013-panama-city"
REFERENCE = "CU 2013/175"
TITLE = "Generic note verbale (States Parties/Signatories)"
ISSUED_ON = date(2013, 7, 1)
RESPOND_BY = date(2013, 9, 30)
FUNDING_BY = date(2013, 9, 23)
AUDIENCE = Audience(frozenset(CHOICES))  # as at the day of the issue
INVENTED = "invented for the demonstration"


def run(demonstration: Demonstration) -> None:
    """Do the whole main job, or whatever of it is not done yet."""
    note = prepare_the_note(demonstration)
    _issue(demonstration, note)
    _watch(demonstration, note)
    answers.let_states_answer(demonstration, note)
    let_it_be(THE_PRESENT)
    _let_states_ask(demonstration, note)
    _let_the_office_work(demonstration, note)
    with demonstration.acting(system("demo")) as session:
        mail.take_in(session, note, at=THE_PRESENT, scan=invented.note_verbale("by e-mail"))
    demonstration.say("A few invented mails came back")


def prepare_the_note(demonstration: Demonstration) -> Note:
    """All that comes before the issue: officers, missions, and a cleared note on its day."""
    let_it_be(datetime(2013, 6, 17, 9, 0, tzinfo=clock.DUTY_STATION))
    hire(demonstration)
    _open_missions(demonstration)
    _offer_funding(demonstration)
    return _clear_the_note(demonstration)


def sign_ins(engine: sa.Engine) -> list[tuple[str, str]]:
    """The cast, and of the invented focal points one in each language: addresses and names."""
    with db.session_for(engine, system("demo")) as session:
        focal_points = session.execute(
            sa.select(Account.email, Account.name, Account.language)
            .distinct(Account.language)
            .where(Account.state_code.is_not(None))
            .order_by(Account.language, Account.email)
        )
        return [
            *((email_of(first_name), name) for first_name, (name, _) in CAST.items()),
            *((email, f"{name}, {OWN_NAMES[language]}") for email, name, language in focal_points),
        ]


def _open_missions(demonstration: Demonstration) -> None:
    """One mission for each State, in its correspondence language, with invented addresses."""
    with (FOLDER / "states.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with demonstration.acting(demonstration.person("anna")) as session:
        known = states.missions_by_state(session)
        for row in rows:
            if row["code"] not in known:
                _open_mission(session, row)
    demonstration.say(f"{len(rows)} missions with invented addresses")


def _open_mission(session: Session, row: dict[str, str]) -> None:
    language = row["other_un_official_lang"] or row["corr_lang_default"]
    mission = state_service.open_mission(session, row["code"], language, INVENTED, clock.today())
    for address in _addresses(row["code"]):
        state_service.add_address(session, mission, address, INVENTED, clock.today())


def _addresses(code: str) -> list[str]:
    """One invented address, or for every fifth State two."""
    one = f"mission.{code.lower()}@missions.example"
    return (
        [one, f"registry.{code.lower()}@missions.example"] if sum(code.encode()) % 5 == 0 else [one]
    )


def _offer_funding(demonstration: Demonstration) -> None:
    """Invented terms of funding, so that the pages which ask for it can be seen."""
    with demonstration.acting(demonstration.person("anna")) as session:
        meeting = meetings.by_slug(session, MEETING)
        if meeting.funding is not Funding.NONE:
            return
        known = {each.name: getattr(meeting, each.name) for each in fields(MeetingFacts)}
        remark = "; ".join(filter(None, [meeting.verification, f"terms of funding {INVENTED}"]))
        terms = {"funding": Funding.LEAST_DEVELOPED, "funding_by": FUNDING_BY}
        facts = MeetingFacts(**{**known, **terms, "verification": remark})
        meeting_service.change_meeting(session, meeting, facts, meeting.version)
    demonstration.say(f"Funding for least developed States until {FUNDING_BY:%-d %B %Y}, invented")


def _clear_the_note(demonstration: Demonstration) -> Note:
    """Anna drafts, Otto clears; whatever of it was done before stays."""
    anna, otto = demonstration.person("anna"), demonstration.person("otto")
    let_it_be(datetime(2013, 6, 24, 9, 30, tzinfo=clock.DUTY_STATION))
    with demonstration.acting(anna) as session:
        note = _find(session) or drafting.draft(
            session,
            meeting=meetings.by_slug(session, MEETING),
            title=TITLE,
            respond_by=RESPOND_BY,
            audience=AUDIENCE,
        )
        if note.stage is NoteStage.DRAFT:
            clearance.submit(session, note, unrehearsed=True)
    demonstration.say("Note verbale drafted in six languages and submitted for clearance")
    let_it_be(datetime(2013, 6, 27, 11, 0, tzinfo=clock.DUTY_STATION))
    with demonstration.acting(otto) as session:
        note = session.get_one(Note, note.id)
        if note.stage is NoteStage.IN_CLEARANCE:
            clearance.clear(session, note)
    demonstration.say("Cleared by a second officer")
    let_it_be(datetime(2013, 7, 1, 10, 0, tzinfo=clock.DUTY_STATION))
    return note


def _issue(demonstration: Demonstration, note: Note) -> None:
    """Anna issues and confirms the dispatch, unless it was done before."""
    with demonstration.acting(demonstration.person("anna")) as session:
        note = session.get_one(Note, note.id)
        if note.stage is NoteStage.CLEARED:
            issuing.issue(session, note, reference=REFERENCE, issued_on=ISSUED_ON)
        if dispatching.confirmed(session, note) is None:
            dispatching.confirm(session, note)
    demonstration.say(
        f"Issued as {REFERENCE}, as at {ISSUED_ON:%-d %B %Y} (the real note's day is not known)"
    )


def _find(session: Session) -> Note | None:
    return session.scalar(sa.select(Note).where(Note.title == TITLE))


def _watch(demonstration: Demonstration, note: Note) -> None:
    """Show how copies are made and handed over, until all are."""

    def all_are() -> bool:
        with demonstration.acting(system("demo")) as session:
            progress = notes.progress(session, note)
        demonstration.bar(progress.handed_over, progress.addressed)
        return progress.handed_over == progress.addressed

    wait_until(all_are, "copies wait to be handed over")
    with demonstration.acting(system("demo")) as session:
        handed_over = notes.progress(session, note).handed_over
    demonstration.say(f"{handed_over} copies handed over to the mail server")


def _let_states_ask(demonstration: Demonstration, note: Note) -> None:
    """Two of those who are silent ask for more time, which one of them gets; one has a question."""
    with demonstration.acting(system("demo")) as session:
        codes = asked.silent(session, note)
    acts = (asked.ask_for_time, asked.ask_for_time, asked.ask_question)
    requests = []
    for code, act in zip(codes, acts, strict=False):
        with demonstration.acting(focal_point(demonstration, code)) as session:
            requests.append(act(session, session.get_one(Note, note.id)))
    if requests:
        with demonstration.acting(demonstration.person("anna")) as session:
            asked.grant(session, requests[0])
    demonstration.say("Three invented requests put, one of them granted")


def _let_the_office_work(demonstration: Demonstration, note: Note) -> None:
    """The first names are compared once their notes are examined; registers and observers."""
    with demonstration.acting(system("demo")) as session:
        first = office.to_compare(session, note)

    def are_examined() -> bool:
        with demonstration.acting(system("demo")) as session:
            return office.are_examined(session, first)

    wait_until(are_examined, "notes of missions wait for their examination")
    with demonstration.acting(demonstration.person("anna")) as session:
        office.compare(session, first)
        office.enter_authorities(session)
        office.admit_observers(session, meetings.by_slug(session, MEETING))
    demonstration.say(
        f"The names of {len(first)} States compared, authorities and observers entered"
    )
