"""Whether two names may be one person's: in other spellings, orders of words, or scripts.

Names are compared as an officer reads them aloud: in Latin letters, without accents, in any order
of their words. Besides, their consonants are compared: Arabic writes few vowels, and every
transliteration chooses them anew. Nothing is concluded from it: an officer sees both, and decides.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Generic, TypeVar

from anyascii import anyascii
from rapidfuzz import fuzz, process

Key = TypeVar("Key")

ALIKE = 88.0  # of 100; "Ahmed Al-Masri" and "Ahmad El Masry" have 89
ALIKE_BONES = 92.0  # where the scripts differ; in one script only the very same consonants
SHORTEST_BONES = 6  # fewer consonants say too little
_NO_LETTERS = re.compile(r"[^a-z ]+")
_VOWELS = re.compile(r"[aeiouyw]")
_TWICE = re.compile(r"(.)\1+")
_ARTICLE = re.compile(r"\b(?:al|el|ul|ibn|bin|ben)\b")
_ARABIC_ARTICLE = re.compile(r"\bال(?=\w{2})")
# What one sound is written as in different transliterations.
_SOUNDS = (("kh", "h"), ("dj", "j"), ("ph", "f"), ("ck", "k"), ("q", "k"), ("c", "k"), ("z", "s"))


class Likeness(StrEnum):
    """In what two names are alike."""

    SAME = "same"  # but for accents, capitals and the order of words
    SPELLED_DIFFERENTLY = "spelled_differently"


@dataclass(frozen=True)
class Found(Generic[Key]):
    """A name that may be the same person's."""

    key: Key
    likeness: Likeness


@lru_cache(maxsize=50_000)
def spoken(name: str) -> str:
    """A name in plain Latin letters, its words in the order of the alphabet."""
    latin = anyascii(unicodedata.normalize("NFKC", name).replace("-", " ")).lower()
    return " ".join(sorted(_NO_LETTERS.sub("", latin.replace("-", " ")).split()))


@lru_cache(maxsize=50_000)
def bones(name: str) -> str:
    """A name's consonants, each sound written in one way."""
    words = _ARTICLE.sub(" ", spoken(_ARABIC_ARTICLE.sub("", name)))
    for written, sound in _SOUNDS:
        words = words.replace(written, sound)
    bare = (_TWICE.sub(r"\1", _VOWELS.sub("", each)) for each in words.split())
    return " ".join(sorted(each for each in bare if each))


def script(name: str) -> str:
    """The script of a name's first letter: LATIN, CYRILLIC, ARABIC, CJK."""
    letters = (each for each in name if each.isalpha())
    return unicodedata.name(next(letters, "a"), "LATIN").split(" ", 1)[0]


def alike(name: str, others: Mapping[Key, str]) -> list[Found[Key]]:
    """Which of the others may be the same person's, the likest first."""
    said = spoken(name)
    if not said:
        return []
    exact = [key for key, other in others.items() if spoken(other) == said]
    near = [*_near(said, others), *_by_consonants(name, others)]
    rest = dict.fromkeys(key for key in near if key not in set(exact))
    return [Found(key, Likeness.SAME) for key in exact] + [
        Found(key, Likeness.SPELLED_DIFFERENTLY) for key in rest
    ]


def _near(said: str, others: Mapping[Key, str]) -> Iterable[Key]:
    choices = {key: spoken(other) for key, other in others.items()}
    for _, _, key in process.extract(
        said, choices, scorer=fuzz.token_sort_ratio, score_cutoff=ALIKE, limit=None
    ):
        yield key


def _by_consonants(name: str, others: Mapping[Key, str]) -> Iterable[Key]:
    own, its_script = bones(name), script(name)
    if len(own.replace(" ", "")) < SHORTEST_BONES:
        return
    choices = {key: bones(other) for key, other in others.items()}
    for _, likeness, key in process.extract(
        own, choices, scorer=fuzz.token_sort_ratio, score_cutoff=ALIKE_BONES, limit=None
    ):
        if likeness == 100 or script(others[key]) != its_script:
            yield key
