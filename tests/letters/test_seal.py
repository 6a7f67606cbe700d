"""The seal: what strict readers say of it, and what is found when a sealed letter is changed."""

import io
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import page as page_validation
import pikepdf
import pytest
from asn1crypto import cms, x509
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from letters import cms as cms_of_ours
from letters.compose import Press
from letters.letter import LetterError
from letters.seal import Seal
from letters.sealed import Finding, examine
from tests.letters.reading import texts
from tests.letters.samples import a_copy, a_letter
from tests.letters.sealing import FIRST_DAY, KINDS, LAST_DAY, KeyAndCertificate, a_certificate

AT = datetime(2013, 7, 1, 10, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Office:
    """A seal and the certificate by which others know it."""

    kept: KeyAndCertificate
    seal: Seal

    def finds(self, pdf: bytes) -> Finding:
        return examine(pdf, [self.kept.certificate])


@pytest.fixture(scope="module", params=KINDS)
def office(request: pytest.FixtureRequest) -> Office:
    kept = a_certificate(request.param)
    return Office(kept, kept.seal())


@pytest.fixture(scope="module")
def letter() -> bytes:
    return Press().copy(a_letter("ar"), a_copy("البعثة الدائمة لجمهورية النمسا"))


def said_by_a_strict_reader(pdf: bytes, kept: KeyAndCertificate) -> Any:
    trusted = x509.Certificate.load(kept.certificate.public_bytes(Encoding.DER))
    reader = PdfFileReader(io.BytesIO(pdf), strict=True)
    (signature,) = reader.embedded_signatures
    context = ValidationContext(trust_roots=[trusted], allow_fetching=False)
    return validate_pdf_signature(signature, context)


def test_a_strict_reader_finds_the_whole_letter_under_a_valid_seal(
    office: Office, letter: bytes
) -> None:
    status = said_by_a_strict_reader(office.seal.apply(letter, AT), office.kept)
    assert status.bottom_line
    assert status.coverage is SignatureCoverageLevel.ENTIRE_FILE
    assert status.signer_reported_dt == AT


def test_pdfsig_finds_the_whole_letter_under_a_valid_seal(
    office: Office, letter: bytes, tmp_path: Path
) -> None:
    file = tmp_path / "letter.pdf"
    file.write_bytes(office.seal.apply(letter, AT))
    said = subprocess.run(
        ["pdfsig", "-nocert", file], capture_output=True, text=True, check=True
    ).stdout
    assert "Signature is Valid" in said
    assert "Total document signed" in said
    assert "ETSI.CAdES.detached" in said


@pytest.mark.parametrize("profile", ["3a", "ua1"])
def test_a_sealed_letter_can_still_be_archived_and_read_aloud(
    office: Office, letter: bytes, profile: str
) -> None:
    verdict = page_validation.validate_pdf_bytes(office.seal.apply(letter, AT), profile=profile)
    assert verdict.is_compliant, [failure.rule_id for failure in verdict.failures]


def test_the_seal_leaves_the_letter_as_it_is_and_follows_it(office: Office, letter: bytes) -> None:
    sealed = office.seal.apply(letter, AT)
    assert sealed.startswith(letter)
    assert texts(sealed) == texts(letter)
    with pikepdf.open(io.BytesIO(sealed)) as pdf:
        assert pdf.check_pdf_syntax() == []
        assert str(pdf.Root.Lang) == "ar"
        assert pdf.trailer.ID[0] != pdf.trailer.ID[1]


def test_with_an_rsa_key_the_same_letter_gives_the_same_bytes(letter: bytes) -> None:
    kept = a_certificate("rsa")
    assert kept.seal().apply(letter, AT) == kept.seal().apply(letter, AT)


def test_a_letter_is_not_sealed_twice(office: Office, letter: bytes) -> None:
    with pytest.raises(LetterError, match="form or a seal already"):
        office.seal.apply(office.seal.apply(letter, AT), AT)


# --- many small files: every form of references, every ending of a stream ---------------------


def a_small_pdf(content: bytes, pages: int, tables: bool, links: int) -> bytes:
    with pikepdf.new() as pdf:
        for _ in range(pages):
            page = pdf.add_blank_page()
            page.Contents = pdf.make_stream(content)
        if links:
            notes = [
                pikepdf.Dictionary(
                    Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, each, 9]
                )
                for each in range(links)
            ]
            direct = pikepdf.Array(notes)
            pdf.pages[0].Annots = direct if links % 2 else pdf.make_indirect(direct)
        pdf.docinfo["/Title"] = f"{content[:9]!r}"
        written = io.BytesIO()
        modes = pikepdf.ObjectStreamMode
        pdf.save(written, object_stream_mode=modes.disable if tables else modes.generate)
    return written.getvalue()


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    content=st.binary(max_size=60).flatmap(
        lambda body: st.sampled_from([body, body + b"\r", body + b"\r\n", body + b"endstream"])
    ),
    pages=st.integers(1, 3),
    tables=st.booleans(),
    links=st.integers(0, 2),
    cut=st.booleans(),
)
def test_every_file_is_sealed_whole_whatever_its_form(
    office: Office, content: bytes, pages: int, tables: bool, links: int, cut: bool
) -> None:
    pdf = a_small_pdf(content, pages, tables, links)
    sealed = office.seal.apply(pdf.rstrip(b"\n") if cut else pdf, AT)
    status = said_by_a_strict_reader(sealed, office.kept)
    assert status.bottom_line
    assert status.coverage is SignatureCoverageLevel.ENTIRE_FILE
    assert office.finds(sealed) is Finding.INTACT
    with pikepdf.open(io.BytesIO(sealed)) as read:
        assert len(read.pages) == pages
        assert len(read.pages[0].Annots) == links + 1


