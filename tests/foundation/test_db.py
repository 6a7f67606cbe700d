"""What the database refuses is told to the log without what was to be stored."""

import traceback

import pytest
import sqlalchemy as sa

from registration import db
from registration.permissions import ANYBODY, system


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


CANARY = "quillfeather@mfa.example"
QUOTING = {
    "a key that is taken": "insert into tick (job, slot) values (:canary, now()), (:canary, now())",
    "a column that must not be empty": "insert into tick (job) values (:canary)",
    "a value of the wrong form": "select cast(:canary as uuid)",
    "a value that is no JSON": "select cast(:canary as jsonb)",
}


@pytest.mark.parametrize("what", QUOTING)
def test_an_error_of_the_database_does_not_quote_the_rows(database_url: str, what: str) -> None:
    """What a log would hold of it: the error, the one behind it, and where they came from."""
    with (
        db.open_session(db.engine(database_url), system("test")) as session,
        pytest.raises(sa.exc.DBAPIError) as caught,
    ):
        session.execute(sa.text(QUOTING[what]), {"canary": CANARY})
    told = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
    assert CANARY not in told
    assert CANARY not in repr(caught.value.orig)
    assert "DETAIL" not in told
    assert type(caught.value.orig).__name__ in str(caught.value)
