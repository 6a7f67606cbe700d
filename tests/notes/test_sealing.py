"""Letters under the office's seal: sealed when a key is configured, never silently without it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine
from psycopg.errors import InsufficientPrivilege
from sqlalchemy.exc import DBAPIError

from letters.compose import Press
from letters.letter import LetterError
from letters.sealed import Finding, examine
from registration import clock, config
from registration.config import Settings
from registration.documents import service as documents
from registration.journal.models import Event
from registration.notes import issuing, rendering, sealing
from registration.notes.models import Letter, SealCertificate
from registration.notes.rules import LetterStage
from tests.letters.sealing import KeyAndCertificate, a_certificate
from tests.notes.desk import Desk

Configure = Callable[[KeyAndCertificate], None]


@pytest.fixture(scope="module")
def press() -> Press:
    return Press()


@pytest.fixture
def configured(settings: Settings, tmp_path: Path) -> Configure:
    """Lets the installation have that key and certificate from now on."""

    def configure(kept: KeyAndCertificate) -> None:
        folder = tmp_path / kept.seal().fingerprint
        folder.mkdir()
        (folder / "key.pem").write_bytes(kept.key_file())
        (folder / "certificate.pem").write_bytes(kept.certificate_file)
        files = {
            "seal_key": folder / "key.pem",
            "seal_certificate": folder / "certificate.pem",
        }
        config.use(settings.model_copy(update=files))

    return configure


def rendered(desk: Desk, press: Press, state_code: str | None) -> tuple[Letter, bytes]:
    with desk.program() as session:
        letter = session.scalars(
            sa.select(Letter).where(
                Letter.state_code == state_code if state_code else Letter.state_code.is_(None)
            )
        ).first()
        assert letter is not None
        rendering.render(session, press, letter.id)
        pdf = documents.read(session, letter.document_id) if letter.document_id else b""
    return letter, pdf


def test_without_a_key_letters_have_no_seal(desk: Desk, press: Press) -> None:
    desk.issued()
    letter, pdf = rendered(desk, press, "AUT")
    assert letter.sealed_with is None
    assert examine(pdf, []) is Finding.NONE


@pytest.mark.parametrize("state_code", ["AUT", None])
def test_with_a_key_copies_and_masters_are_sealed(
    desk: Desk, press: Press, configured: Configure, state_code: str | None
) -> None:
    kept = a_certificate("rsa")
    configured(kept)
    desk.issued()
    letter, pdf = rendered(desk, press, state_code)
    assert letter.stage is LetterStage.RENDERED
    assert letter.sealed_with == kept.seal().fingerprint
    assert examine(pdf, [kept.certificate]) is Finding.INTACT


def test_a_certificate_is_kept_and_told_once(
    desk: Desk, press: Press, configured: Configure
) -> None:
    configured(a_certificate())
    desk.issued()
    for code in ("AUT", "NIU"):
        rendered(desk, press, code)
    with desk.program() as session:
        assert len(session.scalars(sa.select(SealCertificate)).all()) == 1
        told = session.scalars(sa.select(Event).where(Event.kind == "seal.first_used")).all()
    assert [each.detail for each in told] == [{"owner": "CN=Seal of the Meetings (test)"}]


def test_letters_sealed_before_a_renewal_stay_known(
    desk: Desk, press: Press, configured: Configure
) -> None:
    desk.issued()
    sealed = []
    for code in ("AUT", "NIU"):
        configured(a_certificate())
        sealed.append(rendered(desk, press, code)[1])
    with desk.program() as session:
        known = sealing.certificates(session)
    assert [examine(pdf, known) for pdf in sealed] == [Finding.INTACT, Finding.INTACT]


def test_a_letter_is_parked_when_the_certificate_runs_out_and_sealed_after_a_renewal(
    desk: Desk, press: Press, configured: Configure
) -> None:
    configured(a_certificate(last=datetime(2013, 7, 1, tzinfo=UTC)))
    desk.issued()
    letter, pdf = rendered(desk, press, "AUT")
    assert letter.stage is LetterStage.PARKED
    assert letter.reason == "The certificate of the seal expired on 30/06/2013."
    assert pdf == b""
    renewed = a_certificate()
    configured(renewed)
    with desk.acting(desk.anna) as session:
        issuing.release(session, session.get_one(Letter, letter.id))
    letter, pdf = rendered(desk, press, "AUT")
    assert examine(pdf, [renewed.certificate]) is Finding.INTACT


def test_a_letter_made_once_more_is_the_same_to_the_last_byte(
    desk: Desk, configured: Configure
) -> None:
    configured(a_certificate("rsa"))
    desk.issued()
    files = []
    for later in (timedelta(), timedelta(days=9)):
        with time_machine.travel(clock.now() + later), desk.program() as session:
            letter = session.scalars(sa.select(Letter).where(Letter.state_code == "AUT")).one()
            rendering.render(session, Press(), letter.id)
            files.append(documents.read(session, letter.document_id))  # type: ignore[arg-type]
            session.rollback()
    assert files[0] == files[1]


def test_a_key_that_cannot_be_read_is_refused(settings: Settings, tmp_path: Path) -> None:
    files = {"seal_key": tmp_path / "key.pem", "seal_certificate": tmp_path / "certificate.pem"}
    config.use(settings.model_copy(update=files))
    with pytest.raises(LetterError, match=r"key\.pem of the seal cannot be read: No such file"):
        sealing.seal()


def test_only_the_program_adds_a_certificate_and_nobody_changes_one(
    desk: Desk, press: Press, configured: Configure
) -> None:
    configured(a_certificate())
    desk.issued()
    rendered(desk, press, "AUT")
    forged = sa.insert(SealCertificate).values(sha256="0", der=b"0", first_used_at=clock.now())
    for who, act in (
        ("staff", forged),
        ("program", sa.update(SealCertificate).values(der=b"0")),
        ("program", sa.delete(SealCertificate)),
    ):
        acting = desk.acting(desk.anna) if who == "staff" else desk.program()
        with pytest.raises(DBAPIError) as refused, acting as session:
            session.execute(act)
        assert isinstance(refused.value.orig, InsufficientPrivilege)
