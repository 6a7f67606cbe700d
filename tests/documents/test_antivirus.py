"""What ClamAV says of a file, asked of a real one."""

import socket
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from registration.documents import antivirus
from registration.documents.antivirus import Unreachable, scan
from tests.documents.making import plain
from tests.documents.scanner import FOUND, WORDS, clamd


@pytest.fixture(scope="module")
def scanner() -> Iterator[str]:
    with clamd() as address:
        yield address


def test_a_file_with_nothing_in_it_is_clean(scanner: str) -> None:
    report = scan(scanner, plain())
    assert report.found == ""
    assert report.scanner.startswith("ClamAV ")


def test_a_file_with_a_known_signature_is_found_out(scanner: str) -> None:
    assert scan(scanner, plain() + WORDS).found == FOUND


def test_a_signature_across_two_pieces_is_found_out(scanner: str) -> None:
    filled = b"%PDF-1.4\n" + b" " * (antivirus.PIECE - 15) + WORDS + b" " * antivirus.PIECE
    assert scan(scanner, filled).found == FOUND


def test_more_than_the_scanner_takes_decides_nothing(scanner: str) -> None:
    with pytest.raises(Unreachable):
        scan(scanner, bytes(26 * 2**20))


def test_a_scanner_that_is_not_there_decides_nothing(tmp_path: Path) -> None:
    with pytest.raises(Unreachable, match="does not answer"):
        scan(f"unix:{tmp_path / 'nowhere'}", plain())


@pytest.mark.parametrize("answer", [b"", b"stream: Something ERROR\0", b"stream: OKAY\0"])
def test_a_scanner_that_stammers_decides_nothing(answer: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        speaking = Thread(target=_say, args=(server, [b"ClamAV 1\0", answer]))
        speaking.start()
        with pytest.raises(Unreachable):
            scan(f"tcp://127.0.0.1:{server.getsockname()[1]}", b"")
        speaking.join()


def _say(server: socket.socket, answers: list[bytes]) -> None:
    for answer in answers:
        connection, _ = server.accept()
        with connection:
            connection.recv(1_000)
            connection.sendall(answer)
