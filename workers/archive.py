"""The archive of what was sent, as a witness: what lies in it was accepted by the mail server.

Each mail goes there in the transaction that hands it over, so that one proves the other. That
something is not there proves nothing: it may still be on its way.
"""

import logging
from datetime import datetime

from registration.post.mail_log import Answer
from workers import imap

log = logging.getLogger(__name__)


class Archive:
    """A mailbox that is asked until it fails once; from then on it knows nothing."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._fails = False

    def answer(self, message_id: str, since: datetime) -> Answer:
        """FOUND where the message lies there; never SURELY_ABSENT."""
        if self._fails:
            return Answer.UNKNOWN
        try:
            with imap.opened(self._url) as box:
                return Answer.FOUND if box.holds(message_id) else Answer.UNKNOWN
        except imap.TROUBLE as trouble:
            log.warning("archive: %s: %s", type(trouble).__name__, trouble)
            self._fails = True
            return Answer.UNKNOWN
