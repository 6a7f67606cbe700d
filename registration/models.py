"""All tables, imported in one place for migrations and for the mapper; and who tells whom what."""

from registration.accounts import appointments
from registration.accounts import models as accounts
from registration.api import models as api
from registration.authorities import models as authorities
from registration.delegations import models as delegations
from registration.designations import models as designations
from registration.documents import models as documents
from registration.inbox import models as inbox
from registration.journal import models as journal
from registration.meetings import models as meetings
from registration.notes import models as notes
from registration.notes.ladders import models as ladders
from registration.notes.rehearsal import models as rehearsal
from registration.participants import models as participants
from registration.post import models as post
from registration.responses import models as responses
from registration.responses import state_of_play
from registration.responses.imports import models as imports
from registration.states import models as states
from registration.verification import models as verification

__all__ = [
    "accounts",
    "api",
    "appointments",
    "authorities",
    "delegations",
    "designations",
    "documents",
    "imports",
    "inbox",
    "journal",
    "ladders",
    "meetings",
    "notes",
    "participants",
    "post",
    "rehearsal",
    "responses",
    "state_of_play",
    "states",
    "verification",
]
