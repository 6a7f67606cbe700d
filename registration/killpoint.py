"""Named places where a test may kill this process, as a power cut or the kernel would.

`REGISTRATION_KILLPOINT` names a file; the process that comes to the place whose name stands in it
removes the file and dies. Without the variable nothing ever happens.
"""

import os
import signal
from pathlib import Path

VARIABLE = "REGISTRATION_KILLPOINT"


def killpoint(name: str) -> None:
    """Die here, without a last word, where this place is armed."""
    armed = os.environ.get(VARIABLE)
    if not armed:
        return
    path = Path(armed)
    try:
        if path.read_text() != name:
            return
        path.unlink()  # whoever removes it is the one that dies: one arming, one death
    except FileNotFoundError:
        return
    os.kill(os.getpid(), signal.SIGKILL)
