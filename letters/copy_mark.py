"""What makes a copy one addressee's own: what fits its mark, and the QR code in it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import zxingcpp

from letters.letter import Copy, LetterError

# Every QR code has the same size, so that one layout can serve all copies: version 6 with medium
# error correction holds 106 bytes. The mask is fixed because trying all eight takes longer than
# the rest of the copy mark.
_QR_VERSION: Final = 6
_QR_CORRECTION: Final = "M"
_QR_MASK: Final = 2
_MODULES: Final = 17 + 4 * _QR_VERSION  # on a side
_QUIET_ZONE: Final = 4
_DARK: Final = re.compile(rb"\0+")  # light is 255
LONGEST_VERIFY_URL: Final = 106

# Two lines of the copy mark; the longest name of a mission needs little more than one.
LONGEST_ADDRESSEE: Final = 140
LONGEST_CODE: Final = 40


class Stroke(NamedTuple):
    """Dark modules side by side in row `y`, from column `start` to before column `end`."""

    start: int
    end: int
    y: int


@dataclass(frozen=True)
class QRCode:
    """A QR code in a square of `side` units, the quiet zone included.

    It is drawn as strokes one unit wide: filled squares take twice as long.
    """

    side: int
    strokes: tuple[Stroke, ...]

    @property
    def path(self) -> str:
        """The strokes as the data of an SVG path."""
        return "".join(f"M{s.start} {s.y}.5h{s.end - s.start}" for s in self.strokes)


def check(copy: Copy) -> None:
    """Raise LetterError for a copy whose name, code or address does not fit its mark."""
    if len(copy.addressee) > LONGEST_ADDRESSEE:
        raise LetterError(
            "The name of the addressee is too long for its place: over %(most)s characters.",
            most=LONGEST_ADDRESSEE,
        )
    if len(copy.code) > LONGEST_CODE:
        raise LetterError(
            "The verification code is too long for its place: over %(most)s characters.",
            most=LONGEST_CODE,
        )
    check_address(copy.verify_url)


def check_address(address: str) -> None:
    """Raise LetterError for an address that does not fit a QR code."""
    if len(address) > LONGEST_VERIFY_URL:
        raise LetterError(
            "The verification address is too long for its place: over %(most)s characters.",
            most=LONGEST_VERIFY_URL,
        )
    if not address.isascii():
        raise LetterError("The verification address has other characters than those of an address.")


def qr_code(content: str) -> QRCode:
    """The QR code of an address of at most `LONGEST_VERIFY_URL` ASCII characters."""
    code = zxingcpp.create_barcode(
        content,
        zxingcpp.BarcodeFormat.QRCode,
        version=_QR_VERSION,
        ec_level=_QR_CORRECTION,
        data_mask=_QR_MASK,
    )
    image: Any = code.to_image(scale=1, add_quiet_zones=False)
    pixels = bytes(memoryview(image))  # one byte a module; its types do not say that it is a buffer
    return QRCode(
        _MODULES + 2 * _QUIET_ZONE,
        tuple(
            Stroke(_QUIET_ZONE + start, _QUIET_ZONE + end, _QUIET_ZONE + y)
            for y in range(_MODULES)
            for start, end in _dark_runs(pixels[y * _MODULES : (y + 1) * _MODULES])
        ),
    )


def _dark_runs(row: bytes) -> Iterator[tuple[int, int]]:
    """Where the dark modules of a row begin and end."""
    return (run.span() for run in _DARK.finditer(row))
