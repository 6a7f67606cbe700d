"""Forms of the meetings slice, and how its choices and dates are said."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, RadioField, SelectField, SelectMultipleField
from wtforms.validators import NumberRange

from registration.forms import Day, Line, Versioned, required
from registration.meetings.models import Meeting, MeetingDocument
from registration.meetings.rules import DateStatus, Funding
from registration.meetings.service import DocumentFacts, MeetingFacts
from registration.web import day, days
from registration.words import LANGUAGES, OWN_NAMES

CERTAINTIES = {
    DateStatus.VERIFIED: _l("Dates verified"),
    DateStatus.WEEK_VERIFIED: _l("Week verified"),
    DateStatus.WEEK_ONLY: _l("Week not verified"),
    DateStatus.PARTLY: _l("Partly verified"),
    DateStatus.UNVERIFIED: _l("Not verified"),
    DateStatus.UNKNOWN: _l("Nothing found"),
}
CERTAINTY_TONES = {DateStatus.VERIFIED: "done", DateStatus.WEEK_VERIFIED: "active"}
CERTAINTY_HINTS = {
    DateStatus.VERIFIED: _l("The first and the last day are certain."),
    DateStatus.WEEK_VERIFIED: _l("Enter the first and the last day of the week."),
    DateStatus.WEEK_ONLY: _l("Enter the first and the last day of the week."),
    DateStatus.PARTLY: _l("Something is confirmed, but not the week. Leave the days empty."),
    DateStatus.UNVERIFIED: _l("Leave the days empty."),
    DateStatus.UNKNOWN: _l("Leave the days empty."),
}
FUNDING = {
    Funding.NONE: _l("No State"),
    Funding.LEAST_DEVELOPED: _l("Least developed countries"),
    Funding.ALL: _l("Every State"),
}
DOCUMENT_KINDS = {
    "note verbale (generic)": _l("Note verbale (generic)"),
    "agenda": _l("Agenda"),
    "background document": _l("Background document"),
    "corrigendum": _l("Corrigendum"),
    "addendum": _l("Addendum"),
    "report": _l("Report"),
    "note by the Secretariat": _l("Note by the Secretariat"),
    "conference room paper": _l("Conference room paper"),
    "information": _l("Information for participants"),
}


def certainty_tone(status: DateStatus) -> str:
    """The tone of the badge that says how sure the dates are."""
    return CERTAINTY_TONES.get(status, "doubt")


def document_kind(kind: str) -> str:
    """What a kind of document is called."""
    return str(DOCUMENT_KINDS.get(kind, kind))


def when(meeting: Meeting) -> str:
    """When a meeting is held, as far as that is known: days, a week, or no more than the year."""
    first, last = meeting.begins_on, meeting.ends_on
    if first is None or last is None:
        return str(meeting.year)
    if meeting.date_status is not DateStatus.VERIFIED:
        return str(_("week of %(day)s", day=day(first)))
    return days(first, last)


class MeetingForm(Versioned):
    """A meeting of the series, with its city in each language."""

    number = IntegerField(
        _l("Number in the series"),
        [required(_l("Enter the number in the series.")), NumberRange(1, 999)],
    )
    year = IntegerField(_l("Year"), [required(_l("Enter the year.")), NumberRange(2011, 2100)])
    place_en = Line(_l("City in English"), [required(_l("Enter the city in English."))], limit=100)
    place_fr = Line(_l("City in French"), limit=100)
    place_es = Line(_l("City in Spanish"), limit=100)
    place_ru = Line(_l("City in Russian"), limit=100)
    place_ar = Line(_l("City in Arabic"), limit=100)
    place_zh = Line(_l("City in Chinese"), limit=100)
    country = SelectField(_l("Country"), [required(_l("Choose the country."))])
    date_status = RadioField(
        _l("How sure the dates are"), [required(_l("Say how sure the dates are."))]
    )
    begins_on = Day(_l("First day"))
    ends_on = Day(_l("Last day"))
    symbol_prefix = Line(
        _l("Symbols of its documents begin with"),
        [required(_l("Enter the beginning of the symbols, like CAC/COSP/EG.1/2013/."))],
        limit=60,
    )
    held_with = Line(_l("Held together with"))
    funding = RadioField(_l("Who may ask for the funding of travel"), default=Funding.NONE.value)
    funding_by = Day(_l("Last day to ask for funding"))
    asks_passports = BooleanField(_l("Ask for the numbers of passports"))
    verification = Line(_l("What was verified, and how"), limit=300)
    source = Line(_l("Source"), limit=300)

    def __init__(self, countries: list[tuple[str, str]], **values: Any) -> None:
        super().__init__(**values)
        self.country.choices = [("", ""), *countries]
        self.date_status.choices = [(each.value, str(CERTAINTIES[each])) for each in DateStatus]
        self.funding.choices = [(each.value, str(label)) for each, label in FUNDING.items()]

    @classmethod
    def of(cls, meeting: Meeting, countries: list[tuple[str, str]]) -> "MeetingForm":
        """The form that holds what is recorded of a meeting."""
        return cls(
            countries,
            version=str(meeting.version),
            number=meeting.number,
            year=meeting.year,
            country=meeting.country_code,
            date_status=meeting.date_status.value,
            begins_on=meeting.begins_on,
            ends_on=meeting.ends_on,
            symbol_prefix=meeting.symbol_prefix,
            held_with=meeting.held_with,
            funding=meeting.funding.value,
            funding_by=meeting.funding_by,
            asks_passports=meeting.asks_passports,
            verification=meeting.verification,
            source=meeting.source,
            **{f"place_{language}": meeting.places.get(language, "") for language in LANGUAGES},
        )

    @property
    def facts(self) -> MeetingFacts:
        """What was entered, once the form was found in order."""
        return MeetingFacts(
            number=self.number.data or 0,
            year=self.year.data or 0,
            places={language: self[f"place_{language}"].data or "" for language in LANGUAGES},
            country_code=self.country.data or "",
            begins_on=self.begins_on.data,
            ends_on=self.ends_on.data,
            date_status=DateStatus(self.date_status.data),
            symbol_prefix=self.symbol_prefix.data or "",
            held_with=self.held_with.data or "",
            funding=Funding(self.funding.data),
            funding_by=self.funding_by.data,
            asks_passports=bool(self.asks_passports.data),
            verification=self.verification.data or "",
            source=self.source.data or "",
        )


class DocumentForm(Versioned):
    """A document of a meeting."""

    symbol = Line(_l("Symbol or reference"), [required(_l("Enter the symbol."))], limit=80)
    title = Line(_l("Title"), [required(_l("Enter the title."))], limit=300)
    kind = SelectField(_l("Kind"), [required(_l("Choose the kind."))])
    languages = SelectMultipleField(_l("Languages"))
    source = Line(_l("Source"), limit=300)

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.kind.choices = [(kind, str(label)) for kind, label in DOCUMENT_KINDS.items()]
        self.languages.choices = list(OWN_NAMES.items())

    @classmethod
    def of(cls, document: MeetingDocument) -> "DocumentForm":
        """The form that holds what is recorded of a document."""
        return cls(
            version=str(document.version),
            symbol=document.symbol,
            title=document.title,
            kind=document.kind,
            languages=document.languages,
            source=document.source,
        )

    @property
    def facts(self) -> DocumentFacts:
        """What was entered, once the form was found in order."""
        return DocumentFacts(
            symbol=self.symbol.data or "",
            title=self.title.data or "",
            kind=self.kind.data or "",
            languages=tuple(self.languages.data or ()),
            source=self.source.data or "",
        )
