"""Named places where a test may kill this process, as a power cut or the kernel would.

`REGISTRATION_KILLPOINT=name` kills at that place each time; `name:/path` kills once, if the file
is there, and removes it first. Without the variable nothing ever happens.
"""

import os
import signal
from pathlib import Path

VARIABLE = "REGISTRATION_KILLPOINT"


def killpoint(name: str) -> None:
    """Die here, without a last word, where this place is armed."""
    armed, _, path = os.environ.get(VARIABLE, "").partition(":")
    if armed != name:
        return
    if path:
        try:
            Path(path).unlink()
        except FileNotFoundError:
            return
    os.kill(os.getpid(), signal.SIGKILL)
