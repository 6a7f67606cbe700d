"""Asks a running ClamAV about a file, over its socket (clamd(8): VERSION and INSTREAM)."""

import socket
import struct
from dataclasses import dataclass
from urllib.parse import urlsplit

SECONDS = 30
PIECE = 2**16
ANSWER_LIMIT = 4_096
CLEAN, FOUND = "stream: OK", " FOUND"


class Unreachable(Exception):
    """The scanner did not answer, or not in a way that decides anything."""


@dataclass(frozen=True)
class Report:
    """What the scanner said: its version, and the name of what it found (or "")."""

    scanner: str
    found: str


def scan(address: str, content: bytes) -> Report:
    """Ask the scanner at `unix:/path` or `tcp://host:port`. Raises Unreachable."""
    try:
        version = _asked(address, b"zVERSION\0")
        answer = _asked(address, b"zINSTREAM\0", content)
    except OSError as problem:
        raise Unreachable(f"the virus scanner does not answer: {problem}") from problem
    if answer == CLEAN:
        return Report(version, "")
    if answer.endswith(FOUND):
        return Report(version, answer.removeprefix("stream: ").removesuffix(FOUND))
    raise Unreachable(f"the virus scanner said: {answer[:200]}")


def _asked(address: str, command: bytes, content: bytes | None = None) -> str:
    with _connected(address) as connection:
        connection.sendall(command)
        if content is not None:
            for start in range(0, len(content), PIECE):
                piece = content[start : start + PIECE]
                connection.sendall(struct.pack(">I", len(piece)) + piece)
            connection.sendall(struct.pack(">I", 0))
        return _answer(connection)


def _connected(address: str) -> socket.socket:
    parts = urlsplit(address)
    if parts.scheme == "tcp":
        return socket.create_connection((parts.hostname or "", parts.port or 3310), SECONDS)
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.settimeout(SECONDS)
        connection.connect(parts.path)
    except OSError:
        connection.close()
        raise
    return connection


def _answer(connection: socket.socket) -> str:
    said = b""
    while not said.endswith(b"\0") and len(said) < ANSWER_LIMIT:
        piece = connection.recv(ANSWER_LIMIT)
        if not piece:
            break
        said += piece
    return said.rstrip(b"\0").decode("utf-8", "replace").strip()
