"""Pages on which a State names its central authority and its local authorities."""

from uuid import UUID

from flask import flash, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from registration.delegations.rules import Part
from registration.designations import queries as designations
from registration.designations.models import ProposedAuthority
from registration.designations.rules import DesignationKind
from registration.responses import answering
from registration.responses.forms import ROWS_LIMIT, AuthoritiesForm, AuthorityForm
from registration.responses.queries import Asked
from registration.responses.views.edge import (
    ANSWER,
    STATE,
    answer_to,
    asked,
    go_on,
    own_state,
    pages,
)
from registration.web import see_other, session, tried


@pages.get("/answer/<uuid:note_id>/central-authority", permission=ANSWER, scope=STATE)
def central_authority(note_id: UUID) -> str:
    """Asks for the central authority; one that is in force already is offered."""
    question = asked(note_id)
    answer = answer_to(question)
    if answer.central is not None:
        form = AuthorityForm(obj=answer.central)
    else:
        form = AuthorityForm(obj=answer.central_in_force, version="0")
    return _central_page(question, form)


def _central_page(question: Asked, form: AuthorityForm, *, conflict: bool = False) -> str:
    answer = answer_to(question)
    if conflict:
        form.show_version(answer.central.version if answer.central else 0)
    return render_template(
        "responses/authority.html",
        question=question,
        form=form,
        authority=answer.central,
        in_force=None if answer.central else answer.central_in_force,
        is_central=True,
        part=Part.CENTRAL_AUTHORITY,
        stage=answer.stages[Part.CENTRAL_AUTHORITY],
        conflict=conflict,
    )


@pages.post("/answer/<uuid:note_id>/central-authority", permission=ANSWER, scope=STATE)
def save_central_authority(note_id: UUID) -> Response | tuple[str, int]:
    """Names the central authority, or changes what is said of it."""
    question, form = asked(note_id), AuthorityForm()
    status = tried(
        form,
        lambda: answering.name_central_authority(
            session(),
            answering.begin(session(), note_id),
            form.particulars,
            version=form.version_seen,
        ),
    )
    if status == 303:
        flash(_("The central authority is saved."), "success")
        return go_on(note_id, Part.CENTRAL_AUTHORITY, "responses.answer")
    return _central_page(question, form, conflict=status == 409), status


@pages.get("/answer/<uuid:note_id>/local-authorities", permission=ANSWER, scope=STATE)
def local_authorities(note_id: UUID) -> str:
    """The local authorities of the answer."""
    question = asked(note_id)
    return render_template(
        "responses/local_authorities.html", question=question, answer=answer_to(question)
    )


@pages.get("/answer/<uuid:note_id>/local-authorities/add", permission=ANSWER, scope=STATE)
def new_local_authorities(note_id: UUID) -> str:
    """Asks for one more local authority, or for as many as the address says."""
    form = AuthoritiesForm()
    form.show_rows(request.args.get("rows", default=1, type=int))
    return _new_page(asked(note_id), form)


def _new_page(question: Asked, form: AuthoritiesForm) -> str:
    _offer(question, form)
    return render_template(
        "responses/add_authorities.html",
        question=question,
        form=form,
        rows_limit=ROWS_LIMIT,
        part=Part.LOCAL_AUTHORITIES,
        stage=answer_to(question).stages[Part.LOCAL_AUTHORITIES],
    )


def _offer(question: Asked, form: AuthoritiesForm) -> None:
    earlier = designations.named_before(session(), own_state(), question.meeting.id)
    form.offer((each.id, each.name) for each in earlier)


@pages.post("/answer/<uuid:note_id>/local-authorities/add", permission=ANSWER, scope=STATE)
def add_local_authorities(note_id: UUID) -> Response | tuple[str, int]:
    """Names the local authorities of all filled rows and those ticked, or shows one more row."""
    question, form = asked(note_id), AuthoritiesForm()
    _offer(question, form)
    if "more" in request.form:
        form.show_rows(len(form.rows) + 1)
        return _new_page(question, form), 200

    def name() -> None:
        nomination = answering.begin(session(), note_id)
        answering.name_again(session(), nomination, form.chosen)
        for particulars in form.particulars:
            answering.add_authority(
                session(), nomination, DesignationKind.LOCAL_AUTHORITY, particulars
            )

    status = tried(form, name)
    if status == 303:
        flash(_("The local authorities are saved."), "success")
        return go_on(note_id, Part.LOCAL_AUTHORITIES, "responses.local_authorities")
    return _new_page(question, form), status


def _local_page(
    question: Asked, form: AuthorityForm, authority: ProposedAuthority, *, conflict: bool = False
) -> str:
    if conflict:
        form.show_version(authority.version)
    return render_template(
        "responses/authority.html",
        question=question,
        form=form,
        authority=authority,
        in_force=None,
        is_central=False,
        conflict=conflict,
    )


@pages.get(
    "/answer/<uuid:note_id>/local-authorities/<uuid:authority_id>",
    permission=ANSWER,
    scope=STATE,
)
def local_authority(note_id: UUID, authority_id: UUID) -> str:
    """Asks what to change about a local authority."""
    question = asked(note_id)
    authority = _authority(question, authority_id)
    return _local_page(question, AuthorityForm(obj=authority), authority)


@pages.post(
    "/answer/<uuid:note_id>/local-authorities/<uuid:authority_id>",
    permission=ANSWER,
    scope=STATE,
)
def save_local_authority(note_id: UUID, authority_id: UUID) -> Response | tuple[str, int]:
    """Changes what is said of a local authority."""
    question, form = asked(note_id), AuthorityForm()
    _authority(question, authority_id)
    status = tried(
        form,
        lambda: answering.reword_authority(
            session(),
            answering.begin(session(), note_id),
            authority_id,
            form.particulars,
            version=form.version_seen,
        ),
    )
    if status == 303:
        flash(_("The local authority is saved."), "success")
        return see_other("responses.local_authorities", note_id=note_id)
    authority = _authority(question, authority_id)
    return _local_page(question, form, authority, conflict=status == 409), status


def _authority(question: Asked, authority_id: UUID) -> ProposedAuthority:
    return designations.proposed_one(session(), own_state(), question.meeting.id, authority_id)


@pages.get(
    "/answer/<uuid:note_id>/authorities/<uuid:authority_id>/remove",
    permission=ANSWER,
    scope=STATE,
)
def ask_remove_authority(note_id: UUID, authority_id: UUID) -> str:
    """Asks once whether the authority shall go."""
    question = asked(note_id)
    return render_template(
        "responses/remove_authority.html",
        question=question,
        authority=_authority(question, authority_id),
    )


@pages.post(
    "/answer/<uuid:note_id>/authorities/<uuid:authority_id>/remove",
    permission=ANSWER,
    scope=STATE,
)
def remove_authority(note_id: UUID, authority_id: UUID) -> Response:
    """Takes an authority out of the answer."""
    answering.drop_authority(session(), answering.begin(session(), note_id), authority_id)
    session().commit()
    flash(_("The authority is no longer in the answer."), "success")
    return see_other("responses.answer", note_id=note_id)
