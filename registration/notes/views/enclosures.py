"""Pages on which files and documents of the meeting are laid to a note."""

from uuid import UUID

from flask import Response, flash, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from registration.documents import service as documents
from registration.documents.symbols import filing_order, parse
from registration.meetings.models import Meeting
from registration.notes import enclosing, enclosures, forms, queries
from registration.notes.clearance import meeting_of
from registration.notes.enclosed import ALL_LANGUAGES, Enclosure
from registration.notes.models import Note
from registration.notes.rules import NOTE
from registration.notes.views.edge import READ, STAFF, pages, pdf_file
from registration.notes.views.enclosing_forms import (
    DocumentForm,
    FileOfEnclosureForm,
    NewFileForm,
    TitlesForm,
)
from registration.notes.views.verification import count_question
from registration.permissions import Permission, Scope, system
from registration.web import found, see_other, session, session_as, tried
from registration.words import LANGUAGES, OWN_NAMES

EDIT = Permission.EDIT_NOTE


@pages.get("/notes/<uuid:note_id>/enclosures", permission=READ, scope=STAFF)
def enclosed(note_id: UUID) -> str:
    """What goes along with a note, in its order; for a draft, what can be added."""
    return _list_page(queries.by_id(session(), note_id))


def _list_page(
    note: Note, file_form: NewFileForm | None = None, document_form: DocumentForm | None = None
) -> str:
    meeting = meeting_of(session(), note)
    return render_template(
        "notes/enclosures.html",
        note=note,
        open=note.stage is NOTE.initial,
        file_form=file_form or NewFileForm(formdata=None),
        document_form=document_form or DocumentForm(_choices(note, meeting), formdata=None),
        problems=_problems(note, meeting),
        own_names=OWN_NAMES,
        all_languages=ALL_LANGUAGES,
        forms=forms,
    )


def _choices(note: Note, meeting: Meeting) -> list[tuple[str, str]]:
    """The meeting's documents that are not enclosed yet, in the order in which they are filed."""
    taken = {each.symbol for each in note.enclosures}
    listed = sorted(meeting.documents, key=lambda each: filing_order(parse(each.symbol)))
    return [(each.symbol, each.title) for each in listed if each.symbol not in taken]


def _problems(note: Note, meeting: Meeting) -> dict[str, list[str]]:
    """What is missing, in words, and in which languages."""
    missing: dict[str, list[str]] = {}
    for language in LANGUAGES:
        for problem in enclosures.problems(note, meeting, language):
            missing.setdefault(_(problem.sentence, **problem.values), []).append(language)
    return missing


@pages.post("/notes/<uuid:note_id>/enclosures/files", permission=EDIT, scope=STAFF)
def enclose_file(note_id: UUID) -> AnyResponse | tuple[str, int]:
    """Lays an uploaded file to a draft."""
    note, form = queries.by_id(session(), note_id, lock=True), NewFileForm()
    added: list[Enclosure] = []
    status = tried(
        form,
        lambda: added.append(
            enclosing.enclose_file(
                session(),
                note,
                form.upload,
                titles={"en": form.title.data or ""},
                language=form.language.data,
            )
        ),
    )
    if status != 303:
        return _list_page(queries.by_id(session(), note_id), file_form=form), status
    return _enclosed(note_id, added[0])


@pages.post("/notes/<uuid:note_id>/enclosures/documents", permission=EDIT, scope=STAFF)
def enclose_document(note_id: UUID) -> AnyResponse | tuple[str, int]:
    """Names a document of the meeting as an enclosure."""
    note = queries.by_id(session(), note_id, lock=True)
    meeting = meeting_of(session(), note)
    form = DocumentForm([(each.symbol, each.title) for each in meeting.documents])
    added: list[Enclosure] = []
    status = tried(
        form,
        lambda: added.append(
            enclosing.enclose_document(session(), note, meeting, form.symbol.data)
        ),
    )
    if status != 303:
        return _list_page(queries.by_id(session(), note_id), document_form=form), status
    return _enclosed(note_id, added[0])


def _enclosed(note_id: UUID, enclosure: Enclosure) -> AnyResponse:
    flash(_("Enclosed. Write its title in the other languages."), "success")
    return see_other("notes.enclosure", note_id=note_id, enclosure_id=enclosure.id)


@pages.get("/notes/<uuid:note_id>/enclosures/<uuid:enclosure_id>", permission=EDIT, scope=STAFF)
def enclosure(note_id: UUID, enclosure_id: UUID) -> str:
    """The titles and the files of one enclosure."""
    note = queries.by_id(session(), note_id)
    return _page(note, enclosing.enclosure_of(note, enclosure_id))


