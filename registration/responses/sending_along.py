"""One delegation for several meetings of one week: the answer to one is sent to the others too."""

from collections.abc import Collection
from uuid import UUID

from registration.db import Session
from registration.delegations import parts
from registration.delegations import service as nominations
from registration.delegations.models import Nomination
from registration.delegations.persons import Person, person_of
from registration.errors import NotFound
from registration.responses import queries, service
from registration.responses.models import Response
from registration.responses.queries import Asked


def send_along(
    session: Session, nomination: Nomination, question: Asked, note_ids: Collection[UUID]
) -> list[Response]:
    """Send the delegation and the mission's note of an answer to other notes of the same week too.

    Each note gets a response of its own. Somebody of the same name who is nominated there already
    is reworded, not doubled. Raises NotFound for a note about a meeting of another week.
    """
    others = {each.note.id: each for each in queries.of_the_same_week(session, question)}
    if not others.keys() >= set(note_ids):
        raise NotFound("This meeting is not in the same week.")
    persons = [person_of(each) for each in nomination.delegates]
    document_id, reference = nomination.mission_note_id, nomination.mission_reference
    sent = []
    for note_id in note_ids:
        other = nominations.begin(session, others[note_id].meeting.id)
        for person in persons:
            _put_forward(session, other, person)
        parts.attach_note(session, other, document_id=document_id, reference=reference)
        sent.append(service.submit(session, other, others[note_id].note))
    return sent


def _put_forward(session: Session, nomination: Nomination, person: Person) -> None:
    name = f"{person.given_names} {person.family_name}".strip().casefold()
    for delegate in nomination.delegates:
        if delegate.name.casefold() == name:
            nominations.reword(session, nomination, delegate, person, version=delegate.version)
            return
    nominations.add(session, nomination, [person])
