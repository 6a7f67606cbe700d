"""The people and States of the tests of responses, who here keep and read the register."""

from tests.responses.conftest import (  # noqa: F401 - fixtures
    anna,
    app,
    browser,
    clock_of_summer,
    niue,
    rosa,
    world,
)