# --- what is found in a file that anybody may have made ---------------------------------------


def test_the_seal_is_found_by_the_present_certificate_and_by_a_past_one(
    office: Office, letter: bytes
) -> None:
    sealed = office.seal.apply(letter, AT)
    assert office.finds(sealed) is Finding.INTACT
    others = [a_certificate("rsa").certificate, office.kept.certificate]
    assert examine(sealed, others) is Finding.INTACT


def test_a_letter_without_a_seal_has_none(office: Office, letter: bytes) -> None:
    assert office.finds(letter) is Finding.NONE
    assert office.finds(b"") is Finding.NONE


def test_a_seal_of_somebody_else_is_not_ours(office: Office, letter: bytes) -> None:
    # The same name and number in another certificate: anybody can write those.
    forged = a_certificate("p256", serial=office.kept.certificate.serial_number)
    assert office.finds(forged.seal().apply(letter, AT)) is Finding.FOREIGN


@pytest.mark.parametrize("where", [0.001, 0.3, 0.6, 0.9])
def test_one_changed_byte_breaks_the_seal(office: Office, letter: bytes, where: float) -> None:
    sealed = bytearray(office.seal.apply(letter, AT))
    sealed[int(len(letter) * where)] ^= 1
    assert office.finds(bytes(sealed)) is Finding.BROKEN


def test_a_byte_more_in_the_middle_breaks_the_seal(office: Office, letter: bytes) -> None:
    sealed = office.seal.apply(letter, AT)
    assert office.finds(sealed[:500] + b" " + sealed[500:]) is Finding.BROKEN


def test_a_letter_saved_anew_by_another_program_has_lost_its_seal(
    office: Office, letter: bytes
) -> None:
    anew = io.BytesIO()
    with pikepdf.open(io.BytesIO(office.seal.apply(letter, AT))) as pdf:
        pdf.save(anew)
    assert office.finds(anew.getvalue()) is Finding.BROKEN


def test_what_is_added_behind_a_seal_is_found(office: Office, letter: bytes) -> None:
    sealed = office.seal.apply(letter, AT)
    assert office.finds(sealed + b"\n% and one more thing\n") is Finding.EXTENDED
    update = a_certificate("p256", name="Somebody else").seal()
    stripped = sealed.replace(b"/AcroForm", b"/AcroXorm")  # lets the second seal go on
    assert office.finds(update.apply(stripped, AT)) is Finding.BROKEN


def test_a_signature_moved_to_another_letter_is_broken(office: Office, letter: bytes) -> None:
    mine = office.seal.apply(letter, AT)
    other = bytearray(office.seal.apply(letter, AT + timedelta(seconds=1)))
    start = mine.index(b"/Contents<")
    other[start : start + 2000] = mine[start : start + 2000]
    assert office.finds(bytes(other)) is Finding.BROKEN


def a_message_of(signature: bytes) -> bytes:
    """A file that is nothing but a signature: its range leaves out the digits alone."""
    digits = b"<" + signature.hex().encode() + b">"
    return b"/ByteRange[0 29 %010d 0]" % (29 + len(digits)) + digits


