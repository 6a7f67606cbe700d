"""What a long list of participants costs as a tagged PDF, beside a plain table and Typst.

`python3 dev.py bench list-of-participants` makes lists of 2,000 and 10,000 invented persons, each
in a process of its own, and each way in turn. A further peer is Indico's table: 19.5 s at 2,000
persons (measured on a machine like ours, 22 November 2026).
"""

from __future__ import annotations

import argparse
import sys

from bench._participants import Measured, measure
from bench.letters import goal

NAMES = {"ours": "paragraphs, ours", "table": "one plain table ", "typst": "Typst           "}
SHORT, LONG = 2_000, 10_000


def main(arguments: list[str]) -> int:
    """Measure all ways; 1 where a goal is missed."""
    words = argparse.ArgumentParser(
        prog="python3 dev.py bench list-of-participants", description=__doc__
    )
    words.parse_args(arguments)
    found: dict[tuple[str, int], Measured] = {}
    print("seconds (of which the processor's), MB at the most, KiB of the file:")
    for persons in (SHORT, LONG):
        for way, name in NAMES.items():
            one = found[way, persons] = measure(way, persons)
            print(
                f"  {persons:6d} persons  {name}  {one.seconds:7.2f} s ({one.processor:.2f})"
                f"  {one.megabytes:5.0f} MB  {one.size / 1024:6.0f} KiB",
                flush=True,
            )
    short, long = found["ours", SHORT], found["ours", LONG]
    growth = (long.processor / LONG) / (short.processor / SHORT)
    reached = [
        goal(f"s for {SHORT} persons", short.seconds, at_most=2.5),
        goal(f"s for {LONG} persons", long.seconds, at_most=13),
        goal(f"times the cost of a person at {LONG} as at {SHORT}", growth, at_most=1.3),
        goal(f"MB for {LONG} persons", long.megabytes, at_most=600),
    ]
    return 0 if all(reached) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
