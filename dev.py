#!/usr/bin/env python3
"""One command for everything: `python3 dev.py help`. Needs Python 3.11 and nothing else."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - an older Python shall be told, not crash
    sys.exit("Python 3.11 or newer is needed. To mend it: sudo apt-get install python3.11")

from workshop.bootstrap import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
