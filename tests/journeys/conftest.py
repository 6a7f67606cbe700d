"""A whole instance with every process of the product, and a Chromium to visit it with."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.journeys.people import Person
from workshop.browser import chromium
from workshop.instance import Instance, Ports
from workshop.mail_catcher import Mailbox
from workshop.steps import Steps
from workshop.supervisor import Supervisor

ADMINISTRATOR = "ida@secretariat.example"

Visit = Callable[..., Person]


@pytest.fixture(scope="module")
def instance() -> Iterator[Instance]:
    """An instance without demonstration: reference data, and one administrator, invited."""
    folder = Path(tempfile.mkdtemp(prefix="registration-journey-"))
    folder.chmod(0o755)  # the servers' own account passes here; what is inside is closed
    instance = Instance(folder / "instance", Ports.any_free(), demo=False, fast=True)
    try:
        with instance.held():
            supervisor = Supervisor(instance, Steps())
            with supervisor.running():
                assert supervisor.run("invite-administrator", ADMINISTRATOR, "Ida Example") == 0
                yield instance
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="module")
def mailbox(instance: Instance) -> Mailbox:
    """All mail that left the instance."""
    return Mailbox(instance.mail)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for the journeys."""
    with chromium() as opened:
        yield opened


@pytest.fixture
def visit(browser: Browser, instance: Instance, mailbox: Mailbox) -> Iterator[Visit]:
    """Open a window for a person: `visit("anna@…", javascript=False)`."""
    people: list[Person] = []

    def open_window(email: str = "", *, javascript: bool = True) -> Person:
        person = Person(browser, instance.base_url, mailbox, email, javascript=javascript)
        people.append(person)
        return person

    yield open_window
    for each in people:
        each.close()
