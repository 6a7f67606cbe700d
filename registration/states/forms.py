"""Forms of the states slice, and what its choices are called."""

from collections.abc import Mapping
from datetime import date
from typing import Any, TypedDict, cast

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField

from registration.forms import Day, EmailAddress, Form, Line, required
from registration.states import corrections
from registration.states.corrections import NO, NOT_APPLICABLE, YES
from registration.states.models import InstrumentKind, MissionChannel, RegionalGroup, StateKind
from registration.states.rules import TreatyStatus
from registration.web import day
from registration.words import OWN_NAMES

STATUSES = {
    TreatyStatus.STATE_PARTY: _l("State party"),
    TreatyStatus.CONTRACTING: _l("Contracting State"),
    TreatyStatus.SIGNATORY: _l("Signatory"),
    TreatyStatus.UNKNOWN: _l("Date not known"),
    TreatyStatus.NEITHER: _l("Neither"),
}
STATUS_TONES = {
    TreatyStatus.STATE_PARTY: "done",
    TreatyStatus.CONTRACTING: "active",
    TreatyStatus.SIGNATORY: "active",
    TreatyStatus.UNKNOWN: "doubt",
    TreatyStatus.NEITHER: "none",
}
STATE_KINDS = {
    StateKind.MEMBER_STATE: _l("Member State of the United Nations"),
    StateKind.OBSERVER_STATE: _l("Observer State"),
    StateKind.NON_MEMBER_STATE: _l("State that is not a member of the United Nations"),
    StateKind.REIO: _l("Regional economic integration organization"),
}
REGIONAL_GROUPS = {
    RegionalGroup.AFRICAN: _l("African States"),
    RegionalGroup.ASIA_PACIFIC: _l("Asia-Pacific States"),
    RegionalGroup.EASTERN_EUROPEAN: _l("Eastern European States"),
    RegionalGroup.GRULAC: _l("Latin American and Caribbean States"),
    RegionalGroup.WEOG: _l("Western European and other States"),
    RegionalGroup.NONE: _l("No regional group"),
}
INSTRUMENT_KINDS = {
    InstrumentKind.SIGNATURE: _l("Signature"),
    InstrumentKind.RATIFICATION: _l("Ratification"),
    InstrumentKind.ACCEPTANCE: _l("Acceptance"),
    InstrumentKind.APPROVAL: _l("Approval"),
    InstrumentKind.ACCESSION: _l("Accession"),
    InstrumentKind.SUCCESSION: _l("Succession"),
}
CHANNELS = {
    MissionChannel.EMAIL: _l("By e-mail"),
    MissionChannel.POUCH: _l("Printed, by the pouch or by hand"),
    MissionChannel.PORTAL: _l("In this system only"),
}
ANSWERS = {YES: _l("Yes"), NO: _l("No"), NOT_APPLICABLE: _l("Does not apply")}
_FIELDS = {
    "names": _l("Name"),
    "formal_names": _l("Formal name"),
    "articles": _l("Article before the name"),
    "of_state": _l("Formal name after “of”"),
    "to_state": _l("Formal name after “to”"),
    "sort_key": _l("Place in the English order of lists"),
    "regional_group": _l("Regional group"),
    "least_developed": _l("Least developed country"),
    "small_island": _l("Small island developing State"),
    "landlocked": _l("Landlocked developing country"),
    "proposed_language": _l("Proposed correspondence language"),
    "time_zone": _l("Time zone of the capital"),
    "mission.language": _l("Correspondence language"),
    "mission.channel": _l("How notes reach it"),
    "mission.address": _l("Address of the mission"),
}


def field_label(field: str) -> str:
    """What a field of a State is called, e.g. of `names.fr`: Name (Français)."""
    if field in _FIELDS:
        return str(_FIELDS[field])
    name, _dot, part = field.partition(".")
    if name == "instrument":
        return str(INSTRUMENT_KINDS[InstrumentKind(part)])
    return str(_("%(what)s (%(language)s)", what=_FIELDS[name], language=OWN_NAMES[part]))


