"""The working copy of a State's answer: its parts, where each stands, and what it lacks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from registration import clock
from registration.db import Session
from registration.delegations import queries as nominations
from registration.delegations.models import Delegate, Nomination
from registration.delegations.rules import FOR_PERSONS, QUESTIONS, SENT, NominationStage, Part
from registration.designations import queries as designations
from registration.designations.models import Designation, ProposedAuthority
from registration.designations.rules import DesignationKind
from registration.documents import quarantine
from registration.documents.models import Examination
from registration.documents.rules import Flaw
from registration.meetings.models import Meeting
from registration.meetings.rules import may_ask_for_funding
from registration.responses.rules import BARS, Lack, PartStage, lacks, part_stage
from registration.states.models import State

# What leads on by itself from one page to the next; the others wait on the page of the answer.
STRAIGHT_ON = (
    Part.CENTRAL_AUTHORITY,
    Part.LOCAL_AUTHORITIES,
    Part.DELEGATION,
    Part.MISSION_NOTE,
)


@dataclass(frozen=True)
class Answer:
    """What a State has put together for a meeting so far."""

    nomination: Nomination | None
    authorities: list[ProposedAuthority]
    central_in_force: Designation | None
    may_ask_for_funding: bool
    funding_by: date | None
    note_examined: Examination | None  # of the mission's note, where one was uploaded

    @property
    def central(self) -> ProposedAuthority | None:
        return next((each for each in self.authorities if _is_central(each)), None)

    @property
    def local(self) -> list[ProposedAuthority]:
        return [each for each in self.authorities if not _is_central(each)]

    @property
    def delegates(self) -> list[Delegate]:
        return self.nomination.delegates if self.nomination else []

    @property
    def lacks(self) -> tuple[Lack, ...]:
        return lacks(
            has_central_authority=self.central is not None,
            experts=len(self.delegates),
            has_head=any(each.head_of_delegation for each in self.delegates),
            has_note=self.note_examined is not None and self.note_flaw is None,
        )

    @property
    def note_flaw(self) -> Flaw | None:
        """Why the mission's note was refused after it had been taken at the door, if it was."""
        return self.note_examined.flaw if self.note_examined else None

    @property
    def may_be_sent(self) -> bool:
        return not BARS.intersection(self.lacks)

    @property
    def is_sent(self) -> bool:
        """Whether the office has it as it is now."""
        return self.nomination is not None and self.nomination.stage in SENT

    @property
    def is_over(self) -> bool:
        """Whether the State said that it will not nominate, or took back what it had sent."""
        over = (NominationStage.DECLINED, NominationStage.WITHDRAWN)
        return self.nomination is not None and self.nomination.stage in over

    @property
    def newer_central(self) -> Designation | None:
        """The central authority that an answer for another meeting named after this one did.

        Sending this answer would end it, which nobody means who only corrects another part.
        """
        return newer_central(self.central_in_force, self.central)

    @property
    def funding_is_late(self) -> bool:
        """Whether the day for asking for funding has passed."""
        return self.funding_by is not None and clock.now() > clock.closing(self.funding_by)

    @property
    def stages(self) -> dict[Part, PartStage]:
        """Where each part stands that this State may fill in, in the order of the pages."""
        return {
            part: self._stage(part)
            for part in Part
            if part is not Part.FUNDING or self.may_ask_for_funding
        }

    def _stage(self, part: Part) -> PartStage:
        begun, complete = self._progress(part)
        row = self.nomination.part(part) if self.nomination else None
        return part_stage(
            begun=begun, complete=complete, not_needed=row is not None and row.not_needed
        )

    def _progress(self, part: Part) -> tuple[bool, bool]:
        """Whether a part is begun, and whether it is complete."""
        if part is Part.CENTRAL_AUTHORITY:
            return self.central is not None, self.central is not None
        if part is Part.LOCAL_AUTHORITIES:
            return bool(self.local), bool(self.local)
        if part is Part.DELEGATION:
            return bool(self.delegates), bool(self.delegates) and Lack.HEAD not in self.lacks
        if part is Part.MISSION_NOTE:
            has_reference = self.nomination is not None and bool(self.nomination.mission_reference)
            return has_reference or self.note_flaw is not None, Lack.NOTE not in self.lacks
        if part in FOR_PERSONS:
            return bool(self.asked_for(part)), bool(self.asked_for(part))
        words = self.words(part)
        return any(words.values()), all(words.get(each) for each in QUESTIONS)

    def asked_for(self, part: Part) -> list[Delegate]:
        """For whom funding, or a letter for a visa, is asked."""
        return asked_for(self.nomination, part)

    def words(self, part: Part) -> dict[str, str]:
        """What was written in a part, by the name of the question."""
        row = self.nomination.part(part) if self.nomination else None
        return {} if row is None else row.answers

    def version(self, part: Part) -> int:
        """The version of a part; 0 where nothing was said in it yet."""
        row = self.nomination.part(part) if self.nomination else None
        return 0 if row is None else row.version

    @property
    def open_parts(self) -> list[Part]:
        """What is still missing; once it was sent, only what it lacks."""
        to_do = (PartStage.NOT_STARTED, PartStage.IN_PROGRESS)
        wanted = (Part.MISSION_NOTE,) if self.is_sent else STRAIGHT_ON
        return [] if self.is_over else [each for each in wanted if self.stages[each] in to_do]

    def after(self, part: Part) -> Part | None:
        """The next part that is still to do, on the straight way; None: check and send."""
        rest = STRAIGHT_ON[STRAIGHT_ON.index(part) + 1 :]
        to_do = (PartStage.NOT_STARTED, PartStage.IN_PROGRESS)
        return next((each for each in rest if self.stages[each] in to_do), None)


