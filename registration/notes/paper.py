"""A note on paper: its rows and words as the plain values that the press prints."""

from typing import cast

from letters import language as grammar
from letters.letter import Language, Letter
from registration import clock, config
from registration.accounts.models import Account
from registration.db import Session
from registration.notes import addressing, content, enclosures, wording
from registration.notes.clearance import meeting_of
from registration.notes.models import Note
from registration.notes.wording import Values, Wording


def verify_url(code: str) -> str:
    """The address, printed on a copy, at which anybody can check that the office issued it."""
    return f"{config.current().base_url}/verify/{code}"


def text_of(session: Session, note: Note, language: str, words: Wording | None = None) -> Letter:
    """The letter in one language; with `words` as if the note's text were these.

    What was not issued yet bears today's date, and a notice on every page that it is a draft.
    """
    tongue = cast(Language, language)
    office = wording.office(language)
    meeting = meeting_of(session, note)
    if words is None:
        words = content.completed(note, meeting)[language]
    else:
        words = wording.complete(words, content.values(note, meeting, language))
    day = note.issued_on or clock.today()
    return Letter(
        language=tongue,
        reference=note.reference or f"CU {day.year}/…",
        subject=wording.typeset(words.subject, tongue),
        letterhead=office.letterhead,
        paragraphs=wording.paragraphs(words.body, tongue),
        place_and_date=office.place_and_date.format(date=grammar.long_date(day, tongue)),
        initials=_initials(session, note),
        enclosures=enclosures.printed(note, language),
        notice=_notice(note, office),
    )


def text_to(session: Session, note: Note, language: str, places: Values) -> Letter:
    """The letter of an addressed note to one State; `places` are what differs from copy to copy."""
    words = wording.complete(addressing.text_in(note, language), places)
    return text_of(session, note, language, words)


def _notice(note: Note, office: wording.Office) -> str:
    notices = [
        office.draft if note.issued_on is None else "",
        office.demonstration if config.current().demo else "",
    ]
    return " · ".join(filter(None, notices))


def _initials(session: Session, note: Note) -> str:
    """The initials of the officer who cleared the note."""
    if note.cleared_by_id is None:
        return ""
    name = session.get_one(Account, note.cleared_by_id).name.partition("(")[0]
    return "".join(word[0] for word in name.split() if word[0].isalpha()).upper()
