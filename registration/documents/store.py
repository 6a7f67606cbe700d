"""The folder of files, each under the hash of its content, which is checked at every reading."""

import ctypes
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

from registration.errors import DomainError


class StoreError(DomainError):
    """A file that the database knows is not in the store as it was put there."""

    status = 500


class Store:
    """Files below one folder, as ab/abcdef…; several processes and machines may share it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, digest: str) -> Path:
        """Where the bytes with that SHA-256 (64 hexadecimal digits) lie."""
        return self.folder / digest[:2] / digest

    def put(self, content: bytes) -> str:
        """Keep the bytes and return their SHA-256; they are on the disk when this returns.

        Bytes that are there already are kept once. A damaged file is replaced.
        """
        digest = sha256(content).hexdigest()
        path = self.path(digest)
        if not self._holds(path, digest):
            self._write(path, content, synced=True)
        return digest

    @contextmanager
    def batch(self) -> Iterator[Callable[[bytes], str]]:
        """Keep many files as `put` does; they are on the disk when the block has ended.

        A crash within the block may leave a damaged file, which nobody knows of yet and the next
        `put` of the same bytes replaces.
        """

        def put(content: bytes) -> str:
            digest = sha256(content).hexdigest()
            path = self.path(digest)
            if not self._holds(path, digest):
                self._write(path, content, synced=False)
            return digest

        yield put
        if self.folder.is_dir():
            _sync_file_system(self.folder)

    def get(self, digest: str) -> bytes:
        """The bytes with that SHA-256. Raises StoreError where they are missing or altered."""
        try:
            content = self.path(digest).read_bytes()
        except FileNotFoundError:
            raise StoreError(
                "The file is missing from the store. Restore it from a backup."
            ) from None
        if sha256(content).hexdigest() != digest:
            raise StoreError("The file in the store was altered. Restore it from a backup.")
        return content

    def forget(self, digest: str) -> None:
        """Take a file away for good; the caller knows that nobody means it any more."""
        path = self.path(digest)
        if path.is_file():
            path.unlink()
            _sync(path.parent)

    def _holds(self, path: Path, digest: str) -> bool:
        try:
            return sha256(path.read_bytes()).hexdigest() == digest
        except FileNotFoundError:
            return False

    def _write(self, path: Path, content: bytes, *, synced: bool) -> None:
        """All or nothing: a crash leaves, once synced, the whole file or none under its name."""
        if not path.parent.is_dir():
            path.parent.mkdir(parents=True, exist_ok=True)
            if synced:
                _sync(self.folder)
        unfinished = path.parent / f".{uuid4().hex}"
        try:
            with unfinished.open("xb") as file:
                file.write(content)
                if synced:
                    file.flush()
                    os.fsync(file.fileno())
            unfinished.replace(path)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
        if synced:
            _sync(path.parent)


def _sync(folder: Path) -> None:
    """Without this a power cut may forget the name of a file whose content is safe."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sync_file_system(folder: Path) -> None:
    """One wait for all files below a folder, with their names. Raises OSError where one is lost."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.syncfs(handle):
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), str(folder))
    finally:
        os.close(handle)
