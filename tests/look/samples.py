"""The pattern book's frame and sample values, rendered without the application around it."""

import gettext
from datetime import date
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    FileField,
    Form,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from registration.drawing import stairs

ROOT = Path(__file__).resolve().parents[2]
STATIC = "/static/"
LANGUAGES = [
    ("ar", "العربية"),
    ("zh", "中文"),
    ("en", "English"),
    ("fr", "Français"),
    ("ru", "Русский"),
    ("es", "Español"),
]


class SampleForm(Form):
    """A form with one field of each kind."""

    csrf_token = HiddenField(default="token")
    family_name = StringField("Family name", [InputRequired("Enter the family name.")])
    email = EmailField("E-mail address", [Optional()])
    reference = StringField("Reference", description="As on the note, for example 2013/175.")
    remarks = TextAreaField("Remarks", [Optional()])
    kind = SelectField(
        "Kind of note",
        choices=[SelectChoice("invitation", "Invitation"), SelectChoice("reminder", "Reminder")],
    )
    channel = RadioField(
        "How did it come?",
        choices=[SelectChoice("paper", "On paper"), SelectChoice("mail", "By e-mail")],
        validators=[InputRequired("Choose how it came.")],
    )
    languages = SelectMultipleField(
        "Languages", choices=[SelectChoice(code, name) for code, name in LANGUAGES]
    )
    head = BooleanField("Head of delegation", description="One person of each delegation.")
    received = DateField(
        "Received on",
        format="%d %m %Y",
        invalid_value_message="Enter a day that exists, for example 25 11 2013.",
    )
    note = FileField("The mission's note", description="A PDF of at most 20 megabytes.")
    code = StringField("Code")


def a_form(**typed: str | list[str]) -> SampleForm:
    """The sample form as it comes back after what was typed; empty without arguments."""
    form = SampleForm(MultiDict(typed) if typed else None)
    if typed:
        form.validate()
    return form


class _Person:
    signed_in = True
    name = "Demo Officer One"
    role_label = "Drafter"

    def may(self, permission: str) -> bool:
        return permission != "clear"


def environment() -> Environment:
    """Jinja as the application sets it up, with English for every language."""
    jinja = Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    words = gettext.NullTranslations()
    jinja.install_gettext_callables(  # type: ignore[attr-defined]
        words.gettext, words.ngettext, newstyle=True
    )
    jinja.filters["stairs"] = stairs
    jinja.globals.update(
        url_for=_url_for, csrf_token=lambda: "token", get_flashed_messages=_flashed
    )
    return jinja


def _url_for(endpoint: str, **values: str) -> str:
    return STATIC + values["filename"] if endpoint == "static" else f"#{endpoint}"


def _flashed(with_categories: bool = False) -> list[tuple[str, str]]:
    return [("success", "The draft was saved.")]


def frame(language: str = "en") -> dict[str, Any]:
    """What the application's context processor gives to every page."""
    return {
        "language": language,
        "direction": "rtl" if language == "ar" else "ltr",
        "languages": LANGUAGES,
        "language_url": lambda code: f"?lang={code}",
        "actor": _Person(),
        "navigation": [
            {"label": "Work", "url": "#work", "current": False},
            {"label": "Meetings", "url": "#meetings", "current": False},
            {"label": "Notes verbales", "url": "#notes", "current": True},
            {"label": "States", "url": "#states", "current": False},
        ],
        "demo": True,
        "duty_station": "Vienna",
        "own_address": "/notes/CU-2013-175",
        "home_url": "#home",
        "sign_in_url": "#sign-in",
        "account_url": "#account",
        "sign_out_url": "#sign-out",
        "sentence": "",
        "incident": "",
    }


