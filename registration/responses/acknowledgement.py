"""The mail that confirms an answer, with the names as they were registered."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import cast

from letters.language import long_date
from letters.letter import Language
from registration import clock
from registration.designations.rules import DesignationKind, Line
from registration.responses.rules import ResponseKind
from registration.words import say, sentence

OTHERWISE = {
    ResponseKind.WILL_NOT_NOMINATE: sentence("The State will not nominate anybody."),
    ResponseKind.WITHDRAWAL: sentence("What was named for the meeting is withdrawn."),
}
NAMES_LIMIT = 12_000  # characters; a message takes 20,000


def compose(
    language: str,
    *,
    state: str,
    reference: str,
    received_at: datetime,
    respond_by: date,
    kind: ResponseKind,
    said: Sequence[Line],
    has_note: bool,
) -> tuple[str, str]:
    """Subject and text in a person's language."""
    subject = say(language, "Received: your answer to %(reference)s", reference=reference)
    paragraphs = [
        say(
            language,
            "The answer of %(state)s to the note verbale %(reference)s was received on %(day)s at"
            " %(time)s (Vienna).",
            state=state,
            reference=reference,
            day=_day(clock.day_of(received_at), language),
            time=f"{received_at.astimezone(clock.DUTY_STATION):%H:%M}",
        )
    ]
    if received_at > clock.closing(respond_by):
        paragraphs.append(
            say(
                language,
                "The date for answers was %(day)s. The answer is accepted, and marked as late.",
                day=_day(respond_by, language),
            )
        )
    paragraphs.extend(_within_limit(language, list(_named(language, said))))
    if kind in OTHERWISE:
        paragraphs.append(say(language, OTHERWISE[kind]))
    elif not has_note:
        paragraphs.append(
            say(
                language,
                "The note verbale of the mission is still missing. Please add it to the answer and"
                " send it again.",
            )
        )
    paragraphs.append(
        say(language, "To change anything, sign in again, correct it and send it again.")
    )
    return subject, "\n\n".join(paragraphs)


def _named(language: str, said: Sequence[Line]) -> Iterator[str]:
    titles = {
        DesignationKind.CENTRAL_AUTHORITY: say(language, "Central authority"),
        DesignationKind.LOCAL_AUTHORITY: say(language, "Local authorities"),
        DesignationKind.GOVERNMENTAL_EXPERT: say(language, "Experts"),
    }
    for kind, title in titles.items():
        lines = [_worded(language, each) for each in said if each.kind is kind]
        if lines:
            yield "\n".join([title, *lines])


def _worded(language: str, line: Line) -> str:
    person = say(language, line.courtesy) if line.courtesy else ""
    words = ", ".join(
        part for part in (f"{person} {line.name}".strip(), line.title, line.institution) if part
    )
    head = f" ({say(language, 'head of delegation')})" if line.head_of_delegation else ""
    return f"- {words}{head}{_printed(language, line)}"


def _printed(language: str, line: Line) -> str:
    """How the name will be printed, where that is not the passport's name in capitals."""
    if line.printed_name.casefold() in ("", line.name.casefold()):
        return ""
    return f" ({say(language, 'printed as %(name)s', name=line.printed_name)})"


def _within_limit(language: str, blocks: list[str]) -> list[str]:
    whole = "\n\n".join(blocks)
    if len(whole) <= NAMES_LIMIT:
        return blocks
    kept = whole[:NAMES_LIMIT].rsplit("\n", 1)[0]
    return [kept, say(language, "The list goes on: you see all names when you sign in.")]


def _day(day: date, language: str) -> str:
    return long_date(day, cast(Language, language))
