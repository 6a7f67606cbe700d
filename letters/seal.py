"""The office's electronic seal on a finished letter: an invisible PAdES signature (level B-B).

The seal is an incremental update: the letter's bytes stay, and what the seal needs follows them.
"""

import io
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

import pikepdf
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

from letters.cms import Envelope, PrivateKey
from letters.letter import LetterError

SMALLEST_RSA_KEY: Final = 2048

_END_OF_PLACE: Final = b">"
_RANGE: Final = b"[0 %010d %010d %010d]"  # of fixed width: it is written when all lengths are known
# The field has no extent and lies beside the paper, so that no page shows it and no element of the
# structure has to describe it (ISO 14289-1, 7.18.1); it "prints", as PDF/A asks of every annotation
# (ISO 19005-3, 6.3.2), and is locked.
_FIELD: Final = (
    b"<</Type/Annot/Subtype/Widget/FT/Sig/T(Seal)/TU(Electronic seal)/Rect[-1 -1 -1 -1]/F 132"
    b"/P %d 0 R/V %d 0 R>>"
)
_FORM: Final = b"/AcroForm<</Fields[%d 0 R]/SigFlags 3>>"


class Seal:
    """The key and the certificates of the office; one for a process. Threads may share it."""

    def __init__(self, key: PrivateKey, certificates: list[x509.Certificate]) -> None:
        self.certificate = certificates[0]
        self._envelope = Envelope(key, certificates)
        self._size = self._envelope.size

    @classmethod
    def of(cls, key: bytes, certificates: bytes, password: bytes | None = None) -> "Seal":
        """The seal of a private key and its certificate, followed by those above it, all in PEM.

        Raises LetterError where they cannot be read, do not fit together or are not fit to seal.
        """
        try:
            private = load_pem_private_key(key, password)
        except (ValueError, TypeError) as error:
            raise LetterError(
                "The key of the seal cannot be read: %(why)s", why=str(error)
            ) from error
        try:
            chain = x509.load_pem_x509_certificates(certificates)
        except ValueError as error:
            raise LetterError(
                "The certificate of the seal cannot be read: %(why)s", why=str(error)
            ) from error
        fit = _fit_to_seal(private)
        if fit.public_key() != chain[0].public_key():
            raise LetterError("The key of the seal is not that of its certificate.")
        _refuse_other_uses(chain[0])
        return cls(fit, chain)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate, as 64 hexadecimal digits."""
        return sha256(self.encoded_certificate).hexdigest()

    @property
    def encoded_certificate(self) -> bytes:
        """The certificate in DER."""
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def title(self) -> str:
        """Whose seal it is, as the certificate says."""
        return self.certificate.subject.rfc4514_string()

    def refuse_unless_valid(self, now: datetime) -> None:
        """Raise LetterError outside the days for which the certificate was given."""
        first, last = self.certificate.not_valid_before_utc, self.certificate.not_valid_after_utc
        if now < first:
            raise LetterError(
                "The certificate of the seal is valid from %(day)s only.", day=f"{first:%d/%m/%Y}"
            )
        if now > last:
            raise LetterError(
                "The certificate of the seal expired on %(day)s.", day=f"{last:%d/%m/%Y}"
            )

    def apply(self, pdf: bytes, at: datetime) -> bytes:
        """The letter under the seal, which claims to have been made `at` (aware).

        A moment before the certificate was given becomes the first one of its validity: no reader
        would believe an earlier one. With an RSA key the same letter and moment give the same
        bytes. Raises LetterError for a PDF that has a form, which is one that was sealed before.
        """
        moment = max(at.astimezone(UTC), self.certificate.not_valid_before_utc)
        update = _Update(pdf)
        before, after = update.around_the_place(self._size, moment)
        place = 2 * self._size
        end = len(pdf) + len(before) + place
        ranges = _RANGE % (len(pdf) + len(before) - 1, end + 1, len(after) - 1)
        before = before.replace(_RANGE % (0, 0, 0), ranges, 1)
        digest = sha256(pdf)
        digest.update(before[:-1])
        digest.update(after[1:])
        message = self._envelope.sign(digest.digest()).hex().encode()
        return b"".join((pdf, before, message.ljust(place, b"0"), after))


def _fit_to_seal(key: object) -> PrivateKey:
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size >= SMALLEST_RSA_KEY:
        return key
    if isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1):
        return key
    raise LetterError(
        f"The key of the seal must be RSA of at least {SMALLEST_RSA_KEY} bits, or on curve P-256."
    )


def _refuse_other_uses(certificate: x509.Certificate) -> None:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return
    if not (usage.digital_signature or usage.content_commitment):
        raise LetterError("The certificate of the seal was not given for signatures.")


class _Update:
    """What is appended to a letter: its catalogue and first page anew, the field, the signature."""

    def __init__(self, pdf: bytes) -> None:
        self._pdf = pdf
        with pikepdf.open(io.BytesIO(pdf)) as document:
            root, page = document.Root, document.pages[0].obj
            if "/AcroForm" in root:
                raise LetterError("This letter has a form or a seal already.")
            self._size = int(document.trailer.Size)
            self._has_table = "/W" not in document.trailer
            self._info = document.trailer.Info.unparse()
            self._first_id = bytes(document.trailer.ID[0])
            self._root, self._page = root.objgen[0], page.objgen[0]
            self._catalogue = _open_dictionary(root)
            marks = page.get("/Annots", pikepdf.Array())
            self._marks = b" ".join(each.unparse() for each in marks)
            self._page_entries = _open_dictionary(page, without=("/Annots", "/Tabs"))

    def around_the_place(self, size: int, moment: datetime) -> tuple[bytes, bytes]:
        """The bytes before and after the digits of a signature of that size, with < and >."""
        signature, field = self._size, self._size + 1
        opening = b"%d 0 obj\n<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached" % (
            signature
        )
        opening += b"/M(D:%s)" % moment.strftime("%Y%m%d%H%M%SZ").encode()
        opening += b"/ByteRange" + _RANGE % (0, 0, 0) + b"/Contents<"
        objects = {
            self._root: self._catalogue + _FORM % field + b">>",
            self._page: self._page_entries + b"/Annots[%s %d 0 R]/Tabs/S>>" % (self._marks, field),
            field: _FIELD % (self._page, signature),
        }
        body = bytearray(b"" if self._pdf.endswith(b"\n") else b"\n")
        places = {}
        for number, content in objects.items():
            places[number] = len(self._pdf) + len(body)
            body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
        places[signature] = len(self._pdf) + len(body)
        before = bytes(body) + opening
        closing = _END_OF_PLACE + b">>\nendobj\n"
        start = len(self._pdf) + len(before) + 2 * size + len(closing)
        return before, closing + self._references(places, start)

    def _references(self, places: Mapping[int, int], start: int) -> bytes:
        """The cross-references of the update in the form that the letter's own have."""
        write = self._table if self._has_table else self._stream
        return write(places, start) + b"startxref\n%d\n%%%%EOF\n" % start

    def _table(self, places: Mapping[int, int], start: int) -> bytes:
        sections = b"".join(
            b"%d 1\n%010d 00000 n \n" % (number, place) for number, place in sorted(places.items())
        )
        return b"xref\n%strailer\n<<%s>>\n" % (sections, self._trailer(self._size + 2))

    def _stream(self, places: Mapping[int, int], start: int) -> bytes:
        own = self._size + 2
        rows = sorted({**places, own: start}.items())
        index = b" ".join(b"%d 1" % number for number, _ in rows)
        content = b"".join(b"\x01" + place.to_bytes(4, "big") + b"\x00" for _, place in rows)
        about = b"/Index[%s]/Length %d%s" % (index, len(content), self._trailer(own + 1))
        opening = b"%d 0 obj\n<</Type/XRef/W[1 4 1]%s>>stream\n" % (own, about)
        return opening + content + b"\nendstream\nendobj\n"

    def _trailer(self, size: int) -> bytes:
        """What both forms say of the file. The second half of its identifier is the update's."""
        before = self._pdf.rindex(b"startxref")
        previous = int(self._pdf[before + len(b"startxref") :].split()[0])
        return b"/Size %d/Root %d 0 R/Info %s/Prev %d/ID[<%s><%s>]" % (
            size,
            self._root,
            self._info,
            previous,
            self._first_id.hex().encode(),
            sha256(self._pdf).hexdigest()[:32].encode(),
        )


def _open_dictionary(thing: pikepdf.Object, without: tuple[str, ...] = ()) -> bytes:
    """The dictionary as it is written, but for the entries left out, and still to be closed."""
    for name in without:
        if name in thing:
            del thing[name]
    written: bytes = thing.unparse(resolved=True)
    return written.removesuffix(b">>")
