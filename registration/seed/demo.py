"""The demonstration: the main job on the real States, with invented persons, in the year 2013.

It runs beside the running processes (worker, relay, mail server) and does what officers and focal
points would do, through the same services: missions get addresses, a note is drafted by one
officer, cleared by another and issued; the workers make and send the copies; some States answer.
Every step looks first whether it was done before, so that an interrupted run is taken up again.

The real note's day is not known: the demonstration issues it as at 1 July 2013. No answer in it is
a State's own; which States answer is drawn by lot.
"""

import csv
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from registration import clock, db
from registration.accounts import factors
from registration.accounts.models import Account, OneTimePassword
from registration.accounts.service import actor_of, signing_in
from registration.db import Session
from registration.delegations import parts as nomination_parts
from registration.delegations import service as delegations
from registration.delegations.models import Nomination
from registration.delegations.rules import Part
from registration.designations import service as designations
from registration.designations.rules import DesignationKind
from registration.documents.examination import Upload
from registration.meetings import queries as meetings
from registration.meetings import service as meeting_service
from registration.meetings.rules import Funding
from registration.meetings.service import MeetingFacts
from registration.notes import clearance, dispatching, drafting, issuing
from registration.notes import queries as notes
from registration.notes.audience import CHOICES, Audience
from registration.notes.models import Addressee, Note
from registration.notes.rules import NoteStage
from registration.permissions import Actor, Role, system
from registration.responses import incoming, recording
from registration.responses import service as responses
from registration.responses.models import Response, ResponseChannel
from registration.seed import asked, invented, office
from registration.seed import incoming as mail
from registration.states import queries as states
from registration.states import service as state_service
from registration.states.models import Mission
from registration.words import OWN_NAMES

FOLDER = Path(__file__).resolve().parent
MEETING = "2013-panama-city"
REFERENCE = "CU 2013/175"
TITLE = "Generic note verbale (States Parties/Signatories)"
ISSUED_ON = date(2013, 7, 1)
RESPOND_BY = date(2013, 9, 30)
FUNDING_BY = date(2013, 9, 23)
THE_PRESENT = datetime(2013, 9, 18, 10, 0, tzinfo=clock.DUTY_STATION)
ANSWERS = 96
BY_PAPER = 9
AUDIENCE = Audience(frozenset(CHOICES))  # as at the day of the issue
INVENTED = "invented for the demonstration"
PATIENCE = timedelta(minutes=10)

CAST = {
    "ida": ("Ida Example (demo administrator)", [Role.ADMINISTRATOR]),
    "anna": ("Anna Example (demo drafter)", [Role.DRAFTER]),
    "otto": ("Otto Example (demo clearing officer)", [Role.CLEARING_OFFICER]),
    "rosa": ("Rosa Example (demo tracker)", [Role.TRACKER]),
}

# What the authenticator apps of the invented officers share with us; the page of the second factor
# shows in a demonstration what they would show.
APP_KEY = "INVENTEDPERSONSHAVENOTELEPHONE22"

Say = Callable[[str], None]
Bar = Callable[[int, int], None]


@dataclass(frozen=True)
class Demonstration:
    """One run: the database, and where its progress is told."""

    engine: sa.Engine
    say: Say
    bar: Bar

    @contextmanager
    def acting(self, actor: Actor) -> Iterator[Session]:
        with db.session_for(self.engine, actor) as session:
            yield session

    def person(self, first_name: str) -> Actor:
        """The actor that one of the cast is."""
        with self.acting(system("demo")) as session:
            account = session.scalars(
                sa.select(Account).where(Account.email == _email(first_name))
            ).one()
            return actor_of(account)


def run(demonstration: Demonstration) -> None:
    """Do the whole main job, or whatever of it is not done yet."""
    note = prepare_the_note(demonstration)
    _issue(demonstration, note)
    _watch(demonstration, note)
    _let_states_answer(demonstration, note)
    _let_it_be(THE_PRESENT)
    _let_states_ask(demonstration, note)
    _let_the_office_work(demonstration, note)
    with demonstration.acting(system("demo")) as session:
        mail.take_in(session, note, at=THE_PRESENT, scan=invented.note_verbale("by e-mail"))
    demonstration.say("A few invented mails came back")


def prepare_the_note(demonstration: Demonstration) -> Note:
    """All that comes before the issue: officers, missions, and a cleared note on its day."""
    _let_it_be(datetime(2013, 6, 17, 9, 0, tzinfo=clock.DUTY_STATION))
    _hire(demonstration)
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
            *((_email(first_name), name) for first_name, (name, _) in CAST.items()),
            *((email, f"{name}, {OWN_NAMES[language]}") for email, name, language in focal_points),
        ]


