"""Paragraphs of a text as they are typed: added, moved, taken out, numbered anew."""

import re
from collections.abc import Sequence
from typing import Final

_NUMBER: Final = re.compile(r"^\d{1,2}\.(?=\s)")

Typed = Sequence[str]


def moved(paragraphs: Typed, at: int, by: int) -> list[str]:
    """With the paragraph at that place some places further on; unchanged beyond the ends."""
    found = list(paragraphs)
    if 0 <= at < len(found) and 0 <= at + by < len(found):
        found.insert(at + by, found.pop(at))
    return found


def without(paragraphs: Typed, at: int) -> list[str]:
    """Without the paragraph at that place."""
    return [each for place, each in enumerate(paragraphs) if place != at]


def with_one(paragraphs: Typed, at: int, text: str) -> list[str]:
    """With another paragraph before that place, which is at most the end."""
    at = max(0, min(at, len(paragraphs)))
    return [*paragraphs[:at], text, *paragraphs[at:]]


def numbered(paragraphs: Typed) -> list[str]:
    """With the numbers in front of paragraphs counted from 1, in their order."""
    last = 0
    found = []
    for each in paragraphs:
        if has_number(each):
            last += 1
        found.append(_NUMBER.sub(f"{last}.", each, count=1) if has_number(each) else each)
    return found


def with_number(paragraphs: Typed, at: int) -> list[str]:
    """With a number in front of that paragraph, or without the one it has; all counted anew."""
    found = list(paragraphs)
    if 0 <= at < len(found):
        number = _NUMBER.match(found[at])
        found[at] = found[at][number.end() :].lstrip() if number else f"1. {found[at]}"
    return numbered(found)


def has_number(paragraph: str) -> bool:
    """Whether a paragraph is typed with a number in front."""
    return bool(_NUMBER.match(paragraph))
