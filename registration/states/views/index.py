"""The list of all States as at a day."""

from collections import Counter
from typing import Any

from flask import render_template, request, url_for

from registration.permissions import Scope
from registration.states import forms, queries, rules
from registration.states.models import State
from registration.states.rules import TreatyStatus
from registration.states.views.edge import READ, asked_day, entries, pages
from registration.web import asked_page, page_language, session

STATES_ON_A_PAGE = 50  # a page of 200 KiB at most, and one that a telephone can show


@pages.get("/states", permission=READ, scope=Scope.STAFF)
def index() -> str | tuple[str, int]:
    """Every State with its status on a day; only those of a status or group where one is chosen."""
    day, problem = asked_day()
    chosen = {name: request.args.get(name, "").strip() for name in ("status", "group", "name")}
    statuses = queries.statuses_on(session(), day)
    states = [
        state
        for state in _in_order(queries.with_instruments(session()))
        if chosen["status"] in ("", statuses[state.code])
        and chosen["group"] in ("", state.regional_group)
        and _is_called(state, chosen["name"])
    ]
    page_number, page_count = asked_page(len(states), STATES_ON_A_PAGE)
    first = (page_number - 1) * STATES_ON_A_PAGE
    shown = states[first : first + STATES_ON_A_PAGE]
    page = render_template(
        "states/index.html",
        day=day,
        problem=problem,
        found=len(states),
        states=shown,
        page_number=page_number,
        page_count=page_count,
        url_of_page=lambda number: url_for(
            "states.index", on=day.isoformat(), page=number, **_given(chosen)
        ),
        statuses=statuses,
        counts=Counter(statuses.values()),
        chosen=chosen,
        all_statuses=TreatyStatus,
        status_options=forms.choices(forms.STATUSES),
        group_options=forms.choices(forms.REGIONAL_GROUPS),
        forms=forms,
        entries=entries(shown),
    )
    return (page, 422) if problem else page


def _given(chosen: dict[str, str]) -> dict[str, Any]:
    return {name: value for name, value in chosen.items() if value}


def _is_called(state: State, words: str) -> bool:
    """Whether words, typed in any of the six languages, stand in a name or are the code."""
    wanted = rules.alphabetical(words)
    names = (*state.names.values(), *state.formal_names.values())
    return wanted == state.code.casefold() or any(
        wanted in rules.alphabetical(name) for name in names
    )


def _in_order(states: list[State]) -> list[State]:
    """In the alphabetical order of the page's language; English and Chinese have a key of lists."""
    language = page_language()
    if language in ("en", "zh"):
        return states
    return sorted(states, key=lambda state: rules.alphabetical(state.name(language)))
