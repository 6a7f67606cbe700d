"""Rehearsing a note: asked for by an officer, done in the background, language by language."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from letters.letter import Copy, LetterError
from registration import clock
from registration.db import Session
from registration.errors import IllegalMove, Refused
from registration.journal.service import Then, record
from registration.meetings.models import Meeting
from registration.notes import content
from registration.notes.addressing import is_addressed, missing, places_for
from registration.notes.audience import Addressed, languages, printed_name
from registration.notes.models import Note
from registration.notes.paper import text_of, text_to, verify_url
from registration.notes.rehearsal import queries
from registration.notes.rehearsal.models import Rehearsal, RehearsalRun
from registration.notes.rehearsal.rules import Problem, Standing, Trouble
from registration.notes.rules import NoteStage
from registration.permissions import Permission, demand
from registration.post.service import envelope

if TYPE_CHECKING:
    from letters.compose import Press

REHEARSE = "notes.rehearse"

BEFORE_ISSUE = frozenset({NoteStage.DRAFT, NoteStage.IN_CLEARANCE, NoteStage.CLEARED})
# As wide as a code can be, so that what fits here fits with any code.
_WIDEST_CODE = "WWWW-WWWW-WWWW"


def ask(session: Session, note: Note) -> Rehearsal:
    """Begin a rehearsal of the note as it is now, for an issue today; earlier results are dropped.

    While one of the same content is under way, that one is given. Raises IllegalMove once the note
    is issued or withdrawn.
    """
    demand(session.actor, Permission.REHEARSE_NOTE, note)
    if note.stage not in BEFORE_ISSUE:
        raise IllegalMove("This note goes out no more: there is nothing to rehearse.")
    last = queries.last(session, note)
    if last is not None and last.standing is Standing.UNDER_WAY:
        return last.rehearsal
    if last is not None:
        session.delete(last.rehearsal)
        session.flush()
    rehearsal = _new(session, note, clock.today())
    session.add(rehearsal)
    session.flush()
    record(
        session,
        "note.rehearsal_asked",
        "note",
        note.id,
        detail={"addressees": rehearsal.addressed},
        then=[Then(REHEARSE, run.id) for run in rehearsal.runs],
    )
    return rehearsal


def make(session: Session, press: "Press", run_id: UUID) -> None:
    """Make all copies of a run, keep none of them, and write down what was in the way.

    Done again, or after another rehearsal took this one's place, it changes nothing.
    """
    run = _open(session, run_id)
    if run is None:
        return
    rehearsal = session.get_one(Rehearsal, run.rehearsal_id)
    note = session.get_one(Note, rehearsal.note_id)
    whom = [
        each for each in queries.whom(session, note, rehearsal.day) if each.language == run.language
    ]
    problems = list(_unprintable(session, press, note, run.language, whom))
    stopped = any(each.state_code is None for each in problems)
    _finish(session, run, 0 if stopped else len(whom) - len(problems), problems)


def give_up(session: Session, run_id: UUID, problem: str) -> None:
    """End a run that broke off again and again, so that its page does not wait for ever."""
    run = _open(session, run_id)
    if run is not None:
        reason = {"reason": problem}
        _finish(
            session, run, 0, [Problem(Trouble.NOT_TRIED, run.language, None, "%(reason)s", reason)]
        )


def _open(session: Session, run_id: UUID) -> RehearsalRun | None:
    return session.scalar(
        sa.select(RehearsalRun)
        .where(RehearsalRun.id == run_id, RehearsalRun.finished_at.is_(None))
        .with_for_update()
    )


def _finish(session: Session, run: RehearsalRun, made: int, problems: Iterable[Problem]) -> None:
    run.made = made
    run.problems = [each.stored() for each in problems]
    run.finished_at = clock.now()
    session.flush()
    _tell_when_all_is_done(session, run)


def _tell_when_all_is_done(session: Session, run: RehearsalRun) -> None:
    """The last of the runs writes the event; the rehearsal's row says which one that is."""
    rehearsal = session.get_one(Rehearsal, run.rehearsal_id, with_for_update=True)
    runs = session.scalars(
        sa.select(RehearsalRun)
        .where(RehearsalRun.rehearsal_id == rehearsal.id)
        .execution_options(populate_existing=True)
    ).all()
    if all(each.finished_at for each in runs):
        found = len(rehearsal.problems) + sum(len(each.problems) for each in runs)
        made = sum(each.made or 0 for each in runs)
        detail = {"made": made, "addressees": rehearsal.addressed, "problems": found}
        record(session, "note.rehearsed", "note", rehearsal.note_id, detail=detail)


def _new(session: Session, note: Note, day: date) -> Rehearsal:
    whom = queries.whom(session, note, day)
    texts = content.problems(note, session.get_one(Meeting, note.meeting_id))
    return Rehearsal(
        note_id=note.id,
        content_sha256=queries.fingerprint(session, note, whom),
        day=day,
        addressed=len(whom),
        asked_by_id=session.actor.id,
        problems=[each.stored() for each in [*_incomplete(texts), *_without_a_good_address(whom)]],
        runs=[
            RehearsalRun(language=language, copies=copies, problems=[])
            for language, copies in languages(whom).items()
        ],
    )


def _incomplete(texts: dict[str, list[Refused]]) -> list[Problem]:
    return [
        Problem(Trouble.TEXT_INCOMPLETE, language, None, refusal.sentence, refusal.values)
        for language, refusals in texts.items()
        for refusal in refusals
    ]


def _without_a_good_address(whom: Sequence[Addressed]) -> Iterable[Problem]:
    """Addresses as the mail will take them: their syntax, and nothing that a header could obey."""
    for each in whom:
        if not each.recipients:
            yield Problem(Trouble.NO_ADDRESS, each.language, each.state.code)
            continue
        try:
            envelope(each.recipients)
        except Refused as error:
            values = dict(error.values)
            yield Problem(
                Trouble.BAD_ADDRESS, each.language, each.state.code, error.sentence, values
            )


def _unprintable(
    session: Session, press: "Press", note: Note, language: str, whom: Sequence[Addressed]
) -> Iterable[Problem]:
    """The copies that the press refuses; where it refuses the text itself, that once."""
    try:
        text = text_of(session, note, language)
        press.master(text)
    except LetterError as error:
        yield _refused_by_the_press(language, None, error)
        return
    if is_addressed(note):
        for each in whom:
            yield from _unprintable_text_to(session, press, note, each)
        return
    copies = [_mark(each) for each in whom]
    for each, printed in zip(whom, press.copies(text, copies), strict=True):
        if printed.problem is not None:
            yield _refused_by_the_press(language, each.state.code, printed.problem)


def _unprintable_text_to(
    session: Session, press: "Press", note: Note, each: Addressed
) -> Iterable[Problem]:
    """What is in the way of a copy that has a text of its own."""
    lacking = missing(note, each)
    if lacking:
        values = {"field": lacking[0]}
        yield Problem(Trouble.MISSING_FORM, each.language, each.state.code, values=values)
        return
    try:
        places = places_for(each.state, each.language, each.play)
        text = text_to(session, note, each.language, places)
        press.copy(text, _mark(each))
    except LetterError as error:
        yield _refused_by_the_press(each.language, each.state.code, error)


def _mark(each: Addressed) -> Copy:
    name = printed_name(each.state, each.language)
    return Copy(name, _WIDEST_CODE, verify_url(_WIDEST_CODE))


def _refused_by_the_press(language: str, state_code: str | None, error: LetterError) -> Problem:
    return Problem(Trouble.UNPRINTABLE, language, state_code, error.sentence, dict(error.values))
