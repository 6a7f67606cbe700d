"""An office of real processes for the tests of faults."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.office import PATIENCE, Office

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the office's own patience end first: it says what was waited for, and what was not done.

    Each process that a test starts takes seconds of a core, and on a busy machine many.
    """
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.timeout(3 * PATIENCE))


@pytest.fixture
def office(environment: dict[str, str], tmp_path: Path) -> Iterator[Office]:
    """No process yet: the test starts what it needs."""
    office = Office(environment, tmp_path)
    yield office
    office.stop()
