"""Verification codes: how they are made, and what a typed one means."""

import secrets
import unicodedata

# Letters and digits that nobody takes for another one, in print or over the telephone.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_GROUPS, _GROUP = 3, 4
LONGEST = _GROUPS * (_GROUP + 1) - 1

# A Russian keyboard writes these in the place of the Latin letters that look the same.
_LOOK_ALIKES = str.maketrans("АВЕКМНРСТХУ", "ABEKMHPCTXY")


def new() -> str:
    """A code that nobody guesses: 58 bits, in groups to be read aloud, e.g. K7QF-3MXT-9WPB."""
    return "-".join(
        "".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS)
    )


def normal(typed: str) -> str:
    """A code as it was typed on any keyboard, in the form in which it is kept.

    Hyphens and spaces may stand anywhere or nowhere; letters may be small, full-width or Cyrillic,
    digits full-width or Arabic.
    """
    letters = unicodedata.normalize("NFKC", typed).upper().translate(_LOOK_ALIKES)
    plain = "".join(_plain_digit(each) for each in letters if each.isalnum())
    return "-".join(plain[at : at + _GROUP] for at in range(0, len(plain), _GROUP))


def _plain_digit(character: str) -> str:
    return str(unicodedata.decimal(character)) if character.isdecimal() else character
