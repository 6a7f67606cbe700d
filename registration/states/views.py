"""Pages of the States: the list as at a day, one State, and the correction of every value."""

from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from flask import flash, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registration import clock
from registration.accounts import queries as accounts
from registration.errors import NotFound, Refused
from registration.forms import Form
from registration.permissions import Permission, Scope
from registration.states import corrections, forms, instruments, queries, rules, service
from registration.states.instruments import Particulars
from registration.states.models import Correction, Instrument, InstrumentKind, Mission, State
from registration.states.rules import TreatyStatus
from registration.web import Pages, moment, see_other, session
from registration.words import OWN_NAMES

pages = Pages("states", __name__)

NAME_FIELDS = tuple(
    field
    for field in corrections.FIELDS
    if field.startswith(("names.", "formal_names.", "articles.", "sort_key"))
)
GROUP_FIELDS = tuple(field for field in corrections.FIELDS if field not in NAME_FIELDS)
STATES_ON_A_PAGE = 50  # a page of 200 KiB at most, and one that a telephone can show
READ, CORRECT = Permission.READ_REGISTER, Permission.CORRECT_STATE


@pages.get("/states", permission=READ, scope=Scope.STAFF)
def index() -> str | tuple[str, int]:
    """Every State with its status on a day; only those of a status or group where one is chosen."""
    day, problem = _asked_day()
    chosen = {name: request.args.get(name, "").strip() for name in ("status", "group", "name")}
    statuses = queries.statuses_on(session(), day)
    states = [
        state
        for state in _in_order(queries.all_states(session()))
        if chosen["status"] in ("", statuses[state.code])
        and chosen["group"] in ("", state.regional_group)
        and _is_called(state, chosen["name"])
    ]
    page_number, page_count = _asked_page(len(states))
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
        entries=_entries(shown),
    )
    return (page, 422) if problem else page


def _asked_day() -> tuple[date, str]:
    """The day in the address, today where there is none, and what is wrong with it."""
    asked = request.args.get("on", "").strip()
    try:
        return (date.fromisoformat(asked) if asked else clock.today()), ""
    except ValueError:
        return clock.today(), _("Enter a day that exists, like 2013-11-25. Shown is today.")


