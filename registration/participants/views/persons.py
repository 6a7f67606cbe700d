"""Everybody whom States put forward for a meeting: as a page, as JSON, and to take away."""

from typing import Any

from flask import Response, jsonify, render_template, request, url_for
from flask_babel import gettext as _

from registration.delegations.rules import NominationStage
from registration.exports.sheet import Sheet, begin
from registration.exports.views import file
from registration.meetings import queries as meetings
from registration.participants import persons as management
from registration.participants.persons import Choice, Order, PersonRow
from registration.participants.views.edge import called, pages
from registration.permissions import Permission, Scope
from registration.responses.forms import CAPACITIES
from registration.verification.forms import STAGE_TONES, STAGES
from registration.web import page_language, session

READ, STAFF = Permission.READ_REGISTER, Scope.STAFF
ON_A_PAGE = 50
CONFIRMED = {"1": True, "0": False}


@pages.get("/meetings/<slug>/persons", permission=READ, scope=STAFF)
def persons(slug: str) -> str:
    """A page of the list, as the address chooses and sorts it."""
    meeting, choice, language = meetings.by_slug(session(), slug), _choice(), page_language()
    asked = max(request.args.get("page", 1, type=int), 1)
    found = management.page(session(), meeting.id, choice, language, number=asked, size=ON_A_PAGE)
    return render_template(
        "participants/persons.html",
        meeting=meeting,
        called=called(meeting),
        persons=found.rows,
        count=found.count,
        page=found.number,
        last_page=found.last,
        choice=choice,
        asked_for=_asked_for(choice),
        column=lambda label, order: _column(slug, label, order, choice),
        states=management.states(session(), language),
        stages=STAGES,
        tones=STAGE_TONES,
        capacities=CAPACITIES,
    )


def _choice() -> Choice:
    """What the address asks for. What makes no sense there chooses nothing."""
    asked = request.args
    stage, order = asked.get("stage"), asked.get("sort", "").removeprefix("-")
    return Choice(
        words=" ".join(asked.get("words", "")[:100].split()),
        state_code=asked.get("state", ""),
        stage=NominationStage(stage) if stage in set(STAGES) else None,
        confirmed=CONFIRMED.get(asked.get("confirmed", "")),
        order=Order(order) if order in set(Order) else Order.STATE,
        descending=asked.get("sort", "").startswith("-"),
    )


def _asked_for(choice: Choice) -> dict[str, Any]:
    """The part of an address that asks for this choice."""
    asked = {
        "words": choice.words,
        "state": choice.state_code,
        "stage": choice.stage.value if choice.stage else "",
        "confirmed": "" if choice.confirmed is None else str(int(choice.confirmed)),
        "sort": _sort(choice.order, choice.descending),
    }
    return {name: value for name, value in asked.items() if value}


def _sort(order: Order, descending: bool) -> str:
    if order is Order.STATE and not descending:
        return ""
    return f"-{order.value}" if descending else order.value


def _column(slug: str, label: str, order: Order, choice: Choice) -> dict[str, Any]:
    """The heading of a column, which sorts by it; once more, the other way round."""
    here = choice.order == order
    asked = {**_asked_for(choice), "sort": _sort(Order(order), here and not choice.descending)}
    column: dict[str, Any] = {
        "label": label,
        "sort_url": url_for("participants.persons", slug=slug, **asked),
    }
    if here:
        column["sorted"] = "descending" if choice.descending else "ascending"
    return column


@pages.get("/meetings/<slug>/persons.json", permission=READ, scope=STAFF)
def persons_json(slug: str) -> Response:
    """The whole list, as the address chooses and sorts it, for a script of the office."""
    meeting = meetings.by_slug(session(), slug)
    found = management.rows(session(), meeting.id, _choice(), page_language())
    return jsonify({"meeting": meeting.slug, "persons": [_said(each) for each in found]})


def _said(row: PersonRow) -> dict[str, Any]:
    return {
        "state": row.state_code,
        "name": row.name,
        "courtesy": row.courtesy,
        "title": row.title,
        "institution": row.institution,
        "capacity": row.capacity,
        "head_of_delegation": row.head,
        "email": row.email,
        "sent_at": row.sent_at.isoformat(),
        "stage": row.stage.value if row.stage else None,
        "confirmed_at": row.confirmed_at.isoformat() if row.confirmed_at else None,
    }


@pages.post("/meetings/<slug>/persons/export", permission=Permission.EXPORT, scope=STAFF)
def export_persons(slug: str) -> Response:
    """The whole list, as the address chooses and sorts it, as a file."""
    begin(session())
    meeting, choice = meetings.by_slug(session(), slug), _choice()
    found = management.rows(session(), meeting.id, choice, page_language())
    stages = {stage: str(label) for stage, label in STAGES.items()}
    capacities = {capacity.value: str(label) for capacity, label in CAPACITIES.items()}
    rows = [
        [
            each.state_code,
            each.state,
            each.courtesy,
            each.name,
            each.title,
            each.institution,
            capacities.get(each.capacity, ""),
            int(each.head),
            each.email,
            each.sent_at,
            stages.get(each.stage, "") if each.stage else "",
            each.confirmed_at,
        ]
        for each in found
    ]
    columns = [
        _("Code"),
        _("State"),
        _("Courtesy"),
        _("Name"),
        _("Title"),
        _("Institution"),
        _("As"),
        _("Head of delegation (1 yes, 0 no)"),
        _("E-mail address"),
        _("Sent"),
        _("Stage"),
        _("Confirmed"),
    ]
    detail = _asked_for(choice)
    return file(Sheet(f"{slug} persons", columns, rows, "meeting", meeting.id, detail))
