"""Addressed notes: what stands in their places for one State, and for none in particular."""

from collections.abc import Mapping, Sequence
from typing import cast

from letters import inflection
from letters.inflection import FORMS, NEUTRAL
from letters.language import MissionKind
from letters.letter import Language
from registration.errors import Refused
from registration.notes import state_of_play, wording
from registration.notes.audience import Addressed
from registration.notes.models import Note, NoteForm
from registration.notes.state_of_play import Play
from registration.notes.wording import STATE_OF_PLAY, Values, Wording
from registration.states.models import State, StateKind

_MISSIONS: dict[StateKind, MissionKind] = {
    StateKind.OBSERVER_STATE: "observer",
    StateKind.REIO: "delegation",
}
# A form that no rule gives is entered by staff under this field of the State.
FIELDS = ("of_state", "to_state")


def is_addressed(note: Note) -> bool:
    """Whether each copy of the note speaks to its own State."""
    return note.form is NoteForm.ADDRESSED


def places_for(state: State, language: str, play: Play | None = None) -> Values:
    """What the places of an addressed note stand for in one State's copy; None where not known.

    `play` is where the State stands towards the note that is followed up, if there is one.
    """
    tongue = cast(Language, language)
    forms: dict[str, str | None] = {form: state.inflected(form, tongue) for form in FORMS}
    known = {form: said for form, said in forms.items() if said is not None}
    places = {**forms, **_courtesies(known, _MISSIONS.get(state.kind, "mission"), tongue)}
    return {**places, STATE_OF_PLAY: state_of_play.said(play, language)} if play else places


def neutral_places(language: str) -> Values:
    """The same for no State in particular, as a master shows them and a text that is read."""
    tongue = cast(Language, language)
    forms = NEUTRAL[tongue]
    return {**forms, **_courtesies(forms, "mission", tongue)}


def _courtesies(forms: Mapping[str, str], kind: MissionKind, language: Language) -> Values:
    closing = inflection.closing(kind, language)
    if "of_state" not in forms:
        return {"opening": None, "closing": closing, "mission": None}
    office = wording.office(language)
    sender = office.article + office.secretariat
    return {
        "opening": inflection.opening(sender, forms, kind, language),
        "closing": closing,
        "mission": inflection.mission(forms, kind, language),
    }


def frozen(note: Note, addressed: Addressed) -> dict[str, str]:
    """What an addressee's copy will say, kept at the issue; nothing for a generic note."""
    if not is_addressed(note):
        return {}
    places = places_for(addressed.state, addressed.language, addressed.play)
    return {place: said for place, said in places.items() if said is not None}


def missing(note: Note, addressed: Addressed) -> list[str]:
    """The fields of the State that the note needs in its language, and that nobody entered yet."""
    if not is_addressed(note):
        return []
    text = text_in(note, addressed.language)
    places = places_for(addressed.state, addressed.language)
    without = wording.without_value(text, {**dict.fromkeys(wording.PLACES, ""), **places})
    needed = {place if place in FIELDS else "of_state" for place in without if place in places}
    return [f"{field}.{addressed.language}" for field in FIELDS if field in needed]


def refuse_missing(note: Note, found: Sequence[Addressed]) -> None:
    """Raise Refused where the name of a State has not the form that the note needs."""
    for each in found:
        if missing(note, each):
            raise Refused(
                "The name of %(state)s has not the form that this note needs in its language."
                " Enter it on the page of the State.",
                state=each.state.name("en"),
            )


def text_in(note: Note, language: str) -> Wording:
    """The text in that language as it is kept, its own places not filled in."""
    text = next(each for each in note.texts if each.language == language)
    return Wording(text.subject, text.body)
