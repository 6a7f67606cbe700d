"""Who acts in the demonstration, in whose name, and when: every person in it is invented."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from registration import clock, db
from registration.accounts import factors
from registration.accounts.models import Account, OneTimePassword
from registration.accounts.service import actor_of, signing_in
from registration.db import Session
from registration.permissions import Actor, Role, system
from registration.states.models import Mission

THE_PRESENT = datetime(2013, 9, 18, 10, 0, tzinfo=clock.DUTY_STATION)
PATIENCE = timedelta(minutes=10)

CAST = {
    "ida": ("Ida Example (demo administrator)", [Role.ADMINISTRATOR]),
    "anna": ("Anna Example (demo drafter)", [Role.DRAFTER]),
    "otto": ("Otto Example (demo clearing officer)", [Role.CLEARING_OFFICER]),
    "rosa": ("Rosa Example (demo tracker)", [Role.TRACKER]),
}

# What the authenticator apps of the invented officers share with us; the page of the second factor
# shows in a demonstration what they would show.
APP_KEY = "INVENTEDPERSONSHAVENOTELEPHONE22"

Say = Callable[[str], None]
Bar = Callable[[int, int], None]


@dataclass(frozen=True)
class Demonstration:
    """One run: the database, and where its progress is told."""

    engine: sa.Engine
    say: Say
    bar: Bar

    @contextmanager
    def acting(self, actor: Actor) -> Iterator[Session]:
        with db.session_for(self.engine, actor) as session:
            yield session

    def person(self, first_name: str) -> Actor:
        """The actor that one of the cast is."""
        with self.acting(system("demo")) as session:
            account = session.scalars(
                sa.select(Account).where(Account.email == email_of(first_name))
            ).one()
            return actor_of(account)


def email_of(first_name: str) -> str:
    """The address of one of the cast."""
    return f"{first_name}@secretariat.example"


def let_it_be(instant: datetime) -> None:
    """Let time pass for all processes; it never goes back."""
    if clock.now() > THE_PRESENT + timedelta(days=365) or clock.now() < instant:
        clock.move_to(instant)


def wait_until(is_done: Callable[[], bool], otherwise: str) -> None:
    """Look again until the processes beside this one have done it. Raises TimeoutError."""
    deadline = time.monotonic() + PATIENCE.total_seconds()
    while not is_done():
        if time.monotonic() > deadline:
            raise TimeoutError(f"after {PATIENCE}, {otherwise}")
        time.sleep(0.2)


def hire(demonstration: Demonstration) -> None:
    """Open the accounts of the cast, each with an authenticator app."""
    with demonstration.acting(system("demo")) as session:
        known = set(session.scalars(sa.select(Account.email)))
        for first_name, (name, roles) in CAST.items():
            if email_of(first_name) not in known:
                session.add(
                    Account(
                        email=email_of(first_name), name=name, roles=[role.value for role in roles]
                    )
                )
    for first_name in CAST:
        _give_an_app(demonstration, first_name)
    demonstration.say(f"{len(CAST)} invented officers can sign in")


def _give_an_app(demonstration: Demonstration, first_name: str) -> None:
    """Set up the authenticator app of an invented officer, whose key everybody may know."""
    with demonstration.acting(system("demo")) as session:
        account = session.scalars(
            sa.select(Account).where(Account.email == email_of(first_name))
        ).one()
    with demonstration.acting(signing_in(account)) as session:
        if factors.of(session, account.id).one_time_password is None:
            session.add(OneTimePassword(account_id=account.id, key=APP_KEY))


def focal_point(demonstration: Demonstration, code: str) -> Actor:
    """The actor that a State's invented focal point is."""
    email = f"focal.{code.lower()}@focalpoints.example"
    with demonstration.acting(system("demo")) as session:
        account = session.scalar(sa.select(Account).where(Account.email == email))
        if account is None:
            account = Account(
                email=email,
                name=f"Focal Point Example ({code}, demo)",
                language=session.scalar(
                    sa.select(Mission.language).where(Mission.state_code == code)
                ),
                roles=[Role.FOCAL_POINT.value],
                state_code=code,
            )
            session.add(account)
            session.flush()
        return actor_of(account)
