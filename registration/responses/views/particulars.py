"""The page behind an expert's link: the own particulars and nothing else, without an account."""

from flask import flash, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registration.db import Session
from registration.delegations import links
from registration.delegations.models import ExpertLink
from registration.meetings.models import Meeting
from registration.permissions import Permission, Scope
from registration.responses.forms import ParticularsForm
from registration.responses.views.edge import pages
from registration.states.models import State
from registration.web import see_other, session_as, tried

FILL_IN, PUBLIC = Permission.FILL_IN, Scope.PUBLIC


@pages.get("/particulars/<token>", permission=FILL_IN, scope=PUBLIC)
def particulars(token: str) -> str:
    """Asks for the particulars; what was written before stands there."""
    session = session_as(links.holder_of(token))
    link = links.opened(session)
    form = ParticularsForm(**link.particulars) if link.particulars else _begun(link)
    form.show_version(link.fillings)
    return _page(session, link, form)


def _begun(link: ExpertLink) -> ParticularsForm:
    return ParticularsForm(email=link.email)


def _page(session: Session, link: ExpertLink, form: ParticularsForm) -> str:
    return render_template(
        "responses/particulars.html",
        link=link,
        meeting=session.get_one(Meeting, link.meeting_id),
        state=session.get_one(State, link.state_code),
        form=form,
    )


@pages.post("/particulars/<token>", permission=FILL_IN, scope=PUBLIC)
def save_particulars(token: str) -> Response | tuple[str, int]:
    """Keeps what the expert wrote, for the focal point to look at."""
    session = session_as(links.holder_of(token))
    link, form = links.opened(session), ParticularsForm()
    status = tried(
        form,
        lambda: links.fill(session, link, form.person, version=form.version_seen),
        within=session,
    )
    if status == 303:
        flash(
            _("Your particulars are saved. You can correct them until they are accepted."),
            "success",
        )
        return see_other("responses.particulars", token=token)
    link = links.opened(session)
    form.show_version(link.fillings)
    return _page(session, link, form), status
