"""Puts the persons of a table forward: all of them, or nobody."""

from registration import clock
from registration.db import Session
from registration.delegations import service as nominations
from registration.delegations.models import Delegate, Nomination
from registration.errors import Refused
from registration.responses.imports import mapping
from registration.responses.imports.models import EMPTY, UploadedTable
from registration.responses.imports.preview import read


def take(session: Session, nomination: Nomination, kept: UploadedTable) -> list[Delegate]:
    """Put the persons of a table forward, and empty the table; who was added.

    A table that was taken already, by a second click, adds nobody. Raises Refused, with nothing
    written, where anything in it is wrong: the answer may have changed since it was looked at.
    """
    session.refresh(kept, with_for_update=True)
    if kept.taken_at is not None:
        return []
    if mapping.missing(kept.meanings):
        raise Refused("Say first what the columns are.")
    found = read(kept.table, kept.meanings, nomination.delegates)
    if found.mistakes:
        raise Refused("Nothing was added: the table has mistakes. Correct them first.")
    added = nominations.add(session, nomination, found.persons)
    kept.taken_at, kept.cells, kept.columns = clock.now(), EMPTY, []
    session.flush()
    return added
