"""How the way of a note through the office is said, and the form of a void number."""

from flask_babel import lazy_gettext as _l

from registration.forms import Form, Line, required
from registration.notes.clearance import CONTENT_CHANGED
from registration.notes.numbering import REASON_LIMIT
from registration.notes.rehearsal.rules import Standing, Trouble
from registration.notes.views.ladder_forms import OUTCOMES as RUNGS

REHEARSALS = {
    Standing.NONE: (_l("Not rehearsed"), "neutral"),
    Standing.UNDER_WAY: (_l("Being rehearsed"), "active"),
    Standing.OUT_OF_DATE: (_l("Rehearsal out of date"), "late"),
    Standing.WITH_PROBLEMS: (_l("Rehearsed, with problems"), "stop"),
    Standing.CLEAN: (_l("Rehearsed without problems"), "done"),
}
# What a rehearsal that is not clean means for whoever submits or clears.
CONSEQUENCES = {
    Standing.NONE: _l(
        "Nobody rehearsed this note: whether every copy can be printed and every State has an"
        " address is not known."
    ),
    Standing.UNDER_WAY: _l("The rehearsal of this note has not come to its end yet."),
    Standing.OUT_OF_DATE: _l(
        "Something changed since the rehearsal: the texts, the addressees or their addresses. Its"
        " result says nothing about the note as it is now."
    ),
    Standing.WITH_PROBLEMS: _l("The rehearsal of this note found problems."),
}
TROUBLES = {
    Trouble.NO_ADDRESS: _l("No address is recorded: the copy is made, but not sent."),
    Trouble.BAD_ADDRESS: _l("The mail server would not take an address:"),
    Trouble.TEXT_INCOMPLETE: _l("The text in this language cannot be sent:"),
    Trouble.UNPRINTABLE: _l("The copy cannot be printed:"),
    Trouble.MISSING_FORM: _l("The name of the State has not the form that the text needs."),
    Trouble.NOT_TRIED: _l("The program broke off, and tried no more:"),
}
# Why the program itself made a note a draft again.
REASONS = {
    CONTENT_CHANGED: _l(
        "Something changed since this note was cleared, for example the meeting. Check the texts"
        " and submit it once more."
    ),
}

__all__ = ["CONSEQUENCES", "REASONS", "REHEARSALS", "RUNGS", "TROUBLES", "VoidForm"]


class VoidForm(Form):
    """A number that no note bears nor ever will."""

    reference = Line(_l("Number"), [required(_l("Enter the number."))], limit=60)
    reason = Line(
        _l("Why it is void"), [required(_l("Say why this number is void."))], limit=REASON_LIMIT
    )
