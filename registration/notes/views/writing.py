"""Pages on which the texts of a note are written."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import flash, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from registration import clock
from registration.errors import Conflict, IllegalMove, NotFound, Refused
from registration.notes import (
    arranging,
    clearance,
    comparison,
    content,
    differences,
    drafting,
    forms,
    history,
    markup,
    native,
    queries,
    wording,
    writing,
)
from registration.notes.models import Note, NoteText
from registration.notes.rules import NOTE
from registration.notes.views.edge import STAFF, pages
from registration.notes.views.writing_forms import InsertForm, TextForm
from registration.notes.wording import Wording
from registration.permissions import Permission
from registration.web import actor, page_language, see_other, session
from registration.words import LANGUAGES, OWN_NAMES

EDIT = Permission.EDIT_NOTE


def spoken(language: str) -> str:
    """The language that an address names. Raises NotFound for one that notes are not written in."""
    if language not in LANGUAGES:
        raise NotFound("There is no such page, or it is not yours to see.")
    return language


@dataclass(frozen=True)
class Clash:
    """What somebody else wrote meanwhile, and what was typed here, against each other."""

    writer: history.Writer | None
    theirs_subject: differences.Pieces
    theirs: tuple[differences.Pieces, ...]
    ours_subject: differences.Pieces
    ours: tuple[differences.Pieces, ...]


def _clash(text: NoteText, form: TextForm) -> Clash:
    seen = history.seen(session(), text, form.version_seen)
    before = Wording(seen.subject, seen.body) if seen else Wording(text.subject, text.body)
    return Clash(
        history.last_writer(session(), text),
        differences.of_lines(before.subject, text.subject),
        differences.between(before.body, text.body),
        differences.of_lines(text.subject, form.one_line),
        differences.between(text.body, form.body.data),
    )


def _watched(note: Note, text: NoteText) -> dict[str, Any]:
    """What the page tells about a text besides its words, and renews while somebody writes."""
    meeting = clearance.meeting_of(session(), note)
    kind = wording.kind(note.kind)
    original = drafting.text_in(note, kind.original)
    words = [Wording(each.subject, each.body) for each in (original, text)]
    return {
        "note": note,
        "text": text,
        "text_language": text.language,
        "another": history.another_writer(session(), text),
        "problems": content.problems(note, meeting).get(text.language, []),
        "doubts": comparison.doubts(words[0], words[1], (kind.original, text.language)),
    }


def _text_page(
    note: Note, language: str, form: TextForm, *, clash: Clash | None = None, new: int | None = None
) -> str:
    text = drafting.text_in(note, language)
    kind = wording.kind(note.kind)
    original = drafting.text_in(note, kind.original) if language != kind.original else None
    known = content.values(note, clearance.meeting_of(session(), note), language)
    boxes = form.body.boxes if new is None else arranging.with_one(form.body.boxes, new, "")
    return render_template(
        "notes/text.html",
        **_watched(note, text),
        form=form,
        boxes=boxes,
        new=new,
        numbers=[arranging.has_number(each) for each in boxes],
        original=original,
        original_paragraphs=markup.blocks(original.body) if original else [],
        original_language=kind.original,
        clash=clash,
        check=native.checks(session(), note).get(language),
        needs_native_check=language in kind.needs_native_check,
        digest=native.digest(text),
        may_check=actor().may(Permission.CHECK_WORDING, note),
        states=content.state_of_texts(session(), note, clearance.meeting_of(session(), note)),
        places=[(name, said, known[name]) for name, said in forms.PLACES.items() if name in known],
        standard=kind.standard(note.form)[language],
        insert_form=_insert_form(note),
        own_names=OWN_NAMES,
    )


def _insert_form(note: Note) -> InsertForm:
    form = InsertForm(formdata=request.form if "paragraph" in request.form else None)
    original = drafting.text_in(note, wording.kind(note.kind).original)
    paragraphs = [each[:60] for each in markup.blocks(original.body)]
    after = [
        (place, _("After paragraph %(number)s: %(begins)s…", number=place, begins=begins))
        for place, begins in enumerate(paragraphs[:-1], start=1)
    ]
    names = [
        (key, each.names[page_language()]) for key, each in wording.paragraphs_to_insert().items()
    ]
    form.offer([("", ""), *names], [(0, _("Before the closing courtesy")), *after])
    return form


@pages.get("/notes/<uuid:note_id>/texts/<language>", permission=EDIT, scope=STAFF)
def text(note_id: UUID, language: str) -> str | AnyResponse:
    """The text in one language, to be written, beside the original."""
    note = queries.by_id(session(), note_id)
    if note.stage is not NOTE.initial:
        return see_other("notes.read", note_id=note_id, _anchor=language)
    form = TextForm.of(drafting.text_in(note, spoken(language)))
    return _text_page(note, language, form, new=request.args.get("new", type=int))


@pages.post("/notes/<uuid:note_id>/texts/<language>", permission=EDIT, scope=STAFF)
def write(note_id: UUID, language: str) -> AnyResponse | tuple[str, int]:
    """Keeps the text in one language, with its paragraphs arranged as a button says."""
    note, form = queries.by_id(session(), note_id, lock=True), TextForm()
    status, clash = 422, None
    if form.validate_on_submit():
        body, shown = _arranged(form, request.form.get("do", ""))
        try:
            writing.write(session(), note, spoken(language), form.one_line, body, form.version_seen)
            session().commit()
            flash(_("Saved."), "success")
            return see_other("notes.text", note_id=note_id, language=language, **shown)
        except Refused as error:
            session().rollback()
            form.refuse(error)
        except Conflict as error:
            session().rollback()
            status = error.status
            text = drafting.text_in(queries.by_id(session(), note_id), language)
            clash = _clash(text, form)
            # Both have been seen now: what is saved next is the officer's own decision.
            form.version.data = str(text.version)
    note = queries.by_id(session(), note_id)
    return _text_page(note, spoken(language), form, clash=clash), status


def _arranged(form: TextForm, act: str) -> tuple[str, dict[str, Any]]:
    """The text after the act of a button ("up:3" for the third paragraph), and what to show then.

    Anything else saves the text as it was typed.
    """
    verb, _colon, typed = act.partition(":")
    at = int(typed) - 1 if typed.isascii() and typed.isdigit() and len(typed) < 6 else -1
    boxes = form.body.boxes
    shown: dict[str, Any] = {"_anchor": f"paragraph-{max(at, 0) + 1}"}
    match verb:
        case "add":
            before = sum(bool(each.strip()) for each in boxes[: at + 1])
            return form.body.data, {"new": before, "_anchor": f"paragraph-{before + 1}"}
        case "up" | "down":
            by = -1 if verb == "up" else 1
            boxes = arranging.moved(boxes, at, by)
            shown = {"_anchor": f"paragraph-{max(at + by, 0) + 1}"}
        case "remove":
            boxes = arranging.without(boxes, at)
        case "number":
            boxes = arranging.with_number(boxes, at)
        case _:
            return form.body.data, {}
    return "\n\n".join(boxes), shown


@pages.post("/notes/<uuid:note_id>/texts/<language>/draft", permission=EDIT, scope=STAFF)
def save_by_itself(note_id: UUID, language: str) -> str:
    """Keeps what is being typed, and answers with the part of the page that says so.

    What cannot be kept yet stays in the boxes; the answer says why, and is no error of the page.
    """
    note, form = queries.by_id(session(), note_id, lock=True), TextForm()
    trouble = ""
    if form.validate_on_submit():
        try:
            writing.write(
                session(),
                note,
                spoken(language),
                form.one_line,
                form.body.data,
                form.version_seen,
                automatic=True,
            )
            session().commit()
        except (Refused, Conflict, IllegalMove) as error:
            session().rollback()
            trouble = _(error.sentence, **error.values)
    else:
        trouble = next(iter(form.errors.values()))[0]
    note = queries.by_id(session(), note_id)
    watched = _watched(note, drafting.text_in(note, spoken(language)))
    return render_template("notes/_saved.html", **watched, trouble=trouble, at=clock.now())


@pages.post("/notes/<uuid:note_id>/paragraphs", permission=EDIT, scope=STAFF)
def insert(note_id: UUID) -> AnyResponse:
    """Puts a standard paragraph into the texts in all languages."""
    note = queries.by_id(session(), note_id, lock=True)
    form = _insert_form(note)
    back = see_other("notes.text", note_id=note_id, language=_shown_language(note))
    if not form.validate_on_submit():
        flash(_("Choose the paragraph."), "error")
        return back
    writing.insert(session(), note, form.paragraph.data, form.place.data)
    session().commit()
    flash(_("The paragraph stands in all six languages now."), "success")
    return back


def _shown_language(note: Note) -> str:
    asked = request.args.get("language", "")
    return asked if asked in LANGUAGES else wording.kind(note.kind).original
