"""The register of experts, and the directory that is taken away from it."""

from typing import Any

import sqlalchemy as sa
from flask import Response, render_template, request
from flask_babel import gettext as _

from registration import web
from registration.delegations.rules import Area
from registration.exports.sheet import Cell, Sheet, begin
from registration.exports.views import file
from registration.meetings.models import Meeting
from registration.permissions import Permission, Scope
from registration.reports import experts as register
from registration.reports.experts import Choice, Expert
from registration.reports.views.edge import meeting_label, pages
from registration.responses.forms import AREAS, CAPACITIES
from registration.states.queries import all_states
from registration.web import asked_page, named, page_language

ON_A_PAGE = 50


@pages.get("/experts", permission=Permission.READ_REGISTER, scope=Scope.STAFF)
def experts() -> str:
    """Whom States named over all meetings, when, for what, and what on."""
    session, language, choice = web.session(), page_language(), _choice()
    found = register.experts(session, choice, language)
    page, last_page = asked_page(len(found), ON_A_PAGE)
    return render_template(
        "reports/experts.html",
        experts=found[(page - 1) * ON_A_PAGE : page * ON_A_PAGE],
        count=len(found),
        page=page,
        last_page=last_page,
        choice=choice,
        asked_for=_asked_for(choice),
        states=[(each.code, each.name(language)) for each in all_states(session)],
        meetings=session.scalars(sa.select(Meeting).order_by(Meeting.begins_on.desc())).all(),
        areas=AREAS,
        capacities=CAPACITIES,
        meeting_label=meeting_label,
    )


def _choice() -> Choice:
    """What the address asks for. What makes no sense there chooses nothing."""
    asked = request.args
    area = asked.get("area")
    return Choice(
        words=" ".join(asked.get("words", "")[:100].split()),
        state_code=asked.get("state") or None,
        meeting=asked.get("meeting") or None,
        area=Area(area) if area in set(Area) else None,
        in_force=asked.get("in_force") == "1",
    )


def _asked_for(choice: Choice) -> dict[str, Any]:
    """The part of an address that asks for this choice."""
    asked = {
        "words": choice.words,
        "state": choice.state_code,
        "meeting": choice.meeting,
        "area": choice.area.value if choice.area else None,
        "in_force": "1" if choice.in_force else None,
    }
    return {name: value for name, value in asked.items() if value}


@pages.post("/experts/export", permission=Permission.EXPORT, scope=Scope.STAFF)
def export_experts() -> Response:
    """The directory of experts, as the address chooses, as a file: a line for each naming."""
    session, language, choice = web.session(), page_language(), _choice()
    begin(session)
    rows = [
        line
        for each in register.experts(session, choice, language)
        for line in _lines(each, language)
    ]
    columns = [
        _("Code"),
        _("State"),
        _("Name"),
        _("Title"),
        _("Institution"),
        _("Areas"),
        _("E-mail address"),
        _("Meeting"),
        _("Named on"),
        _("Reference of the mission"),
        _("As"),
        _("Confirmed (1 yes, 0 no)"),
        _("In force (1 yes, 0 no)"),
    ]
    sheet = Sheet("Directory of experts", columns, rows, "experts", "all", _asked_for(choice))
    return file(sheet)


def _lines(expert: Expert, language: str) -> list[list[Cell]]:
    return [
        [
            expert.state.code,
            expert.state.name(language),
            named(naming.designation.name),
            naming.designation.title,
            naming.designation.institution,
            "; ".join(str(AREAS[Area(each)]) for each in naming.designation.areas),
            naming.designation.email,
            meeting_label(naming.meeting),
            naming.on,
            naming.response.mission_reference,
            str(CAPACITIES.get(naming.designation.capacity, "")),  # type: ignore[call-overload]
            int(naming.is_confirmed),
            int(naming.is_in_force),
        ]
        for naming in expert.namings
    ]
