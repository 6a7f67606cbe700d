"""The signature inside a seal: a CMS message in DER, put together and taken apart by hand.

A general ASN.1 library spends many times longer on a message than the signing itself. This one
always has the same few parts, so that all but the digest and the signature are laid out once.
The form is that of a detached CAdES signature (RFC 5652; RFC 5035 for the certificate's own hash;
ETSI EN 319 142-1, table 1, for what a PDF's must and must not carry).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

_INTEGER, _OCTETS, _NULL, _OBJECT, _SEQUENCE, _SET, _TAGGED = 2, 4, 5, 6, 0x30, 0x31, 0xA0


def der(tag: int, *parts: bytes) -> bytes:
    """One element: tag, length, content."""
    content = b"".join(parts)
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


def _object(dotted: str) -> bytes:
    first, second, *rest = map(int, dotted.split("."))
    return der(_OBJECT, b"".join(map(_base_128, [40 * first + second, *rest])))


def _base_128(number: int) -> bytes:
    digits = [number & 0x7F]
    while number := number >> 7:
        digits.append(0x80 | number & 0x7F)
    return bytes(reversed(digits))


_SIGNED_DATA: Final = _object("1.2.840.113549.1.7.2")
_DATA: Final = _object("1.2.840.113549.1.7.1")
_CONTENT_TYPE: Final = _object("1.2.840.113549.1.9.3")
_MESSAGE_DIGEST: Final = _object("1.2.840.113549.1.9.4")
_SIGNING_CERTIFICATE: Final = _object("1.2.840.113549.1.9.16.2.47")
_SHA256: Final = der(_SEQUENCE, _object("2.16.840.1.101.3.4.2.1"))
_WITH_RSA: Final = der(_SEQUENCE, _object("1.2.840.113549.1.1.11"), der(_NULL))
_WITH_ECDSA: Final = der(_SEQUENCE, _object("1.2.840.10045.4.3.2"))
# Of one element: a signer has seven. A hostile message may have a million, one byte behind another.
_MOST_PARTS: Final = 8
_ONE: Final = der(_INTEGER, b"\x01")
_ANY_DIGEST: Final = bytes(32)

LONGEST_ECDSA_SIGNATURE: Final = 72  # two integers of P-256, each with a sign byte


def signed_attributes(certificate: x509.Certificate, digest: bytes) -> bytes:
    """What is signed: the SHA-256 of the file, and by which certificate, as a DER SET.

    The moment of signing is no attribute of a seal in a PDF: it stands in the file itself.
    """
    own_hash = der(_OCTETS, sha256(certificate.public_bytes(Encoding.DER)).digest())
    attributes = (
        (_CONTENT_TYPE, _DATA),
        (_MESSAGE_DIGEST, der(_OCTETS, digest)),
        (_SIGNING_CERTIFICATE, der(_SEQUENCE, der(_SEQUENCE, der(_SEQUENCE, own_hash)))),
    )
    return der(_SET, *sorted(der(_SEQUENCE, name, der(_SET, value)) for name, value in attributes))


class Envelope:
    """Signs digests with one key, in messages that carry its certificates (the key's own first)."""

    def __init__(self, key: PrivateKey, certificates: Sequence[x509.Certificate]) -> None:
        self._key = key
        own = certificates[0]
        before, after = signed_attributes(own, _ANY_DIGEST).split(_ANY_DIGEST)
        self._before, self._after = before, after
        self._signer = der(
            _SEQUENCE, own.issuer.public_bytes(), der(_INTEGER, _signed_bytes(own.serial_number))
        )
        self._algorithm = _WITH_RSA if isinstance(key, rsa.RSAPrivateKey) else _WITH_ECDSA
        self._certificates = der(
            _TAGGED, *(each.public_bytes(Encoding.DER) for each in certificates)
        )

    @property
    def size(self) -> int:
        """How many bytes a message has at most."""
        longest = (
            self._key.key_size // 8
            if isinstance(self._key, rsa.RSAPrivateKey)
            else LONGEST_ECDSA_SIGNATURE
        )
        return len(self._message(_ANY_DIGEST, bytes(longest)))

    def sign(self, digest: bytes) -> bytes:
        """The message over the SHA-256 of a file. With RSA the same digest gives the same bytes."""
        attributes = self._before + digest + self._after
        if isinstance(self._key, rsa.RSAPrivateKey):
            signature = self._key.sign(attributes, padding.PKCS1v15(), hashes.SHA256())
        else:
            signature = self._key.sign(attributes, ec.ECDSA(hashes.SHA256()))
        return self._message(digest, signature)

    def _message(self, digest: bytes, signature: bytes) -> bytes:
        attributes = self._before + digest + self._after
        signer = der(
            _SEQUENCE,
            _ONE,
            self._signer,
            _SHA256,
            bytes((_TAGGED,)) + attributes[1:],  # the same set, under the tag of its place
            self._algorithm,
            der(_OCTETS, signature),
        )
        signed = der(
            _SEQUENCE,
            _ONE,
            der(_SET, _SHA256),
            der(_SEQUENCE, _DATA),
            self._certificates,
            der(_SET, signer),
        )
        return der(_SEQUENCE, _SIGNED_DATA, der(_TAGGED, signed))


def _signed_bytes(number: int) -> bytes:
    return number.to_bytes(number.bit_length() // 8 + 1, "big")


@dataclass(frozen=True)
class _Element:
    tag: int
    content: bytes


def holds(message: bytes, digest: bytes, certificate: x509.Certificate) -> bool:
    """Whether the message is the signature of that certificate's key over that digest.

    The attributes are not read but made anew and compared: what the message says counts for
    nothing. What follows the message (a seal's place is filled up with zeros) is ignored.
    """
    try:
        attributes, signature = _attributes_and_signature(message)
    except (ValueError, IndexError):
        return False
    wanted = signed_attributes(certificate, digest)
    if attributes != _contents(wanted).content:
        return False
    key = certificate.public_key()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, wanted, padding.PKCS1v15(), hashes.SHA256())
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, wanted, ec.ECDSA(hashes.SHA256()))
        else:
            return False
    except InvalidSignature:
        return False
    return True


def _attributes_and_signature(message: bytes) -> tuple[bytes, bytes]:
    """Raises ValueError or IndexError where the message is not of our form."""
    _, tagged = _children(_contents(message))
    (signed,) = _children(tagged)
    (signer,) = _children(_children(signed)[-1])
    *_, attributes, _algorithm, signature = _children(signer)
    return attributes.content, signature.content


def _children(element: _Element) -> list[_Element]:
    """The elements of an element. Raises ValueError where they are more than a seal of ours has."""
    found = list(islice(_elements(element.content), _MOST_PARTS + 1))
    if len(found) > _MOST_PARTS:
        raise ValueError("an element has more parts than any of ours")
    return found


def _elements(content: bytes) -> Iterator[_Element]:
    while content:
        element = _contents(content)
        yield element
        content = content[len(der(element.tag, element.content)) :]


def _contents(content: bytes) -> _Element:
    """The first element. Raises ValueError where its length is not that of what is there."""
    size, start = content[1], 2
    if size & 0x80:
        start += size & 0x7F
        size = int.from_bytes(content[2:start], "big")
    if start + size > len(content):
        raise ValueError("an element is longer than what holds it")
    return _Element(content[0], content[start : start + size])
