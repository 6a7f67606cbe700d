"""The mails by which officers learn that a note waits for them; of the note they hold its title."""

from collections.abc import Iterable
from uuid import UUID

from registration import config
from registration.accounts import queries as accounts
from registration.accounts.models import Account
from registration.db import Session
from registration.notes.models import Note
from registration.permissions import Role
from registration.post.service import post
from registration.words import say, sentence

PURPOSE = "office"

SUBMITTED = (
    sentence("A note verbale waits for your clearance"),
    sentence(
        "%(who)s submitted a note verbale for clearance: “%(title)s”.\n\n"
        "Read it, then clear it or return it:\n%(link)s"
    ),
)
RETURNED = (
    sentence("A note verbale came back to you"),
    sentence(
        "%(who)s returned a note verbale to you with a remark: “%(title)s”.\n\n"
        "Read the remark on its page:\n%(link)s"
    ),
)
CLEARED = (
    sentence("A note verbale was cleared"),
    sentence("%(who)s cleared a note verbale: “%(title)s”.\n\nIt can be issued:\n%(link)s"),
)

REMINDER_DRAFTED = (
    sentence("A reminder was drafted and waits for you"),
    sentence(
        "A reminder of %(ref)s was drafted: “%(title)s”. Today it would go to %(states)s States."
        " Nothing is sent by itself.\n\nCheck its texts and whom it addresses, then submit it for"
        " clearance, or withdraw it:\n%(link)s"
    ),
)


def tell_of_reminder(
    session: Session, reminder: Note, original: Note, people: Iterable[Account], states: int
) -> None:
    """Officers learn that a reminder waits in the office, for how many States it is today."""
    _send(session, reminder, REMINDER_DRAFTED, people, ref=original.reference, states=states)


def tell_clearing_officers(session: Session, note: Note) -> None:
    """Whoever may clear this note learns that it waits."""
    writers = {note.drafted_by_id, *note.written_by_ids}
    officers = accounts.with_role(session, Role.CLEARING_OFFICER)
    _send(session, note, SUBMITTED, (each for each in officers if each.id not in writers), "/read")


def tell_drafters(session: Session, note: Note, said: tuple[str, str]) -> None:
    """Who drafted and who submitted the note learns what became of it."""
    wanted: set[UUID | None] = {note.drafted_by_id, note.submitted_by_id}
    found = (session.get(Account, each) for each in wanted if each is not None)
    _send(session, note, said, (each for each in found if each and each.is_open))


def _send(
    session: Session,
    note: Note,
    said: tuple[str, str],
    people: Iterable[Account],
    page: str = "",
    **values: object,
) -> None:
    subject, text = said
    link = f"{config.current().base_url}/notes/{note.id}{page}"
    for person in people:
        if person.id == session.actor.id:
            continue
        post(
            session,
            purpose=PURPOSE,
            recipients=[person.email],
            subject=say(person.language, subject),
            text=say(
                person.language,
                text,
                title=note.title,
                who=session.actor.name,
                link=link,
                **values,
            ),
            language=person.language,
        )
