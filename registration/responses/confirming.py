"""The letter that confirms a response, with the names as registered; made in the background."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from letters.language import long_date
from letters.letter import Language, Letter, LetterError, Paragraph, Run, SquareCode
from registration import clock, config
from registration.db import Session
from registration.designations.models import Designation
from registration.designations.rules import DesignationKind
from registration.documents import service as documents
from registration.documents.models import DocumentKind
from registration.journal.service import record
from registration.notes import sealing, wording
from registration.notes.models import Addressee, Note
from registration.responses import queries, standings
from registration.responses.models import Acknowledgement, Response
from registration.responses.rules import ResponseKind
from registration.states.models import State

if TYPE_CHECKING:
    from letters.compose import Press

_WORDS = Path(__file__).with_name("confirming.toml")
Words = dict[str, Any]


def confirm(session: Session, press: "Press", response_id: UUID) -> None:
    """Print and keep the letter that confirms a response, in the language of the State's mission.

    Done again it changes nothing. A letter that cannot be printed, since a name has characters that
    our fonts lack, is parked with the reason; the mail went out before, with the same words.
    """
    response = session.get(Response, response_id)
    if response is None or session.get(Acknowledgement, response_id) is not None:
        return
    addressee = session.get_one(Addressee, response.addressee_id)
    made = Acknowledgement(
        response_id=response.id, state_code=response.state_code, language=addressee.language
    )
    try:
        made.document_id = _printed(session, press, response, addressee.language)
    except LetterError as error:
        _park(session, made, error.sentence, error.values)
    session.add(made)
    session.flush()


def give_up(session: Session, response_id: UUID, problem: str) -> None:
    """Park a letter whose making failed again and again."""
    response = session.get(Response, response_id)
    if response is None or session.get(Acknowledgement, response_id) is not None:
        return
    addressee = session.get_one(Addressee, response.addressee_id)
    made = Acknowledgement(
        response_id=response.id, state_code=response.state_code, language=addressee.language
    )
    _park(session, made, problem)
    session.add(made)
    session.flush()


def _park(
    session: Session, made: Acknowledgement, problem: str, values: Mapping[str, Any] | None = None
) -> None:
    made.problem, made.problem_values = problem, dict(values or {})
    record(
        session,
        "acknowledgement.parked",
        "response",
        made.response_id,
        state_code=made.state_code,
        detail={"language": made.language},
    )


def _printed(session: Session, press: "Press", response: Response, language: str) -> UUID:
    pdf = press.master(compose(session, response, cast(Language, language)))
    sealed, _fingerprint = sealing.put_on(session, pdf, response.received_at)
    kept = documents.store(
        session,
        sealed,
        kind=DocumentKind.LETTER,
        filename=f"acknowledgement-{response.state_code}-{response.received_on:%Y-%m-%d}.pdf",
        media_type="application/pdf",
        state_code=response.state_code,
    )
    return kept.id


def compose(session: Session, response: Response, language: Language) -> Letter:
    """The letter in that language, as plain values for the press."""
    note = session.get_one(Note, response.note_id)
    last_day = standings.own_last_day(session, note, response.addressee_id)
    words, office = _words(language), wording.office(language)
    there = response.received_at.astimezone(clock.DUTY_STATION)
    known = {
        "state": session.get_one(State, response.state_code).name(language),
        "secretariat": office.secretariat,
        "reference": note.reference or "",
        "day": long_date(there.date(), language),
        "time": f"{there:%H:%M}",
        "deadline": long_date(last_day, language),
    }
    is_late = response.received_at > clock.closing(last_day)
    named = queries.named_in(session, response)
    return Letter(
        language=language,
        reference=note.reference or "",
        subject=words["subject"].format(**known),
        letterhead=office.letterhead,
        paragraphs=tuple(_paragraphs(response, named, words, known, is_late=is_late)),
        place_and_date=office.place_and_date.format(date=long_date(clock.today(), language)),
        notice=office.demonstration if config.current().demo else "",
        about_codes=words["codes"],
        codes=_codes(response, named),
    )


def _codes(response: Response, named: list[Designation]) -> tuple[SquareCode, ...]:
    """For each person the address of the page on which staff mark presence; it holds no name."""
    if response.kind is not ResponseKind.NOMINATION:
        return ()
    return tuple(
        SquareCode(
            each.printed_name or each.name, f"{config.current().base_url}/present/{each.line_id}"
        )
        for each in named
        if each.kind is DesignationKind.GOVERNMENTAL_EXPERT
    )


@cache
def _all_words() -> dict[str, Words]:
    return tomllib.loads(_WORDS.read_text(encoding="utf-8"))


def _words(language: str) -> Words:
    return _all_words()[language]


def _paragraphs(
    response: Response,
    named: list[Designation],
    words: Words,
    known: dict[str, str],
    *,
    is_late: bool,
) -> Iterator[Paragraph]:
    yield Paragraph(words["received"].format(**known))
    if is_late:
        yield Paragraph(words["late"].format(**known))
    if response.kind is ResponseKind.NOMINATION:
        for kind in DesignationKind:
            yield from _names([each for each in named if each.kind is kind], kind, words)
        if response.document_id is None:
            yield Paragraph(words["missing"])
    else:
        yield Paragraph(words[response.kind.value])
    yield Paragraph(words["change"])
    yield Paragraph(words["closing"])


def _names(named: list[Designation], kind: DesignationKind, words: Words) -> Iterator[Paragraph]:
    if named:
        yield Paragraph(words[kind.value])
    for number, each in enumerate(named, start=1):
        yield Paragraph(tuple(_runs(each, words)), number=number)


def _runs(named: Designation, words: Words) -> Iterator[Run]:
    """What is said of an authority or a person, a line each, as its State wrote it."""
    if named.courtesy:
        yield Run(f"{words['courtesy'][named.courtesy]} ")
    yield Run(named.name, name=True)
    if named.printed_name:
        yield Run("\n" + words["printed"])
        yield Run(named.printed_name, name=True)
    for line in (named.title, named.institution):
        if line:
            yield from (Run("\n"), Run(line, name=True))
    if named.capacity:
        yield Run("\n" + words["capacity"][named.capacity])
    if named.head_of_delegation:
        yield Run("\n" + words["head"])
