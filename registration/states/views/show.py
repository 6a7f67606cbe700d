"""One State: what the office knows of it, value by value."""

from typing import Any
from uuid import UUID

from flask import render_template

from registration.accounts import focal_points
from registration.accounts import queries as accounts
from registration.accounts.forms import CAPACITIES
from registration.permissions import Scope
from registration.states import corrections, forms, queries
from registration.states.models import Correction, State
from registration.states.views.edge import READ, asked_day, entries, pages
from registration.web import moment, session
from registration.words import OWN_NAMES

NAME_FIELDS = tuple(
    field
    for field in corrections.FIELDS
    if field.startswith(
        ("names.", "formal_names.", "articles.", "of_state.", "to_state.", "sort_key")
    )
)
GROUP_FIELDS = tuple(field for field in corrections.FIELDS if field not in NAME_FIELDS)


@pages.get("/states/<code>", permission=READ, scope=Scope.STAFF)
def show(code: str) -> str | tuple[str, int]:
    """What the office knows of one State, value by value, each with its source."""
    state = queries.by_code(session(), code)
    day, problem = asked_day()
    mission = queries.mission_of(session(), code)
    told = queries.corrections(session(), code)
    makers = accounts.names(session(), {each.made_by_id for each in told})
    page = render_template(
        "states/show.html",
        state=state,
        day=day,
        problem=problem,
        status=queries.status_of(state, day),
        entry=entries([state])[code],
        mission=mission,
        ended=queries.ended_addresses(session(), mission) if mission else [],
        **_focal_points(code),
        name_sources=_sources(state, NAME_FIELDS),
        group_sources=_sources(state, GROUP_FIELDS),
        languages_by_code=OWN_NAMES,
        story=[_told(each, makers) for each in told],
        value_of=corrections.value_of,
        forms=forms,
    )
    return (page, 422) if problem else page


def _focal_points(code: str) -> dict[str, Any]:
    """Whom the State named by a note, and who acts for it without a note on record."""
    appointments = focal_points.appointments(session(), code)
    named = {each.account_id for each in appointments}
    return {
        "appointments": appointments,
        "unnamed": [
            each for each in accounts.focal_points(session(), code) if each.id not in named
        ],
        "capacities": CAPACITIES,
    }


def _sources(state: State, fields: tuple[str, ...]) -> list[tuple[str, str]]:
    """The source of each value; once for all values of a kind that share it."""
    found: dict[tuple[str, str], None] = {}
    for field in fields:
        source = corrections.source_of(state, field)
        whole = source == state.sources.get(field.partition(".")[0], "")
        found[forms.field_label(field.partition(".")[0] if whole else field), source] = None
    return list(found)


def _told(correction: Correction, makers: dict[UUID, str]) -> dict[str, str]:
    """A correction as a line of the timeline, its values in words."""
    field = correction.field
    return {
        "when": moment(correction.made_at),
        "iso": correction.made_at.isoformat(),
        "who": makers[correction.made_by_id],
        "what": forms.field_label(field),
        "before": forms.value_label(field, correction.before),
        "after": forms.value_label(field, correction.after),
        "source": correction.source,
    }
