"""What the office makes of a State's request: a later day granted or not, a question settled."""

from datetime import date
from typing import cast
from uuid import UUID

from letters.language import long_date
from letters.letter import Language
from registration import text
from registration.accounts import queries as accounts
from registration.accounts.models import Account
from registration.db import Session
from registration.errors import Conflict, NotFound, Refused
from registration.journal.service import record
from registration.notes.models import Addressee, Note
from registration.permissions import Permission, demand
from registration.post.service import post
from registration.responses import asking
from registration.responses.models import Response, Settlement
from registration.responses.recording import WORDS_LIMIT
from registration.responses.rules import OUTCOMES, Outcome
from registration.states.models import State
from registration.words import say, sentence

_TOLD = {
    Outcome.GRANTED: sentence(
        "%(state)s may answer the note verbale %(reference)s until %(day)s, 18:00 (Vienna)."
    ),
    Outcome.REFUSED: sentence(
        "The later day that %(state)s asked for could not be granted. The date for the answer to"
        " the note verbale %(reference)s stays."
    ),
    Outcome.SETTLED: sentence(
        "The secretariat replies to the question of %(state)s about the note verbale %(reference)s:"
    ),
}


def settle(
    session: Session,
    response_id: UUID,
    outcome: Outcome,
    *,
    reason: str,
    until: date | None = None,
) -> Settlement:
    """Grant or refuse an extension, or settle a question; the State's focal points get a mail.

    `until` goes with a granted extension, and is the State's own last day from then on. `reason`
    is read by the State: why, or what was answered. Settled twice alike it is settled once. Raises
    Conflict where somebody settled it otherwise, Refused where the day or the reason is missing or
    cannot be, and NotFound for what is no request.
    """
    demand(session.actor, Permission.SETTLE_REQUEST)
    request = session.get(Response, response_id)
    if request is None or outcome not in OUTCOMES.get(request.kind, ()):
        raise NotFound("There is no such request, or it is not yours to see.")
    note = session.get_one(Note, request.note_id)
    addressee = session.get_one(Addressee, request.addressee_id, with_for_update=True)
    settled = Settlement(
        response_id=request.id,
        state_code=request.state_code,
        outcome=outcome,
        until=until if outcome is Outcome.GRANTED else None,
        reason=text.paragraphs(reason, limit=WORDS_LIMIT),
        settled_by_id=session.actor.id,
    )
    if (known := session.get(Settlement, request.id)) is not None:
        return _refuse_otherwise(known, settled)
    if not settled.reason:
        raise Refused("Say why, or what was answered: the State reads it.", field="reason")
    if outcome is Outcome.GRANTED:
        if until is None:
            raise Refused("Enter the new last day.", field="until")
        asking.refuse_day(session, note, addressee, until)
    session.add(settled)
    session.flush()
    record(
        session,
        "response.settled",
        "response",
        request.id,
        state_code=request.state_code,
        detail={
            "note": note.reference,
            "kind": request.kind.value,
            "outcome": outcome.value,
            **({"until": until.isoformat()} if settled.until and until else {}),
        },
    )
    for person in accounts.focal_points(session, request.state_code):
        _tell(session, person, note, settled)
    return settled


def _refuse_otherwise(known: Settlement, settled: Settlement) -> Settlement:
    """What is known, where it says the same. Raises Conflict for anything else."""
    same = (known.outcome, known.until, known.reason)
    if same != (settled.outcome, settled.until, settled.reason):
        raise Conflict("Somebody else settled this request meanwhile. Look at what was said.")
    return known


def _tell(session: Session, person: Account, note: Note, settled: Settlement) -> None:
    language = person.language
    known = {
        "state": session.get_one(State, settled.state_code).name(language),
        "reference": note.reference or "",
        "day": long_date(settled.until, cast(Language, language)) if settled.until else "",
    }
    post(
        session,
        purpose="settlement",
        recipients=[person.email],
        subject=say(language, "About your request on %(reference)s", reference=known["reference"]),
        text="\n\n".join(
            [
                say(language, _TOLD[settled.outcome], **known),
                settled.reason,
                say(language, "You find this and the whole answer when you sign in."),
            ]
        ),
        language=language,
        state_code=settled.state_code,
    )