def _asked_page(found: int) -> tuple[int, int]:
    """The number of the page in the address, kept within the pages that there are."""
    count = max(1, -(-found // STATES_ON_A_PAGE))
    asked = request.args.get("page", type=int) or 1
    return min(max(asked, 1), count), count


def _given(chosen: dict[str, str]) -> dict[str, Any]:
    return {name: value for name, value in chosen.items() if value}


def _is_called(state: State, words: str) -> bool:
    """Whether words, typed in any of the six languages, stand in a name or are the code."""
    wanted = rules.alphabetical(words)
    names = (*state.names.values(), *state.formal_names.values())
    return wanted == state.code.casefold() or any(
        wanted in rules.alphabetical(name) for name in names
    )


def _language() -> str:
    locale = get_locale()
    return locale.language if locale else "en"


def _in_order(states: list[State]) -> list[State]:
    """In the alphabetical order of the page's language; English and Chinese have a key of lists."""
    language = _language()
    if language in ("en", "zh"):
        return states
    return sorted(states, key=lambda state: rules.alphabetical(state.name(language)))


def _consent(state: State) -> Instrument | None:
    consents = (each for each in state.instruments if each.kind is not InstrumentKind.SIGNATURE)
    return next(consents, None)


def _signature(state: State) -> Instrument | None:
    signatures = (each for each in state.instruments if each.kind is InstrumentKind.SIGNATURE)
    return next(signatures, None)


def _entries(states: list[State]) -> dict[str, dict[str, object]]:
    """Of each State: its signature, its consent, and since when the Convention binds it."""
    return {
        state.code: {
            "signature": _signature(state),
            "consent": (consent := _consent(state)),
            "in_force": rules.entry_into_force(consent.day) if consent and consent.day else None,
        }
        for state in states
    }


@pages.get("/states/<code>", permission=READ, scope=Scope.STAFF)
def show(code: str) -> str | tuple[str, int]:
    """What the office knows of one State, value by value, each with its source."""
    state = queries.by_code(session(), code)
    day, problem = _asked_day()
    mission = queries.mission_of(session(), code)
    told = queries.corrections(session(), code)
    makers = accounts.names(session(), {each.made_by_id for each in told})
    page = render_template(
        "states/show.html",
        state=state,
        day=day,
        problem=problem,
        status=queries.status_of(state, day),
        entry=_entries([state])[code],
        mission=mission,
        ended=queries.ended_addresses(session(), mission) if mission else [],
        focal_points=accounts.focal_points(session(), code),
        name_sources=_sources(state, NAME_FIELDS),
        group_sources=_sources(state, GROUP_FIELDS),
        languages_by_code=OWN_NAMES,
        story=[_told(each, makers) for each in told],
        value_of=corrections.value_of,
        forms=forms,
    )
    return (page, 422) if problem else page


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


def _done(form: Form, act: Callable[[], object]) -> bool:
    """Whether the form was in order and the act is done; if not, the form says what is wrong."""
    if not form.validate_on_submit():
        return False
    try:
        act()
    except Refused as error:
        session().rollback()
        form.refuse(error)
        return False
    session().commit()
    return True


def _corrected(code: str) -> Response:
    flash(_("Corrected. What it said before stands under “Corrections”."), "success")
    return see_other("states.show", code=code)


@pages.get("/states/<code>/correct/<field>", permission=CORRECT, scope=Scope.STAFF)
def correct(code: str, field: str) -> str:
    """Asks for another value and on whose authority."""
    state = queries.by_code(session(), code)
    form = forms.correction_form(field, corrections.value_of(state, field))
    return _correction_page(state, field, form)


def _correction_page(state: State, field: str, form: Form) -> str:
    return render_template(
        "states/correct.html",
        state=state,
        field=field,
        form=form,
        label=forms.field_label(field),
        source=corrections.source_of(state, field),
    )


@pages.post("/states/<code>/correct/<field>", permission=CORRECT, scope=Scope.STAFF)
def save_correction(code: str, field: str) -> Response | tuple[str, int]:
    """Puts the new value in the place of the one that was seen."""
    state = queries.by_code(session(), code)
    form = forms.correction_form(field, corrections.value_of(state, field))
    if _done(
        form,
        lambda: corrections.correct(
            session(),
            code,
            field,
            form.value.data,
            seen=form.value_seen,
            **form.authority,
        ),
    ):
        return _corrected(code)
    return _correction_page(state, field, form), 422


@pages.get("/states/<code>/instruments/new", permission=CORRECT, scope=Scope.STAFF)
def new_instrument(code: str) -> str:
    """Asks for a signature or a deposit that is missing."""
    return _instrument_page(queries.by_code(session(), code), forms.InstrumentForm(seen=""))


def _instrument_page(
    state: State, form: forms.InstrumentForm, instrument: Instrument | None = None
) -> str:
    return render_template(
        "states/instrument.html", state=state, form=form, instrument=instrument, forms=forms
    )


def _particulars(form: forms.InstrumentForm) -> Particulars:
    return Particulars(
        InstrumentKind(form.kind.data),
        form.day.data,
        form.not_before.data,
        form.not_after.data,
    )


@pages.post("/states/<code>/instruments/new", permission=CORRECT, scope=Scope.STAFF)
def add_instrument(code: str) -> Response | tuple[str, int]:
    """Records a signature or a deposit."""
    state, form = queries.by_code(session(), code), forms.InstrumentForm()
    if _done(
        form,
        lambda: instruments.add_instrument(
            session(),
            code,
            _particulars(form),
            **form.authority,
        ),
    ):
        return _corrected(code)
    return _instrument_page(state, form), 422


@pages.get("/states/<code>/instruments/<uuid:instrument_id>", permission=CORRECT, scope=Scope.STAFF)
def edit_instrument(code: str, instrument_id: UUID) -> str:
    """Asks for another kind, day or bounds of an instrument."""
    instrument = queries.instrument(session(), code, instrument_id)
    form = forms.InstrumentForm(
        kind=instrument.kind.value,
        day=instrument.day,
        not_before=instrument.not_before,
        not_after=instrument.not_after,
        seen=str(instruments.particulars(instrument)),
    )
    return _instrument_page(queries.by_code(session(), code), form, instrument)


@pages.post(
    "/states/<code>/instruments/<uuid:instrument_id>", permission=CORRECT, scope=Scope.STAFF
)
def save_instrument(code: str, instrument_id: UUID) -> Response | tuple[str, int]:
    """Replaces the kind, day or bounds of an instrument."""
    state = queries.by_code(session(), code)
    instrument = queries.instrument(session(), code, instrument_id)
    form = forms.InstrumentForm()
    if _done(
        form,
        lambda: instruments.correct_instrument(
            session(),
            code,
            instrument_id,
            _particulars(form),
            seen=form.value_seen,
            **form.authority,
        ),
    ):
        return _corrected(code)
    return _instrument_page(state, form, instrument), 422


@pages.get(
    "/states/<code>/instruments/<uuid:instrument_id>/remove",
    permission=CORRECT,
    scope=Scope.STAFF,
)
def ask_to_remove_instrument(code: str, instrument_id: UUID) -> str:
    """Says what follows when an instrument is taken out, and asks on whose authority."""
    instrument = queries.instrument(session(), code, instrument_id)
    form = forms.SourceForm(seen=str(instruments.particulars(instrument)))
    return _removal_page(queries.by_code(session(), code), instrument, form)


def _removal_page(state: State, instrument: Instrument, form: Form) -> str:
    return render_template(
        "states/remove_instrument.html",
        state=state,
        instrument=instrument,
        form=form,
        kind=forms.INSTRUMENT_KINDS[instrument.kind],
    )


@pages.post(
    "/states/<code>/instruments/<uuid:instrument_id>/remove",
    permission=CORRECT,
    scope=Scope.STAFF,
)
def remove_instrument(code: str, instrument_id: UUID) -> Response | tuple[str, int]:
    """Takes out an instrument that was recorded by mistake."""
    state = queries.by_code(session(), code)
    instrument = queries.instrument(session(), code, instrument_id)
    form = forms.SourceForm()
    if _done(
        form,
        lambda: instruments.remove_instrument(
            session(),
            code,
            instrument_id,
            seen=form.value_seen,
            **form.authority,
        ),
    ):
        return _corrected(code)
    return _removal_page(state, instrument, form), 422


@pages.get("/states/<code>/mission", permission=CORRECT, scope=Scope.STAFF)
def ask_language(code: str) -> str:
    """Asks for the language that the mission in Vienna is written to in."""
    state = queries.by_code(session(), code)
    mission = queries.mission_of(session(), code)
    present = mission.language if mission else state.proposed_language
    return _mission_page(state, mission, forms.LanguageForm(language=present, seen=present))


def _mission_page(state: State, mission: Mission | None, form: Form) -> str:
    return render_template(
        "states/mission.html",
        state=state,
        mission=mission,
        form=form,
        source=corrections.source_of(state, "proposed_language"),
    )


@pages.post("/states/<code>/mission", permission=CORRECT, scope=Scope.STAFF)
def set_language(code: str) -> Response | tuple[str, int]:
    """Records the mission, or the language it now wishes."""
    state = queries.by_code(session(), code)
    form = forms.LanguageForm()
    if _done(form, lambda: _record_language(code, form)):
        return _corrected(code)
    return _mission_page(state, queries.mission_of(session(), code), form), 422


def _record_language(code: str, form: forms.LanguageForm) -> None:
    mission, language = queries.mission_of(session(), code), form.language.data or ""
    if mission is None:
        service.open_mission(session(), code, language, **form.authority)
        return
    service.set_language(session(), mission, language, seen=form.value_seen, **form.authority)


def _mission(code: str) -> Mission:
    mission = queries.mission_of(session(), code)
    if mission is None:
        raise NotFound("The mission of this State in Vienna is not recorded yet.")
    return mission


@pages.get("/states/<code>/mission/addresses/new", permission=CORRECT, scope=Scope.STAFF)
def new_address(code: str) -> str:
    """Asks for one more address of the mission."""
    _mission(code)
    return render_template(
        "states/address.html",
        state=queries.by_code(session(), code),
        form=forms.AddressForm(seen=""),
    )


@pages.post("/states/<code>/mission/addresses/new", permission=CORRECT, scope=Scope.STAFF)
def add_address(code: str) -> Response | tuple[str, int]:
    """Adds an address; notes issued from now on go there too."""
    state, mission, form = queries.by_code(session(), code), _mission(code), forms.AddressForm()
    if _done(
        form,
        lambda: service.add_address(session(), mission, form.email.data or "", **form.authority),
    ):
        return _corrected(code)
    return render_template("states/address.html", state=state, form=form), 422


@pages.get(
    "/states/<code>/mission/addresses/<uuid:address_id>/end",
    permission=CORRECT,
    scope=Scope.STAFF,
)
def ask_to_end_address(code: str, address_id: UUID) -> str:
    """Says what follows when an address ends, and asks on whose authority."""
    return render_template(
        "states/end_address.html",
        state=queries.by_code(session(), code),
        address=service.address_of(session(), code, address_id),
        form=forms.SourceForm(seen=""),
    )


@pages.post(
    "/states/<code>/mission/addresses/<uuid:address_id>/end",
    permission=CORRECT,
    scope=Scope.STAFF,
)
def end_address(code: str, address_id: UUID) -> Response | tuple[str, int]:
    """Ends an address; notes issued from now on no longer go there."""
    state = queries.by_code(session(), code)
    address = service.address_of(session(), code, address_id)
    form = forms.SourceForm()
    if _done(
        form,
        lambda: service.end_address(session(), address, **form.authority),
    ):
        return _corrected(code)
    return render_template("states/end_address.html", state=state, address=address, form=form), 422
