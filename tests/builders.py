"""Things that tests are about, made in one line: plain functions that add to the session and flush.

The standing cast: Anna drafts, Otto clears, Rosa only reads, Ida administers. Three standing
States: Austria has a mission in Vienna, Niue has none, the European Union is an organization.
Sessions given here act for the program (`permissions.system`), unless a test says otherwise.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from registration import clock, db
from registration.accounts import service as accounts
from registration.accounts import signing_in
from registration.accounts.appointments import Appointment, Succession
from registration.accounts.models import Account
from registration.accounts.rules import Capacity, Means
from registration.db import Session, new_id
from registration.documents.models import Document, DocumentKind
from registration.meetings.models import DateStatus, Meeting
from registration.notes.models import (
    Addressee,
    Channel,
    Dispatch,
    Letter,
    Note,
    NoteForm,
    NoteText,
)
from registration.notes.rules import NoteStage
from registration.permissions import Actor, Role, system
from registration.post.models import Message
from registration.post.rules import MessageStage
from registration.post.service import COPY_OF_A_NOTE
from registration.states.models import (
    Instrument,
    InstrumentKind,
    Mission,
    MissionAddress,
    RegionalGroup,
    State,
    StateKind,
)
from registration.words import LANGUAGES

WITH_A_MISSION, WITHOUT_A_MISSION, REGIONAL_ORGANIZATION = "AUT", "NIU", "EU"


def _account(session: Session, name: str, *roles: Role, state_code: str | None = None) -> Account:
    slug = name.lower().replace(" ", ".")
    account = Account(
        email=f"{slug}@secretariat.example",
        name=name,
        roles=[role.value for role in roles],
        state_code=state_code,
    )
    session.add(account)
    session.flush()
    return account


def anna(session: Session) -> Account:
    """Anna drafts."""
    return _account(session, "Anna Drafter", Role.DRAFTER)


def otto(session: Session) -> Account:
    """Otto clears."""
    return _account(session, "Otto Clearing", Role.CLEARING_OFFICER)


def rosa(session: Session) -> Account:
    """Rosa only reads."""
    return _account(session, "Rosa Tracker", Role.TRACKER)


def ida(session: Session) -> Account:
    """Ida administers."""
    return _account(session, "Ida Administrator", Role.ADMINISTRATOR)


def a_colleague(session: Session, name: str, *roles: Role) -> Account:
    """Somebody else of the staff."""
    return _account(session, name, *roles)


def a_focal_point(session: Session, state_code: str = WITH_A_MISSION) -> Account:
    """The focal point of a State."""
    return _account(session, f"Focal Point {state_code}", Role.FOCAL_POINT, state_code=state_code)


def an_appointment(
    session: Session, account: Account, recorded_by: Account, **values: Any
) -> Appointment:
    """That the State of a focal point's account named the person, with a note of that State."""
    note = Document(
        sha256="0" * 64,
        size=1,
        media_type="application/pdf",
        filename="note.pdf",
        kind=DocumentKind.INCOMING_NOTE,
        state_code=account.state_code,
        stored_by="a test",
    )
    session.add(note)
    session.flush()
    appointment = Appointment(
        account_id=account.id,
        state_code=account.state_code,
        capacity=Capacity.FOCAL_POINT,
        note_reference="No. 17/2013",
        note_date=clock.today(),
        document_id=note.id,
        begins_on=clock.today(),
        recorded_by_id=recorded_by.id,
    )
    for name, value in values.items():
        setattr(appointment, name, value)
    session.add(appointment)
    session.flush()
    return appointment


def a_succession(session: Session, proposed_by: Account, **values: Any) -> Succession:
    """A person whom a focal point proposes to take over."""
    succession = Succession(
        state_code=proposed_by.state_code,
        capacity=Capacity.FOCAL_POINT,
        name="Next Person",
        email=f"next.{new_id().hex[-6:]}@mfa.example",
        language="en",
        succeeds_account_id=proposed_by.id,
        proposed_by_id=proposed_by.id,
    )
    for name, value in values.items():
        setattr(succession, name, value)
    session.add(succession)
    session.flush()
    return succession


def acting(account: Account) -> Actor:
    """The actor that this person is when signed in."""
    return accounts.actor_of(account)


def signed_in(session: Session, account: Account) -> str:
    """The token of a complete sign-in of that person; put it into a cookie by `sign_in_client`."""
    return signing_in.begin(session, account, browser="a test", by=Means.PASSKEY)


def sign_in_client(client: Any, token: str) -> Any:
    """Make a Flask test client the browser of that sign-in."""
    with client.session_transaction() as cookie:
        cookie["sign_in"] = token
    return client


def a_browser(app: Flask, who: Account | Callable[[Session], Account]) -> FlaskClient:
    """A browser in which that person is signed in: somebody known, or who is made for it."""
    with db.session_for(app.extensions["engine"], system("test")) as session:
        account = session.get_one(Account, who.id) if isinstance(who, Account) else who(session)
        token = signed_in(session, account)
    client: FlaskClient = sign_in_client(app.test_client(), token)
    return client


def a_state(session: Session, code: str = WITH_A_MISSION, **values: Any) -> State:
    """A State with invented names; for tests without the reference data."""
    state = State(
        code=code,
        kind=StateKind.MEMBER_STATE,
        names={language: f"State {code} ({language})" for language in LANGUAGES},
        formal_names={language: f"the Republic of {code} ({language})" for language in LANGUAGES},
        articles={"en": "", "fr": "la", "es": "la"},
        sort_key=code.lower(),
        regional_group=RegionalGroup.WEOG,
        least_developed=False,
        small_island=False,
        landlocked=False,
        sources={},
    )
    for name, value in values.items():
        setattr(state, name, value)
    session.add(state)
    session.flush()
    return state


