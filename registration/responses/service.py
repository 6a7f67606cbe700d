"""What a State sends through the pages: what it names is its word from then on.

A response is never edited: a later one stands beside it.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from registration import clock
from registration.accounts.models import Account
from registration.db import Session
from registration.delegations import reviewing
from registration.delegations.models import Nomination
from registration.delegations.rules import NOMINATION, SENT, NominationAction
from registration.designations import service as designations
from registration.designations.models import Designation
from registration.designations.rules import Changes, DesignationKind, Line
from registration.errors import Conflict, NotFound
from registration.journal.service import Then, record
from registration.notes.models import Addressee, Note
from registration.notes.rules import NoteStage
from registration.permissions import Permission, demand
from registration.post.service import post
from registration.responses import acknowledgement, saying, standings
from registration.responses.models import Response, ResponseChannel
from registration.responses.rules import REQUESTS, ResponseKind
from registration.states.models import State

CONFIRM = "responses.acknowledge"


def submit(
    session: Session,
    nomination: Nomination,
    note: Note,
    *,
    version: int | None = None,
    replaces_newer: bool = False,
) -> Response:
    """Send a State's answer to a note: what it names is the State's word from now on.

    Sending it twice without a change in between makes one response, which is returned again.
    Raises Conflict where the answer is no longer at the `version` that was checked, Refused where
    it lacks names or a head of delegation, or would end a central authority that was named after
    its own (unless `replaces_newer` says that this is meant), and NotFound where the note was not
    addressed to the State or is about another meeting. What comes after the note's date is
    accepted; that it is late is derived.
    """
    demand(session.actor, Permission.ANSWER, nomination)
    addressee = addressee_of(session, note, nomination)
    session.refresh(nomination, with_for_update=True)
    if (sent := _already_sent(session, nomination, addressee)) is not None:
        return sent
    refuse_another_version(nomination, version)
    said = saying.lines(session, nomination)
    saying.refuse_what_is_not_complete(said)
    if not replaces_newer:
        saying.refuse_to_end_what_is_newer(session, nomination)
    response = respond(
        session,
        nomination,
        note,
        addressee,
        NominationAction.SUBMIT,
        ResponseKind.NOMINATION,
        besides=saying.besides(nomination),
    )
    changes = _put_in_force(session, response, said)
    write_down(session, response, note, changes)
    acknowledge(session, response, note, said)
    reviewing.receive_note(session, nomination)
    return response


def addressee_of(session: Session, note: Note, nomination: Nomination) -> Addressee:
    """The State among the addressees of a note about the meeting of its nomination.

    Raises NotFound where the note was not addressed to it, or is about another meeting.
    """
    if note.meeting_id != nomination.meeting_id:
        raise NotFound("This note is about another meeting.")
    return one_addressee(session, note, nomination.state_code)


def refuse_another_version(nomination: Nomination, version: int | None) -> None:
    """Raise Conflict unless the answer is at the version that was checked; None: whichever."""
    if version not in (None, nomination.version):
        raise Conflict("The answer was changed after you opened this page. Check it again.")


def respond(
    session: Session,
    nomination: Nomination,
    note: Note,
    addressee: Addressee,
    action: NominationAction,
    kind: ResponseKind,
    *,
    besides: dict[str, Any],
) -> Response:
    """Move the nomination on, and write down what the State says by it. Raises IllegalMove."""
    nomination.stage = NOMINATION.after(nomination.stage, action)
    response = Response(
        note_id=note.id,
        addressee_id=addressee.id,
        state_code=nomination.state_code,
        channel=ResponseChannel.PORTAL,
        kind=kind,
        received_at=clock.now(),
        recorded_by_id=session.actor.id,
        mission_reference=nomination.mission_reference,
        document_id=nomination.mission_note_id,
        nomination_id=nomination.id,
        besides=besides,
    )
    session.add(response)
    session.flush()
    return response


def one_addressee(session: Session, note: Note, state_code: str) -> Addressee:
    """A State among the addressees of an issued note. Raises NotFound."""
    addressee = session.scalar(
        sa.select(Addressee).where(Addressee.note_id == note.id, Addressee.state_code == state_code)
    )
    if addressee is None or note.stage is not NoteStage.ISSUED:
        raise NotFound("There is no such note, or it was not addressed to this State.")
    return addressee


def _already_sent(
    session: Session, nomination: Nomination, addressee: Addressee
) -> Response | None:
    """The response that says all that the answer says, where nothing was changed since."""
    if nomination.stage not in SENT:
        return None
    return session.scalar(
        sa.select(Response)
        .where(
            Response.addressee_id == addressee.id,
            Response.nomination_id == nomination.id,
            Response.kind == ResponseKind.NOMINATION,
            Response.received_at >= nomination.changed_at,
        )
        .order_by(Response.received_at.desc())
        .limit(1)
    )


def _put_in_force(session: Session, response: Response, said: list[Line]) -> Changes:
    """A response speaks about what earlier ones of the same answer named.

    A central authority is the State's, not a meeting's: a new one ends whichever is in force. A
    local one that an earlier answer named is ended where this one names it again.
    """
    of_this_answer = sa.select(Response.id).where(Response.nomination_id == response.nomination_id)
    spoken_about: sa.ColumnElement[bool] = Designation.response_id.in_(of_this_answer)
    if saying.names_central(said):
        spoken_about |= Designation.kind == DesignationKind.CENTRAL_AUTHORITY
    spoken_about |= Designation.line_id.in_([each.continues for each in said if each.continues])
    in_force = session.scalars(
        sa.select(Designation)
        .where(
            Designation.state_code == response.state_code,
            Designation.in_force_until.is_(None),
            spoken_about,
        )
        .with_for_update()
    )
    return designations.put_in_force(
        session,
        state_code=response.state_code,
        response_id=response.id,
        at=response.received_at,
        in_force=in_force,
        said=said,
    )


def write_down(
    session: Session, response: Response, note: Note, changes: Changes | None = None
) -> None:
    """Tell the journal that a response came; to an answer of the portal a letter answers."""
    is_confirmed = response.channel is ResponseChannel.PORTAL and response.kind not in REQUESTS
    counts = {} if changes is None else {name: len(each) for name, each in vars(changes).items()}
    record(
        session,
        "response.received",
        "response",
        response.id,
        state_code=response.state_code,
        detail={
            "note": note.reference,
            "channel": response.channel.value,
            "kind": response.kind.value,
            **counts,
        },
        then=[Then(CONFIRM, response.id)] if is_confirmed else [],
    )


def acknowledge(
    session: Session, response: Response, note: Note, said: Sequence[Line] = ()
) -> None:
    """Send the person who responded a mail with the names as registered."""
    person = session.get_one(Account, session.actor.id)
    subject, words = acknowledgement.compose(
        person.language,
        state=session.get_one(State, response.state_code).name(person.language),
        reference=note.reference or "",
        received_at=response.received_at,
        respond_by=standings.own_last_day(session, note, response.addressee_id),
        kind=response.kind,
        said=said,
        has_note=response.document_id is not None,
    )
    post(
        session,
        purpose="acknowledgement",
        recipients=[person.email],
        subject=subject,
        text=words,
        language=person.language,
        state_code=response.state_code,
    )
