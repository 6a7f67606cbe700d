"""A real ClamAV that knows one signature, written here: no network and no download."""

import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

WORDS = b"XYZZY-A-VIRUS-OF-OUR-OWN"
FOUND = "Test.Our.Own.UNOFFICIAL"
PATIENCE = 30


@contextmanager
def clamd() -> Iterator[str]:
    """The address of a scanner that runs while the block does."""
    with tempfile.TemporaryDirectory(prefix="clamd-") as name:
        folder = Path(name)
        (folder / "database").mkdir()
        (folder / "database" / "our.ndb").write_text(f"Test.Our.Own:0:*:{WORDS.hex()}\n")
        socket = folder / "socket"
        (folder / "clamd.conf").write_text(
            f"LocalSocket {socket}\nDatabaseDirectory {folder / 'database'}\n"
            f"Foreground yes\nTemporaryDirectory {folder}\nStreamMaxLength 25M\nMaxThreads 2\n"
        )
        process = subprocess.Popen(
            ["/usr/sbin/clamd", f"--config-file={folder / 'clamd.conf'}"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _wait(process, socket)
            yield f"unix:{socket}"
        finally:
            process.terminate()
            process.wait(PATIENCE)


def _wait(process: "subprocess.Popen[bytes]", socket: Path) -> None:
    until = time.monotonic() + PATIENCE
    while not socket.exists():
        assert process.poll() is None, "clamd ended"
        assert time.monotonic() < until, "clamd did not start"
        time.sleep(0.05)
