"""The store keeps bytes under their hash, and never hands out others than it was given."""

import ctypes
from pathlib import Path

import pytest
import sqlalchemy as sa

from registration.config import Settings
from registration.db import session_for
from registration.documents import service
from registration.documents.models import Document, DocumentKind
from registration.documents.store import Store, StoreError
from registration.errors import NotFound
from registration.permissions import Actor, Scope, system

PDF = b"%PDF-1.7 one"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_the_same_bytes_are_kept_once(store: Store) -> None:
    assert store.put(PDF) == store.put(PDF)
    assert len(files(store.folder)) == 1


def test_a_file_lies_under_the_first_two_digits_of_its_hash(store: Store) -> None:
    digest = store.put(PDF)
    assert store.path(digest) == store.folder / digest[:2] / digest
    assert store.get(digest) == PDF


def test_a_missing_file_is_an_error_that_says_so(store: Store) -> None:
    digest = store.put(PDF)
    store.path(digest).unlink()
    with pytest.raises(StoreError, match="missing"):
        store.get(digest)


def test_an_altered_file_is_never_handed_out(store: Store) -> None:
    digest = store.put(PDF)
    store.path(digest).write_bytes(PDF + b"!")
    with pytest.raises(StoreError, match="altered"):
        store.get(digest)


def test_an_altered_file_is_mended_when_the_same_bytes_come_again(store: Store) -> None:
    digest = store.put(PDF)
    store.path(digest).write_bytes(b"")
    store.put(PDF)
    assert store.get(digest) == PDF


def test_a_write_that_fails_leaves_nothing_under_the_final_name(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full_disk(handle: int) -> None:
        raise OSError(28, "No space left on device")

    store.put(b"another")
    monkeypatch.setattr("os.fsync", full_disk)
    with pytest.raises(OSError, match="No space"):
        store.put(PDF)
    assert len(files(store.folder)) == 1


def test_a_batch_is_kept_as_single_files_are(store: Store) -> None:
    damaged = store.put(PDF)
    store.path(damaged).write_bytes(b"")
    with store.batch() as put:
        digests = [put(content) for content in (PDF, b"another", PDF)]
    assert digests == [damaged, store.put(b"another"), damaged]
    assert store.get(damaged) == PDF
    assert len(files(store.folder)) == 2


def test_a_batch_that_could_not_be_written_to_the_disk_is_an_error(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    class FullDisk:
        def __init__(self, *arguments: object, **options: object) -> None:
            ctypes.set_errno(28)

        def syncfs(self, handle: int) -> int:
            return -1

    monkeypatch.setattr("ctypes.CDLL", FullDisk)
    with pytest.raises(OSError, match="No space left"), store.batch() as put:
        put(PDF)


def test_an_empty_batch_needs_no_folder(store: Store) -> None:
    with store.batch():
        pass
    assert not store.folder.exists()


def a_focal_point_of(code: str) -> Actor:
    return Actor(name="Demo Focal Point", scope=Scope.STATE, state_code=code)


@pytest.mark.reference_data
def test_a_file_of_one_state_does_not_exist_for_another(
    engine: sa.Engine, settings: Settings
) -> None:
    with session_for(engine, system("test")) as session:
        document = service.store(
            session,
            PDF,
            kind=DocumentKind.LETTER,
            filename="CU-2013-175.pdf",
            media_type="application/pdf",
            state_code="AUT",
        )
    with session_for(engine, a_focal_point_of("AUT")) as session:
        assert service.read(session, document.id) == PDF
    with (
        session_for(engine, a_focal_point_of("PAN")) as session,
        pytest.raises(NotFound),
    ):
        service.read(session, document.id)


@pytest.mark.reference_data
def test_two_states_that_send_the_same_bytes_each_have_a_row_of_their_own(
    engine: sa.Engine, settings: Settings
) -> None:
    with session_for(engine, system("test")) as session:
        for code in ("AUT", "PAN"):
            service.store(
                session,
                PDF,
                kind=DocumentKind.INCOMING_NOTE,
                filename="note.pdf",
                media_type="application/pdf",
                state_code=code,
            )
        assert session.scalar(sa.select(sa.func.count()).select_from(Document)) == 2
    assert len(files(settings.store_dir)) == 1
