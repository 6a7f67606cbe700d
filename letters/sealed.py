"""Looks for the office's seal in a file that anybody may have made, without opening it as a PDF.

A seal of ours covers every byte of its file but the digits of its own signature. So the bytes alone
tell whether it holds: no object, page or reference of a hostile file is ever read.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from letters import cms

# A file may hold any number of ranges, and each costs one reading of the file.
_MOST_SEALS = 8
_NUMBER = rb"\s{0,8}(\d{1,10})"
_RANGES = re.compile(rb"/ByteRange\s{0,8}\[%s%s%s%s\s{0,8}\]" % ((_NUMBER,) * 4))
_DIGITS = re.compile(rb"<((?:[0-9A-Fa-f]{2})+)>")


class Finding(StrEnum):
    """What a file shows of the office's seal."""

    NONE = "none"  # no electronic signature at all
    FOREIGN = "foreign"  # signed, by somebody else
    BROKEN = "broken"  # signed in our name, but changed since, or never by us
    EXTENDED = "extended"  # ours and sound, with something added behind it
    INTACT = "intact"  # ours, and every byte as it was sealed


@dataclass(frozen=True)
class _Signature:
    """Two ranges of a file around the digits of a message; `end` is where the second one ends."""

    digest: bytes
    message: bytes
    end: int


def examine(pdf: bytes, certificates: Sequence[x509.Certificate]) -> Finding:
    """What the file shows of a seal under one of the certificates, the office's present and past.

    Whether a certificate was valid at the time is not asked: the office used it.
    """
    ranges = deque(_RANGES.finditer(pdf), maxlen=_MOST_SEALS)  # ours is the last that we wrote
    ours = [
        each
        for each in _signatures(pdf, ranges)
        if any(cms.holds(each.message, each.digest, known) for known in certificates)
    ]
    if any(each.end == len(pdf) for each in ours):
        return Finding.INTACT
    if ours:
        return Finding.EXTENDED
    if any(_carries(pdf, known) for known in certificates):
        return Finding.BROKEN
    return Finding.FOREIGN if ranges else Finding.NONE


def _signatures(pdf: bytes, ranges: Iterable[re.Match[bytes]]) -> Iterator[_Signature]:
    """The signatures at those ranges, as far as they leave out nothing but their own digits."""
    content = memoryview(pdf)
    for found in ranges:
        start, first, second, rest = map(int, found.groups())
        digits = _DIGITS.fullmatch(pdf[first:second])
        if start == 0 and digits and second + rest <= len(pdf):
            digest = sha256(content[:first])
            digest.update(content[second : second + rest])
            yield _Signature(digest.digest(), bytes.fromhex(digits[1].decode()), second + rest)


def _carries(pdf: bytes, certificate: x509.Certificate) -> bool:
    """Whether the certificate lies in the file, as a seal carries it or as a program rewrote it."""
    encoded = certificate.public_bytes(Encoding.DER)
    return encoded in pdf or encoded.hex().encode() in pdf.lower()