def _email(first_name: str) -> str:
    return f"{first_name}@secretariat.example"


def _hire(demonstration: Demonstration) -> None:
    with demonstration.acting(system("demo")) as session:
        known = set(session.scalars(sa.select(Account.email)))
        for first_name, (name, roles) in CAST.items():
            if _email(first_name) not in known:
                session.add(
                    Account(
                        email=_email(first_name), name=name, roles=[role.value for role in roles]
                    )
                )
    for first_name in CAST:
        _give_an_app(demonstration, first_name)
    demonstration.say(f"{len(CAST)} invented officers can sign in")


def _give_an_app(demonstration: Demonstration, first_name: str) -> None:
    """Set up the authenticator app of an invented officer, whose key everybody may know."""
    with demonstration.acting(system("demo")) as session:
        account = session.scalars(
            sa.select(Account).where(Account.email == _email(first_name))
        ).one()
    with demonstration.acting(signing_in(account)) as session:
        if factors.of(session, account.id).one_time_password is None:
            session.add(OneTimePassword(account_id=account.id, key=APP_KEY))


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
    _let_it_be(datetime(2013, 6, 24, 9, 30, tzinfo=clock.DUTY_STATION))
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
    _let_it_be(datetime(2013, 6, 27, 11, 0, tzinfo=clock.DUTY_STATION))
    with demonstration.acting(otto) as session:
        note = session.get_one(Note, note.id)
        if note.stage is NoteStage.IN_CLEARANCE:
            clearance.clear(session, note)
    demonstration.say("Cleared by a second officer")
    _let_it_be(datetime(2013, 7, 1, 10, 0, tzinfo=clock.DUTY_STATION))
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


def _let_it_be(instant: datetime) -> None:
    """Let time pass for all processes; it never goes back."""
    if clock.now() > THE_PRESENT + timedelta(days=365) or clock.now() < instant:
        clock.move_to(instant)


def _watch(demonstration: Demonstration, note: Note) -> None:
    """Show how copies are made and handed over, until all are."""
    deadline = time.monotonic() + PATIENCE.total_seconds()
    while True:
        with demonstration.acting(system("demo")) as session:
            progress = notes.progress(session, note)
        demonstration.bar(progress.handed_over, progress.addressed)
        if progress.handed_over == progress.addressed:
            break
        if time.monotonic() > deadline:
            raise TimeoutError(f"after {PATIENCE}, copies stand at {progress}")
        time.sleep(0.2)
    demonstration.say(f"{progress.handed_over} copies handed over to the mail server")