def newer_central(known: Designation | None, mine: ProposedAuthority | None) -> Designation | None:
    """The central authority in force, where it was named after the one that an answer proposes."""
    if known is None or mine is None or known.line_id == mine.id:
        return None
    return known if known.in_force_from > mine.entered_at else None


def asked_for(nomination: Nomination | None, part: Part) -> list[Delegate]:
    """The persons of a nomination for whom funding, or a letter for a visa, is asked."""
    delegates = nomination.delegates if nomination else []
    if part is Part.FUNDING:
        return [each for each in delegates if each.wants_funding]
    return [each for each in delegates if each.wants_visa_letter]


def _is_central(authority: ProposedAuthority) -> bool:
    return authority.kind is DesignationKind.CENTRAL_AUTHORITY


def answer(session: Session, state_code: str, meeting: Meeting) -> Answer:
    """What a State has put together for a meeting so far."""
    return answers(session, state_code, [meeting])[meeting.id]


def answers(session: Session, state_code: str, meetings: Iterable[Meeting]) -> dict[UUID, Answer]:
    """The same for each of several meetings, in a fixed number of queries."""
    known = {each.id: each for each in meetings}
    state = session.get_one(State, state_code)
    begun = nominations.by_meeting(session, state_code, known)
    authorities = designations.proposed_by_meeting(session, state_code, known)
    central_in_force = designations.central_in_force(session, state_code)
    note_ids = [each.mission_note_id for each in begun.values() if each.mission_note_id]
    examined = quarantine.of_all(session, note_ids) if note_ids else {}

    def so_far(meeting: Meeting) -> Answer:
        nomination = begun.get(meeting.id)
        note_id = nomination.mission_note_id if nomination else None
        return Answer(
            nomination=nomination,
            authorities=authorities[meeting.id],
            central_in_force=central_in_force,
            may_ask_for_funding=may_ask_for_funding(
                meeting.funding, least_developed=state.least_developed
            ),
            funding_by=meeting.funding_by,
            note_examined=examined[note_id] if note_id else None,
        )

    return {meeting_id: so_far(meeting) for meeting_id, meeting in known.items()}
