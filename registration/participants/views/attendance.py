"""Who is present at a meeting, day by day, and what its report says of that."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import Response, flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from letters.letter import LANGUAGES, Language
from registration import clock, config
from registration.errors import NotFound, Refused
from registration.exports.sheet import Sheet, begin
from registration.exports.views import file
from registration.meetings import queries as meetings
from registration.meetings.models import Meeting
from registration.participants import attendance as report
from registration.participants import forms, observers, queries, rules, service
from registration.participants.forms import SenderForm, StateForm
from registration.participants.views.edge import called, pages
from registration.permissions import Permission, Scope
from registration.square_code import square
from registration.states.queries import all_states
from registration.web import asked_page, page_language, see_other, session, tried
from registration.words import OWN_NAMES

READ, KEEP, STAFF = Permission.READ_REGISTER, Permission.KEEP_PARTICIPANTS, Scope.STAFF
ON_A_PAGE = 50


@pages.get("/meetings/<slug>/attendance", permission=READ, scope=STAFF)
def attend(slug: str) -> str:
    """Who is expected and who was seen, to be searched and marked."""
    return _page(slug)


def _states() -> list[tuple[str, str]]:
    return [(each.code, each.name(page_language())) for each in all_states(session())]


def _senders() -> list[tuple[str, str]]:
    language = page_language()
    return [(str(each.id), each.name(language)) for each in observers.organizations(session())]


def _page(slug: str, refused: StateForm | SenderForm | None = None) -> str:
    """The page, with the one of its two forms that was refused as it was sent."""
    meeting = meetings.by_slug(session(), slug)
    states, senders = StateForm(_states(), formdata=None), SenderForm(_senders(), formdata=None)
    words = " ".join(request.args.get("words", "")[:100].split())
    expected = queries.expected(session(), meeting, words)
    page, last_page = asked_page(len(expected), ON_A_PAGE)
    return render_template(
        "participants/attendance.html",
        meeting=meeting,
        called=called(meeting),
        days=rules.days(meeting.begins_on, meeting.ends_on),
        day=_day(meeting),
        words=words,
        expected=expected[(page - 1) * ON_A_PAGE : page * ON_A_PAGE],
        count=len(expected),
        page=page,
        last_page=last_page,
        form=refused or states,
        state_form=refused if isinstance(refused, StateForm) else states,
        sender_form=refused if isinstance(refused, SenderForm) else senders,
        marked=queries.marked_states(session(), meeting),
        marked_organizations=observers.marked(session(), meeting),
    )


def _day(meeting: Meeting) -> date | None:
    """The day that the address asks for; else today, or the first one of the meeting."""
    days = rules.days(meeting.begins_on, meeting.ends_on)
    asked = request.args.get("day", "")
    chosen = [each for each in days if each.isoformat() == asked]
    today = [each for each in days if each == clock.today()]
    return next(iter([*chosen, *today, *days]), None)


def _asked_for() -> dict[str, Any]:
    """Where to go back to: the day, the words and the page that were looked at."""
    return {name: request.args[name] for name in ("day", "words", "page") if name in request.args}


@pages.post("/meetings/<slug>/attendance/<uuid:person_id>/present", permission=KEEP, scope=STAFF)
def mark(slug: str, person_id: UUID) -> AnyResponse:
    """Says that a person was seen on a day."""
    meeting = meetings.by_slug(session(), slug)
    service.mark_present(session(), meeting, person_id, _chosen_day(meeting))
    session().commit()
    return see_other("participants.attend", slug=slug, **_asked_for())


@pages.post("/meetings/<slug>/attendance/<uuid:person_id>/absent", permission=KEEP, scope=STAFF)
def unmark(slug: str, person_id: UUID) -> AnyResponse:
    """Takes back that a person was seen on a day."""
    meeting = meetings.by_slug(session(), slug)
    service.mark_absent(session(), meeting, person_id, _chosen_day(meeting))
    session().commit()
    return see_other("participants.attend", slug=slug, **_asked_for())


def _chosen_day(meeting: Meeting) -> date:
    day = _day(meeting)
    if day is None:
        raise Refused("The days of the meeting are not known yet.", field="day")
    return day


@pages.post("/meetings/<slug>/attendance/states", permission=KEEP, scope=STAFF)
def mark_state(slug: str) -> AnyResponse | tuple[str, int]:
    """Says that a State was represented without a registered person."""
    meeting, form = meetings.by_slug(session(), slug), StateForm(_states())
    status = tried(form, lambda: service.mark_represented(session(), meeting, str(form.state.data)))
    if status != 303:
        return _page(slug, form), status
    flash(_("The State is marked as represented."), "success")
    return see_other("participants.attend", slug=slug)


@pages.post("/meetings/<slug>/attendance/states/<code>/remove", permission=KEEP, scope=STAFF)
def unmark_state(slug: str, code: str) -> AnyResponse:
    """Takes back that a State was represented without a registered person."""
    service.mark_unrepresented(session(), meetings.by_slug(session(), slug), code)
    session().commit()
    flash(_("The State is no longer marked as represented."), "success")
    return see_other("participants.attend", slug=slug)


@pages.post("/meetings/<slug>/attendance/organizations", permission=KEEP, scope=STAFF)
def mark_organization(slug: str) -> AnyResponse | tuple[str, int]:
    """Says that an organization was represented without a named observer."""
    meeting, form = meetings.by_slug(session(), slug), SenderForm(_senders())
    status = tried(
        form,
        lambda: service.mark_organization(session(), meeting, UUID(form.organization.data)),
    )
    if status != 303:
        return _page(slug, form), status
    flash(_("The organization is marked as represented."), "success")
    return see_other("participants.attend", slug=slug)


@pages.post(
    "/meetings/<slug>/attendance/organizations/<uuid:organization_id>/remove",
    permission=KEEP,
    scope=STAFF,
)
def unmark_organization(slug: str, organization_id: UUID) -> AnyResponse:
    """Takes back that an organization was represented without a named observer."""
    service.unmark_organization(session(), meetings.by_slug(session(), slug), organization_id)
    session().commit()
    flash(_("The organization is no longer marked as represented."), "success")
    return see_other("participants.attend", slug=slug)


@pages.get("/present/<uuid:person_id>", permission=KEEP, scope=STAFF)
def arrive(person_id: UUID) -> str:
    """Whom a code at the entrance is about, with one button: the address that the code holds."""
    meeting = queries.meeting_expecting(session(), person_id)
    address = f"{config.current().base_url}{url_for('participants.arrive', person_id=person_id)}"
    return render_template(
        "participants/arrive.html",
        meeting=meeting,
        called=called(meeting),
        person=queries.person(session(), meeting, person_id),
        day=_day(meeting),
        address=address,
        code=square(address),
    )


@pages.get("/meetings/<slug>/attendance/report", permission=READ, scope=STAFF)
def report_of(slug: str) -> str:
    """What the report says of attendance, with the numbers behind it."""
    meeting = meetings.by_slug(session(), slug)
    language = _asked_language(request.args.get("in", page_language()))
    represented = queries.represented(session(), meeting)
    others = observers.represented(session(), meeting)
    return render_template(
        "participants/report.html",
        meeting=meeting,
        called=called(meeting),
        chosen=language,
        own_names=OWN_NAMES,
        paragraphs=report.said(represented, others, language),
        represented=represented,
        others=others,
        forms=forms,
    )


def _asked_language(asked: str) -> Language:
    for language in LANGUAGES:
        if language == asked:
            return language
    raise NotFound("The report is not written in this language.")


@pages.get("/meetings/<slug>/attendance/report/<language>.txt", permission=READ, scope=STAFF)
def report_text(slug: str, language: str) -> Response:
    """The paragraphs as a file of plain text."""
    meeting = meetings.by_slug(session(), slug)
    represented = queries.represented(session(), meeting)
    others = observers.represented(session(), meeting)
    text = "\n\n".join(report.said(represented, others, _asked_language(language))) + "\n"
    answer = Response(text, mimetype="text/plain")
    answer.headers.set("Content-Disposition", "attachment", filename=f"{slug}-{language}.txt")
    return answer


@pages.post("/meetings/<slug>/attendance/report/export", permission=Permission.EXPORT, scope=STAFF)
def export_represented(slug: str) -> Response:
    """Who was represented, and as what, as a table: States, then organizations without a code."""
    begin(session())
    meeting = meetings.by_slug(session(), slug)
    rows = [
        [state.code, state.name(page_language()), str(forms.GROUPS[status])]
        for status, states in queries.represented(session(), meeting).items()
        for state in states
    ]
    rows += [
        ["", each.name(page_language()), str(forms.ORGANIZATION_KINDS[kind])]
        for kind, found in observers.represented(session(), meeting).items()
        for each in found
    ]
    columns = [_("Code"), _("State or organization"), _("Status")]
    return file(Sheet(f"{slug} represented", columns, rows, "meeting", meeting.id))
