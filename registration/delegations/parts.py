"""Parts of an answer that are no names: what is not needed, what is asked for, the mission's note.

Each part has a version of its own. Every verb takes the nomination as `service.begin` gave it.
"""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy.orm import attributes

from registration import clock, text
from registration.db import Session
from registration.delegations.models import Nomination, NominationPart
from registration.delegations.rules import FOR_PERSONS, NEVER_NEEDLESS, QUESTIONS, Part
from registration.delegations.service import changed
from registration.errors import Conflict, Refused
from registration.permissions import Permission, demand

WORDS_LIMIT = 5_000
REMARK = "remark"
_MARKS = {Part.FUNDING: "wants_funding", Part.VISA_LETTERS: "wants_visa_letter"}


def mark(session: Session, nomination: Nomination, part: Part, *, not_needed: bool) -> None:
    """Say that a part is not needed, or that it is after all. Raises Refused for the note."""
    demand(session.actor, Permission.ANSWER, nomination)
    if not_needed and part in NEVER_NEEDLESS:
        raise Refused("The note verbale of the mission may follow later, but it is needed.")
    row = nomination.part(part)
    if not_needed != (row is not None and row.not_needed):
        row = row or _begun(session, nomination, part)
        row.not_needed = not_needed
        _keep(session, nomination, row, "not_needed" if not_needed else "needed")


def answer(
    session: Session, nomination: Nomination, answers: Mapping[str, str], *, version: int
) -> None:
    """Answer the questions of the mandate, by the names in `rules.QUESTIONS`.

    Raises Conflict unless `version` is the present one; 0 where nothing was answered yet.
    """
    words = {name: text.paragraphs(answers.get(name, ""), limit=WORDS_LIMIT) for name in QUESTIONS}
    _write(session, nomination, Part.QUESTIONNAIRE, words, version=version)


def ask_for(
    session: Session,
    nomination: Nomination,
    part: Part,
    delegate_ids: Collection[UUID],
    remark: str,
    *,
    version: int,
) -> None:
    """Ask for funding, or for letters for visas, for these persons of the delegation and no others.

    Raises Conflict unless `version` is the present one, Refused where nobody is chosen.
    """
    demand(session.actor, Permission.ANSWER, nomination)
    if part not in FOR_PERSONS:
        raise ValueError(part)
    if not any(each.id in delegate_ids for each in nomination.delegates):
        raise Refused("Choose at least one person.", field="persons")
    marks = {each: each.id in delegate_ids for each in nomination.delegates}
    marked = any(getattr(each, _MARKS[part]) != mark for each, mark in marks.items())
    if marked:
        _refuse_older(nomination, part, version)
    for each, mark in marks.items():
        setattr(each, _MARKS[part], mark)
    words = {REMARK: text.paragraphs(remark, limit=WORDS_LIMIT)}
    _write(session, nomination, part, words, version=version, besides=marked)


def _write(
    session: Session,
    nomination: Nomination,
    part: Part,
    words: dict[str, str],
    *,
    version: int,
    besides: bool = False,
) -> None:
    demand(session.actor, Permission.ANSWER, nomination)
    row = nomination.part(part)
    if row is None or besides or row.not_needed or row.answers != words:
        _refuse_older(nomination, part, version)
        row = row or _begun(session, nomination, part)
        row.answers, row.not_needed = words, False
        _keep(session, nomination, row, "answered")


def attach_note(
    session: Session,
    nomination: Nomination,
    *,
    document_id: UUID | None,
    reference: str,
    version: int | None = None,
) -> None:
    """Lay the mission's note verbale beside the answer, under the mission's own reference.

    Another one replaces it; None keeps the file that is there. The files of earlier responses stay.
    Raises Conflict where `version` is given and not the present one, and something changes.
    """
    demand(session.actor, Permission.ANSWER, nomination)
    _lay(session, nomination, document_id or nomination.mission_note_id, reference, version)


def detach_note(session: Session, nomination: Nomination, *, version: int) -> None:
    """Take the mission's note verbale away from the answer again. Raises Conflict."""
    demand(session.actor, Permission.ANSWER, nomination)
    _lay(session, nomination, None, "", version)


def _lay(
    session: Session,
    nomination: Nomination,
    document_id: UUID | None,
    reference: str,
    version: int | None,
) -> None:
    laid = (document_id, text.line(reference))
    if laid == (nomination.mission_note_id, nomination.mission_reference):
        return
    if version is not None:
        _refuse_older(nomination, Part.MISSION_NOTE, version)
    nomination.mission_note_id, nomination.mission_reference = laid
    row = nomination.part(Part.MISSION_NOTE) or _begun(session, nomination, Part.MISSION_NOTE)
    # What is laid stands with the nomination; of this row nothing but its next version is wanted.
    row.changed_at = clock.now()
    attributes.flag_modified(row, "changed_at")
    _keep(session, nomination, row, "attached" if document_id else "removed", part="note")


def _refuse_older(nomination: Nomination, part: Part, version: int) -> None:
    row = nomination.part(part)
    if version != (row.version if row else 0):
        raise Conflict("Somebody else changed this part after you opened the page.")


def _begun(session: Session, nomination: Nomination, part: Part) -> NominationPart:
    row = NominationPart(
        nomination_id=nomination.id, state_code=nomination.state_code, part=part, answers={}
    )
    session.add(row)
    return row


def _keep(
    session: Session, nomination: Nomination, row: NominationPart, act: str, *, part: str = ""
) -> None:
    row.changed_at = clock.now()
    session.flush()
    session.refresh(nomination, ["parts"])
    changed(session, nomination, part or row.part.value, act)
