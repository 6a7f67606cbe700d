"""Organizations besides States, and the persons whom they send to a meeting."""

from uuid import UUID

from flask import Response, flash, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from registration.exports.sheet import Cell, Sheet, begin
from registration.exports.views import file
from registration.meetings import queries as meetings
from registration.meetings.models import Meeting
from registration.participants import forms, observers
from registration.participants.forms import ObserverForm, OrganizationForm
from registration.participants.models import Observer, Organization
from registration.participants.rules import OrganizationKind
from registration.participants.views.edge import called, pages
from registration.permissions import Permission, Scope
from registration.web import page_language, see_other, session, tried
from registration.words import OWN_NAMES

READ, KEEP, STAFF = Permission.READ_REGISTER, Permission.KEEP_PARTICIPANTS, Scope.STAFF


@pages.get("/organizations", permission=READ, scope=STAFF)
def organizations() -> str:
    """All organizations that ever sent observers, and a form for another."""
    return _all_organizations(OrganizationForm(formdata=None))


def _all_organizations(form: OrganizationForm) -> str:
    return render_template(
        "participants/organizations.html",
        organizations=observers.organizations(session()),
        form=form,
        forms=forms,
    )


@pages.post("/organizations/export", permission=Permission.EXPORT, scope=STAFF)
def export_organizations() -> Response:
    """The organizations with their names in six languages, as a file."""
    begin(session())
    rows: list[list[Cell]] = [
        [str(forms.ORGANIZATION_KINDS[each.kind]), *(each.names.get(code) for code in OWN_NAMES)]
        for each in observers.organizations(session())
    ]
    columns = [_("Kind of organization"), *OWN_NAMES.values()]
    return file(Sheet("Organizations", columns, rows, "organization", "list"))


@pages.post("/organizations", permission=KEEP, scope=STAFF)
def enter_organization() -> AnyResponse | tuple[str, int]:
    """Enters an organization."""
    form = OrganizationForm()
    status = tried(
        form,
        lambda: observers.enter(session(), OrganizationKind(form.kind.data), form.names),
    )
    if status != 303:
        return _all_organizations(form), status
    flash(_("The organization is entered."), "success")
    return see_other("participants.organizations")


@pages.get("/organizations/<uuid:organization_id>", permission=KEEP, scope=STAFF)
def organization(organization_id: UUID) -> str:
    """Asks what an organization is and how it is called."""
    found = observers.organization(session(), organization_id)
    return _organization_page(found, OrganizationForm.of(found))


def _organization_page(found: Organization, form: OrganizationForm) -> str:
    return render_template("participants/organization.html", organization=found, form=form)


@pages.post("/organizations/<uuid:organization_id>", permission=KEEP, scope=STAFF)
def rename_organization(organization_id: UUID) -> AnyResponse | tuple[str, int]:
    """Changes its kind or its names."""
    found, form = observers.organization(session(), organization_id), OrganizationForm()
    status = tried(
        form,
        lambda: observers.rename(
            session(),
            found,
            OrganizationKind(form.kind.data),
            form.names,
            version=form.version_seen,
        ),
    )
    if status != 303:
        return _organization_page(observers.organization(session(), organization_id), form), status
    flash(_("The organization is changed."), "success")
    return see_other("participants.organizations")


@pages.get("/meetings/<slug>/observers", permission=READ, scope=STAFF)
def observing(slug: str) -> str:
    """The observers of a meeting, and a form for another."""
    meeting = meetings.by_slug(session(), slug)
    return _observers_page(meeting, ObserverForm(formdata=None))


def _observers_page(meeting: Meeting, form: ObserverForm) -> str:
    _offer(form)
    return render_template(
        "participants/observers.html",
        meeting=meeting,
        called=called(meeting),
        observers=observers.of_meeting(session(), meeting),
        form=form,
    )


def _offer(form: ObserverForm) -> None:
    known = observers.organizations(session())
    form.offer((each.id, each.name(page_language())) for each in known)


@pages.post("/meetings/<slug>/observers", permission=KEEP, scope=STAFF)
def add_observer(slug: str) -> AnyResponse | tuple[str, int]:
    """Enters a person whom an organization sends."""
    meeting, form = meetings.by_slug(session(), slug), ObserverForm()
    _offer(form)
    status = tried(form, lambda: observers.add(session(), meeting, form.sent))
    if status != 303:
        return _observers_page(meetings.by_slug(session(), slug), form), status
    flash(_("The observer is entered."), "success")
    return see_other("participants.observing", slug=slug)


@pages.get("/meetings/<slug>/observers/<uuid:observer_id>", permission=KEEP, scope=STAFF)
def observer(slug: str, observer_id: UUID) -> str:
    """Asks what to correct about an observer."""
    meeting = meetings.by_slug(session(), slug)
    found = observers.observer(session(), meeting, observer_id)
    known = {name: getattr(found, name) for name in ("given_names", "family_name", "title")}
    form = ObserverForm(
        organization=str(found.organization_id),
        courtesy=found.courtesy.value,
        printed_name=found.printed_name,
        head_of_delegation=found.head_of_delegation,
        version=str(found.version),
        **known,
    )
    return _observer_page(meeting, found, form)


def _observer_page(meeting: Meeting, found: Observer, form: ObserverForm) -> str:
    _offer(form)
    return render_template(
        "participants/observer.html",
        meeting=meeting,
        called=called(meeting),
        observer=found,
        form=form,
    )


@pages.post("/meetings/<slug>/observers/<uuid:observer_id>", permission=KEEP, scope=STAFF)
def reword_observer(slug: str, observer_id: UUID) -> AnyResponse | tuple[str, int]:
    """Corrects what is said of an observer."""
    meeting, form = meetings.by_slug(session(), slug), ObserverForm()
    found = observers.observer(session(), meeting, observer_id)
    _offer(form)
    status = tried(
        form,
        lambda: observers.reword(session(), meeting, found, form.sent, version=form.version_seen),
    )
    if status != 303:
        meeting = meetings.by_slug(session(), slug)
        found = observers.observer(session(), meeting, observer_id)
        return _observer_page(meeting, found, form), status
    flash(_("The observer is changed."), "success")
    return see_other("participants.observing", slug=slug)


@pages.post("/meetings/<slug>/observers/<uuid:observer_id>/remove", permission=KEEP, scope=STAFF)
def remove_observer(slug: str, observer_id: UUID) -> AnyResponse:
    """Takes an observer out."""
    meeting = meetings.by_slug(session(), slug)
    observers.remove(session(), meeting, observers.observer(session(), meeting, observer_id))
    session().commit()
    flash(_("The observer is taken out."), "success")
    return see_other("participants.observing", slug=slug)
