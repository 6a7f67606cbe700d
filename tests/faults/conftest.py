"""An office of real processes for the tests of faults."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.office import Office


@pytest.fixture
def office(environment: dict[str, str], tmp_path: Path) -> Iterator[Office]:
    """No process yet: the test starts what it needs."""
    office = Office(environment, tmp_path)
    yield office
    office.stop()
