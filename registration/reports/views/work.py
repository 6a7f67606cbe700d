"""The first page of each, and the work page: what waits, what runs, what happened last."""

from flask import flash, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from registration import web
from registration.permissions import Permission, Scope
from registration.reports import digest, forms
from registration.reports import work as waiting_work
from registration.reports.views.edge import meeting_label, pages
from registration.reports.views.waiting import shown
from registration.reports.waiting import waiting_for


@pages.get("/", permission=Permission.READ_PUBLIC, scope=Scope.PUBLIC)
def home() -> AnyResponse:
    """Send each to where their work is, and a stranger to the meetings."""
    first_pages = {Scope.STAFF: "reports.work", Scope.STATE: "responses.home"}
    return web.see_other(first_pages.get(web.actor().scope, "meetings.index"))


@pages.get("/work", permission=Permission.READ_REGISTER, scope=Scope.STAFF)
def work() -> str:
    """What waits for the person, what runs, what comes next and what happened last."""
    found = waiting_work.gather(web.session())
    return render_template(
        "reports/work.html",
        work=found,
        waiting=[shown(each) for each in waiting_for(web.session(), web.actor(), found.running)],
        columns=[{"label": label, "numeric": True} for label in forms.STANDINGS.values()],
        meeting_label=meeting_label,
    )


@pages.post("/account/digest", permission=Permission.OWN_ACCOUNT, scope=Scope.STAFF)
def choose_digest() -> AnyResponse:
    """Begin or end the mail that says each morning what waits."""
    account = digest.choose(web.session(), wanted=request.form.get("wanted") == "1")
    web.session().commit()
    if account.wants_digest:
        flash(_("You will get a mail on each morning on which something waits."), "success")
    else:
        flash(_("You will get no such mail any more."), "success")
    return web.see_other("accounts.own")
