"""Everything that attackers and missions upload: the first refused, the second taken."""

from collections.abc import Sequence

import pytest

from registration.documents.examination import SENTENCES, examine_all
from registration.documents.rules import Flaw
from tests.documents import honest, hostile

pytestmark = pytest.mark.timeout(180)


def test_every_hostile_file_is_refused_or_has_nothing_left_that_acts() -> None:
    files = hostile.everything()
    assert len(files) >= 300
    found = examine_all([each.content for each in files])
    passed = [each.name for each, flaw in zip(files, found, strict=True) if flaw not in each.flaws]
    assert passed == []
    assert sum(flaw is None for flaw in found) <= 2  # tables of places that a parser mends


def test_honest_files_are_taken_ninety_nine_times_of_a_hundred() -> None:
    files = honest.everything()
    assert len(files) >= 100
    refused = _refused(list(files), examine_all(list(files.values())))
    assert len(refused) <= len(files) // 100, refused


def _refused(names: Sequence[str], found: Sequence[Flaw | None]) -> list[str]:
    return [f"{name}: {flaw}" for name, flaw in zip(names, found, strict=True) if flaw]


def test_every_flaw_has_a_sentence_that_says_what_to_do() -> None:
    assert set(SENTENCES) == set(Flaw)
    advice = ("Choose", "Scan", "Save", "Print", "Upload")
    assert all(any(word in sentence for word in advice) for sentence in SENTENCES.values())
