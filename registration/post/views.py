"""Pages of the mail: what waits for a person, and what the mail server said."""

from datetime import timedelta
from uuid import UUID

from flask import flash, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registration import config
from registration.journal import outbox
from registration.journal.service import story
from registration.permissions import Permission, Scope
from registration.post import pace, queries, settling
from registration.post.forms import PURPOSES, STAGES, SettleForm
from registration.post.models import Message
from registration.post.rules import MessageAction
from registration.web import Pages, see_other, session, tried

pages = Pages("post", __name__)

# A large note takes a minute; what waits longer has nobody who does it.
PATIENCE = timedelta(minutes=5)

READ, SETTLE = Permission.READ_REGISTER, Permission.SETTLE_MESSAGE


@pages.get("/mail", permission=READ, scope=Scope.STAFF)
def index() -> str:
    """Messages that wait for a person, the most doubtful first."""
    messages = queries.in_trouble(session())
    return render_template(
        "post/index.html",
        messages=messages,
        counts=queries.count_by_stage(session()),
        waiting_since=outbox.waiting_since(session(), PATIENCE),
        asked_to_wait=pace.waits_until(session()),
        names=queries.names_of_states(session(), messages),
        stages=STAGES,
        purposes=PURPOSES,
    )


@pages.get("/mail/<uuid:message_id>", permission=READ, scope=Scope.STAFF)
def show(message_id: UUID) -> str:
    """One message: what it says, what happened to it, and what can be decided."""
    message = queries.by_id(session(), message_id)
    return _page(message, SettleForm(message))


@pages.post("/mail/<uuid:message_id>/settle", permission=SETTLE, scope=Scope.STAFF)
def settle(message_id: UUID) -> Response | tuple[str, int]:
    """Record what a person knows about a message."""
    message = queries.by_id(session(), message_id)
    form = SettleForm(message)
    status = tried(
        form,
        lambda: settling.decide(
            session(),
            message_id,
            MessageAction(form.decision.data),
            reason=form.reason.data or "",
        ),
    )
    if status != 303:
        return _page(message, form), status
    flash(_("This is recorded, with your name."), "success")
    return see_other("post.index")


def _page(message: Message, form: SettleForm) -> str:
    return render_template(
        "post/show.html",
        message=message,
        form=form,
        witnesses=_witnesses(),
        events=reversed(story(session(), "message", message.id)),
        names=queries.names_of_states(session(), [message]),
        stages=STAGES,
        stage_of=queries.stage_of,
        purposes=PURPOSES,
    )


def _witnesses() -> list[str]:
    """Where a message in doubt is looked up, as the settings have it."""
    settings = config.current()
    named = {
        _("the mail server's log"): settings.mail_log,
        _("the archive mailbox"): settings.archive_mailbox,
    }
    return [name for name, configured in named.items() if configured is not None]
