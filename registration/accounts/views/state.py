"""Pages of a State's own people: who acts for it, and whom it proposes."""

from uuid import UUID

from flask import flash, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registration.accounts import focal_points
from registration.accounts.forms import CAPACITIES, PROPOSAL_STAGES, ProposalForm
from registration.accounts.views.edge import ANSWER, pages
from registration.permissions import Scope
from registration.web import page_language, see_other, session, tried


@pages.get("/focal-points", permission=ANSWER, scope=Scope.STATE)
def acting_for_us() -> str:
    """Who acts for the State, by which note and until when, and what was proposed."""
    code = session().actor.state_code or ""
    return render_template(
        "accounts/acting_for_us.html",
        appointments=focal_points.appointments(session(), code),
        successions=focal_points.successions(session(), code),
        capacities=CAPACITIES,
        stages=PROPOSAL_STAGES,
    )


@pages.get("/focal-points/propose", permission=ANSWER, scope=Scope.STATE)
def propose() -> str:
    """Asks whom the State is to be answered for by."""
    return _page(ProposalForm(language=page_language(), formdata=None))


def _page(form: ProposalForm) -> str:
    return render_template("accounts/propose.html", form=form)


@pages.post("/focal-points/propose", permission=ANSWER, scope=Scope.STATE)
def send_proposal() -> Response | tuple[str, int]:
    """Lays a proposal before the secretariat."""
    form = ProposalForm()
    status = tried(
        form,
        lambda: focal_points.propose(
            session(), form.person, succeeds_me=bool(form.succeeds_me.data)
        ),
    )
    if status != 303:
        return _page(form), status
    flash(_("The secretariat decides once it has the note verbale of your mission."), "success")
    return see_other("accounts.acting_for_us")


@pages.post(
    "/focal-points/proposals/<uuid:succession_id>/withdraw",
    permission=ANSWER,
    scope=Scope.STATE,
)
def withdraw_proposal(succession_id: UUID) -> Response:
    """Takes back a proposal that waits."""
    focal_points.withdraw(session(), succession_id)
    session().commit()
    flash(_("The proposal is withdrawn."), "success")
    return see_other("accounts.acting_for_us")
