"""Makes a sample of the letter in every language, as PDF and as pictures: to be looked at."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import pypdfium2

from letters.compose import Press
from letters.letter import LANGUAGES, Copy
from tests.letters import samples


def main(arguments: list[str]) -> int:
    """Write `note-<language>.pdf` and one PNG a page into a folder."""
    words = argparse.ArgumentParser(prog="python3 dev.py letters", description=main.__doc__)
    words.add_argument("folder", nargs="?", type=Path, default=Path("letter-samples"))
    folder: Path = words.parse_args(arguments).folder
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


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
