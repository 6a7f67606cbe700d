"""Posting a message: checked, written down, and promised in the transaction of the act."""

from collections.abc import Sequence
from uuid import UUID

from registration import text as gate
from registration.db import Session, new_id
from registration.errors import Refused
from registration.journal.service import Then, promise
from registration.post.models import Message

SUBJECT_LIMIT = 200
FILENAME_LIMIT = 100
RECIPIENTS_LIMIT = 20
COPY_OF_A_NOTE = "note"

# Somebody waits for a sign-in code; nobody waits for the 175th copy of a note. Each has a queue.
SEND = "post.send"
SEND_COPY = "post.send_copy"
_FILENAME = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")


def post(
    session: Session,
    *,
    purpose: str,
    recipients: Sequence[str],
    subject: str,
    text: str,
    language: str = "en",
    state_code: str | None = None,
    attachments: Sequence[tuple[UUID, str]] = (),
    confidential: bool = False,
) -> Message:
    """Write a message to one State's mission or one person, and promise its sending.

    `attachments` are (document's identifier, file name in ASCII letters). All recipients see each
    other: they are addresses of one and the same addressee. The text of a `confidential` message
    is erased once it is handed over or given up. Raises Refused where an address, the subject or
    a file name could be read as anything else by a mail server.
    """
    message = written(
        purpose=purpose,
        recipients=recipients,
        subject=subject,
        text=text,
        language=language,
        state_code=state_code,
        attachments=attachments,
        confidential=confidential,
    )
    post_all(session, [message])
    return message


def post_all(session: Session, messages: Sequence[Message]) -> None:
    """Keep messages that were `written`, and promise their sending."""
    session.add_all(messages)
    session.flush()
    promise(session, [to_send(message) for message in messages])


def written(
    *,
    purpose: str,
    recipients: Sequence[str],
    subject: str,
    text: str,
    language: str,
    state_code: str | None,
    attachments: Sequence[tuple[UUID, str]],
    confidential: bool = False,
) -> Message:
    """A checked message, for `post_all`. Raises Refused, as `post` does."""
    return Message(
        id=new_id(),
        purpose=purpose,
        state_code=state_code,
        recipients=envelope(recipients),
        subject=subject_line(subject),
        text=gate.paragraphs(text),
        language=language,
        attachments=[
            {"document_id": str(document_id), "filename": filename(name)}
            for document_id, name in attachments
        ],
        confidential=confidential,
    )


def to_send(message: Message) -> Then:
    """The promise of the next attempt, due when the message is. Each attempt has its own."""
    task = SEND_COPY if message.purpose == COPY_OF_A_NOTE else SEND
    return Then(task, message.id, key=f"{task}:{message.id}:{message.fence}", due_at=message.due_at)


def envelope(recipients: Sequence[str]) -> list[str]:
    """The addresses in their plain form, each once. Raises Refused."""
    addresses = list(dict.fromkeys(gate.email(each) for each in recipients))
    if not 1 <= len(addresses) <= RECIPIENTS_LIMIT:
        raise Refused(
            "A message needs between one and %(limit)s addresses.", limit=RECIPIENTS_LIMIT
        )
    for address in addresses:
        _refuse_encoded_words(address)
    return addresses


def subject_line(subject: str) -> str:
    """The subject in one clean line of at most 200 characters. Raises Refused."""
    clean = gate.line(subject, limit=SUBJECT_LIMIT)
    if not clean:
        raise Refused("A message needs a subject.")
    _refuse_encoded_words(clean)
    return clean


def filename(name: str) -> str:
    """The name of an attachment: ASCII letters, digits, `-`, `_` and `.`. Raises Refused."""
    if not set(name) <= _FILENAME or not 1 <= len(name) <= FILENAME_LIMIT or name.startswith("."):
        raise Refused("“%(name)s” is no name for an attachment.", name=name[:FILENAME_LIMIT])
    return name


def _refuse_encoded_words(value: str) -> None:
    """Refuse what a library might decode, a line break included (CVE-2024-6923)."""
    if "=?" in value:
        raise Refused("“=?” is not possible in the head of a message.")
