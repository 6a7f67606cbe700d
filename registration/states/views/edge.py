"""What the pages of the States share: their blueprint, the day asked for, the way back."""

from datetime import date

from flask import flash, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registration import clock
from registration.permissions import Permission
from registration.states import rules
from registration.states.models import Instrument, InstrumentKind, State
from registration.web import Pages, see_other

pages = Pages("states", __name__)

READ, CORRECT = Permission.READ_REGISTER, Permission.CORRECT_STATE


def asked_day() -> tuple[date, str]:
    """The day in the address, today where there is none, and what is wrong with it."""
    asked = request.args.get("on", "").strip()
    try:
        return (date.fromisoformat(asked) if asked else clock.today()), ""
    except ValueError:
        return clock.today(), _("Enter a day that exists, like 2013-11-25. Shown is today.")


def _consent(state: State) -> Instrument | None:
    consents = (each for each in state.instruments if each.kind is not InstrumentKind.SIGNATURE)
    return next(consents, None)


def _signature(state: State) -> Instrument | None:
    signatures = (each for each in state.instruments if each.kind is InstrumentKind.SIGNATURE)
    return next(signatures, None)


def entries(states: list[State]) -> dict[str, dict[str, object]]:
    """Of each State: its signature, its consent, and since when the Convention binds it."""
    return {
        state.code: {
            "signature": _signature(state),
            "consent": (consent := _consent(state)),
            "in_force": rules.entry_into_force(consent.day) if consent and consent.day else None,
        }
        for state in states
    }


def corrected(code: str) -> Response:
    """Back to the State, with word that it was corrected."""
    flash(_("Corrected. What it said before stands under “Corrections”."), "success")
    return see_other("states.show", code=code)
