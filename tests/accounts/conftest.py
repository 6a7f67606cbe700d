"""A browser that nobody knows, and what the program sees."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from registration import db
from registration.db import Session
from registration.permissions import system


@pytest.fixture
def session(engine: sa.Engine) -> Iterator[Session]:
    with db.open_session(engine, system("test")) as session:
        yield session


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    return app.test_client()
