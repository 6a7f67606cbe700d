"""The process that parses what came from outside: how little it may do, and how it may fail."""

import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from registration.documents import confinement
from registration.documents.confinement import PROBE, Ended, NotDrawn, drawn, examined
from registration.documents.rules import PAGE_LIMIT
from tests.documents import honest
from tests.documents.making import plain, raw

TRIES = {
    "to read a file": "open('/etc/hostname').read()",
    "to write a file": "open('/tmp/written-by-the-probe', 'w')",
    "to reach another machine": "__import__('socket').socket()",
    "to start a program": "__import__('subprocess').run(['true'])",
    "to become root again": "os.setuid(0)",
    "to have its limits back": "__import__('resource').setrlimit(7, (64, 64))",
    "to swell": "bytearray(2 * 2**30)",
}


def _confined(work: str, seconds: int = 10) -> tuple[bytes, bytes]:
    """Let the probe do some other work in its child; `work` is a line of Python."""
    program = (
        f"import runpy, os, sys; probe = runpy.run_path({str(PROBE)!r})\n"
        f"def work(content):\n    {work}\n    yield b'possible'\n"
        f"how, said = probe['apart'](work, b'', {seconds})\n"
        "sys.stdout.buffer.write(how + said)\n"
    )
    ran = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, check=True)
    return ran.stdout[:1], ran.stdout[1:]


def test_the_probe_can_do_its_own_work() -> None:
    assert _confined("pass") == (b"d", b"possible")


@pytest.mark.parametrize("what", TRIES)
def test_whoever_takes_the_probe_over_is_not_able(what: str) -> None:
    assert _confined(TRIES[what]) == (b"x", b"")


def test_a_parser_that_hangs_is_given_up() -> None:
    assert _confined("__import__('time').sleep(60)", seconds=1) == (b"t", b"")


def test_a_parser_that_crashes_takes_nothing_with_it() -> None:
    assert _confined("os.abort()") == (b"x", b"")


def test_a_parser_that_talks_without_end_is_given_up() -> None:
    assert _confined("yield bytes(65 * 2**20)") == (b"x", b"")


def test_a_file_that_breaks_the_parser_spoils_no_other(tmp_path: Path) -> None:
    deep = raw({1: b"[" * 500_000 + b"]" * 500_000})
    said = examined([plain(), deep, plain()])
    assert [each.words for each in (said[0], said[2])] == [b"sound", b"sound"]


def test_a_probe_that_does_not_start_has_found_nothing_sound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "probe.py"
    broken.write_text("raise SystemExit(1)")
    monkeypatch.setattr(confinement, "PROBE", broken)
    assert [each.ended for each in examined([plain(), plain()])] == [Ended.DIED, Ended.DIED]


def test_a_probe_that_never_answers_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "probe.py"
    broken.write_text("import time; time.sleep(60)")
    monkeypatch.setattr(confinement, "PROBE", broken)
    monkeypatch.setattr(confinement, "STARTING", 0.2)
    monkeypatch.setattr(confinement, "SECONDS", {"examine": 0, "draw": 0})
    assert [each.ended for each in examined([plain()])] == [Ended.TOO_SLOW]


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\x00\x00\x00\x01",
        b"\x00\x00\x00\x01" + b"\x00\x00\x00\x09" * 3 + b"GIF89a...",
        b"\x00\x00\x00\x01" + b"\x00\x00\x00\x09" * 2 + b"\x00\x00\x00\x99" + b"\xff\xd8\xff",
        b"\x00\x00\x00\x01" + b"\x7f\xff\xff\xff" * 2 + b"\x00\x00\x00\x03" + b"\xff\xd8\xff",
    ],
)
def test_pictures_that_are_none_are_not_believed(
    answer: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lying = tmp_path / "probe.py"
    said = b"d" + len(answer).to_bytes(8, "big") + answer
    lying.write_text(f"import sys; sys.stdout.buffer.write({said!r})")
    monkeypatch.setattr(confinement, "PROBE", lying)
    with pytest.raises(NotDrawn):
        drawn(plain())


def test_the_probe_and_the_rest_agree_on_their_figures() -> None:
    probe = runpy.run_path(str(PROBE))
    assert probe["PAGES"] == PAGE_LIMIT
    assert probe["DRAWN"] == confinement.PICTURES_LIMIT
    assert max(probe["WIDTH"], probe["HEIGHT"]) <= confinement.LONGEST_SIDE
    for name, (_, seconds, _) in probe["WORKS"].items():
        assert confinement.SECONDS[name] > seconds


@pytest.mark.parametrize("name", ["printed: ar", "scan: RGB JPEG 100 of 3", "rotated, plain"])
def test_pages_are_drawn_as_pictures(name: str) -> None:
    found = drawn(honest.everything()[name])
    assert found.pages == len(found.pictures)
    for picture in found.pictures:
        assert picture.content.startswith(b"\xff\xd8\xff")
        assert 1240 in (picture.width, picture.height) or 1754 in (picture.width, picture.height)
        assert len(picture.content) > 5_000
