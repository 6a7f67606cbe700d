"""Who works in the office, who answers for a State, and where missions are written to."""

from registration import clock
from registration.accounts import service as accounts
from registration.accounts.models import Account
from registration.db import Session
from registration.permissions import Role
from registration.states import service as states
from registration.states.corrections import correct
from tests import builders
from tests.browser.world.office import ANSWERED, BEGUN, MISSIONS, SILENT, Office
from tests.browser.world.places import World


def hire(office: Office) -> None:
    """An administrator, focal points of three States, and somebody who left."""
    with office.desk.program() as session:
        office.ida = builders.ida(session)
        office.focal_points = {
            code: builders.a_focal_point(session, code) for code in (ANSWERED, BEGUN, SILENT)
        }
    with office.desk.acting(office.ida) as session:
        leaver = accounts.open_account(
            session,
            email="former.officer@secretariat.example",
            name="Former Officer",
            roles=[Role.DRAFTER, Role.TRACKER],
            language="fr",
            address="http://127.0.0.1:8000",
        )
        accounts.end_account(session, leaver.id)


def open_missions(office: Office) -> None:
    """Missions with two addresses each, one of them no longer used; a corrected name."""
    with office.desk.acting(office.desk.anna) as session:
        for code, language in MISSIONS.items():
            mission = states.open_mission(session, code, language, "A letter", clock.today())
            for email in (
                f"mission.{code.lower()}@missions.example",
                f"registry.{code.lower()}@missions.example",
            ):
                states.add_address(session, mission, email, "A letter", clock.today())
            if code == ANSWERED:
                states.end_address(session, mission.addresses[1], "A letter", clock.today())
        correct(
            session,
            ANSWERED,
            "names.fr",
            "Autriche",
            seen="Autriche",
            source="The mission's letter",
            as_at=clock.today(),
        )


def sign_everybody_in(office: Office, session: Session, world: World) -> None:
    """Let each of them be in the world by name, with a sign-in that has both factors."""
    people: dict[str, Account] = {
        "anna": office.desk.anna,
        "otto": office.desk.otto,
        "rosa": office.desk.rosa,
        "ida": office.ida,
        **{f"focal point {code}": each for code, each in office.focal_points.items()},
    }
    for name, account in people.items():
        found = session.get_one(Account, account.id)
        world.actors[name] = builders.acting(found)
        world.tokens[name] = builders.signed_in(session, found)
