"""How each State stands towards a note that asked for something, and how a reminder says so.

What a State sent is the business of the slice that receives it, which lies above this one: it says
here how to ask it (`told_by`), when the program is put together.
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from letters import language as grammar
from letters.letter import Language
from registration.db import Session

_WORDS = Path(__file__).resolve().parent / "state_of_play.toml"


class Came(StrEnum):
    """What a State can have sent."""

    ANSWER = "answer"
    ACKNOWLEDGEMENT = "acknowledgement"
    REQUEST_FOR_TIME = "request_for_time"
    QUESTION = "question"


class Missing(StrEnum):
    """What is still missing of it; ANSWER is the whole of it."""

    ANSWER = "answer"
    NOTE = "note"
    HEAD = "head_of_delegation"
    CENTRAL_AUTHORITY = "central_authority"


@dataclass(frozen=True)
class Play:
    """Where one State stands: what came, each with the day it came last; what is missing.

    `has_time` says that a later day of its own has not passed yet.
    """

    came: tuple[tuple[Came, date], ...] = ()
    missing: tuple[Missing, ...] = (Missing.ANSWER,)
    has_time: bool = False

    @property
    def has_answered(self) -> bool:
        """Whether there is an answer, whole or not."""
        return Missing.ANSWER not in self.missing


# By State, where each addressee of an issued note stands towards it and what follows it.
Source = Callable[[Session, UUID], Mapping[str, Play]]
_source: list[Source] = []


def told_by(source: Source) -> None:
    """From now on `of_note` asks this."""
    _source[:] = [source]


def of_note(session: Session, note_id: UUID) -> Mapping[str, Play]:
    """Where each addressee of an issued note stands, by the State's code."""
    [source] = _source
    return source(session, note_id)


def said(play: Play, language: str) -> str:
    """The state of play in the words of a note, in its language."""
    words, tongue = _words()[language], cast(Language, language)
    sentences = [
        words["came"][what].format(day=grammar.long_date(day, tongue)) for what, day in play.came
    ]
    if not play.has_answered:
        sentences.append(words["missing"][Missing.ANSWER])
    elif play.missing:
        things = words["between_things"].join(words["missing"][each] for each in play.missing)
        sentences.append(words["incomplete"].format(things=things))
    return str(words["between_sentences"].join(sentences))


def neutral(language: str) -> str:
    """What a text shows in that place when it speaks to no State in particular."""
    return str(_words()[language]["neutral"])


@cache
def _words() -> Mapping[str, Any]:
    return tomllib.loads(_WORDS.read_text(encoding="utf-8"))