def an_instrument(session: Session, state_code: str, kind: InstrumentKind, day: date) -> Instrument:
    """A signature or deposit on a known day."""
    instrument = Instrument(
        state_code=state_code, kind=kind, day=day, source="a test", as_at="2013-07-01"
    )
    session.add(instrument)
    session.flush()
    return instrument


def a_mission(
    session: Session,
    state_code: str = WITH_A_MISSION,
    language: str = "en",
    addresses: Iterable[str] | None = None,
) -> Mission:
    """A mission in Vienna with one address (or those given)."""
    mission = Mission(state_code=state_code, language=language, source="a test", as_at="2013-07-01")
    session.add(mission)
    session.flush()
    for email in (
        [f"mission.{state_code.lower()}@missions.example"] if addresses is None else addresses
    ):
        session.add(
            MissionAddress(
                mission_id=mission.id,
                state_code=state_code,
                email=email,
                source="a test",
                as_at="2013-07-01",
            )
        )
    session.flush()
    return mission


def a_meeting(session: Session, number: int = 91, **values: Any) -> Meeting:
    """A meeting in Panama City; needs the State PAN unless `country_code` says another."""
    meeting = Meeting(
        slug=values.pop("slug", f"2013-meeting-{number}"),
        number=number,
        year=2013,
        places={
            "en": "Panama City",
            "fr": "Panama",
            "es": "Ciudad de Panamá",
            "ru": "Панама",
            "ar": "مدينة بنما",
            "zh": "巴拿马城",
        },
        country_code=values.pop("country_code", "PAN"),
        begins_on=date(2013, 11, 25),
        ends_on=date(2013, 11, 26),
        date_status=DateStatus.VERIFIED,
        symbol_prefix=f"CAC/COSP/EG.1/{2013}/",
    )
    for name, value in values.items():
        setattr(meeting, name, value)
    session.add(meeting)
    session.flush()
    return meeting


def a_note(
    session: Session,
    meeting: Meeting,
    drafter: Account,
    *,
    stage: NoteStage = NoteStage.DRAFT,
    clearer: Account | None = None,
    **values: Any,
) -> Note:
    """A note with a short text in each language, at that stage (cleared ones need a clearer)."""
    note = Note(
        meeting_id=meeting.id,
        kind="invitation",
        form=NoteForm.GENERIC,
        title="Generic note verbale (States Parties/Signatories)",
        stage=NoteStage.DRAFT,
        respond_by=date(2013, 9, 30),
        audience={"statuses": ["state_party", "contracting", "signatory"], "as_at": None},
        drafted_by_id=drafter.id,
        written_by_ids=[drafter.id],
    )
    session.add(note)
    session.flush()
    for language in LANGUAGES:
        session.add(
            NoteText(
                note_id=note.id,
                language=language,
                subject="Subject with the deadline",
                body="A first paragraph.\n\nA second paragraph.",
            )
        )
    session.flush()  # only a draft takes texts
    note.stage = stage
    if stage in (NoteStage.CLEARED, NoteStage.ISSUED):
        note.cleared_by_id = clearer.id if clearer else None
        note.cleared_at = clock.now()
        note.content_sha256 = "0" * 64
    if stage is NoteStage.ISSUED:
        note.reference, note.issued_on = "CU 2013/175", date(2013, 7, 1)
        note.issued_at = datetime(2013, 7, 1, 9, tzinfo=clock.DUTY_STATION)
        note.issued_by_id = drafter.id
    for name, value in values.items():
        setattr(note, name, value)
    session.flush()
    return note


def a_master(session: Session, note: Note, *, language: str = "en") -> Letter:
    """The letter of an issued note that is for nobody in particular, planned."""
    master = Letter(note_id=note.id, language=language)
    session.add(master)
    session.flush()
    return master


def an_addressee(
    session: Session, note: Note, state_code: str = WITH_A_MISSION, *, language: str = "en"
) -> Addressee:
    """A State among the addressees of an issued note, with its copy planned."""
    addressee = Addressee(
        note_id=note.id,
        state_code=state_code,
        status="state_party",
        language=language,
        name=f"State {state_code}",
        recipients=[f"mission.{state_code.lower()}@missions.example"],
    )
    session.add(addressee)
    session.flush()
    session.add(
        Letter(
            note_id=note.id,
            addressee_id=addressee.id,
            state_code=state_code,
            language=language,
            code=f"TEST-{new_id().hex[-12:].upper()}",
        )
    )
    session.flush()
    return addressee


def a_copy_in_the_mail(
    session: Session, letter: Letter, *, planned_at: datetime | None = None, **values: Any
) -> Message:
    """The message that carried a copy, handed over unless `values` say otherwise."""
    addressee = session.get_one(Addressee, letter.addressee_id)
    facts: dict[str, Any] = {
        "purpose": COPY_OF_A_NOTE,
        "state_code": addressee.state_code,
        "recipients": addressee.recipients,
        "subject": "A note",
        "text": "A note is enclosed.",
        "message_id": f"<{letter.id}@registration.example>",
        "stage": MessageStage.HANDED_OVER,
    }
    message = Message(**facts | values)
    session.add(message)
    session.flush()
    session.add(
        Dispatch(
            note_id=letter.note_id,
            addressee_id=addressee.id,
            state_code=addressee.state_code,
            letter_id=letter.id,
            channel=Channel.EMAIL,
            message_pk=message.id,
            planned_at=planned_at or clock.now(),
        )
    )
    session.flush()
    return message
