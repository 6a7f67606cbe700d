"""Pages of the account holders of States: the whole directory, and what is said of one's own."""

from typing import Any
from uuid import UUID

from flask import flash, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from registration.authorities import confirming, forms, queries, service
from registration.authorities.forms import Act, asked_entry
from registration.authorities.models import Authority
from registration.authorities.queries import Choice
from registration.authorities.rules import FIELDS, Category
from registration.authorities.views.edge import ANSWER, READ, STATE, entry_page, pages, the_list
from registration.errors import NotFound
from registration.web import actor, page_language, see_other, session, tried


def _own_state() -> str:
    return actor().state_code or ""


@pages.get("/directory", permission=READ, scope=STATE)
def directory() -> str:
    """The authorities of all States, for whoever has an account."""
    return the_list("authorities.directory", "authorities.directory_entry")


def at_home() -> str:
    """The part of a State's home that shows what the register says of the State."""
    chosen = Choice(state_code=_own_state())
    return render_template(
        "authorities/_at_home.html",
        entries=queries.entries(session(), chosen, page_language()),
        forms=forms,
    )


@pages.get("/directory/own", permission=ANSWER, scope=STATE)
def own() -> str:
    """What the register says of one's own State, and what was asked to have corrected."""
    chosen = Choice(state_code=_own_state())
    return render_template(
        "authorities/own.html",
        entries=queries.entries(session(), chosen, page_language()),
        requests=queries.requests(session(), state_code=_own_state())[::-1],
        forms=forms,
    )


@pages.get("/directory/<uuid:line_id>", permission=READ, scope=STATE)
def directory_entry(line_id: UUID) -> str:
    """One entry; of one's own State with its history."""
    return entry_page(queries.whole(session(), line_id), for_staff=False)


@pages.post("/directory/<uuid:line_id>/confirm", permission=ANSWER, scope=STATE)
def confirm_own(line_id: UUID) -> AnyResponse:
    """Says that what the register says of one's own State is still right."""
    if queries.present(session(), line_id).state_code != _own_state():
        raise NotFound("There is no such entry in force.")
    if tried(Act(), lambda: confirming.confirm(session(), line_id)) == 303:
        flash(_("Thank you: the entry is confirmed as of today."), "success")
    return see_other("authorities.own")


@pages.get("/directory/<uuid:line_id>/correct", permission=ANSWER, scope=STATE)
def ask_correction(line_id: UUID) -> str:
    """Asks what the entry of one's own State should say."""
    authority = _own_entry(line_id)
    return _form_page(asked_entry(authority), authority)


def _own_entry(line_id: UUID) -> Authority:
    authority = queries.present(session(), line_id)
    if authority.state_code != _own_state():
        raise NotFound("There is no such entry in force.")
    return authority


def _form_page(form: Any, authority: Authority | None) -> str:
    return render_template(
        "authorities/ask.html", form=form, authority=authority, fields=FIELDS, forms=forms
    )


@pages.post("/directory/<uuid:line_id>/correct", permission=ANSWER, scope=STATE)
def correct(line_id: UUID) -> AnyResponse | tuple[str, int]:
    """Asks the office for a correction."""
    authority = _own_entry(line_id)
    form = asked_entry(authority)
    return _asked(
        form,
        authority,
        lambda: service.ask(session(), form.typed, line_id=line_id, remark=form.remark.data or ""),
    )


def _asked(form: Any, authority: Authority | None, do: Any) -> AnyResponse | tuple[str, int]:
    status = tried(form, do)
    if status != 303:
        return _form_page(form, authority), status
    flash(_("Your request is sent. You are told by mail what becomes of it."), "success")
    return see_other("authorities.own")


@pages.get("/directory/ask", permission=ANSWER, scope=STATE)
def ask_new() -> str:
    """Asks for an authority that is not in the register yet."""
    return _form_page(asked_entry(None), None)


@pages.post("/directory/ask", permission=ANSWER, scope=STATE)
def ask_for_new() -> AnyResponse | tuple[str, int]:
    """Asks the office to enter an authority."""
    form = asked_entry(None)
    return _asked(
        form,
        None,
        lambda: service.ask(
            session(),
            form.typed,
            category=Category(form.category.data),
            remark=form.remark.data or "",
        ),
    )


@pages.post("/directory/requests/<uuid:request_id>/take-back", permission=ANSWER, scope=STATE)
def take_back(request_id: UUID) -> AnyResponse:
    """Takes back a request that nobody decided yet."""
    if tried(Act(), lambda: service.take_back(session(), request_id)) == 303:
        flash(_("The request is taken back."), "success")
    return see_other("authorities.own")
