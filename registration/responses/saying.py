"""What an answer says, line by line, and what keeps it from being sent."""

from typing import Any

from registration.db import Session
from registration.delegations.models import Delegate, Nomination
from registration.delegations.rules import FOR_PERSONS, Part
from registration.designations import queries as designation_queries
from registration.designations import service as designations
from registration.designations.rules import DesignationKind, Line
from registration.errors import Refused
from registration.responses.rules import BARS, Lack, lacks
from registration.responses.working_copy import asked_for, newer_central
from registration.words import sentence

BARRED = {
    Lack.NAMES: sentence("Name a central authority or at least one expert first."),
    Lack.HEAD: sentence("Mark one of the experts as head of delegation first."),
}


def besides(nomination: Nomination) -> dict[str, Any]:
    """What the answer says besides names, as it is now."""
    said: dict[str, Any] = {}
    for part in (*FOR_PERSONS, Part.QUESTIONNAIRE):
        row = nomination.part(part)
        words = {} if row is None else {name: each for name, each in row.answers.items() if each}
        persons = [each.name for each in asked_for(nomination, part)] if part in FOR_PERSONS else []
        if persons:
            said[part.value] = {**words, "persons": persons}
        elif part is Part.QUESTIONNAIRE and words:
            said[part.value] = words
    return said


def refuse_to_end_what_is_newer(session: Session, nomination: Nomination) -> None:
    """Raise Refused where the answer would end a central authority named after its own."""
    newer = newer_central(
        designation_queries.central_in_force(session, nomination.state_code),
        designation_queries.proposed_central(session, nomination.state_code, nomination.meeting_id),
    )
    if newer is not None:
        raise Refused(
            "Another central authority, %(name)s, was named after the one in this answer. Say that"
            " it shall be replaced, or take the older one out.",
            field="replaces_newer",
            name=newer.name,
        )


def lines(session: Session, nomination: Nomination) -> list[Line]:
    """The authorities and persons of the answer, as it is now."""
    authorities = designation_queries.proposed(
        session, nomination.state_code, nomination.meeting_id
    )
    return [designations.line_of(each) for each in authorities] + [
        _line_of(each) for each in nomination.delegates
    ]


def _line_of(delegate: Delegate) -> Line:
    return Line(
        line_id=delegate.id,
        kind=DesignationKind.GOVERNMENTAL_EXPERT,
        name=delegate.name,
        institution=delegate.institution,
        title=delegate.title,
        email=delegate.email,
        courtesy=delegate.courtesy.value,
        head_of_delegation=delegate.head_of_delegation,
        capacity=delegate.capacity.value,
        printed_name=delegate.printed,
        sorting_name=delegate.sorting,
        telephone=delegate.telephone,
        areas=tuple(delegate.areas),
        languages=tuple(delegate.languages),
    )


def refuse_what_is_not_complete(said: list[Line]) -> None:
    """Raise Refused where the answer lacks what it cannot be sent without."""
    for lack in lacks(
        has_central_authority=names_central(said),
        experts=sum(each.kind is DesignationKind.GOVERNMENTAL_EXPERT for each in said),
        has_head=any(each.head_of_delegation for each in said),
        has_note=True,  # it may follow; the answer is then marked as without it
    ):
        if lack in BARS:
            raise Refused(BARRED[lack])


def names_central(said: list[Line]) -> bool:
    """Whether one of the lines is a central authority."""
    return any(each.kind is DesignationKind.CENTRAL_AUTHORITY for each in said)
