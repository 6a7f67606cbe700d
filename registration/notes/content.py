"""What a clearance consents to: all texts filled in, the audience, the deadline, the meeting."""

import json
import unicodedata
from dataclasses import asdict, dataclass
from datetime import date
from hashlib import sha256
from typing import Any, cast

from letters import language as grammar
from letters.letter import Language
from registration import config
from registration.db import Session
from registration.errors import Refused
from registration.meetings import series
from registration.meetings.models import DateStatus, Meeting
from registration.notes import addressing, enclosures, native, state_of_play, wording
from registration.notes.addressing import is_addressed
from registration.notes.audience import Audience
from registration.notes.models import Note
from registration.notes.rules import NoteStage
from registration.notes.wording import Values, Wording
from registration.words import LANGUAGES


def values(note: Note, meeting: Meeting, language: str) -> Values:
    """What the places of a text stand for in that language; None where it is not known.

    Those of an addressed note that differ from copy to copy stand for no State in particular.
    """
    tongue = cast(Language, language)
    settings = config.current()
    office = wording.office(language)
    followed = note.follows if note.follows_id else None
    days = _days(meeting)
    known: dict[str, str | None] = {
        "opening": grammar.opening(office.article + office.secretariat, tongue),
        "closing": grammar.closing(tongue),
        "secretariat": office.secretariat,
        "series": series.NAMES[language],
        "meeting_number": _ordinal(meeting, tongue, "nominative"),
        "meeting_number_genitive": _ordinal(meeting, tongue, "genitive"),
        "dates": grammar.date_range(*days, tongue) if days else None,
        "first_day": grammar.long_date(days[0], tongue) if days else None,
        "place": meeting.places.get(language) or None,
        "deadline": _long_date(note.respond_by, tongue),
        "original_reference": followed.reference if followed else None,
        "original_date": _long_date(followed.issued_on if followed else None, tongue),
        "symbols": meeting.symbol_prefix.rstrip("/") or None,
        "address": settings.mail_sender,
        "portal": settings.base_url,
        "meeting_page": f"{settings.base_url}/meetings/{meeting.slug}",
    }
    if not is_addressed(note):
        return known
    follows_up = Audience.of(note.audience).without_response_to is not None
    play = {wording.STATE_OF_PLAY: state_of_play.neutral(language) if follows_up else None}
    return {**known, **addressing.neutral_places(language), **play}


def _long_date(day: date | None, language: Language) -> str | None:
    return grammar.long_date(day, language) if day else None


def _days(meeting: Meeting) -> tuple[date, date] | None:
    """The days of a meeting, where they are certain enough to stand in a note."""
    if meeting.date_status is not DateStatus.VERIFIED or not meeting.begins_on:
        return None
    return meeting.begins_on, meeting.ends_on or meeting.begins_on


def _ordinal(meeting: Meeting, language: Language, case: grammar.Case) -> str | None:
    if not 1 <= meeting.number <= grammar.LAST_ORDINAL:
        return None
    return grammar.ordinal(meeting.number, language, case)


def completed(note: Note, meeting: Meeting) -> dict[str, Wording]:
    """The text in every language, filled in; at the issue it was written out for good.

    An addressed note speaks to no State in particular here.
    """
    texts = {text.language: Wording(text.subject, text.body) for text in note.texts}
    if note.stage is NoteStage.ISSUED and not is_addressed(note):
        return texts
    return {
        language: wording.complete(text, values(note, meeting, language))
        for language, text in texts.items()
    }


def written_out(note: Note, meeting: Meeting) -> dict[str, Wording]:
    """The text in every language as the issue keeps it: all is filled in that no copy has alone."""
    own = wording.OWN_PLACES if is_addressed(note) else frozenset()
    return {
        text.language: wording.complete(
            Wording(text.subject, text.body),
            {
                place: value
                for place, value in values(note, meeting, text.language).items()
                if place not in own
            },
        )
        for text in note.texts
    }


def digest(note: Note, meeting: Meeting) -> str:
    """The SHA-256 of the content in one canonical form. Not for notes that are issued already."""
    content = {
        "kind": note.kind,
        "form": note.form.value,
        "texts": {language: asdict(text) for language, text in completed(note, meeting).items()},
        "enclosures": enclosures.consented(note),
        "audience": note.audience,
        "respond_by": note.respond_by,
        "meeting": {
            "number": meeting.number,
            "begins_on": meeting.begins_on,
            "ends_on": meeting.ends_on,
            "date_status": meeting.date_status.value,
            "places": meeting.places,
        },
    }
    return sha256(canonical(content)).hexdigest()


def canonical(content: dict[str, Any]) -> bytes:
    """JSON with sorted keys and composed characters: equal contents give equal bytes."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=date.isoformat)
    return unicodedata.normalize("NFC", text).encode()


@dataclass(frozen=True)
class TextState:
    """How far the text in one language is."""

    language: str
    is_original: bool
    is_standard: bool
    needs_native_check: bool
    is_older_than_original: bool
    problems: tuple[Refused, ...]


def state_of_texts(session: Session, note: Note, meeting: Meeting) -> list[TextState]:
    """The state of every text, the original first."""
    kind = wording.kind(note.kind)
    standard = kind.standard(note.form)
    texts = {text.language: text for text in note.texts}
    original, unread = texts[kind.original], native.unread(session, note)
    found = problems(note, meeting) if note.stage is not NoteStage.ISSUED else {}
    changed = Wording(original.subject, original.body) != standard[kind.original]
    return [
        TextState(
            language=each,
            is_original=each == kind.original,
            is_standard=Wording(texts[each].subject, texts[each].body) == standard[each],
            needs_native_check=each in unread,
            is_older_than_original=changed and texts[each].changed_at < original.changed_at,
            problems=tuple(found.get(each, ())),
        )
        for each in sorted(texts, key=lambda each: (each != kind.original, LANGUAGES.index(each)))
    ]


def problems(note: Note, meeting: Meeting) -> dict[str, list[Refused]]:
    """What keeps the note from being submitted, by language; empty where nothing does."""
    texts = {text.language: Wording(text.subject, text.body) for text in note.texts}
    found = {
        language: _problems_of(texts.get(language), values(note, meeting, language))
        + enclosures.problems(note, meeting, language)
        for language in LANGUAGES
    }
    return {language: refusals for language, refusals in found.items() if refusals}


def _problems_of(text: Wording | None, known: Values) -> list[Refused]:
    if text is None or not text.subject or not text.body:
        return [Refused("There is no text yet.")]
    found = [
        Refused("The value of ((%(place)s)) is not recorded in this language.", place=place)
        for place in wording.without_value(text, known)
        if place not in ("dates", "first_day")
    ]
    if {"dates", "first_day"} & set(wording.without_value(text, known)):
        found.append(Refused("The dates of the meeting are not confirmed."))
    if known["deadline"] and known["deadline"] not in wording.complete(text, known).subject:
        found.append(Refused("The subject does not name the deadline: write ((deadline)) in it."))
    return found + [
        Refused("Something is still to be written: %(gap)s", gap=gap) for gap in wording.gaps(text)
    ]
