"""Pages of the mail: what waits for a person, and what the mail server said."""

from datetime import timedelta
from uuid import UUID

from flask import Response, flash, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from registration import config
from registration.exports.sheet import Cell, Sheet, begin
from registration.exports.views import file
from registration.journal import outbox
from registration.journal.service import story
from registration.permissions import Permission, Scope
from registration.post import pace, queries, settling
from registration.post.forms import COLUMNS, PURPOSES, STAGES, SettleForm
from registration.post.models import Message
from registration.post.rules import MessageAction, MessageStage
from registration.web import (
    Pages,
    asked_page,
    page_language,
    see_other,
    session,
    told,
    tried,
)

pages = Pages("post", __name__)

# A large note takes a minute; what waits longer has nobody who does it.
PATIENCE = timedelta(minutes=5)
ON_A_PAGE = 50

READ, SETTLE = Permission.READ_REGISTER, Permission.SETTLE_MESSAGE


@pages.get("/mail", permission=READ, scope=Scope.STAFF)
def index() -> str:
    """Messages that wait for a person, the most doubtful first, or those of one stage."""
    stage = _stage()
    page, last_page = asked_page(queries.count(session(), stage), ON_A_PAGE)
    messages = queries.messages(session(), stage, page=page, on_a_page=ON_A_PAGE)
    return render_template(
        "post/index.html",
        messages=messages,
        stage=stage,
        page=page,
        last_page=last_page,
        counts=queries.count_by_stage(session()),
        waiting_since=outbox.waiting_since(session(), PATIENCE),
        asked_to_wait=pace.waits_until(session()),
        names=queries.names_of_states(session(), messages),
        stages=STAGES,
        purposes=PURPOSES,
    )


@pages.post("/mail/export", permission=Permission.EXPORT, scope=Scope.STAFF)
def export() -> Response:
    """The messages that the address chooses, as a file: what became of them, and no text."""
    begin(session())
    stage = _stage()
    messages = queries.messages(session(), stage)
    names = queries.names_of_states(session(), messages)
    rows = [_row(each, names.get(each.state_code or "", {})) for each in messages]
    asked_for = {"stage": stage.value} if stage else {}
    columns = [str(column) for column in COLUMNS]
    return file(Sheet("Outgoing mail", columns, rows, "message", "list", asked_for))


def _stage() -> MessageStage | None:
    """The stage that the address asks for. What is none chooses nothing."""
    asked = request.args.get("stage")
    return MessageStage(asked) if asked in set(MessageStage) else None


def _row(message: Message, names: dict[str, str]) -> list[Cell]:
    """One message; `names` are those of its State, by language."""
    return [
        message.created_at,
        message.subject,
        str(PURPOSES.get(message.purpose, message.purpose)),
        message.state_code,
        names.get(page_language()),
        "; ".join(message.recipients),
        str(STAGES[message.stage][0]),
        message.handed_over_at,
        message.attempts,
        told(message.reply or "").striptags(),
        "; ".join(f"{address}: {why}" for address, why in message.refused.items()),
        message.message_id,
    ]


@pages.get("/mail/<uuid:message_id>", permission=READ, scope=Scope.STAFF)
def show(message_id: UUID) -> str:
    """One message: what it says, what happened to it, and what can be decided."""
    message = queries.by_id(session(), message_id)
    return _page(message, SettleForm(message))


@pages.post("/mail/<uuid:message_id>/settle", permission=SETTLE, scope=Scope.STAFF)
def settle(message_id: UUID) -> AnyResponse | tuple[str, int]:
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
