"""Cuts a connection that takes too long, even one on which a byte comes now and then."""

import smtplib
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

# How long the thread sleeps where nothing has a limit.
_IDLE_SECONDS = 60.0


class Watch:
    """The limits of one line, one at a time, kept by a thread that lives until `end()`.

    A thread for each limit would cost more than most of what it watches over. This one is woken
    only for a limit that ends before it would have looked again by itself.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._limit: tuple[float, smtplib.SMTP] | None = None
        self._looks_again_at = 0.0
        self._thread: threading.Thread | None = None
        self._ended = False

    @contextmanager
    def no_longer_than(self, seconds: float, client: smtplib.SMTP) -> Iterator[None]:
        """Cut the connection of `client` after that time, unless the block has ended by then."""
        with self._changed:
            self._limit = (time.monotonic() + seconds, client)
            if self._thread is None:
                self._thread = threading.Thread(target=self._keep_looking, daemon=True)
                self._thread.start()
            elif self._limit[0] < self._looks_again_at:
                self._changed.notify()
        try:
            yield
        finally:
            with self._changed:
                self._limit = None

    def end(self) -> None:
        """Let the thread end."""
        with self._changed:
            self._ended = True
            self._changed.notify()

    def _keep_looking(self) -> None:
        with self._changed:
            while not self._ended:
                now = time.monotonic()
                if self._limit is not None and self._limit[0] <= now:
                    _cut(self._limit[1])
                    self._limit = None
                self._looks_again_at = self._limit[0] if self._limit else now + _IDLE_SECONDS
                self._changed.wait(self._looks_again_at - now)


def _cut(client: smtplib.SMTP) -> None:
    if client.sock is not None:
        with suppress(OSError):
            client.sock.shutdown(socket.SHUT_RDWR)
