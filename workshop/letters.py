"""Makes samples of the letter to look at, and proves that copies are what layouts would give."""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pypdfium2

from letters.compose import Press
from letters.letter import LANGUAGES, Copy, Language
from tests.letters import samples
from tests.letters.identity import differences


def main(arguments: list[str]) -> int:
    """Write `note-<language>.pdf` and one PNG a page into a folder; or prove all copies."""
    words = argparse.ArgumentParser(prog="python3 dev.py letters", description=main.__doc__)
    words.add_argument("folder", nargs="?", type=Path, default=Path("letter-samples"))
    words.add_argument(
        "--prove",
        action="store_true",
        help="compare the copy of every State in every language with a layout of its own",
    )
    chosen = words.parse_args(arguments)
    return prove() if chosen.prove else show(chosen.folder)


def show(folder: Path) -> int:
    """Make the samples."""
    folder.mkdir(parents=True, exist_ok=True)
    press = Press()
    for language in LANGUAGES:
        pdf = press.copy(
            samples.a_letter(language),
            Copy("Sample State", "SAMP-LE00-0000", "https://registration.example/verify/SAMPLE"),
        )
        file = folder / f"note-{language}.pdf"
        file.write_bytes(pdf)
        for number, page in enumerate(pypdfium2.PdfDocument(pdf), start=1):
            page.render(scale=1.25).to_pil().save(folder / f"note-{language}-{number}.png")
        print(file)
    return 0


def prove() -> int:
    """Compare pixels, text, structure and metadata of all copies; 1 where one differs."""
    started = time.monotonic()
    compared = faults = 0
    with multiprocessing.get_context("spawn").Pool() as pool:
        for number, found in pool.imap_unordered(_proof, LANGUAGES):
            compared += number
            faults += len(found)
            print("\n".join(found) or f"{number} copies are identical", flush=True)
    print(f"{compared - faults} of {compared} copies are identical with a layout of their own")
    print(f"compared in {time.monotonic() - started:.0f} s")
    return 1 if faults else 0


def _proof(language: Language) -> tuple[int, list[str]]:
    """How many copies there are in one language, and a sentence for each that differs."""
    copies = samples.copies_for(language)
    return len(copies), list(_differing(language, copies))


def _differing(language: Language, copies: list[Copy]) -> Iterator[str]:
    press, letter = Press(), samples.a_letter(language)
    for printed in press.copies(letter, copies):
        found = differences(printed.taken(), press.copy(letter, printed.copy))
        if found:
            yield f"{language}, {printed.copy.addressee}: other {', '.join(found)}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
