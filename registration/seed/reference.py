"""The reference facts of a new instance: States, the meetings of the series and their documents.

The facts were gathered on 22 November 2026 from public copies, not from the live registers: every
value keeps its source, and staff can correct each. Planting again adds what is missing and touches
nothing that is there, so no correction is ever undone.
"""

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import sqlalchemy as sa

from registration.db import Session
from registration.documents import symbols
from registration.journal.service import record
from registration.meetings import rules as meeting_rules
from registration.meetings.models import DateStatus, Meeting, MeetingDocument
from registration.states.models import Instrument, InstrumentKind, RegionalGroup, State, StateKind
from registration.words import LANGUAGES

FOLDER = Path(__file__).resolve().parent
GATHERED = "as at 2026-11-22, from public copies"
Row = dict[str, str]

# documents.csv also lists documents of the Conference and of its other bodies. A document is seeded
# with the meeting whose page lists it: the six of the second meeting, the first one's report among
# them. Those marked "no" belong to no meeting of this series.
_SEEDED_WITH = {"EG.1 2nd": 2, "EG.1 1st (listed under 2nd)": 2}


def plant(session: Session) -> Iterator[str]:
    """Add the facts that are missing; one line of words about each kind.

    `session` acts for the program. The caller reads all lines, then commits.
    """
    states = _plant_states(session)
    yield f"{states} States added"
    meetings, documents = _plant_meetings(session)
    yield f"{meetings} meetings and {documents} documents added"
    if states or meetings:
        record(
            session,
            "reference.planted",
            "reference",
            "seed",
            detail={"states": states, "meetings": meetings, "documents": documents},
        )


def _rows(name: str) -> list[Row]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _plant_states(session: Session) -> int:
    known = set(session.scalars(sa.select(State.code)))
    missing = [row for row in _rows("states.csv") if row["code"] not in known]
    session.add_all(_state(row) for row in missing)
    session.flush()
    _set_clocks(session)
    return len(missing)


def _set_clocks(session: Session) -> None:
    """Say in which zone a State's capital lies, where nobody has said it yet."""
    zones = {row["code"]: row["time_zone"] for row in _rows("time_zones.csv")}
    unset = sa.select(State).where(State.time_zone == "", State.code.in_(zones))
    for state in session.scalars(unset):
        state.time_zone = zones[state.code]
    session.flush()


def _state(row: Row) -> State:
    return State(
        code=row["code"],
        kind=StateKind(row["kind"]),
        names={language: row[f"name_{language}"] for language in LANGUAGES},
        formal_names={language: row[f"formal_{language}"] for language in LANGUAGES},
        articles={language: row[f"name_{language}_article"] for language in ("en", "fr", "es")},
        sort_key=row["sort_en"],
        regional_group=RegionalGroup(row["un_regional_group"]),
        least_developed=row["ldc"] == "yes",
        small_island=_yes_or_no(row["sids"]),
        landlocked=_yes_or_no(row["lldc"]),
        proposed_language=row["other_un_official_lang"] or row["corr_lang_default"],
        sources=_sources(row),
        remark="; ".join(
            row[column]
            for column in ("regional_group_note", "ldc_note", "name_history", "notes")
            if row[column]
        ),
        instruments=list(_instruments(row)),
    )


def _yes_or_no(value: str) -> bool | None:
    """Yes, no, or not applicable: a regional organization has no coast."""
    return None if value == "" else value == "yes"


def _sources(row: Row) -> dict[str, str]:
    names = f"{row['names_source']} ({GATHERED})"
    lists = f"United Nations lists of groups of States ({GATHERED})"
    language = (
        "an official language of the United Nations that is official in the State"
        if row["other_un_official_lang"]
        else row["corr_lang_basis"]
    )
    return {
        "names": names,
        "formal_names": names,
        "articles": names,
        "regional_group": lists,
        "least_developed": lists,
        "small_island": lists,
        "landlocked": lists,
        "proposed_language": f"{language} ({GATHERED})",
        "time_zone": f"zone of the capital in the tz database ({GATHERED})",
    }


def _instruments(row: Row) -> Iterator[Instrument]:
    certainty = {"source": row["verification"], "as_at": row["status_as_of"]}
    if row["signature_date"]:
        yield Instrument(
            kind=InstrumentKind.SIGNATURE,
            day=date.fromisoformat(row["signature_date"]),
            **certainty,
        )
    if row["consent_deposit_date"]:
        yield Instrument(
            kind=InstrumentKind(row["consent_kind"]),
            day=date.fromisoformat(row["consent_deposit_date"]),
            **certainty,
        )
    elif row["deposit_not_before"]:
        yield Instrument(
            kind=InstrumentKind(row["consent_kind"]),
            not_before=date.fromisoformat(row["deposit_not_before"]),
            not_after=date.fromisoformat(row["deposit_not_after"]),
            **certainty,
        )


def _plant_meetings(session: Session) -> tuple[int, int]:
    known = set(session.scalars(sa.select(Meeting.number)))
    meetings = [_meeting(row) for row in _rows("meetings.csv") if int(row["number"]) not in known]
    session.add_all(meetings)
    session.flush()
    return len(meetings), sum(len(each.documents) for each in meetings)


def _meeting(row: Row) -> Meeting:
    number, status = int(row["number"]), DateStatus(row["date_status"])
    # The other rows carry days "from general knowledge": they stay in the file, where nobody takes
    # them for facts.
    dated = status in meeting_rules.WITH_DAYS
    return Meeting(
        slug=meeting_rules.slug(int(row["year"]), row["city_en"]),
        number=number,
        year=int(row["year"]),
        places={language: row[f"city_{language}"] for language in LANGUAGES},
        country_code=row["country_code"],
        begins_on=date.fromisoformat(row["start"]) if dated else None,
        ends_on=date.fromisoformat(row["end"]) if dated else None,
        date_status=status,
        symbol_prefix=row["symbol_prefix"],
        held_with=row["held_with"],
        verification=row["verification"],
        source=row["source"],
        documents=[
            _document(each)
            for each in _rows("documents.csv")
            if each["in_seed"] == "yes" and _SEEDED_WITH[each["related_meeting"]] == number
        ],
    )


def _document(row: Row) -> MeetingDocument:
    return MeetingDocument(
        symbol=str(symbols.parse(row["symbol"])),
        title=row["title"],
        kind=row["type"],
        languages=row["languages"].split(),
        source=row["source"],
    )
