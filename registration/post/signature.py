"""The signature of the office's domain on a mail (DKIM, RFC 6376): it is ours, and unchanged.

The library that the tests check it with can sign as well, but by its own clock and with an RSA in
Python: each attempt would send other bytes.
"""

import re
from base64 import b64encode
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from registration import config

# Each is named once more than it is there: one that is added on the way breaks the signature, as
# a second From or a Reply-To of somebody else's would be.
SIGNED = (
    "From",
    "Reply-To",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "MIME-Version",
    "Content-Type",
    "Content-Language",
)
_BITS = 2048  # what receivers expect of a key today (RFC 8301, 3.2)
_FOLD = re.compile(rb"\r\n(?=[ \t])")
_LINE = 72


class NotSignable(Exception):
    """The key of the signature cannot be used; the text says why, in one sentence."""


@dataclass(frozen=True)
class Signer:
    """A domain, and the key whose public half stands in its DNS under the selector."""

    domain: str
    selector: str
    key: RSAPrivateKey = field(repr=False)

    @classmethod
    def of(cls, domain: str, selector: str, key_file: bytes) -> "Signer":
        """Raises NotSignable unless the file is an RSA key of 2,048 bits or more, in PEM."""
        try:
            key = load_pem_private_key(key_file, None)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise NotSignable(
                "The key of the mail's signature is no private key in PEM without a password."
            ) from error
        if not isinstance(key, RSAPrivateKey) or key.key_size < _BITS:
            raise NotSignable(
                f"The key of the mail's signature must be RSA of {_BITS} bits or more."
            )
        return cls(domain, selector, key)

    def signed(self, written: bytes) -> bytes:
        """The message (lines end with CRLF, each header at most once) under its signature.

        The same message gets the same bytes: the signature names no time of its own.
        """
        head, _, body = written.partition(b"\r\n\r\n")
        fields = dict(_field(line) for line in _FOLD.sub(b"", head).split(b"\r\n"))
        present = [name for name in SIGNED if name.lower().encode() in fields]
        named = _folded(":", [*present, *SIGNED])
        unsigned = (
            "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;\r\n"
            f" d={self.domain}; s={self.selector};\r\n"
            f" h={named};\r\n"
            f" bh={b64encode(sha256(_relaxed(body)).digest()).decode()};\r\n"
            " b="
        ).encode()
        lines = [_line(name, fields[name]) for name in (each.lower().encode() for each in present)]
        lines.append(_line(*_field(_FOLD.sub(b"", unsigned))))
        signature = b64encode(self.key.sign(b"\r\n".join(lines), PKCS1v15(), SHA256())).decode()
        pieces = [signature[start : start + _LINE] for start in range(0, len(signature), _LINE)]
        return unsigned + "\r\n ".join(pieces).encode() + b"\r\n" + written


def signer() -> Signer | None:
    """What this installation signs with, read once by each process; None where nothing is set.

    Raises NotSignable. Workers ask for it when they start, so that none sends unsigned mail.
    """
    settings = config.current()
    if settings.dkim_domain is None or settings.dkim_selector is None or settings.dkim_key is None:
        return None
    return _read(settings.dkim_domain, settings.dkim_selector, settings.dkim_key)


@cache
def _read(domain: str, selector: str, key: Path) -> Signer:
    try:
        contents = key.read_bytes()
    except OSError as error:
        raise NotSignable(
            f"The key of the mail's signature, {key}, cannot be read: {error.strerror}."
        ) from error
    return Signer.of(domain, selector, contents)


def _field(line: bytes) -> tuple[bytes, bytes]:
    name, _, value = line.partition(b":")
    return name.strip().lower(), _single_spaces(value).strip(b" ")


def _line(name: bytes, value: bytes) -> bytes:
    return name + b":" + value


def _relaxed(body: bytes) -> bytes:
    """The body as it is signed: spaces at the end of lines, and empty lines at its end, are none.

    Servers on the way may change these (RFC 6376, 3.4.4).
    """
    lines = _single_spaces(body).replace(b" \r\n", b"\r\n").rstrip(b" \r\n")
    return lines + b"\r\n" if lines else b""


def _single_spaces(text: bytes) -> bytes:
    text = text.replace(b"\t", b" ")
    while b"  " in text:  # a file of megabytes has hardly any, and a pattern would try each byte
        text = text.replace(b"  ", b" ")
    return text


def _folded(joint: str, names: list[str]) -> str:
    """The names in lines that no server has to fold."""
    lines = [""]
    for number, name in enumerate(names):
        piece = name if number == len(names) - 1 else name + joint
        if len(lines[-1]) + len(piece) > _LINE:
            lines.append("")
        lines[-1] += piece
    return "\r\n ".join(lines)