def sample(language: str = "en") -> dict[str, Any]:
    """Sample values for the pattern book; States and answers are arbitrary."""
    standings = ("done", "active", "neutral", "late", "stop", "doubt", "longer", "done")
    codes = "AFG ALB DZA AND AGO ARG ARM AUS AUT AZE BHS BHR BGD BRB BLR BEL BEN BTN BOL"
    counts = [
        (28, 3, 2, 13, 0, 3),
        (20, 1, 0, 23, 2, 2),
        (16, 0, 1, 3, 0, 1),
        (14, 2, 3, 10, 2, 1),
        (13, 1, 1, 8, 1, 1),
    ]
    groups = (
        "African States",
        "Asia-Pacific States",
        "Eastern European States",
        "Latin American and Caribbean States",
        "Western European and other States",
    )
    keys = ("done", "late", "active", "neutral", "longer", "stop")
    points = [(0, 0), (9, 2), (20, 11), (31, 15), (44, 23), (52, 40), (60, 48), (70, 81), (79, 96)]
    return {
        "issued": "1 July 2013",
        "deadline": "30 September 2013",
        "figures": [
            {"number": 175, "label": "addressed", "url": "#a"},
            {"number": 175, "label": "handed over", "url": "#b", "tone": "done"},
            {"number": 96, "label": "answered", "url": "#c", "tone": "done", "hint": "55 %"},
            {"number": 71, "label": "awaited", "url": "#d", "tone": "neutral"},
            {"number": 8, "label": "overdue", "url": "#e", "tone": "stop"},
            {"number": 2, "label": "addresses in doubt", "tone": "doubt"},
        ],
        "points": points,
        "ticks": [(0, "1 July"), (31, "1 Aug"), (62, "1 Sep"), (91, "30 Sep")],
        "deadline_mark": (91, "deadline"),
        "today_mark": (79, "today"),
        "curve": [(f"day {x}", count) for x, count in points],
        "segments": [
            ("done", "Answered", "done"),
            ("late", "Late", "late"),
            ("active", "In part", "active"),
            ("neutral", "Awaited", "neutral"),
            ("longer", "Extended", "longer"),
            ("stop", "Overdue", "stop"),
        ],
        "groups": [
            {"label": group, "url": "#g", "counts": dict(zip(keys, numbers, strict=True))}
            for group, numbers in zip(groups, counts, strict=True)
        ],
        "standings": [
            ("done", "Answered", "done"),
            ("late", "Late", "late"),
            ("neutral", "Awaited", "neutral"),
            ("stop", "Overdue", "stop"),
            ("doubt", "Address in doubt", "doubt"),
            ("active", "Answered in part", "active"),
            ("longer", "Extended", "longer"),
        ],
        "tiles": [
            {
                "label": group,
                "tiles": [
                    (
                        code,
                        f"State {code}",
                        standings[(place + shift) % len(standings)],
                        f"#{code}",
                        "Vienna",
                    )
                    for place, code in enumerate(codes.split()[: 19 - shift])
                ],
            }
            for shift, group in enumerate(groups)
        ],
        "tones": [
            ("neutral", "Not begun"),
            ("active", "In clearance"),
            ("waits", "Waits for you"),
            ("done", "Cleared"),
            ("late", "Late"),
            ("stop", "Overdue"),
            ("doubt", "In doubt"),
            ("longer", "Extended"),
            ("none", "Not asked"),
        ],
        "events": [
            {
                "when": "25 July 2013, 10:12",
                "iso": "2013-07-25T08:12:00Z",
                "who": "Demo Officer Two",
                "what": "A reminder was drafted",
                "tone": "waits",
                "url": "#r",
            },
            {
                "when": "1 July 2013, 16:40",
                "iso": "2013-07-01T14:40:00Z",
                "who": "Demo Officer One",
                "what": "The note was issued",
                "detail": "175 addressees, 6 languages",
                "tone": "done",
            },
            {"when": "28 June 2013", "what": "Drafting began"},
        ],
        "tasks": [
            {
                "title": "Central authority",
                "url": "#1",
                "status": "Done",
                "tone": "done",
                "detail": "Ministry of Justice",
            },
            {"title": "Local authorities", "url": "#2", "status": "Optional", "tone": "none"},
            {
                "title": "Experts and delegation",
                "url": "#3",
                "status": "Started",
                "tone": "active",
                "hint": "3 people, no head of delegation yet",
            },
            {
                "title": "Note verbale of the mission",
                "url": "#4",
                "status": "To do",
                "tone": "waits",
            },
            {"title": "Check and send", "status": "Cannot start yet", "tone": "neutral"},
        ],
        "tabs": [
            {
                "label": "English",
                "url": "#en",
                "current": True,
                "lang": "en",
                "mark": "done",
                "mark_label": "original",
            },
            {
                "label": "العربية",
                "url": "#ar",
                "lang": "ar",
                "mark": "waits",
                "mark_label": "to check",
            },
            {"label": "中文", "url": "#zh", "lang": "zh", "count": 3},
        ],
        "facts": [
            {
                "key": "Name",
                "value": "Ministry of Justice",
                "actions": [{"label": "Change", "url": "#name"}],
            },
            {
                "key": "Languages",
                "value": "Français, English",
                "actions": [{"label": "Change", "url": "#l"}, {"label": "Remove", "url": "#x"}],
            },
            {"key": "Telephone", "value": None},
        ],
        "documents": [
            {
                "symbol": "CAC/COSP/EG.1/2013/1",
                "title": "Provisional agenda",
                "languages": [(code, name, f"#{code}") for code, name in LANGUAGES],
            },
            {
                "symbol": "CAC/COSP/EG.1/2013/2",
                "title": "Good practices in international cooperation",
                "note": "Advance copy",
                "languages": [("en", "English", "#en"), ("fr", "Français", None)],
            },
        ],
        "page_url": lambda number: f"?page={number}",
        "on": date(2013, 7, 1).isoformat(),
        "language": language,
    }


def pattern_book(language: str = "en") -> str:
    """The pattern book as a page."""
    form = a_form(
        csrf_token="token",
        family_name="",
        email="demo@mission.example",
        reference="<b>175</b>",
        remarks="Two lines\nof remarks",
        kind="reminder",
        languages=["ar", "fr"],
        received=["31", "2", "2013"],
    )
    page = environment().get_template("styleguide.html")
    return page.render(frame(language), sample=sample(language), form=form)


def error_page(status: int, language: str = "en", **values: str) -> str:
    """One of the error pages."""
    page = environment().get_template(f"errors/{status}.html")
    return page.render({**frame(language), **values}, status=status)