def _let_states_answer(demonstration: Demonstration, note: Note) -> None:
    """Invented focal points answer for States drawn by lot, on days drawn by lot."""
    lot = random.Random(2013)  # noqa: S311 - the same demonstration every time
    with demonstration.acting(system("demo")) as session:
        codes = sorted(
            session.scalars(sa.select(Addressee.state_code).where(Addressee.note_id == note.id))
        )
        answered = set(
            session.scalars(sa.select(Response.state_code).where(Response.note_id == note.id))
        )
    answering = lot.sample(codes, ANSWERS)
    days = sorted(_a_day(lot) for _ in answering)
    on_paper = set(answering[:: ANSWERS // BY_PAPER][:BY_PAPER])
    for count, (code, day) in enumerate(zip(answering, days, strict=True), start=1):
        parts = _Parts.drawn(lot)
        if code in answered:
            continue
        _let_it_be(day)
        if code in on_paper:
            _record_paper(demonstration, note, code, day.date())
        else:
            _answer(demonstration, note, code, parts)
        demonstration.bar(count, ANSWERS)
    demonstration.say(f"{ANSWERS} invented answers recorded")


def _let_states_ask(demonstration: Demonstration, note: Note) -> None:
    """Two of those who are silent ask for more time, which one of them gets; one has a question."""
    with demonstration.acting(system("demo")) as session:
        codes = asked.silent(session, note)
    acts = (asked.ask_for_time, asked.ask_for_time, asked.ask_question)
    requests = []
    for code, act in zip(codes, acts, strict=False):
        with demonstration.acting(_focal_point(demonstration, code)) as session:
            requests.append(act(session, session.get_one(Note, note.id)))
    if requests:
        with demonstration.acting(demonstration.person("anna")) as session:
            asked.grant(session, requests[0])
    demonstration.say("Three invented requests put, one of them granted")


def _let_the_office_work(demonstration: Demonstration, note: Note) -> None:
    """The first names are compared once their notes are examined; registers and observers."""
    with demonstration.acting(system("demo")) as session:
        first = office.to_compare(session, note)
    deadline = time.monotonic() + PATIENCE.total_seconds()
    while True:
        with demonstration.acting(system("demo")) as session:
            if office.are_examined(session, first):
                break
        if time.monotonic() > deadline:
            raise TimeoutError(f"after {PATIENCE}, notes of missions wait for their examination")
        time.sleep(0.2)
    with demonstration.acting(demonstration.person("anna")) as session:
        office.compare(session, first)
        office.enter_authorities(session)
        office.admit_observers(session, meetings.by_slug(session, MEETING))
    demonstration.say(
        f"The names of {len(first)} States compared, authorities and observers entered"
    )


def _a_day(lot: random.Random) -> datetime:
    """Between the issue and the present, more often late than early."""
    span = (THE_PRESENT - datetime(2013, 7, 3, 9, tzinfo=clock.DUTY_STATION)).total_seconds()
    return THE_PRESENT - timedelta(seconds=span * lot.random() ** 1.7)


@dataclass(frozen=True)
class _Parts:
    """What an invented answer holds."""

    local_authorities: int
    experts: int
    with_note: bool

    @classmethod
    def drawn(cls, lot: random.Random) -> "_Parts":
        return cls(lot.randint(0, 2), lot.randint(1, 4), lot.random() < 0.8)


def _record_paper(demonstration: Demonstration, note: Note, code: str, day: date) -> None:
    with demonstration.acting(demonstration.person("anna")) as session:
        recording.record_response(
            session,
            session.get_one(Note, note.id),
            code,
            channel=ResponseChannel.PAPER,
            received_on=day,
            mission_reference=f"Demo note {code}/2013",
            mission_note_date=day,
            scan=Upload("scan.pdf", invented.note_verbale(code)),
            remark="Invented for the demonstration.",
        )


def _answer(demonstration: Demonstration, note: Note, code: str, parts: _Parts) -> None:
    with demonstration.acting(_focal_point(demonstration, code)) as session:
        note = session.get_one(Note, note.id)
        nomination = delegations.begin(session, note.meeting_id)
        for kind, number in (
            (DesignationKind.CENTRAL_AUTHORITY, 1),
            *(
                (DesignationKind.LOCAL_AUTHORITY, each + 1)
                for each in range(parts.local_authorities)
            ),
        ):
            designations.propose(
                session,
                state_code=code,
                meeting_id=note.meeting_id,
                kind=kind,
                particulars=invented.authority(code, kind, number),
            )
        delegations.add(
            session, nomination, [invented.expert(code, each) for each in range(parts.experts)]
        )
        _ask_for_its_experts(session, nomination)
        if parts.with_note:
            names = [f"{each.printed}, {each.title}" for each in nomination.delegates]
            upload = Upload("note-verbale.pdf", invented.note_verbale(code, names))
            nomination_parts.attach_note(
                session,
                nomination,
                document_id=incoming.keep(session, upload, code).id,
                reference=f"Demo note {code}/2013",
            )
        responses.submit(session, nomination, note)


def _ask_for_its_experts(session: Session, nomination: Nomination) -> None:
    """Funding for the first expert of a least developed State, and now and then a visa letter."""
    first = {nomination.delegates[0].id}
    state = states.by_code(session, nomination.state_code)
    if state.least_developed:
        nomination_parts.ask_for(session, nomination, Part.FUNDING, first, "", version=0)
    if sum(state.code.encode()) % 4 == 0:
        nomination_parts.ask_for(session, nomination, Part.VISA_LETTERS, first, "", version=0)


def _focal_point(demonstration: Demonstration, code: str) -> Actor:
    email = f"focal.{code.lower()}@focalpoints.example"
    with demonstration.acting(system("demo")) as session:
        account = session.scalar(sa.select(Account).where(Account.email == email))
        if account is None:
            account = Account(
                email=email,
                name=f"Focal Point Example ({code}, demo)",
                language=session.scalar(
                    sa.select(Mission.language).where(Mission.state_code == code)
                ),
                roles=[Role.FOCAL_POINT.value],
                state_code=code,
            )
            session.add(account)
            session.flush()
        return actor_of(account)
