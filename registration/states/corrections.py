"""Correcting what the office knows of a State: on whose authority, and without losing what was."""

from datetime import date
from zoneinfo import available_timezones

from registration import clock, text
from registration.db import Session
from registration.errors import Conflict, NotFound, Refused
from registration.journal.service import record
from registration.permissions import Permission, demand
from registration.states.models import Correction, RegionalGroup, State
from registration.words import LANGUAGES

ARTICLES = {
    "en": ("", "the"),
    "fr": ("", "le", "la", "l'", "les"),
    "es": ("", "el", "la", "los", "las"),
}
YES, NO, NOT_APPLICABLE = "yes", "no", "not applicable"

# Entered by staff where the rules of letters.inflection know no form, or a wrong one.
INFLECTED = ("of_state", "to_state")

# What each field may hold; None: any line of text.
FIELDS: dict[str, tuple[str, ...] | None] = {
    **{f"names.{language}": None for language in LANGUAGES},
    **{f"formal_names.{language}": None for language in LANGUAGES},
    **{f"articles.{language}": choices for language, choices in ARTICLES.items()},
    **{f"{form}.{language}": None for form in INFLECTED for language in LANGUAGES},
    "sort_key": None,
    "regional_group": tuple(group.value for group in RegionalGroup),
    "least_developed": (YES, NO),
    "small_island": (YES, NO, NOT_APPLICABLE),
    "landlocked": (YES, NO, NOT_APPLICABLE),
    "proposed_language": LANGUAGES,
    "time_zone": None,
}


def value_of(state: State, field: str) -> str:
    """The present value of a field, as a form shows it. Raises NotFound for another field."""
    _refuse_other_fields(field)
    name, _, language = field.partition(".")
    value = getattr(state, name)
    if language:
        return str(value.get(language, ""))
    if value is None or isinstance(value, bool):
        return {True: YES, False: NO, None: NOT_APPLICABLE}[value]
    return str(value)


def source_of(state: State, field: str) -> str:
    """Where the present value comes from, with the day as at which it was read."""
    return state.sources.get(field) or state.sources.get(field.partition(".")[0], "")


def correct(
    session: Session,
    state_code: str,
    field: str,
    after: str,
    *,
    seen: str,
    source: str,
    as_at: date,
) -> Correction | None:
    """Put another value in the place of the one that was `seen`, on the authority of a source.

    The same value with a better source is a correction too. Returns None where both stand there
    already. Raises Conflict where somebody else has changed the value meanwhile.
    """
    demand(session.actor, Permission.CORRECT_STATE)
    state = _locked(session, state_code)
    after = _checked(field, after)
    source = sourced(source, as_at)
    before = value_of(state, field)
    if (before, source_of(state, field)) == (after, source):
        return None
    if before != seen:
        raise Conflict(
            "Somebody else has corrected this meanwhile. It now says “%(value)s”.", value=before
        )
    _set(state, field, after)
    state.sources = {**state.sources, field: source}
    _forget_forms_of_another_name(session, state, field, source=source, as_at=as_at)
    return write_down(session, state_code, field, before, after, source=source, as_at=as_at)


def _forget_forms_of_another_name(
    session: Session, state: State, field: str, *, source: str, as_at: date
) -> None:
    """What was entered for the former name is wrong for the new one, in that language."""
    name, _, language = field.partition(".")
    if name != "formal_names" and (name != "names" or state.formal_names.get(language)):
        return
    for form in INFLECTED:
        before = value_of(state, f"{form}.{language}")
        if before:
            kept = {each: said for each, said in getattr(state, form).items() if each != language}
            setattr(state, form, kept)
            write_down(
                session, state.code, f"{form}.{language}", before, "", source=source, as_at=as_at
            )


def sourced(source: str, as_at: date) -> str:
    """A source and its day as one line, as it is kept beside a value. Raises Refused."""
    source = text.line(source)
    if not source:
        raise Refused("Say where the value comes from.", field="source")
    if as_at > clock.today():
        raise Refused("The day of the source cannot be in the future.", field="as_at")
    return f"{source} (as at {as_at.isoformat()})"


def write_down(
    session: Session,
    state_code: str,
    field: str,
    before: str,
    after: str,
    *,
    source: str,
    as_at: date,
) -> Correction:
    """Keep what was changed about a State, by whom and on what authority."""
    maker = session.actor.id
    if maker is None:
        raise NotFound("Only a person corrects what is known of a State.")
    correction = Correction(
        state_code=state_code,
        field=field,
        before=before,
        after=after,
        source=source,
        as_at=as_at,
        made_by_id=maker,
    )
    session.add(correction)
    record(
        session,
        "state.corrected",
        "state",
        state_code,
        state_code=state_code,
        detail={"field": field, "before": before, "after": after, "source": source},
    )
    return correction


def _refuse_other_fields(field: str) -> None:
    if field not in FIELDS:
        raise NotFound("There is no such value to correct.")


def _locked(session: Session, state_code: str) -> State:
    state = session.get(State, state_code, with_for_update=True, populate_existing=True)
    if state is None:
        raise NotFound("There is no such State in the list.")
    return state


def _checked(field: str, value: str) -> str:
    _refuse_other_fields(field)
    choices = FIELDS[field]
    if choices is None:
        value = text.line(value)
        if not value:
            raise Refused("Enter the new value.", field="value")
        if field == "time_zone" and value not in available_timezones():
            raise Refused("Enter a zone of the tz database, like Africa/Nairobi.", field="value")
    elif value not in choices:
        raise Refused("Choose one of the values.", field="value")
    return value


def _set(state: State, field: str, value: str) -> None:
    name, _, language = field.partition(".")
    if language:
        setattr(state, name, {**getattr(state, name), language: value})
    elif name == "regional_group":
        state.regional_group = RegionalGroup(value)
    elif name in ("least_developed", "small_island", "landlocked"):
        setattr(state, name, {YES: True, NO: False}.get(value))
    else:
        setattr(state, name, value)
