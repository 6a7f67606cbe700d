"""An office in October 2013 with something in every stage: what the pages of the walk show.

It is made by the services, on the States and meetings of the seed, as the persons of the cast do
it, each subject in a module of its own.
"""

from datetime import date, datetime

import sqlalchemy as sa

from registration import clock
from registration.meetings import queries as meetings
from tests.browser.world import answers, mail, notes, participants, people, places, register
from tests.browser.world.office import (
    AUSTRIA,
    IVORY_COAST,
    SAUDI_ARABIA,
    SECOND,
    SILENT,
    Office,
    let_it_be,
)
from tests.browser.world.places import Place, World
from tests.notes.desk import a_desk

__all__ = [
    "AUSTRIA",
    "IVORY_COAST",
    "NOW",
    "SAUDI_ARABIA",
    "SILENT",
    "Place",
    "World",
    "build",
]

NOW = datetime(2013, 10, 8, 10, 0, tzinfo=clock.DUTY_STATION)


def build(engine: sa.Engine) -> World:
    """Make everything, at its days, and return what there is to look at."""
    let_it_be(date(2013, 6, 17))
    office = Office(a_desk(engine, lambda session: meetings.by_slug(session, SECOND)))
    people.hire(office)
    people.open_missions(office)
    notes.write_notes(office)
    notes.carry(office)
    answers.respond(office)
    answers.ask_again(office)
    register.keep_register(office)
    mail.examine(office)
    mail.take_in(office)
    notes.remind(office)
    clock.move_to(NOW)
    answers.send_link(office)
    participants.list_participants(office)
    world = World()
    with office.desk.program() as session:
        people.sign_everybody_in(office, session, world)
        places.list_places(office, session, world)
    return world
