"""The categories and fields of the register, when an entry is stale, and what becomes of a request.

The fields are those of `fields.csv`, where each says where it was seen.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from registration.workflow import Workflow


class Category(StrEnum):
    """As what an authority is competent under the Convention against Corruption."""

    MUTUAL_LEGAL_ASSISTANCE = "central_authority_mla"  # art. 46(13)
    EXTRADITION = "central_authority_extradition"  # art. 44
    ASSET_RECOVERY = "asset_recovery_focal_point"  # chapter V
    PREVENTION = "prevention_authority"  # art. 6(3)
    CIVIL_AND_ADMINISTRATIVE = "civil_admin_focal_point"  # arts. 43(1), 53


class Shape(StrEnum):
    """How the value of a field is written."""

    LINE = "line"
    TEXT = "text"
    LINES = "lines"  # a list of lines
    EMAILS = "emails"
    LINKS = "links"
    YES_OR_NO = "yes_or_no"
    FORMATS = "formats"


class Group(StrEnum):
    """Under which heading a field stands."""

    CORE = "core"
    CONTACT = "contact"
    REQUESTS = "requests"
    LAW = "law"
    ASSET_RECOVERY = "asset recovery"
    PREVENTION = "prevention"


class Format(StrEnum):
    """In which form requests are accepted."""

    POST = "post"
    COURIER = "courier"
    DIPLOMATIC_CHANNEL = "diplomatic_channel"
    EMAIL = "email"
    FAX = "fax"
    SECURE = "secure"


@dataclass(frozen=True)
class Field:
    """One field of an entry. `is_expected`: an entry without it says that it is missing."""

    name: str
    group: Group
    shape: Shape
    is_expected: bool = False
    only_for: Category | None = None


_G, _F = Group, Shape
FIELDS: tuple[Field, ...] = (
    Field("authority_name", _G.CORE, _F.LINE, is_expected=True),
    Field("authority_name_en", _G.CORE, _F.LINE),
    Field("organization_ministry", _G.CORE, _F.LINE, is_expected=True),
    Field("unit", _G.CORE, _F.LINE),
    Field("contact_person_title", _G.CORE, _F.LINE),
    Field("special_region", _G.CORE, _F.LINE),
    Field("address", _G.CONTACT, _F.TEXT, is_expected=True),
    Field("telephone", _G.CONTACT, _F.LINES, is_expected=True),
    Field("fax", _G.CONTACT, _F.LINE),
    Field("email", _G.CONTACT, _F.EMAILS, is_expected=True),
    Field("website", _G.CONTACT, _F.LINKS),
    Field("office_hours_timezone", _G.CONTACT, _F.LINE),
    Field("available_24h", _G.CONTACT, _F.LINE),
    Field("languages_accepted", _G.REQUESTS, _F.LINES, is_expected=True),
    Field("formats_accepted", _G.REQUESTS, _F.FORMATS),
    Field("urgent_procedure", _G.REQUESTS, _F.TEXT),
    Field("accepts_interpol_channel", _G.REQUESTS, _F.YES_OR_NO),
    Field("uncac_as_legal_basis", _G.LAW, _F.YES_OR_NO, is_expected=True),
    Field("uncac_as_legal_basis_note", _G.LAW, _F.TEXT),
    Field("legal_procedural_requirements", _G.LAW, _F.TEXT),
    Field("national_law_links", _G.LAW, _F.LINKS),
    Field("other_treaties", _G.LAW, _F.LINES),
    Field(
        "asset_recovery_networks",
        _G.ASSET_RECOVERY,
        _F.LINES,
        only_for=Category.ASSET_RECOVERY,
    ),
    Field(
        "prevention_assistance_areas",
        _G.PREVENTION,
        _F.LINES,
        only_for=Category.PREVENTION,
    ),
)
SEARCHED = ("authority_name", "authority_name_en", "organization_ministry", "unit")
YES, NO = "yes", "no"
LIST_LIMIT = 20


def fields_of(category: Category) -> tuple[Field, ...]:
    """The fields that an entry of that category has."""
    return tuple(each for each in FIELDS if each.only_for in (None, category))


def missing(category: Category, particulars: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of the fields that are expected and empty."""
    return tuple(
        each.name
        for each in fields_of(category)
        if each.is_expected and not particulars.get(each.name)
    )


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of the fields that differ, in the order of the register."""
    return tuple(
        each.name
        for each in FIELDS
        if (before.get(each.name) or "") != (after.get(each.name) or "")
    )


def is_stale(last_said_on: date, today: date) -> bool:
    """Whether nobody said for twelve months that an entry is right."""
    return last_said_on <= _a_year_before(today)


def _a_year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # 29 February
        return day.replace(year=day.year - 1, day=28)


class RequestStage(StrEnum):
    """Where a State's request to correct the register stands."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"


class RequestAction(StrEnum):
    """What becomes of such a request."""

    ACCEPT = "accept"
    REFUSE = "refuse"
    TAKE_BACK = "take_back"


_S, _A = RequestStage, RequestAction

REQUEST = Workflow(
    "request to correct the register",
    initial=_S.ASKED,
    moves={
        (_S.ASKED, _A.ACCEPT): _S.ACCEPTED,
        (_S.ASKED, _A.REFUSE): _S.REFUSED,
        (_S.ASKED, _A.TAKE_BACK): _S.TAKEN_BACK,
    },
)