@pytest.mark.parametrize(
    "hostile",
    [
        b"/ByteRange[0 1 2 3]" * 50_000,
        b"/ByteRange [0 0000000001 0000000003 9999999999]<",
        b"/ByteRange[0 27 29 1]".ljust(27) + b"<30>",
        b"/ByteRange[5 6 7 8]<aa>",
        b"/ByteRange[0 30 34 3]".ljust(30) + b"<80>   ",
        b"/ByteRange" + b" " * 100_000 + b"[0 0 0 0]",
        a_message_of(cms_of_ours.der(0x30, b"\5\0" * 1_000_000)),
    ],
)
def test_a_hostile_file_is_looked_at_calmly(office: Office, hostile: bytes) -> None:
    assert office.finds(hostile) in (Finding.FOREIGN, Finding.NONE)


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(at=st.integers(0), byte=st.integers(0, 255))
def test_a_damaged_message_never_holds_and_never_fails(office: Office, at: int, byte: int) -> None:
    sealed = bytearray(office.seal.apply(a_small_pdf(b"", 1, tables=False, links=0), AT))
    start = sealed.index(b"/Contents<") + len(b"/Contents<")
    message = bytes.fromhex(sealed[start : sealed.index(b">", start)].decode())
    place = at % len(message.rstrip(b"\0"))
    damaged = bytearray(message)
    damaged[place] = byte
    sealed[start : start + 2 * len(damaged)] = damaged.hex().encode()
    if office.finds(bytes(sealed)) is Finding.INTACT:
        # Only what says nothing of the letter may differ, such as a certificate carried along.
        assert all(part in damaged for part in attributes_and_signature(message))


def attributes_and_signature(message: bytes) -> tuple[bytes, bytes]:
    """What is signed and its signature, as another library takes them out."""
    (signer,) = cms.ContentInfo.load(message)["content"]["signer_infos"]
    return signer["signed_attrs"].contents, signer["signature"].native


# --- a key and a certificate that are not fit to seal -----------------------------------------


def test_a_key_under_a_password_seals(letter: bytes) -> None:
    kept = a_certificate("rsa")
    seal = Seal.of(kept.key_file(b"open sesame"), kept.certificate_file, b"open sesame")
    assert examine(seal.apply(letter, AT), [kept.certificate]) is Finding.INTACT


def test_a_key_under_another_password_is_refused() -> None:
    kept = a_certificate()
    for password in (None, b"wrong"):
        with pytest.raises(LetterError, match="key of the seal cannot be read"):
            Seal.of(kept.key_file(b"open sesame"), kept.certificate_file, password)


@pytest.mark.parametrize("kind", ["weak rsa", "p384"])
def test_a_key_of_another_kind_is_refused(kind: str) -> None:
    kept = a_certificate(kind)
    with pytest.raises(LetterError, match="RSA of at least 2048 bits, or on curve P-256"):
        kept.seal()


def test_a_certificate_of_another_key_is_refused() -> None:
    for kind in KINDS:
        with pytest.raises(LetterError, match="not that of its certificate"):
            Seal.of(a_certificate("p256").key_file(), a_certificate(kind).certificate_file)


def test_a_certificate_that_is_not_for_signatures_is_refused() -> None:
    with pytest.raises(LetterError, match="not given for signatures"):
        a_certificate(signs=False).seal()


def test_what_is_no_key_and_no_certificate_is_refused() -> None:
    kept = a_certificate()
    with pytest.raises(LetterError, match="key of the seal cannot be read"):
        Seal.of(b"no key", kept.certificate_file)
    with pytest.raises(LetterError, match="certificate of the seal cannot be read"):
        Seal.of(kept.key_file(), b"no certificate")


def test_a_certificate_seals_only_in_its_time() -> None:
    seal = a_certificate().seal()
    seal.refuse_unless_valid(AT)
    with pytest.raises(LetterError, match="valid from 01/06/2013"):
        seal.refuse_unless_valid(FIRST_DAY - timedelta(seconds=1))
    with pytest.raises(LetterError, match="expired on 31/12/2098"):
        seal.refuse_unless_valid(LAST_DAY)


def test_no_seal_claims_a_moment_before_its_certificate(letter: bytes) -> None:
    kept = a_certificate("rsa", first=AT)
    sealed = kept.seal().apply(letter, AT - timedelta(days=3))
    assert said_by_a_strict_reader(sealed, kept).signer_reported_dt == AT