def value_label(field: str, value: str) -> str:
    """A value of a field in words: yes, a group, a language, or the text itself."""
    if field == "regional_group":
        return str(REGIONAL_GROUPS[RegionalGroup(value)])
    if field in ("least_developed", "small_island", "landlocked"):
        return str(ANSWERS[value])
    if field in ("proposed_language", "mission.language"):
        return OWN_NAMES.get(value, value)
    if field == "mission.channel":
        return str(CHANNELS[MissionChannel(value)])
    if field.startswith("instrument.") and value:
        return _instrument_label(value)
    if field.startswith("articles.") and not value:
        return str(_("no article"))
    return value


def _instrument_label(value: str) -> str:
    """An instrument as a correction keeps it, `ratification 2013-11-01`, in words."""
    kind, _space, written = value.partition(" ")
    first, *last = (date.fromisoformat(each) for each in written.split("/"))
    label = INSTRUMENT_KINDS[InstrumentKind(kind)]
    if not last:
        return str(_("%(instrument)s, %(day)s", instrument=label, day=day(first)))
    return str(
        _(
            "%(instrument)s, between %(first)s and %(last)s",
            instrument=label,
            first=day(first),
            last=day(last[0]),
        )
    )


def choices(labels: Mapping[Any, Any]) -> list[tuple[str, str]]:
    """A table of labels as the choices of a field, in the language of the page."""
    return [(str(value), str(label)) for value, label in labels.items()]


class Authority(TypedDict):
    """On whose word a value stands, as the services take it."""

    source: str
    as_at: date


class _Sourced(Form):
    """What every correction says besides the value."""

    seen = HiddenField()
    source = Line(
        _l("Source"),
        [required(_l("Say where the value comes from."))],
        limit=300,
        description=_l(
            "For example: depositary notification, or note of the mission with its number"
        ),
    )
    as_at = Day(_l("Day of the source"), [required(_l("Enter the day of the source."))])

    @property
    def authority(self) -> Authority:
        """Source and day, once the form was found in order."""
        return Authority(source=self.source.data or "", as_at=cast(date, self.as_at.data))

    @property
    def value_seen(self) -> str:
        """The value that stood there when the page was made."""
        return self.seen.data or ""


class TextCorrection(_Sourced):
    """Another line of text for a field."""

    value = Line(_l("New value"), [required(_l("Enter the new value."))], limit=300)


class ChoiceCorrection(_Sourced):
    """Another choice for a field."""

    value = RadioField(_l("New value"))


def correction_form(
    field: str, before: str, proposed: str = ""
) -> TextCorrection | ChoiceCorrection:
    """The form that corrects a field, holding the present value until something is sent.

    Where there is none yet, it holds what is `proposed`.
    """
    allowed = corrections.FIELDS[field]
    if allowed is None:
        value = before or proposed
        form: TextCorrection | ChoiceCorrection = TextCorrection(value=value, seen=before)
    else:
        form = ChoiceCorrection(value=before, seen=before)
        form.value.choices = choices({each: value_label(field, each) for each in allowed})
    form.value.label.text = field_label(field)
    return form


class InstrumentForm(_Sourced):
    """A signature or an instrument of consent."""

    kind = SelectField(_l("Instrument"))
    day = Day(_l("Day of signature or of deposit"))
    not_before = Day(_l("Not before"))
    not_after = Day(_l("Not after"))

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.kind.choices = choices(INSTRUMENT_KINDS)


class SourceForm(_Sourced):
    """On whose authority something is taken out."""


class LanguageForm(_Sourced):
    """The language that a mission is written to in."""

    language = RadioField(_l("Correspondence language"))

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.language.choices = choices(OWN_NAMES)


class ChannelForm(_Sourced):
    """The road by which a mission wishes to get notes verbales."""

    channel = RadioField(_l("How notes reach it"))

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.channel.choices = choices(CHANNELS)


class AddressForm(_Sourced):
    """One more address of a mission."""

    email = EmailAddress(_l("E-mail address"), [required(_l("Enter an e-mail address."))])


class ClearForm(Form):
    """How a person knows that mail arrives at an address."""

    reason = Line(_l("How do you know?"), [required(_l("Say how you know."))], limit=300)
