"""The mission of a State in Vienna: its language and its addresses."""

from uuid import UUID

from flask import render_template
from werkzeug.wrappers import Response

from registration.errors import NotFound
from registration.forms import Form
from registration.permissions import Scope
from registration.states import corrections, forms, queries, service
from registration.states.models import Mission, MissionChannel, State
from registration.states.views.edge import CORRECT, corrected, pages
from registration.web import session, tried


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
    status = tried(form, lambda: _record_language(code, form))
    if status == 303:
        return corrected(code)
    return _mission_page(state, queries.mission_of(session(), code), form), status


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


@pages.get("/states/<code>/mission/channel", permission=CORRECT, scope=Scope.STAFF)
def ask_channel(code: str) -> str:
    """Asks by which road the mission wishes to get notes."""
    present = _mission(code).channel.value
    return _channel_page(code, forms.ChannelForm(channel=present, seen=present))


@pages.post("/states/<code>/mission/channel", permission=CORRECT, scope=Scope.STAFF)
def set_channel(code: str) -> Response | tuple[str, int]:
    """Records the road; notes issued from now on take it."""
    mission, form = _mission(code), forms.ChannelForm()
    status = tried(
        form,
        lambda: service.set_channel(
            session(),
            mission,
            MissionChannel(form.channel.data),
            seen=form.value_seen,
            **form.authority,
        ),
    )
    if status == 303:
        return corrected(code)
    return _channel_page(code, form), status


def _channel_page(code: str, form: Form) -> str:
    return render_template("states/channel.html", state=queries.by_code(session(), code), form=form)


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
    status = tried(
        form,
        lambda: service.add_address(session(), mission, form.email.data or "", **form.authority),
    )
    if status == 303:
        return corrected(code)
    return render_template("states/address.html", state=state, form=form), status


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
    status = tried(
        form,
        lambda: service.end_address(session(), address, **form.authority),
    )
    if status == 303:
        return corrected(code)
    return render_template(
        "states/end_address.html", state=state, address=address, form=form
    ), status
