"""The people who sign in."""

import pytest
import sqlalchemy as sa

from registration import db
from registration.accounts import factors
from registration.accounts import service as accounts
from registration.accounts.models import OneTimePassword
from registration.config import Settings
from tests import builders as make
from tests.accounts.signing_in.codes import PROGRAM


@pytest.fixture(autouse=True)
def _people(engine: sa.Engine, settings: Settings) -> None:
    """Anna has an authenticator app already; how she sets it up is another matter."""
    with db.session_for(engine, PROGRAM) as session:
        anna = make.anna(session)
        make.ida(session)
    with db.session_for(engine, accounts.signing_in(anna)) as session:
        session.add(OneTimePassword(account_id=anna.id, key=factors.new_key()))
