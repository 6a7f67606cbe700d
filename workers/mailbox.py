"""The tasks of what comes back by e-mail: taking it out of the mailboxes, and reading it apart.

A mail is kept whole, with the number up to which the mailbox was read, in one transaction; only
then is it marked as seen, for the people who open the mailbox. Killed in between, the same mail is
known again by its bytes.
"""

import logging
import time

from registration import config
from registration.config import Settings
from registration.db import session_for
from registration.inbox import mailboxes, service
from registration.inbox.rules import Mailbox
from registration.inbox.service import READ, SIZE_LIMIT
from registration.journal import outbox
from registration.killpoint import killpoint
from workers import imap
from workers.app import FETCH, FETCH_EVERY, SEND_LIMIT, WORKER, engine, periodic, task
from workers.unit import unit

log = logging.getLogger(__name__)

FETCH_SECONDS = 40.0  # for one mailbox; what is left is for the next minute


@periodic(FETCH, time_limit=SEND_LIMIT)
def fetch() -> None:
    """Take what came out of the mailboxes of the settings."""
    with session_for(engine(), WORKER) as session:
        if not outbox.claim_this_slot(session, FETCH, FETCH_EVERY):
            return
    for mailbox, url in _configured(config.current()).items():
        take_out(mailbox, url)


def _configured(settings: Settings) -> dict[Mailbox, str]:
    urls = {Mailbox.REPLIES: settings.reply_mailbox, Mailbox.BOUNCES: settings.bounce_mailbox}
    return {mailbox: url.get_secret_value() for mailbox, url in urls.items() if url is not None}


def take_out(mailbox: Mailbox, url: str) -> None:
    """Keep what came to one mailbox. What is in the way is shown to the office, and tried again."""
    try:
        with imap.opened(url) as box:
            _keep_new(mailbox, box)
    except imap.TROUBLE as trouble:
        log.warning("mailbox %s: %s: %s", mailbox.value, type(trouble).__name__, trouble)
        with session_for(engine(), WORKER) as session:
            mailboxes.could_not_be_read(session, mailbox, f"{type(trouble).__name__}: {trouble}")


def _keep_new(mailbox: Mailbox, box: imap.Box) -> None:
    until = time.monotonic() + FETCH_SECONDS
    validity = box.uid_validity
    with session_for(engine(), WORKER) as session:
        last = mailboxes.last_uid(session, mailbox, validity)
    for arrival in box.after(last, size_limit=SIZE_LIMIT):
        with session_for(engine(), WORKER) as session:
            service.keep(
                session,
                arrival.content,
                mailbox=mailbox,
                received_at=arrival.received_at,
                size=arrival.size if arrival.size > SIZE_LIMIT else 0,
            )
            mailboxes.read_up_to(session, mailbox, validity, arrival.uid)
            killpoint("mail.before_kept")
        killpoint("mail.kept")
        last = arrival.uid
        if time.monotonic() > until:
            break
    else:
        with session_for(engine(), WORKER) as session:
            mailboxes.read_to_the_end(session, mailbox)
    killpoint("mail.before_seen")
    if last:
        box.mark_seen(last)
    killpoint("mail.seen")


@task(READ, time_limit=SEND_LIMIT)
def read(outbox_id: int) -> None:
    """Read one mail apart, and lay it where it belongs."""
    with unit(outbox_id, READ, give_up=service.give_up) as work:
        if work is not None:
            service.read(work.session, work.subject_id)
