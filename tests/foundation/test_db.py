"""What the database refuses is told to the log without what was to be stored."""

import pytest
import sqlalchemy as sa

from registration import db
from registration.permissions import ANYBODY


@pytest.mark.parametrize("statement", ["select 1 / :zero, :code", "select :code from nowhere"])
def test_an_error_of_the_database_does_not_repeat_the_values(
    database_url: str, statement: str
) -> None:
    with (
        db.open_session(db.engine(database_url), ANYBODY) as session,
        pytest.raises(sa.exc.DBAPIError) as caught,
    ):
        session.execute(sa.text(statement), {"code": "Your code is 271828", "zero": 0})
    assert "271828" not in str(caught.value)
