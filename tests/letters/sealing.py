"""Keys and certificates of an invented office, made anew for each run and trusted by nobody."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID

from letters.seal import Seal

FIRST_DAY = datetime(2013, 6, 1, tzinfo=UTC)
LAST_DAY = datetime(2099, 1, 1, tzinfo=UTC)
KINDS = ("rsa", "p256")


@dataclass(frozen=True)
class KeyAndCertificate:
    """What an office keeps in two files."""

    key: Any
    certificate: x509.Certificate

    def key_file(self, password: bytes | None = None) -> bytes:
        locked = BestAvailableEncryption(password) if password else NoEncryption()
        encoded: bytes = self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, locked)
        return encoded

    @property
    def certificate_file(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    def seal(self) -> Seal:
        return Seal.of(self.key_file(), self.certificate_file)


def a_key(kind: str) -> Any:
    """A private key of a kind that seals, or of one that must not."""
    if kind == "p256":
        return ec.generate_private_key(ec.SECP256R1())
    if kind == "p384":
        return ec.generate_private_key(ec.SECP384R1())
    return rsa.generate_private_key(65537, 1024 if kind == "weak rsa" else 2048)


def a_certificate(
    kind: str = "p256",
    *,
    first: datetime = FIRST_DAY,
    last: datetime = LAST_DAY,
    signs: bool = True,
    serial: int | None = None,
    name: str = "Seal of the Meetings (test)",
) -> KeyAndCertificate:
    """A self-signed certificate and its key."""
    key = a_key(kind)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    usage = x509.KeyUsage(signs, signs, not signs, *[False] * 6)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(serial or x509.random_serial_number())
        .not_valid_before(first)
        .not_valid_after(last - timedelta(seconds=1))
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    return KeyAndCertificate(key, certificate)
