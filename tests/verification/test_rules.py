"""What stands between a nomination and its verification."""

from collections.abc import Collection, Mapping

import pytest

from registration.verification.rules import Bar, Fault, Verdict, bars
from registration.verification.service import BARRED
from registration.verification.telling import FAULTS, VERDICTS

M, N = Verdict.MATCHES, Verdict.NOT_IN_NOTE


@pytest.mark.parametrize(
    ("verdicts", "faults", "head", "found"),
    [
        ({1: M, 2: M}, [], 1, ()),
        ({1: M, 2: N}, [], 1, ()),  # the other is not printed, and holds nobody up
        ({1: M, 2: None}, [], 1, (Bar.NOT_COMPARED,)),
        ({1: M}, [Fault.ILLEGIBLE], 1, (Bar.FAULTY,)),
        ({1: N, 2: M}, [], 1, (Bar.HEAD_NOT_MATCHING,)),
        ({1: N, 2: N}, [], 1, (Bar.HEAD_NOT_MATCHING, Bar.NOTHING_MATCHES)),
        ({1: N}, [], None, (Bar.NOTHING_MATCHES,)),
        ({1: None}, [], 1, (Bar.NOT_COMPARED,)),
        ({}, [], None, ()),
    ],
)
def test_what_is_open_is_named(
    verdicts: Mapping[int, Verdict | None],
    faults: Collection[Fault],
    head: int | None,
    found: tuple[Bar, ...],
) -> None:
    assert bars(verdicts, faults, head=head) == found


def test_everything_that_can_be_found_has_its_words() -> None:
    assert (set(BARRED), set(FAULTS), set(VERDICTS)) == (set(Bar), set(Fault), set(Verdict))
