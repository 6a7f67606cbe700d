"""ZIP files of many documents, written as they are sent: one document at a time is in memory."""

import zipfile
from collections.abc import Iterable, Iterator
from datetime import date


class _Sink:
    """A file that cannot be sought: what was written is taken away piece by piece."""

    def __init__(self) -> None:
        self._piece = bytearray()

    def write(self, content: bytes) -> int:
        self._piece += content
        return len(content)

    def flush(self) -> None:
        """Nothing is held back."""

    def taken(self) -> bytes:
        piece = bytes(self._piece)
        self._piece.clear()
        return piece


def zipped(entries: Iterable[tuple[str, bytes]], day: date) -> Iterator[bytes]:
    """A ZIP of names and contents, in pieces of one entry, all dated that day.

    They are stored as they are: a PDF is compressed already. The same entries give the same bytes.
    An entry is asked for when the piece of the one before it has been taken.
    """
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:  # type: ignore[call-overload]
        for name, content in entries:
            about = zipfile.ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0))
            about.external_attr = 0o644 << 16
            archive.writestr(about, content)
            yield sink.taken()
    yield sink.taken()
