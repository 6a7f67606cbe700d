"""An office in October 2013 with something in every stage: what the pages of the walk show.

It is made by the services, on the States and meetings of the seed, as the persons of the cast do
it. The instance's own clock is moved; the computer's is not, so that a browser keeps its cookies.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from registration import clock
from registration.accounts import service as accounts
from registration.accounts.models import Account
from registration.accounts.rules import SuccessionStage
from registration.api import keys
from registration.authorities import service as register
from registration.authorities.rules import Category
from registration.authorities.service import Source
from registration.db import Session, session_for
from registration.delegations import links, parts
from registration.delegations import service as delegations
from registration.delegations.models import Courtesy, Nomination
from registration.delegations.persons import Person
from registration.delegations.rules import SENT
from registration.designations.models import Designation, ProposedAuthority
from registration.designations.rules import DesignationKind
from registration.designations.service import Particulars
from registration.documents import passage
from registration.documents import service as documents
from registration.documents.examination import Upload
from registration.documents.models import Document, DocumentKind, Examination
from registration.inbox import service as inbox
from registration.inbox.models import IncomingFile
from registration.inbox.rules import Mailbox
from registration.journal.service import record
from registration.meetings import queries as meetings
from registration.meetings.models import DateStatus, Funding, Meeting, MeetingDocument
from registration.notes import clearance, drafting, enclosing
from registration.notes.audience import CHOICES, Audience
from registration.notes.enclosed import Enclosure
from registration.notes.ladders import climbing, setting
from registration.notes.models import Addressee, Channel, Dispatch, Letter, Note
from registration.notes.rules import LetterStage
from registration.participants import observers
from registration.participants import service as participants
from registration.participants.models import ListFile
from registration.participants.rules import ListKind, OrganizationKind
from registration.permissions import GRANTS, Permission, Role, Scope
from registration.post.models import Message
from registration.post.rules import MessageStage
from registration.post.service import COPY_OF_A_NOTE
from registration.responses import answering, asking, recording, service, settling
from registration.responses.imports import keeping, parsing
from registration.responses.models import Acknowledgement, Response, ResponseChannel
from registration.responses.rules import Outcome
from registration.states import queries as missions
from registration.states import service as states
from registration.states import suspects
from registration.states.corrections import correct
from registration.states.models import Instrument
from registration.verification import arrivals
from registration.verification.models import NameCheck
from registration.verification.rules import Verdict
from registration.words import LANGUAGES
from tests import builders
from tests.inbox import mails
from tests.notes.desk import a_desk, unrehearsed
from tests.responses.samples import a_pdf, person

SECOND, NEXT = "2013-panama-city", "2014-vienna"
NOW = datetime(2013, 10, 8, 10, 0, tzinfo=clock.DUTY_STATION)
ANSWERED, BEGUN, SILENT = "AUT", "CIV", "SAU"
AUSTRIA, IVORY_COAST, SAUDI_ARABIA = (f"focal point {code}" for code in (ANSWERED, BEGUN, SILENT))
MISSIONS = {
    ANSWERED: "en",
    BEGUN: "fr",
    "BOL": "es",
    "RUS": "ru",
    SILENT: "ar",
    "CHN": "zh",
    "EU": "en",
    "GBR": "en",
    "VCT": "en",
}
ON_PAPER = {"GBR": date(2013, 8, 1), "BOL": date(2013, 10, 2), "FRA": date(2013, 9, 30)}
TROUBLE = {
    "EU": MessageStage.UNCERTAIN,
    "RUS": MessageStage.FAILED,
    "BOL": MessageStage.BOUNCED,
    "CHN": MessageStage.PARKED,
    "GBR": MessageStage.READY,
}
A_TABLE = (
    "Form of address\tGiven names\tFamily name\tTitle\tInstitution\n"
    "Ms.\tخوسيه\tعبد الرحمن\tJudge\tSupreme Court\n"
    "Mr.\tOtto\tEnzenberger\tProsecutor\tPublic Prosecutor's Office\n"
)
CANNOT_BE_PRINTED = "VCT"
MINISTRY = Particulars(
    name="Federal Ministry of Constitutional Affairs, Reforms, Deregulation and Justice",
    institution="Department IV 1 (International Criminal Matters and Mutual Legal Assistance)",
    title="Head of Department",
    email="central.authority.with.a.long.address@justice.example",
    telephone="+43 1 0000 0000",
    address="Museumstraße 7\n1070 Wien\nAustria",
)


@dataclass(frozen=True)
class Place:
    """Arguments of a route; `person` where it must be somebody in particular."""

    arguments: dict[str, Any] = field(default_factory=dict)
    person: str | None = None


@dataclass
class World:
    """The people who can sign in, and what routes may be asked for."""

    actors: dict[str, Any] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    places: dict[tuple[Scope, tuple[str, ...]], list[Place]] = field(default_factory=dict)

    def places_of(self, scope: Scope, arguments: set[str]) -> list[Place]:
        """What to fill the arguments of a route with, and who is to look."""
        wanted = tuple(sorted(arguments))
        if not wanted and scope is not Scope.STATE:
            return [Place()]
        assert (scope, wanted) in self.places, f"tests/browser/world.py has no {scope} {wanted}"
        return self.places[scope, wanted]

    def whoever_may(self, permission: Permission, scope: Scope) -> list[str | None]:
        """The people of that scope who may do it; nobody in particular for a public page."""
        if scope in (Scope.PUBLIC, Scope.SIGN_IN):
            return [None]
        return [
            name
            for name, actor in self.actors.items()
            if scope in (actor.scope, Scope.PERSON) and actor.may(permission)
        ]


def build(engine: sa.Engine) -> World:
    """Make everything, at its days, and return what there is to look at."""
    return _Build(engine).world


class _Build:
    def __init__(self, engine: sa.Engine) -> None:
        self.world = World()
        self.incoming: list[UUID] = []
        _let_it_be(date(2013, 6, 17))
        self.desk = a_desk(engine, lambda session: meetings.by_slug(session, SECOND))
        self._hire()
        self._open_missions()
        self._write_notes()
        self._carry()
        self._respond()
        self._ask_again()
        self._keep_register()
        self._examine()
        self._take_in()
        self._remind()
        clock.move_to(NOW)
        self._send_link()
        self._list_participants()
        with self.desk.program() as session:
            self._sign_everybody_in(session)
            self._list_places(session)

    def _hire(self) -> None:
        with self.desk.program() as session:
            self.ida = builders.ida(session)
            self.focal_points = {
                code: builders.a_focal_point(session, code) for code in (ANSWERED, BEGUN, SILENT)
            }
        with self.desk.acting(self.ida) as session:
            leaver = accounts.open_account(
                session,
                email="former.officer@secretariat.example",
                name="Former Officer",
                roles=[Role.DRAFTER, Role.TRACKER],
                language="fr",
                address="http://127.0.0.1:8000",
            )
            accounts.end_account(session, leaver.id)

    def _open_missions(self) -> None:
        with self.desk.acting(self.desk.anna) as session:
            for code, language in MISSIONS.items():
                mission = states.open_mission(session, code, language, "A letter", clock.today())
                for email in (
                    f"mission.{code.lower()}@missions.example",
                    f"registry.{code.lower()}@missions.example",
                ):
                    states.add_address(session, mission, email, "A letter", clock.today())
                if code == ANSWERED:
                    states.end_address(session, mission.addresses[1], "A letter", clock.today())
            correct(
                session,
                ANSWERED,
                "names.fr",
                "Autriche",
                seen="Autriche",
                source="The mission's letter",
                as_at=clock.today(),
            )

    def _write_notes(self) -> None:
        desk = self.desk
        _let_it_be(date(2013, 7, 1))
        self.note = self._with_an_enclosure(desk.draft(), dict.fromkeys(LANGUAGES, "Guide"))
        desk.do(desk.otto, desk.do(desk.anna, self.note, unrehearsed), clearance.clear)
        self.note = desk.issue(self.note, "CU 2013/175", date(2013, 7, 1))
        draft = desk.draft(title="A draft, with a title that says at length what it is about")
        self.draft = self._with_an_enclosure(draft, {"en": "Guide to the registration system"})
        self.submitted = desk.submitted()
        self.cleared = desk.cleared()
        self.returned = desk.submitted()
        self.withdrawn = desk.do(desk.anna, desk.draft(), clearance.withdraw)
        desk.do(
            desk.otto,
            self.returned,
            lambda session, note: clearance.return_(session, note, "Say the day.\n\nAnd the city."),
        )

    def _with_an_enclosure(self, note: Note, titles: dict[str, str]) -> Note:
        def enclose(session: Session, note: Note) -> Note:
            upload = Upload("A guide.pdf", a_pdf())
            enclosing.enclose_file(session, note, upload, titles=titles, language="all")
            return note

        return self.desk.do(self.desk.anna, note, enclose)

    def _carry(self) -> None:
        """What the workers do: copies made or not, messages in each stage."""
        _let_it_be(date(2013, 7, 1), hour=11)
        with self.desk.program() as session:
            self.printed = documents.store(
                session,
                a_pdf(),
                kind=DocumentKind.LETTER,
                filename="CU-2013-175.pdf",
                media_type="application/pdf",
            )
            for letter in session.scalars(sa.select(Letter).where(Letter.note_id == self.note.id)):
                if letter.state_code == CANNOT_BE_PRINTED or (
                    letter.addressee_id is None and letter.language == "zh"
                ):
                    letter.stage, letter.problem = LetterStage.PARKED, "A glyph is missing: U+FFFF."
                elif letter.addressee_id is None or letter.state_code in MISSIONS:
                    self._print(session, letter)

    def _print(self, session: Session, letter: Letter) -> None:
        document = self.printed if letter.addressee_id is None else self._own(session, letter)
        letter.stage, letter.document_id = LetterStage.RENDERED, document.id
        letter.rendered_at = clock.now()
        if letter.addressee_id is None:
            return
        addressee = session.get_one(Addressee, letter.addressee_id)
        stage = TROUBLE.get(addressee.state_code, MessageStage.HANDED_OVER)
        message = Message(
            purpose=COPY_OF_A_NOTE,
            state_code=addressee.state_code,
            recipients=addressee.recipients,
            subject="Note verbale CU 2013/175",
            text="A note verbale of the Secretariat is attached.",
            language=letter.language,
            attachments=[{"document_id": str(document.id), "filename": "CU-2013-175.pdf"}],
            message_id=f"<{letter.id}@registration.example>",
            stage=stage,
            handed_over_at=clock.now() if stage is MessageStage.HANDED_OVER else None,
            refused={"registry@missions.example": "550 5.1.1 No such user"},
            attempts=1,
            reply="250 2.0.0 Ok" if stage is MessageStage.HANDED_OVER else "451 4.3.0 Later",
        )
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
            )
        )
        record(
            session,
            f"message.{stage.value}",
            "message",
            message.id,
            state_code=message.state_code,
            detail={"purpose": message.purpose, "attempt": 1, "reply": message.reply},
        )

    def _own(self, session: Session, letter: Letter) -> Document:
        return documents.store(
            session,
            a_pdf(),
            kind=DocumentKind.LETTER,
            filename="CU-2013-175.pdf",
            media_type="application/pdf",
            state_code=letter.state_code,
        )

    def _respond(self) -> None:
        _let_it_be(date(2013, 8, 20))
        with self.desk.acting(self.focal_points[ANSWERED]) as session:
            note = session.get_one(Note, self.note.id)
            nomination = self._answer(session, note.id)
            words = {"needs": "Training.", "good_practices": "Early talks.", "networks": "Two."}
            parts.answer(session, nomination, words, version=0)
            service.submit(session, nomination, note)
        self._confirm()
        _let_it_be(date(2013, 10, 2))
        with self.desk.acting(self.desk.anna) as session:
            for code, day in ON_PAPER.items():
                recording.record_response(
                    session,
                    session.get_one(Note, self.note.id),
                    code,
                    channel=ResponseChannel.PAPER,
                    received_on=day,
                    mission_reference=f"Note 17/{code}",
                    mission_note_date=day,
                    scan=Upload("scan.pdf", a_pdf()),
                    remark="The signature is on the second page.",
                )
        self._ask()

    def _ask(self) -> None:
        """One State asks for more time; another one's question is settled."""
        with self.desk.acting(self.focal_points[SILENT]) as session:
            note = session.get_one(Note, self.note.id)
            self.asked_for_time = asking.ask_for_extension(
                session, note, until=date(2013, 10, 21), reason="The ministry is moving."
            ).id
        with self.desk.acting(self.focal_points[BEGUN]) as session:
            note = session.get_one(Note, self.note.id)
            self.question = asking.ask_question(session, note, question="May three come?").id
        with self.desk.acting(self.desk.otto) as session:
            settling.settle(session, self.question, Outcome.SETTLED, reason="They may.")

    def _confirm(self) -> None:
        """What the worker prints."""
        with self.desk.program() as session:
            response = session.scalars(sa.select(Response)).one()
            printed = documents.store(
                session,
                a_pdf(),
                kind=DocumentKind.LETTER,
                filename="acknowledgement.pdf",
                media_type="application/pdf",
                state_code=response.state_code,
            )
            session.add(
                Acknowledgement(
                    response_id=response.id,
                    state_code=response.state_code,
                    language="en",
                    document_id=printed.id,
                )
            )

    def _list_participants(self) -> None:
        """A person who is confirmed and seen, and a version of the list with a file and without."""
        with self.desk.program() as session:
            named = session.scalars(
                sa.select(Designation).where(
                    Designation.state_code == ANSWERED,
                    Designation.kind == DesignationKind.GOVERNMENTAL_EXPERT,
                )
            ).first()
            assert named is not None
            self.confirmed = named.line_id
            session.add(
                NameCheck(
                    designation_id=named.id,
                    state_code=ANSWERED,
                    verdict=Verdict.MATCHES,
                    checked_by_id=self.desk.otto.id,
                    confirmed_at=clock.now(),
                )
            )
        with self.desk.acting(self.desk.otto) as session:
            meeting = meetings.by_slug(session, SECOND)
            version = participants.make_list(
                session,
                meeting,
                ListKind.PROVISIONAL,
                symbol=f"{meeting.symbol_prefix}INF/1",
                dated=clock.today(),
                languages=["en"],
                seen=0,
            )
            made = session.scalars(
                sa.select(ListFile).where(ListFile.version_id == version.id)
            ).first()
            assert made is not None
            made.document_id = documents.store(
                session,
                a_pdf(),
                kind=DocumentKind.LIST,
                filename="INF-1-en.pdf",
                media_type="application/pdf",
            ).id
            self.file_of_list = made.id
            first_day = meeting.begins_on
            assert first_day is not None
            participants.mark_present(session, meeting, self.confirmed, first_day)
            participants.mark_represented(session, meeting, "BRB")
            names = {"en": "Example Bank for Observers", "ar": "مصرف المثال للمراقبين"}
            bank = observers.enter(session, OrganizationKind.INTERGOVERNMENTAL, names)
            who = observers.Sent(bank.id, Courtesy.MS, "Ada", "Example", title="Director")
            self.observer = observers.add(session, meeting, who)

    def _send_link(self) -> None:
        """A link that an expert got, and filled in."""
        with self.desk.acting(self.focal_points[ANSWERED]) as session:
            self.link = links.ask(
                session,
                answering.begin(session, self.note.id),
                name="Example Expert",
                email="expert@experts.example",
                language="en",
            )
        with self.desk.program() as session:
            letters = sa.select(Message).where(Message.purpose == "expert_link")
            text = session.scalars(letters).one().text
        self.token = text.partition("/particulars/")[2].partition("?")[0]
        with session_for(self.desk.engine, links.holder_of(self.token)) as session:
            links.fill(session, links.opened(session), person("Example"))

    def _answer(self, session: Session, note_id: UUID) -> Any:
        nomination = answering.begin(session, note_id)
        for kind in (
            DesignationKind.CENTRAL_AUTHORITY,
            DesignationKind.LOCAL_AUTHORITY,
            DesignationKind.LOCAL_AUTHORITY,
        ):
            answering.add_authority(session, nomination, kind, MINISTRY)
        delegations.add(session, nomination, list(_experts()))
        answering.lay_note_beside(
            session, nomination, Upload("note-verbale-of-the-mission.pdf", a_pdf()), "No. 17/2013"
        )
        return nomination

    def _ask_again(self) -> None:
        """A note to another meeting, to which one State answers and another has begun to."""
        _let_it_be(date(2013, 10, 3))
        with self.desk.acting(self.ida) as session:
            meeting = meetings.by_slug(session, NEXT)
            meeting.begins_on, meeting.ends_on = date(2014, 10, 9), date(2014, 10, 10)
            meeting.date_status = DateStatus.VERIFIED
            meeting.funding, meeting.funding_by = Funding.ALL, date(2014, 6, 1)
            meeting.asks_passports = True
        with self.desk.acting(self.desk.anna) as session:
            note = drafting.draft(
                session,
                meeting=session.get_one(Meeting, meeting.id),
                title="Invitation to the third meeting",
                respond_by=date(2014, 9, 1),
                audience=Audience(frozenset(CHOICES)),
            )
        self.desk.do(self.desk.anna, note, unrehearsed)
        self.desk.do(self.desk.otto, note, clearance.clear)
        self.next_note = self.desk.issue(note, day=date(2013, 10, 3))
        with self.desk.acting(self.focal_points[BEGUN]) as session:
            self.begun = self._answer(session, self.next_note.id)

    def _remind(self) -> None:
        """Days of reminders of the note that was answered late: one drafted one, one is to come."""
        _let_it_be(date(2013, 10, 3))
        with self.desk.acting(self.desk.anna) as session:
            setting.set_rungs(session, session.get_one(Note, self.note.id), (-7, -14), version=0)
        _let_it_be(date(2013, 10, 7))
        with self.desk.program() as session:
            climbing.climb(session, self.note.id)

    def _keep_register(self) -> None:
        """An entry that went stale, and what its State asks to have corrected."""
        typed = {
            "authority_name": MINISTRY.name,
            "organization_ministry": MINISTRY.institution,
            "email": MINISTRY.email,
            "website": "https://justice.example/",
            "formats_accepted": ["post", "email"],
        }
        day = date(2012, 3, 1)
        with self.desk.acting(self.desk.anna) as session:
            self.entry = register.enter(
                session,
                ANSWERED,
                Category.MUTUAL_LEGAL_ASSISTANCE,
                typed,
                Source("Note verbale 5/2012", day, day, Upload("note.pdf", a_pdf())),
            )
        with self.desk.acting(self.focal_points[ANSWERED]) as session:
            self.request = register.ask(
                session,
                {**typed, "telephone": MINISTRY.telephone},
                category=Category.PREVENTION,
                remark="A new authority.",
            )

    def _take_in(self) -> None:
        """Mail from outside: of a mission with its note, and of nobody; an address in doubt."""
        address = f"mission.{ANSWERED.lower()}@missions.example"
        of_mission = mails.written(address, subject=f"Re: {self.note.reference}")
        of_mission.add_attachment(
            a_pdf(), maintype="application", subtype="pdf", filename="note.pdf"
        )
        of_nobody = mails.written("somebody@elsewhere.example", subject="بطاقة", text="تحية طيبة")
        with self.desk.program() as session:
            for mail in (of_mission, of_nobody):
                kept = inbox.keep(
                    session, mail.as_bytes(), mailbox=Mailbox.REPLIES, received_at=clock.now()
                )
                assert kept is not None
                inbox.read(session, kept)
                self.incoming.append(kept)
            note = session.scalars(sa.select(IncomingFile.document_id)).one()
            assert note is not None
            passage.examine(session, note)
            suspects.suspect(session, address, reason="550 5.1.1 no such user here")

    def _examine(self) -> None:
        """What the worker does with files from outside; the last one still waits."""
        with self.desk.program() as session:
            waiting = sa.select(Examination.document_id).order_by(Examination.begun_at)
            for document_id in session.scalars(waiting).all()[:-1]:
                arrivals.examined(session, passage.examine(session, document_id))

    def _sign_everybody_in(self, session: Session) -> None:
        people: dict[str, Account] = {
            "anna": self.desk.anna,
            "otto": self.desk.otto,
            "rosa": self.desk.rosa,
            "ida": self.ida,
            **{f"focal point {code}": each for code, each in self.focal_points.items()},
        }
        for name, account in people.items():
            found = session.get_one(Account, account.id)
            self.world.actors[name] = builders.acting(found)
            self.world.tokens[name] = builders.signed_in(session, found)

    def _list_places(self, session: Session) -> None:
        self._list_places_of_staff(session)
        self._list_places_of_states(session)
        received = session.scalars(sa.select(Response).order_by(Response.received_at)).all()
        by_portal = next(each.id for each in received if each.state_code == ANSWERED)
        self._place(Scope.STAFF, response_id=by_portal)
        self._place(Scope.STAFF, response_id=received[-1].id)
        self._place(Scope.STAFF, response_id=self.asked_for_time)
        self._place(Scope.STAFF, response_id=self.question)
        self._place(Scope.STATE, IVORY_COAST, note_id=self.note.id, response_id=self.question)
        self._place(Scope.STATE, AUSTRIA, note_id=self.note.id, response_id=by_portal)
        letter = session.scalars(
            sa.select(Letter).where(Letter.note_id == self.note.id, Letter.state_code == ANSWERED)
        ).one()
        self._place(Scope.STAFF, note_id=self.note.id, letter_id=letter.id)
        self._place(Scope.STATE, AUSTRIA, letter_id=letter.id)
        self._place(Scope.PUBLIC, code=letter.code)
        self._place(Scope.PUBLIC, code="AAAA-AAAA-AAAA")
        self._place(Scope.PUBLIC, code=letter.code, number=1)
        self._place(Scope.PUBLIC, token=self.token)
        self._place(Scope.PUBLIC, token="nonsense")
        for slug in (SECOND, NEXT):
            self._place(Scope.PUBLIC, slug=slug)
            self._place(Scope.STAFF, slug=slug)

    def _place(self, scope: Scope, person: str | None = None, **arguments: Any) -> None:
        known = self.world.places.setdefault((scope, tuple(sorted(arguments))), [])
        known.append(Place(arguments, person))

    def _list_places_of_staff(self, session: Session) -> None:
        staff = Scope.STAFF
        for note in (
            self.note,
            self.draft,
            self.submitted,
            self.returned,
            self.cleared,
            self.withdrawn,
            self.next_note,
        ):
            self._place(staff, note_id=note.id)
        for language in ("en", "ar", "zh"):
            self._place(staff, note_id=self.draft.id, language=language)
        enclosure = session.scalars(
            sa.select(Enclosure).where(Enclosure.note_id == self.draft.id)
        ).one()
        for on_page in ({}, {"language": "all"}):
            self._place(staff, note_id=self.draft.id, enclosure_id=enclosure.id, **on_page)
        paper = session.scalars(
            sa.select(MeetingDocument).where(MeetingDocument.meeting_id == self.desk.meeting.id)
        ).first()
        assert paper is not None
        self._place(staff, slug=SECOND, document_id=paper.id)
        for code in (ANSWERED, "BRB", "EU", "NIU"):
            self._place(staff, code=code)
        for name in ("names.ar", "regional_group"):
            self._place(staff, code=ANSWERED, field=name)
        instrument = session.scalars(
            sa.select(Instrument).where(Instrument.state_code == ANSWERED)
        ).first()
        assert instrument is not None
        self._place(staff, code=ANSWERED, instrument_id=instrument.id)
        mission = missions.mission_of(session, ANSWERED)
        assert mission is not None
        self._place(staff, code=ANSWERED, address_id=mission.addresses[0].id)
        self._place(staff, account_id=self.desk.rosa.id)
        austrian = session.get_one(Account, self.focal_points[ANSWERED].id)
        with self.desk.acting(self.ida) as theirs:
            key, _secret = keys.make(
                theirs, name="Wall calendar", grants=GRANTS, expires_on=clock.today()
            )
            self._place(staff, key_id=key.id)
            note = documents.store(
                theirs,
                a_pdf(),
                kind=DocumentKind.INCOMING_NOTE,
                filename="note.pdf",
                media_type="application/pdf",
                state_code=ANSWERED,
            )
        appointment = builders.an_appointment(session, austrian, self.ida, document_id=note.id)
        proposal = builders.a_succession(session, austrian)
        builders.a_succession(
            session, austrian, stage=SuccessionStage.DECLINED, remark="The note names another."
        )
        self._place(staff, account_id=austrian.id)
        self._place(staff, appointment_id=appointment.id)
        self._place(staff, succession_id=proposal.id)
        nominations = session.scalars(
            sa.select(Nomination).where(Nomination.stage.in_(SENT)).order_by(Nomination.begun_at)
        ).all()
        for nomination in nominations:
            self._place(staff, nomination_id=nomination.id)
        self._place(staff, nomination_id=nominations[0].id, number=1)
        self._place(staff, line_id=self.entry.line_id)
        self._place(staff, line_id=self.entry.line_id, entry_id=self.entry.id)
        self._place(staff, request_id=self.request.id)
        self._place(staff, person_id=self.confirmed)
        self._place(staff, slug=SECOND, file_id=self.file_of_list)
        self._place(staff, slug=SECOND, observer_id=self.observer.id)
        self._place(staff, organization_id=self.observer.organization_id)
        for language in ("en", "ar"):
            self._place(staff, slug=SECOND, language=language)
        one_of_each = {each.stage: each.id for each in session.scalars(sa.select(Message))}
        for message_id in one_of_each.values():
            self._place(staff, message_id=message_id)
        for incoming_id in self.incoming:
            self._place(staff, incoming_id=incoming_id)
        self._place(staff, incoming_id=self.incoming[0], number=1)

    def _list_places_of_states(self, session: Session) -> None:
        state = Scope.STATE
        for person_of in (AUSTRIA, IVORY_COAST, SAUDI_ARABIA):
            self._place(state, person_of)
        self._place(state, AUSTRIA, note_id=self.note.id)
        self._place(state, AUSTRIA, line_id=self.entry.line_id)
        own = session.scalars(sa.select(Nomination).where(Nomination.state_code == ANSWERED)).one()
        self._place(state, AUSTRIA, nomination_id=own.id)
        self._place(state, AUSTRIA, note_id=self.note.id, link_id=self.link.id)
        self._place(state, IVORY_COAST, note_id=self.next_note.id)
        for pasted in (A_TABLE, A_TABLE.replace("Ms.", "Dr.")):
            with self.desk.acting(self.focal_points[ANSWERED]) as theirs:
                kept = keeping.keep(theirs, self.note.id, parsing.from_paste(pasted))
            self._place(state, AUSTRIA, note_id=self.note.id, table_id=kept.id)
        self._place(state, SAUDI_ARABIA, note_id=self.note.id)
        nomination = session.get_one(Nomination, self.begun.id)
        local = session.scalars(
            sa.select(ProposedAuthority).where(
                ProposedAuthority.state_code == BEGUN,
                ProposedAuthority.kind == DesignationKind.LOCAL_AUTHORITY,
            )
        ).first()
        assert local is not None
        self._place(state, IVORY_COAST, note_id=self.next_note.id, authority_id=local.id)
        self._place(
            state,
            IVORY_COAST,
            note_id=self.next_note.id,
            delegate_id=nomination.delegates[1].id,
        )


def _let_it_be(day: date, *, hour: int = 9) -> None:
    clock.move_to(
        datetime.combine(day, datetime.min.time(), clock.DUTY_STATION) + timedelta(hours=hour)
    )


def _experts() -> Iterator[Person]:
    yield person("Huber", head=True)
    yield person("Abdelmoneim Zabihollah", given_names="Muhammad Abdurrahman")
    yield person("Gruber", given_names="")
