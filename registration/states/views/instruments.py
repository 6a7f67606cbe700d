"""The signature and the consent of a State: added, corrected, taken out."""

from uuid import UUID

from flask import render_template
from werkzeug.wrappers import Response

from registration.forms import Form
from registration.permissions import Scope
from registration.states import forms, instruments, queries
from registration.states.instruments import Particulars
from registration.states.models import Instrument, InstrumentKind, State
from registration.states.views.edge import CORRECT, corrected, pages
from registration.web import session, tried


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
    status = tried(
        form,
        lambda: instruments.add_instrument(
            session(),
            code,
            _particulars(form),
            **form.authority,
        ),
    )
    if status == 303:
        return corrected(code)
    return _instrument_page(state, form), status


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
    status = tried(
        form,
        lambda: instruments.correct_instrument(
            session(),
            code,
            instrument_id,
            _particulars(form),
            seen=form.value_seen,
            **form.authority,
        ),
    )
    if status == 303:
        return corrected(code)
    return _instrument_page(state, form, instrument), status


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
    status = tried(
        form,
        lambda: instruments.remove_instrument(
            session(),
            code,
            instrument_id,
            seen=form.value_seen,
            **form.authority,
        ),
    )
    if status == 303:
        return corrected(code)
    return _removal_page(state, instrument, form), status
