"""Two States that sent their answers, with and without a note, to be compared."""

from collections.abc import Callable
from uuid import UUID

import pytest
import sqlalchemy as sa

from registration.accounts.models import Account
from registration.delegations import service as delegations
from registration.documents import passage
from registration.documents.models import Document
from registration.responses import answering, service
from registration.responses.incoming import Upload
from registration.verification import arrivals
from tests.responses.conftest import (  # noqa: F401 - fixtures
    World,
    anna,
    app,
    browser,
    clock_of_summer,
    niue,
    rosa,
    world,
)
from tests.responses.samples import a_pdf, person

Answer = Callable[..., UUID]


@pytest.fixture
def answer(world: World) -> Answer:  # noqa: F811 - a fixture
    """Let a State answer: whom it sends, and whether with its note; gives the nomination."""

    def send(
        account: Account | None = None,
        names: tuple[str, ...] = ("Huber", "Gruber"),
        *,
        note: bool = True,
        examined: bool = True,
    ) -> UUID:
        who = account or world.austria
        with world.acting(who) as session:
            nomination = answering.begin(session, world.note_id)
            known = {each.family_name for each in nomination.delegates}
            new = [
                person(name, head=not known and place == 0)
                for place, name in enumerate(names)
                if name not in known
            ]
            if new:
                delegations.add(session, nomination, new)
            if note:
                file = Upload("note.pdf", a_pdf(2))
                answering.lay_note_beside(session, nomination, file, "17/2013")
            service.submit(session, nomination, world.note(session))
            session.commit()
            found = nomination.id
        if note and examined:
            examine(world)
        return found

    return send


def examine(world: World) -> None:  # noqa: F811 - the type of a fixture
    """Do what the worker does with each file that waits."""
    with world.office() as office:
        for document_id in office.scalars(sa.select(Document.id)).all():
            arrivals.examined(office, passage.examine(office, document_id))
        office.commit()
