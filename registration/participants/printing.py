"""From a frozen version to the values that are printed, and to its files."""

import tomllib
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from letters.language import date_range, long_date
from letters.letter import Language, LetterError
from letters.participants import Entry, Group, ListOfParticipants, Section
from registration import clock
from registration.db import Session
from registration.documents import service as documents
from registration.documents.models import DocumentKind
from registration.journal.service import record
from registration.meetings import series
from registration.meetings.models import Meeting
from registration.participants import rules
from registration.participants.models import ListFile, ListVersion
from registration.participants.rules import Delegation, FileForm, Listed, ListKind

MEDIA_TYPES = {
    FileForm.PDF: "application/pdf",
    FileForm.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
Printers = Mapping[FileForm, Callable[[ListOfParticipants], bytes]]
Words = Mapping[str, str]


def make_file(session: Session, printers: Printers, file_id: UUID) -> None:
    """Print and keep one file of a version. Done again it changes nothing.

    One that cannot be printed, since a name has a character that our fonts lack, is parked with
    the reason.
    """
    file = session.get(ListFile, file_id, with_for_update=True)
    if file is None or file.document_id is not None:
        return
    version = session.get_one(ListVersion, file.version_id)
    try:
        content = printers[file.form](compose(session, version, cast(Language, file.language)))
    except LetterError as error:
        _park(session, file, version, error.sentence, error.values)
        return
    name = f"{version.symbol}-{file.language}.{file.form.value}".replace("/", "-")
    kept = documents.store(
        session,
        content,
        kind=DocumentKind.LIST,
        filename=name,
        media_type=MEDIA_TYPES[file.form],
    )
    file.document_id, file.problem, file.problem_values = kept.id, "", {}
    session.flush()


def give_up(session: Session, file_id: UUID, problem: str) -> None:
    """Park a file whose making failed again and again."""
    file = session.get(ListFile, file_id)
    if file is not None and file.document_id is None:
        _park(session, file, session.get_one(ListVersion, file.version_id), problem)


def _park(
    session: Session,
    file: ListFile,
    version: ListVersion,
    problem: str,
    values: Mapping[str, Any] | None = None,
) -> None:
    file.problem, file.problem_values = problem, dict(values or {})
    record(
        session,
        "list_of_participants.parked",
        "meeting",
        version.meeting_id,
        detail={"number": version.number, "language": file.language, "form": file.form.value},
    )


def frozen(version: ListVersion) -> list[Delegation]:
    """The delegations of a version, as they were when it was made."""
    return [
        Delegation(
            code=each["code"],
            status=rules.heading(each["status"]),
            sort_key=each["sort_key"],
            names=each["names"],
            persons=tuple(Listed(**person) for person in each["persons"]),
        )
        for each in version.delegations
    ]


def compose(session: Session, version: ListVersion, language: Language) -> ListOfParticipants:
    """A version in that language, as plain values to print."""
    meeting, words = session.get_one(Meeting, version.meeting_id), _all_words()[language]
    if version.corrects_id is None:
        there = version.made_at.astimezone(clock.DUTY_STATION)
        day, time = long_date(there.date(), language), f"{there:%H:%M}"
        remark = words["registered"].format(day=day, time=time)
        sections = _sections(frozen(version), language, words)
    else:
        before = session.get_one(ListVersion, version.corrects_id)
        day = long_date(before.dated, language)
        remark = words["corrects"].format(symbol=before.symbol, day=day)
        sections = _changes(frozen(before), frozen(version), language, words)
    return ListOfParticipants(
        language=language,
        symbol=version.symbol,
        facts=(long_date(version.dated, language), _where_and_when(meeting, language)),
        title=words[version.kind.value],
        remarks=(series.heading(language), remark),
        sections=tuple(sections),
    )


def _where_and_when(meeting: Meeting, language: Language) -> str:
    """The place and the days of a meeting; the year alone where the days are not known."""
    if meeting.begins_on and meeting.ends_on:
        when = date_range(meeting.begins_on, meeting.ends_on, language)
    else:
        when = str(meeting.year)
    comma = {"ar": "، ", "zh": "，"}.get(language, ", ")
    return f"{meeting.place(language)}{comma}{when}"


@cache
def _all_words() -> dict[str, Words]:
    return tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))


def _sections(listed: list[Delegation], language: Language, words: Words) -> Iterable[Section]:
    for status in rules.SECTIONS:
        of_status = [each for each in listed if each.status is status]
        if of_status:
            groups = (
                Group(each.names[language], tuple(_entry(one, words) for one in each.persons))
                for each in rules.in_order(of_status, language)
            )
            yield Section(words[status.value], tuple(groups))


def _entry(person: Listed, words: Words) -> Entry:
    """Courtesy and name, title and institution; nothing by which anybody could be reached."""
    before, name = _named(person, words)
    return Entry(
        name=name,
        post=", ".join(each for each in (person.title, person.institution) if each),
        before=before,
        after=words["head"] if person.head else "",
    )


def _named(person: Listed, words: Words) -> tuple[str, str]:
    """The courtesy before the name; in Chinese it follows the name and is part of it."""
    form = words.get(person.courtesy, "{name}")
    if form.startswith("{name}"):
        return "", form.format(name=person.name)
    return form.removesuffix("{name}").strip(), person.name


def _changes(
    before: list[Delegation], after: list[Delegation], language: Language, words: Words
) -> Iterable[Section]:
    changes = {each.delegation.code: each for each in rules.difference(before, after)}
    ordered = rules.in_order((each.delegation for each in changes.values()), language)
    for kind in ("added", "removed", "corrected"):
        groups = []
        for delegation in ordered:
            change = changes[delegation.code]
            if kind == "corrected":
                entries = [_reworded(each, words) for each in change.corrected]
            else:
                persons = change.added if kind == "added" else change.removed
                entries = [_entry(each, words) for each in persons]
            if entries:
                groups.append(Group(delegation.names[language], tuple(entries)))
        if groups:
            yield Section(words[kind], tuple(groups))


def _reworded(correction: rules.Correction, words: Words) -> Entry:
    before, after = (_entry(each, words).line for each in (correction.before, correction.after))
    return Entry(name=words["read"].format(before=before, after=after))


def kinds_possible(versions: list[ListVersion]) -> list[ListKind]:
    """What may be made next: a corrigendum needs something to correct."""
    return [each for each in ListKind if versions or each is not ListKind.CORRIGENDUM]
