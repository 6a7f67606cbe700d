"""What the invented office of the demonstration does, once or however often it is run."""

import sqlalchemy as sa

from registration.authorities.models import Authority
from registration.designations import service as designations
from registration.designations.rules import DesignationKind
from registration.meetings.models import Meeting
from registration.participants import queries
from registration.participants.models import Observer
from registration.seed import office
from registration.verification.models import NameCheck
from registration.verification.queue import Choice, queue
from tests.responses.conftest import AUSTRIA, NIUE, World
from tests.responses.samples import MINISTRY
from tests.verification.conftest import Answer

KEPT = (Authority, NameCheck, Observer)


def test_the_demonstration_compares_enters_and_admits_once(world: World, answer: Answer) -> None:
    with world.acting(world.austria) as session:
        designations.propose(
            session,
            state_code=AUSTRIA,
            meeting_id=world.meeting_id,
            kind=DesignationKind.CENTRAL_AUTHORITY,
            particulars=MINISTRY,
        )
        session.commit()
    right, doubtful = answer(), answer(world.niue, names=("Talagi", "Togia"))
    for _twice in range(2):
        with world.acting(world.anna) as session:
            meeting = session.get_one(Meeting, world.meeting_id)
            first = office.to_compare(session, world.note(session))
            assert first == [right, doubtful]
            assert office.are_examined(session, first)
            office.compare(session, first)
            office.enter_authorities(session)
            office.admit_observers(session, meeting)
            session.commit()
            (flagged,) = queue(session, Choice(flagged=True))
            assert flagged.state.code == NIUE
            of_states, of_the_bank = queries.delegations(session, meeting)
            assert [len(each.persons) for each in (of_states, of_the_bank)] == [2, 2]
            assert [len(session.scalars(sa.select(each)).all()) for each in KEPT] == [2, 5, 2]
