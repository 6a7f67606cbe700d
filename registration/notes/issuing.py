"""Issuing: the note gets its reference and date, its addressees are frozen, its letters planned."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from registration import clock
from registration.db import Session, new_id
from registration.documents.reference import Reference
from registration.errors import Conflict, Refused
from registration.journal.service import Then, record
from registration.notes import addressing, codes, content, numbering
from registration.notes.audience import Addressed, Audience, addressed, printed_name
from registration.notes.clearance import PERMISSION, is_void, meeting_of
from registration.notes.models import Addressee, Letter, Note
from registration.notes.rules import LETTER, NOTE, LetterAction, NoteAction
from registration.permissions import Permission, demand
from registration.words import LANGUAGES

RUN = "letters.run"  # all letters of a note in one language; about its master
RENDER = "letters.render"  # one letter by itself


class ClearanceVoid(Conflict):
    """What was cleared is not what would be sent. The note has to be reopened and cleared again."""


def issue(
    session: Session,
    note: Note,
    *,
    reference: str | None,
    issued_on: date,
    knowingly: bool = False,
) -> Note:
    """Issue a cleared note: reference, date, addressees, letters and what follows, or none of it.

    Without a `reference` the next number of the year is taken. `knowingly` says that its deadline
    may have passed: it went out before it is entered. Raises Refused for a reference or a day that
    is not possible, ReferenceTaken, and ClearanceVoid where the content is no longer the
    one that was cleared.
    """
    demand(session.actor, PERMISSION[NoteAction.ISSUE], note)
    stage = NOTE.after(note.stage, NoteAction.ISSUE)
    _refuse_an_impossible_day(note, issued_on)
    _refuse_a_deadline_that_passed(note, knowingly=knowingly)
    _refuse_what_was_not_cleared(session, note)
    found = _addressed(session, note, issued_on)
    _write_out(session, note)
    note.reference = str(_reference(session, reference, issued_on))
    note.issued_on = issued_on
    note.issued_at = clock.now()
    note.issued_by_id = session.actor.id
    note.stage = stage
    session.flush()
    _tell(session, note, found, _plan(session, note, found))
    return note


def check(
    session: Session, note: Note, reference: str, issued_on: date, *, knowingly: bool = False
) -> Reference:
    """What an issue under that reference and date would be refused for, before anybody does it.

    Raises Refused and ReferenceTaken. Nothing is set aside: the issue itself asks again.
    """
    demand(session.actor, PERMISSION[NoteAction.ISSUE], note)
    NOTE.after(note.stage, NoteAction.ISSUE)
    _refuse_an_impossible_day(note, issued_on)
    _refuse_a_deadline_that_passed(note, knowingly=knowingly)
    _addressed(session, note, issued_on)
    parsed = _of_the_year(Reference.parse(reference), issued_on)
    numbering.refuse_taken(session, parsed)
    return parsed


def release(session: Session, letter: Letter) -> Letter:
    """Try a parked letter again, after whatever was in the way has been mended."""
    demand(session.actor, Permission.RELEASE_LETTER)
    letter.stage = LETTER.after(letter.stage, LetterAction.RELEASE)
    letter.problem, letter.problem_values = None, {}
    session.flush()
    again = Then(RENDER, letter.id, key=f"{RENDER}:{letter.id}:{letter.attempts}")
    record(
        session,
        "letter.released",
        "note",
        letter.note_id,
        state_code=letter.state_code,
        detail={"language": letter.language},
        then=[again],
    )
    return letter


def _refuse_an_impossible_day(note: Note, issued_on: date) -> None:
    if issued_on > clock.today():
        raise Refused("A note cannot be dated in the future.", field="issued_on")
    if note.respond_by is not None and issued_on >= note.respond_by:
        raise Refused(
            "The date of the note must come before the deadline for responses.", field="issued_on"
        )


def deadline_passed(note: Note) -> bool:
    """Whether the last day for responses lies behind us, so that whoever gets it is overdue."""
    return note.respond_by is not None and note.respond_by < clock.today()


def _refuse_a_deadline_that_passed(note: Note, *, knowingly: bool) -> None:
    if deadline_passed(note) and not knowingly:
        raise Refused(
            "The deadline for responses has passed. Make the note a draft again and set a later"
            " one, or tick the box.",
            field="knowingly",
        )


def _refuse_what_was_not_cleared(session: Session, note: Note) -> None:
    if is_void(session, note):
        raise ClearanceVoid(
            "Something changed since this note was cleared, for example the meeting. It is a draft"
            " again: check the texts and submit it once more."
        )


def _addressed(session: Session, note: Note, issued_on: date) -> list[Addressed]:
    found = addressed(session, Audience.of(note.audience), issued_on)
    if not found:
        raise Refused("On that day the audience of this note has no State in it.")
    _refuse_whom_nobody_cleared(note, found)
    addressing.refuse_missing(note, found)
    return found


def _refuse_whom_nobody_cleared(note: Note, found: Sequence[Addressed]) -> None:
    """States may have left the audience since the clearance, by responding; none joins unseen."""
    if note.cleared_for is not None and {each.state.code for each in found} - {*note.cleared_for}:
        raise ClearanceVoid(
            "The audience has States in it now that the clearing officer did not see. The note is"
            " a draft again: check the audience and submit it once more."
        )


def _reference(session: Session, typed: str | None, issued_on: date) -> Reference:
    if not typed or not typed.strip():
        return numbering.take_next(session, issued_on.year)
    return numbering.take(session, _of_the_year(Reference.parse(typed), issued_on))


def _of_the_year(reference: Reference, issued_on: date) -> Reference:
    if reference.year != issued_on.year:
        raise Refused(
            "The year of the reference must be that of the date, %(year)s.",
            field="reference",
            year=issued_on.year,
        )
    return reference


def _write_out(session: Session, note: Note) -> None:
    """Fill in the places for good: from now on a change of the meeting changes no letter."""
    final = content.written_out(note, meeting_of(session, note))
    for text in note.texts:
        text.subject, text.body = final[text.language].subject, final[text.language].body
    session.flush()


def _plan(session: Session, note: Note, found: Sequence[Addressed]) -> list[Then]:
    """Freeze the addressees; plan a master per language and a copy for each.

    Returns the work that makes them. The longest runs come first: several workers that begin with
    these end at about the same time. Copies that each have a text of their own are made one by one.
    """
    numbered = [(new_id(), each) for each in found]
    session.execute(
        sa.insert(Addressee), [_addressee(note, number, each) for number, each in numbered]
    )
    copies = Counter(each.language for each in found)
    masters = [
        _letter(note, language)
        for language in sorted(LANGUAGES, key=lambda language: -copies[language])
    ]
    letters = masters + [
        {
            **_letter(note, each.language),
            "addressee_id": number,
            "state_code": each.state.code,
            "code": codes.new(),
        }
        for number, each in numbered
    ]
    session.execute(sa.insert(Letter), letters)
    if addressing.is_addressed(note):
        return [Then(RENDER, letter["id"]) for letter in letters]
    return [Then(RUN, master["id"]) for master in masters]


def _addressee(note: Note, number: UUID, addressed: Addressed) -> dict[str, Any]:
    return {
        "id": number,
        "note_id": note.id,
        "state_code": addressed.state.code,
        "status": addressed.status.value,
        "language": addressed.language,
        "name": printed_name(addressed.state, addressed.language),
        "recipients": list(addressed.recipients),
        "channel": addressed.channel,
        "reason": addressed.reason,
        "places": addressing.frozen(note, addressed),
    }


def _letter(note: Note, language: str) -> dict[str, Any]:
    """A master; a copy has an addressee, a State and a code besides."""
    return {
        "id": new_id(),
        "note_id": note.id,
        "language": language,
        "stage": LETTER.initial,
        "attempts": 0,
        "problem_values": {},
        "addressee_id": None,
        "state_code": None,
        "code": None,
    }


def _tell(session: Session, note: Note, found: Sequence[Addressed], work: Sequence[Then]) -> None:
    record(
        session,
        "note.issued",
        "note",
        note.id,
        detail={
            "reference": note.reference,
            "issued_on": note.issued_on.isoformat() if note.issued_on else None,
            "addressees": len(found),
        },
        then=work,
    )
