"""What waits, as the work page shows it: the words, the tone and the page that settles it."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from registration.reports.views.edge import called, meeting_label
from registration.reports.waiting import SENTENCES, SILENT, Matter, Waiting

TONES = {
    Matter.DRAFT: "neutral",
    Matter.CAME_BACK: "late",
    Matter.CLEARANCE_VOID: "stop",
    Matter.COPIES_NOT_MADE: "stop",
    Matter.MAIL_IN_DOUBT: "doubt",
    Matter.MAIL_REFUSED: "stop",
    Matter.MAIL_TRIED_TOO_OFTEN: "stop",
    Matter.MAIL_RETURNED: "stop",
    Matter.MAIL_WITHHELD: "doubt",
    Matter.ADDRESSES_IN_DOUBT: "doubt",
    Matter.FILES_NOT_EXAMINED: "stop",
    Matter.STATES_OVERDUE: "stop",
}
# Where each work list is settled; what is about a note leads to the note, unless it stands here.
PAGES = {
    Matter.TO_SEND: "notes.dispatch",
    Matter.COPIES_NOT_MADE: "notes.copies",
    Matter.MAIL_IN_DOUBT: "post.index",
    Matter.MAIL_REFUSED: "post.index",
    Matter.MAIL_TRIED_TOO_OFTEN: "post.index",
    Matter.MAIL_RETURNED: "post.index",
    Matter.MAIL_WITHHELD: "post.index",
    Matter.REQUESTS_OF_STATES: "responses.requests",
    Matter.STATES_OVERDUE: "reports.note_board",
    Matter.STATES_AWAITED_SOON: "reports.note_board",
    Matter.ADDRESSES_IN_DOUBT: "states.suspects",
    Matter.MAIL_OF_NOBODY: "inbox.index",
    Matter.MAIL_TO_ACT_ON: "inbox.index",
    Matter.NOMINATIONS_TO_VERIFY: "verification.index",
    Matter.FILES_NOT_EXAMINED: "verification.index",
    Matter.CORRECTIONS_ASKED: "authorities.requests",
}


def shown(each: Waiting) -> dict[str, Any]:
    """A row of a task list: a note by its title and what waits, a list by its name and length."""
    matter = _(SENTENCES[each.matter])
    row = {"url": _address(each), "tone": TONES.get(each.matter, "waits")}
    if each.note is None:
        return row | {"title": matter, "status": each.number}
    if each.matter is Matter.COPIES_NOT_MADE:
        return row | {"title": matter, "detail": called(each.note), "status": each.number}
    if each.matter in SILENT:
        states = ngettext("%(num)s State", "%(num)s States", each.number)
        return row | {"title": matter, "detail": called(each.note), "status": states}
    detail = meeting_label(each.meeting) if each.meeting else ""
    return row | {"title": each.note.title, "detail": detail, "status": matter}


def _address(each: Waiting) -> str:
    if each.note is None:
        return url_for(PAGES[each.matter])
    page = PAGES.get(each.matter, "notes.show")
    return url_for(page, note_id=each.note.id, standing=SILENT.get(each.matter))
