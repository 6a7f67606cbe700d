"""Rendering: planned letters become PDFs that are kept; copies go on to the post."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

import sqlalchemy as sa

from letters.letter import Copy, LetterError
from registration import clock
from registration.db import Session
from registration.documents.batches import batch
from registration.documents.models import Document, DocumentKind
from registration.documents.reference import Reference
from registration.journal.service import Then, promise, record
from registration.killpoint import killpoint
from registration.notes import sealing
from registration.notes.addressing import is_addressed
from registration.notes.issuing import RENDER
from registration.notes.models import Addressee, Letter, Note
from registration.notes.paper import text_of, text_to, verify_url
from registration.notes.posting import post_made
from registration.notes.rules import LETTER, LetterAction, LetterStage
from registration.words import sentence

if TYPE_CHECKING:
    from letters.compose import Press

BROKEN_OFF = sentence("The program broke off, and tried no more: %(problem)s")


def run(session: Session, press: "Press", master_id: UUID) -> None:
    """Make the planned letters of one note in one language: that master, and all its copies.

    Done again it changes nothing. A letter that cannot be printed is parked with the reason, and
    stops no other.
    """
    _make(session, press, _of_its_run(session, master_id))


def give_up_run(session: Session, master_id: UUID, problem: str) -> None:
    """Promise each letter of a run by itself, where the run as a whole failed again and again.

    If one of them is to blame, it will be parked alone.
    """
    promise(session, [Then(RENDER, letter.id) for letter in _of_its_run(session, master_id)])


def render(session: Session, press: "Press", letter_id: UUID) -> None:
    """Make one planned letter, by itself, as `run` makes many."""
    _make(session, press, _planned(session, Letter.id == letter_id))


def give_up(session: Session, letter_id: UUID, problem: str) -> None:
    """Park a letter whose making failed again and again, so that a person finds it."""
    for letter in _planned(session, Letter.id == letter_id):
        letter.attempts += 1
        _park(session, letter, BROKEN_OFF, {"problem": problem})


def _of_its_run(session: Session, master_id: UUID) -> list[Letter]:
    master = session.get_one(Letter, master_id)
    return _planned(session, Letter.note_id == master.note_id, Letter.language == master.language)


def _planned(session: Session, *which: sa.ColumnElement[bool]) -> list[Letter]:
    """The letters that are still to be made, locked, in an order that stays the same."""
    return list(
        session.scalars(
            sa.select(Letter)
            .where(*which, Letter.stage == LetterStage.PLANNED)
            .order_by(Letter.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


def _make(session: Session, press: "Press", letters: Sequence[Letter]) -> None:
    """Print letters of one note in one language, and keep them; post what may leave already."""
    if not letters:
        return
    note = session.get_one(Note, letters[0].note_id)
    addressees = _addressees(session, letters)
    made: list[tuple[Letter, Document]] = []
    filename = f"{Reference.parse(str(note.reference)).filename}.pdf"
    with batch(session, kind=DocumentKind.LETTER, media_type="application/pdf") as keep:
        for letter, take in _printed(session, press, note, letters, addressees):
            letter.attempts += 1
            try:
                sealed = sealing.sealed(session, note, letter, take())
            except LetterError as error:
                _park(session, letter, error.sentence, dict(error.values))
                continue
            made.append((letter, keep(sealed, filename=filename, state_code=letter.state_code)))
        killpoint("letters.printed")
    killpoint("letters.stored")
    now = clock.now()
    for letter, document in made:
        letter.stage = LETTER.after(letter.stage, LetterAction.RENDER)
        letter.document_id = document.id
        letter.rendered_at = now
    session.flush()
    post_made(session, note, [letter for letter, _ in made])


def _addressees(session: Session, letters: Sequence[Letter]) -> dict[UUID, Addressee]:
    ids = [letter.addressee_id for letter in letters if letter.addressee_id]
    found = session.scalars(sa.select(Addressee).where(Addressee.id.in_(ids)))
    return {addressee.id: addressee for addressee in found}


def _printed(
    session: Session,
    press: "Press",
    note: Note,
    letters: Sequence[Letter],
    addressees: Mapping[UUID, Addressee],
) -> Iterator[tuple[Letter, Callable[[], bytes]]]:
    """Each letter, and how to take its PDF, which raises LetterError where it cannot be printed."""
    text = text_of(session, note, letters[0].language)
    own = [letter for letter in letters if letter.addressee_id is not None]
    in_one = [] if is_addressed(note) else own
    edition = press.edition(text, [_mark(letter, addressees) for letter in in_one])
    for letter in letters:
        if letter.addressee_id is None:
            yield letter, edition.master
        elif is_addressed(note):
            places = addressees[letter.addressee_id].places
            its_own = text_to(session, note, letter.language, places)
            yield letter, partial(press.copy, its_own, _mark(letter, addressees))
    for letter, printed in zip(in_one, edition.copies, strict=True):
        yield letter, printed.taken


def _mark(letter: Letter, addressees: Mapping[UUID, Addressee]) -> Copy:
    code = cast(str, letter.code)
    return Copy(addressees[cast(UUID, letter.addressee_id)].name, code, verify_url(code))


def _park(session: Session, letter: Letter, reason: str, values: dict[str, Any]) -> None:
    letter.stage = LETTER.after(letter.stage, LetterAction.PARK)
    letter.problem, letter.problem_values = reason, values
    record(
        session,
        "letter.parked",
        "note",
        letter.note_id,
        state_code=letter.state_code,
        detail={"language": letter.language, "reason": reason, "values": values},
    )
