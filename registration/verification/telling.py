"""The mails that tell a State's focal points what the office found."""

from collections.abc import Iterable, Iterator

from registration.accounts.models import Account
from registration.db import Session
from registration.post.service import post
from registration.verification.queries import Comparison, Named
from registration.verification.rules import Fault, Verdict
from registration.words import say, sentence

VERDICTS = {
    Verdict.MATCHES: sentence("matches the note"),
    Verdict.NOT_IN_NOTE: sentence("is not in the note"),
    Verdict.SPELLED_DIFFERENTLY: sentence("is spelled differently in the note"),
    Verdict.OTHER_POST: sentence("has another title or institution in the note"),
}
FAULTS = {
    Fault.ILLEGIBLE: sentence("The note cannot be read."),
    Fault.NOT_A_NOTE: sentence("The file is not a note verbale of the mission."),
    Fault.OTHER_MEETING: sentence("The note is about another meeting."),
    Fault.HEAD_MISSING: sentence("The note does not say who heads the delegation."),
    Fault.NAMES_MISSING: sentence("The note names persons who are not in the answer."),
}
NAMES_LIMIT = 12_000  # characters; a message takes 20,000


def returned(session: Session, found: Comparison, remark: str, people: Iterable[Account]) -> None:
    """Tell each focal point that the nomination came back, and why."""
    for person in people:
        language = person.language
        lines = [
            *(f"- {say(language, FAULTS[each])}" for each in found.faults),
            *_lines(language, (each for each in found.names if not _matches(each))),
        ]
        _post(
            session,
            found,
            person,
            say(language, "Please correct your answer to %(reference)s", reference=_called(found)),
            [
                say(
                    language,
                    "The secretariat compared the answer of %(state)s to %(reference)s with the"
                    " note verbale of the mission, and returns it.",
                    state=found.state.name(language),
                    reference=_called(found),
                ),
                remark,
                _within_limit(lines),
                say(language, "Sign in, correct the answer or the note, and send it again."),
            ],
        )


def confirmed(session: Session, found: Comparison, people: Iterable[Account]) -> None:
    """Tell each focal point who will stand in the list of participants, and who will not."""
    for person in people:
        language = person.language
        not_printed = [each for each in found.names if not _matches(each)]
        _post(
            session,
            found,
            person,
            say(language, "Confirmed: your answer to %(reference)s", reference=_called(found)),
            [
                say(
                    language,
                    "The names that %(state)s sent agree with the note verbale of the mission and"
                    " are confirmed.",
                    state=found.state.name(language),
                ),
                _within_limit(
                    [
                        say(language, "Not confirmed, because they do not agree with the note:"),
                        *_lines(language, not_printed),
                    ]
                )
                if not_printed
                else "",
                say(language, "To change anything, sign in again, correct it and send it again."),
            ],
        )


def _matches(named: Named) -> bool:
    return named.check is None or named.check.verdict is Verdict.MATCHES


def _lines(language: str, names: Iterable[Named]) -> Iterator[str]:
    for each in names:
        if each.check is not None:
            yield f"- {each.designation.name}: {say(language, VERDICTS[each.check.verdict])}"


def _within_limit(lines: list[str]) -> str:
    whole = "\n".join(lines)
    return whole if len(whole) <= NAMES_LIMIT else whole[:NAMES_LIMIT].rsplit("\n", 1)[0]


def _called(found: Comparison) -> str:
    return found.note.reference or found.note.title


def _post(
    session: Session, found: Comparison, person: Account, subject: str, parts: list[str]
) -> None:
    post(
        session,
        purpose="verification",
        recipients=[person.email],
        subject=subject,
        text="\n\n".join(part for part in parts if part),
        language=person.language,
        state_code=found.state.code,
    )
