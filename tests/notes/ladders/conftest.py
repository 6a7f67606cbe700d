"""A note that awaits answers, without a ladder and with one."""

import pytest

from registration.notes.models import Note
from tests.notes.desk import DAY, Desk
from tests.notes.ladders.mornings import at, set_days


@pytest.fixture
def asked(desk: Desk) -> Note:
    """A note of 1 July 2013 to Austria, Niue and the European Union, to answer by 30 September."""
    with at(10, DAY):
        return desk.issued()


@pytest.fixture
def with_ladder(desk: Desk, asked: Note) -> Note:
    with at(10, DAY):
        set_days(desk, asked, 21, 7, -3)
    return asked