def _page(
    note: Note,
    shown: Enclosure,
    titles_form: TitlesForm | None = None,
    file_form: FileOfEnclosureForm | None = None,
) -> str:
    return render_template(
        "notes/enclosure.html",
        note=note,
        enclosure=shown,
        number=note.enclosures.index(shown) + 1,
        open=note.stage is NOTE.initial,
        titles_form=titles_form or TitlesForm.of(shown),
        file_form=file_form or FileOfEnclosureForm(formdata=None),
        own_names=OWN_NAMES,
        all_languages=ALL_LANGUAGES,
    )


@pages.post("/notes/<uuid:note_id>/enclosures/<uuid:enclosure_id>", permission=EDIT, scope=STAFF)
def entitle(note_id: UUID, enclosure_id: UUID) -> AnyResponse | tuple[str, int]:
    """Keeps the titles of an enclosure."""
    note, form = queries.by_id(session(), note_id, lock=True), TitlesForm()
    shown = enclosing.enclosure_of(note, enclosure_id)
    status = tried(
        form,
        lambda: enclosing.entitle(session(), note, shown, form.titles, form.version_seen),
    )
    if status == 303:
        flash(_("Saved."), "success")
        return see_other("notes.enclosed", note_id=note_id)
    note = queries.by_id(session(), note_id)
    return _page(note, enclosing.enclosure_of(note, enclosure_id), titles_form=form), status


@pages.post(
    "/notes/<uuid:note_id>/enclosures/<uuid:enclosure_id>/files", permission=EDIT, scope=STAFF
)
def lay_file(note_id: UUID, enclosure_id: UUID) -> AnyResponse | tuple[str, int]:
    """Gives an enclosure its file for one language or for all."""
    note, form = queries.by_id(session(), note_id, lock=True), FileOfEnclosureForm()
    shown = enclosing.enclosure_of(note, enclosure_id)
    status = tried(
        form,
        lambda: enclosing.lay(session(), note, shown, form.language.data, form.upload),
    )
    if status == 303:
        flash(_("Saved."), "success")
        return see_other("notes.enclosure", note_id=note_id, enclosure_id=enclosure_id)
    note = queries.by_id(session(), note_id)
    return _page(note, enclosing.enclosure_of(note, enclosure_id), file_form=form), status


@pages.post(
    "/notes/<uuid:note_id>/enclosures/<uuid:enclosure_id>/files/<language>/take-away",
    permission=EDIT,
    scope=STAFF,
)
def take_file_away(note_id: UUID, enclosure_id: UUID, language: str) -> AnyResponse:
    """Takes the file for one language, or for all, away."""
    note = queries.by_id(session(), note_id, lock=True)
    enclosing.take_away(session(), note, enclosing.enclosure_of(note, enclosure_id), language)
    session().commit()
    flash(_("The file is no longer with this enclosure."), "success")
    return see_other("notes.enclosure", note_id=note_id, enclosure_id=enclosure_id)


@pages.post("/notes/<uuid:note_id>/enclosures/<uuid:enclosure_id>/up", permission=EDIT, scope=STAFF)
def move_enclosure_up(note_id: UUID, enclosure_id: UUID) -> AnyResponse:
    """Lets an enclosure change places with the one before it."""
    note = queries.by_id(session(), note_id, lock=True)
    enclosing.move_up(session(), note, enclosing.enclosure_of(note, enclosure_id))
    session().commit()
    return see_other("notes.enclosed", note_id=note_id)


@pages.post(
    "/notes/<uuid:note_id>/enclosures/<uuid:enclosure_id>/remove", permission=EDIT, scope=STAFF
)
def remove_enclosure(note_id: UUID, enclosure_id: UUID) -> AnyResponse:
    """Lets an enclosure stay behind; a second click finds nothing left to do."""
    note = queries.by_id(session(), note_id, lock=True)
    left = next((each for each in note.enclosures if each.id == enclosure_id), None)
    if left is not None:
        enclosing.remove(session(), note, left)
    session().commit()
    flash(_("The enclosure is removed."), "success")
    return see_other("notes.enclosed", note_id=note_id)


@pages.get(
    "/notes/<uuid:note_id>/enclosures/<uuid:enclosure_id>/<language>.pdf",
    permission=READ,
    scope=STAFF,
)
def enclosed_file(note_id: UUID, enclosure_id: UUID, language: str) -> Response:
    """The file that goes with the copies in that language."""
    note = queries.by_id(session(), note_id)
    file = found(enclosing.enclosure_of(note, enclosure_id).file_in(language))
    return pdf_file(documents.read(session(), file.id), file.filename, disposition="attachment")


@pages.get(
    "/enclosures/<code>/<int:number>.pdf", permission=Permission.READ_PUBLIC, scope=Scope.PUBLIC
)
def sent_along(code: str, number: int) -> Response:
    """An enclosure that was too big for the mail, for whoever holds the copy with that code."""
    count_question()
    program = session_as(system("enclosures"))
    note, file = queries.sent_along(program, code, number)
    name = enclosures.filename(note, number)
    return pdf_file(documents.read(program, file.id), name, disposition="attachment")
