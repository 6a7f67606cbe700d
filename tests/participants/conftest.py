"""The world of the answers, in which names are compared and confirmed."""

from tests.responses.conftest import (  # noqa: F401 - fixtures
    anna,
    app,
    browser,
    clock_of_summer,
    rosa,
    world,
)
from tests.verification.conftest import answer  # noqa: F401 - a fixture
