"""Pages on which an administrator makes and ends the keys of other programs."""

from datetime import timedelta
from uuid import UUID

from flask import flash, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registration import clock
from registration.api import forms, keys
from registration.errors import NotFound
from registration.permissions import Permission, Scope
from registration.web import Pages, see_other, session, tried

pages = Pages("api_keys", __name__)

KEEP = Permission.EDIT_ACCOUNTS


@pages.get("/keys", permission=KEEP, scope=Scope.STAFF)
def index() -> str:
    """Every key: for whom, for what, until when, last used."""
    return render_template(
        "api/index.html",
        keys=keys.all_keys(session()),
        words=forms.WORDS,
        may_answer=keys.may_answer,
    )


@pages.get("/keys/new", permission=KEEP, scope=Scope.STAFF)
def new() -> str:
    """Asks for which program, for what, and until when."""
    in_half_a_year = clock.today() + timedelta(days=182)
    return render_template("api/new.html", form=forms.KeyForm(expires_on=in_half_a_year))


@pages.post("/keys/new", permission=KEEP, scope=Scope.STAFF)
def make() -> str | tuple[str, int]:
    """Makes a key and shows it, this once."""
    form, made = forms.KeyForm(), []
    status = tried(
        form,
        lambda: made.append(
            keys.make(
                session(),
                name=form.name.data or "",
                grants=[Permission(each) for each in form.grants.data or ()],
                expires_on=form.last_day,
            )
        ),
    )
    if not made:
        return render_template("api/new.html", form=form), status
    [(key, secret)] = made
    return render_template("api/made.html", key=key, secret=secret, words=forms.WORDS)


@pages.post("/keys/<uuid:key_id>/take-over", permission=KEEP, scope=Scope.STAFF)
def take_over(key_id: UUID) -> Response:
    """Lets whoever asks answer for a key."""
    keys.take_over(session(), key_id)
    session().commit()
    flash(_("You answer for this key now."), "success")
    return see_other("api_keys.index")


@pages.get("/keys/<uuid:key_id>/end", permission=KEEP, scope=Scope.STAFF)
def ask_to_end(key_id: UUID) -> str:
    """Says what follows when a key ends, and asks once."""
    found = next((key for key, _maker in keys.all_keys(session()) if key.id == key_id), None)
    if found is None:
        raise NotFound("There is no such key.")
    return render_template("api/end.html", key=found)


@pages.post("/keys/<uuid:key_id>/end", permission=KEEP, scope=Scope.STAFF)
def end(key_id: UUID) -> Response:
    """Ends a key."""
    keys.end(session(), key_id)
    session().commit()
    flash(_("The key opens nothing any more."), "success")
    return see_other("api_keys.index")
