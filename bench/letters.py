"""How fast letters are made: the press beside its peers, and the product from click to copy.

`python3 dev.py bench letters` measures, in one run:

- copies per second on one core, 193 in each of six languages, layout and file writes included,
  beside one full layout per copy (WeasyPrint, warm, fonts and style sheet shared) and beside Typst;
- the time from the click on Issue to the last stored copy of the demonstration's note, through the
  real web, database, relay and two workers, and the same with one full layout per copy;
- how long a reader of another page waits meanwhile;
- what a process that prints ten notes holds in memory.

A further peer is Indico 3.3.14: 27.1 s for 195 documents in one web request, in which every other
page waited 26.2 s (measured on a machine like ours, 22 November 2026).
"""

from __future__ import annotations

import argparse
import sys

from bench import _memory, _printing, _product

INDICO_SECONDS, INDICO_COPIES = 27.1, 195
PARTS = ("press", "product", "memory")


def press() -> list[bool]:
    """Copies per second of one core."""
    rates = _printing.measure()
    print(f"copies per second on one core, {_printing.COPIES} in each of six languages, written:")
    print(f"  from one layout       {rates.by_run:7.1f}")
    print(f"  one layout per copy   {rates.naive:7.1f}   ({_printing.SAMPLE} a language)")
    print(f"  Typst                 {rates.typst:7.1f}   ({_printing.SAMPLE} a language)")
    return [
        goal("times one layout per copy", rates.by_run / rates.naive, at_least=20),
        goal("times Typst", rates.by_run / rates.typst, at_least=3),
    ]


def product() -> list[bool]:
    """From the click to the copies."""
    run = _product.measure("workers.app")
    full = _product.measure("bench._full_layouts")
    indico = INDICO_SECONDS / INDICO_COPIES * run.copies
    print(f"from the click on Issue to {run.copies} stored copies, two workers:")
    for way, measured in (("from one layout    ", run), ("one layout per copy", full)):
        copies, letters = measured.to_last_copy, measured.to_last_letter
        print(f"  {way}   {copies:7.2f} s; masters included {letters:.2f} s")
    print(f"  Indico's pace         {indico:7.2f} s")
    print(
        f"  the click was answered after {run.answered * 1000:.0f} ms; a reader of another page"
        f" waited {run.median_wait * 1000:.0f} ms in the median"
    )
    return [
        goal("s from the click to the last copy", run.to_last_copy, at_most=2),
        goal("times one layout per copy", full.to_last_copy / run.to_last_copy, at_least=10),
        goal("times Indico", indico / run.to_last_copy, at_least=2),
        goal("ms at the longest for another page", run.longest_wait * 1000, at_most=100),
    ]


def memory() -> list[bool]:
    """What ten notes leave behind."""
    held = _memory.measure()
    print("MB held after each of ten notes: " + " ".join(f"{each:.0f}" for each in held))
    growth = max(held[2:]) - held[1]
    return [goal("MB more than after the second note", growth, at_most=_memory.TOLERANCE_MB)]


def goal(
    what: str, value: float, *, at_least: float | None = None, at_most: float | None = None
) -> bool:
    """Say whether a figure is as it must be."""
    reached = (at_least is None or value >= at_least) and (at_most is None or value <= at_most)
    bound = f"at least {at_least:g}" if at_least is not None else f"at most {at_most:g}"
    print(f"  {'reached' if reached else 'MISSED '}  {value:.1f} {what} (goal: {bound})")
    return reached


def main(arguments: list[str]) -> int:
    """Measure all parts, or those that are named; 1 where a goal is missed."""
    words = argparse.ArgumentParser(prog="python3 dev.py bench letters", description=__doc__)
    words.add_argument("parts", nargs="*", choices=[*PARTS, []], help="press, product, memory")
    chosen = words.parse_args(arguments).parts or PARTS
    measures = {"press": press, "product": product, "memory": memory}
    reached = [one for part in chosen for one in measures[part]()]
    return 0 if all(reached) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
