"""The first page of each, and the work page: what waits, what runs, what happened last."""

from typing import Any

from flask import render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from registration import web
from registration.notes.rules import NoteStage
from registration.permissions import Actor, Permission, Scope
from registration.post.rules import MessageStage
from registration.reports import work as waiting_work
from registration.reports.views.edge import called, meeting_label, pages
from registration.responses.rules import Standing


@pages.get("/", permission=Permission.READ_PUBLIC, scope=Scope.PUBLIC)
def home() -> AnyResponse:
    """Send each to where their work is, and a stranger to the meetings."""
    first_pages = {Scope.STAFF: "reports.work", Scope.STATE: "responses.home"}
    return web.see_other(first_pages.get(web.actor().scope, "meetings.index"))


@pages.get("/work", permission=Permission.READ_REGISTER, scope=Scope.STAFF)
def work() -> str:
    """What waits for the person, what runs, what comes next and what happened last."""
    found = waiting_work.gather(web.session())
    return render_template(
        "reports/work.html",
        work=found,
        waiting=_waiting(found, web.actor()),
        meeting_label=meeting_label,
    )


def _waiting(work: waiting_work.Work, actor: Actor) -> list[dict[str, Any]]:
    """The acts that wait for this person, as the policy table has it."""
    return [
        *_waiting_notes(work, actor),
        *_waiting_troubles(work, actor),
        *_waiting_overdue(work),
    ]


def _waiting_notes(work: waiting_work.Work, actor: Actor) -> list[dict[str, Any]]:
    asked = {
        NoteStage.IN_CLEARANCE: (Permission.CLEAR_NOTE, _("To clear"), "waits"),
        NoteStage.CLEARED: (Permission.ISSUE_NOTE, _("To issue"), "waits"),
        NoteStage.DRAFT: (Permission.EDIT_NOTE, _("Draft"), "neutral"),
    }
    special = {
        **dict.fromkeys(work.came_back, (_("Came back"), "late")),
        **dict.fromkeys(work.void, (_("Clearance void"), "stop")),
    }
    return [
        {
            "title": note.title,
            "detail": meeting_label(meeting),
            "url": url_for("notes.show", note_id=note.id),
            "status": special.get(note.id, (label, tone))[0],
            "tone": special.get(note.id, (label, tone))[1],
        }
        for stage, (permission, label, tone) in asked.items()
        for note, meeting in work.in_the_office
        if note.stage is stage and actor.may(permission, note)
    ]


def _waiting_troubles(work: waiting_work.Work, actor: Actor) -> list[dict[str, Any]]:
    copies = [
        {
            "title": ngettext("%(num)s copy was not made", "%(num)s copies were not made", number),
            "detail": note.reference,
            "url": url_for("notes.copies", note_id=note.id),
            "status": _("To settle"),
            "tone": "stop",
        }
        for note, number in work.parked
        if actor.may(Permission.RELEASE_LETTER)
    ]
    told = {
        MessageStage.UNCERTAIN: (_("Messages in doubt"), "doubt"),
        MessageStage.FAILED: (_("Messages that the mail server refused"), "stop"),
        MessageStage.PARKED: (_("Messages that were tried too often"), "stop"),
        MessageStage.BOUNCED: (_("Messages that came back"), "stop"),
        MessageStage.WITHHELD: (_("Messages withheld in a rehearsal"), "doubt"),
    }
    messages = [
        {
            "title": told[stage][0],
            "url": url_for("post.index"),
            "status": ngettext("%(num)s message", "%(num)s messages", number),
            "tone": told[stage][1],
        }
        for stage, number in work.unsettled.items()
        if actor.may(Permission.SETTLE_MESSAGE)
    ]
    return [*copies, *messages]


def _waiting_overdue(work: waiting_work.Work) -> list[dict[str, Any]]:
    return [
        {
            "title": _("States without a response after the date"),
            "detail": called(each.note),
            "url": url_for("reports.note_board", note_id=each.note.id, standing=Standing.OVERDUE),
            "status": ngettext("%(num)s State", "%(num)s States", overdue),
            "tone": "stop",
        }
        for each in work.running
        if (overdue := each.standings[Standing.OVERDUE])
    ]
