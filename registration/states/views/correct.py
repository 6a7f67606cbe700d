"""The correction of one value of a State."""

from typing import cast

from flask import render_template
from werkzeug.wrappers import Response

from letters.inflection import StateForm
from letters.letter import Language
from registration.forms import Form
from registration.permissions import Scope
from registration.states import corrections, forms, queries
from registration.states.models import State
from registration.states.views.edge import CORRECT, corrected, pages
from registration.web import session, tried


@pages.get("/states/<code>/correct/<field>", permission=CORRECT, scope=Scope.STAFF)
def correct(code: str, field: str) -> str:
    """Asks for another value and on whose authority."""
    state = queries.by_code(session(), code)
    form = forms.correction_form(field, corrections.value_of(state, field), _by_rule(state, field))
    return _correction_page(state, field, form)


def _by_rule(state: State, field: str) -> str:
    """What the rules make of the name where nobody has entered a form of it."""
    form, _dot, language = field.partition(".")
    if form not in corrections.INFLECTED:
        return ""
    return state.inflected(cast(StateForm, form), cast(Language, language)) or ""


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
    status = tried(
        form,
        lambda: corrections.correct(
            session(),
            code,
            field,
            form.value.data,
            seen=form.value_seen,
            **form.authority,
        ),
    )
    if status == 303:
        return corrected(code)
    return _correction_page(state, field, form), status
