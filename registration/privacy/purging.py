"""Taking away what is kept no longer: rows go or lose their person, and what is counted stays."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from registration import clock
from registration.accounts import factors
from registration.accounts.appointments import Succession
from registration.accounts.models import Account, OneTimePassword, Passkey, SignIn, SignInCode
from registration.accounts.rules import SuccessionStage
from registration.authorities.models import CorrectionRequest
from registration.db import Session
from registration.delegations.models import Delegate, ExpertLink, Nomination, NominationPart
from registration.delegations.rules import FOR_PERSONS
from registration.journal.service import record
from registration.meetings.models import Meeting
from registration.participants.models import Observer
from registration.post.models import Message
from registration.post.rules import MessageStage
from registration.post.service import COPY_OF_A_NOTE
from registration.privacy.files import drafts, page_pictures, replaced_files
from registration.privacy.mail import raw_mail, stray_mail
from registration.privacy.rules import KEPT, OF_A_CONTACT
from registration.responses.imports.models import UploadedTable
from registration.verification.models import Review
from registration.words import ANONYMOUS

DONE = (MessageStage.HANDED_OVER, MessageStage.BOUNCED, MessageStage.FAILED, MessageStage.VOID)


def purge(session: Session) -> dict[str, int]:
    """Take away everything whose period is over; how many rows of each kind it was.

    Twice is as once. Each kind is an event with its number, and with nothing of what it was.
    """
    gone = {}
    for kept in KEPT:
        if kept.period is not None:
            gone[kept.key] = _PURGES[kept.key](session, clock.now() - kept.period)
            if gone[kept.key]:
                record(
                    session,
                    "privacy.purged",
                    "privacy",
                    kept.key,
                    detail={"count": gone[kept.key]},
                )
    return gone


def _count(session: Session, change: sa.Update | sa.Delete) -> int:
    # The statement says itself what it changes; nothing of it is held in the session.
    return session.execute(change, execution_options={"synchronize_session": False}).rowcount  # type: ignore[attr-defined,no-any-return]


def _ended(before: datetime) -> sa.ColumnElement[bool]:
    """Accounts that ended before an instant, or on a day before it."""
    return sa.or_(Account.ended_at < before, Account.ends_on <= clock.day_of(before))


def _accounts(session: Session, before: datetime) -> int:
    found = session.scalars(
        sa.select(Account).where(_ended(before), Account.anonymized_at.is_(None))
    ).all()
    for account in found:
        account.name, account.email = ANONYMOUS, f"{account.id}@anonymous.invalid"
        account.anonymized_at = clock.now()
    session.flush()
    return len(found)


def _factors(session: Session, before: datetime) -> int:
    having = sa.union(sa.select(Passkey.account_id), sa.select(OneTimePassword.account_id))
    ended: list[UUID] = list(
        session.scalars(sa.select(Account.id).where(_ended(before), Account.id.in_(having)))
    )
    for account_id in ended:
        factors.forget_all(session, account_id)
    return len(ended)


def _sign_ins(session: Session, before: datetime) -> int:
    return _count(session, sa.delete(SignIn).where(SignIn.last_seen_at < before))


def _sign_in_codes(session: Session, before: datetime) -> int:
    return _count(session, sa.delete(SignInCode).where(SignInCode.asked_at < before))


def is_personal() -> sa.ColumnElement[bool]:
    """Whether a message went to a person; a mission's copies of notes are its correspondence."""
    return Message.purpose != COPY_OF_A_NOTE


def _personal_mail(session: Session, before: datetime) -> int:
    return _count(
        session,
        sa.update(Message)
        .where(
            is_personal(),
            Message.created_at < before,
            Message.recipients != [],
            Message.stage.in_(DONE),
        )
        .values(recipients=[], subject=ANONYMOUS, text=""),
    )


def _proposals(session: Session, before: datetime) -> int:
    return _count(
        session,
        sa.update(Succession)
        .where(
            Succession.stage != SuccessionStage.PROPOSED,
            Succession.decided_at < before,
            Succession.name != ANONYMOUS,
        )
        .values(name=ANONYMOUS, email="", remark=""),
    )


def _expert_links(session: Session, before: datetime) -> int:
    return _count(
        session,
        sa.update(ExpertLink)
        .where(ExpertLink.expires_at < before, ExpertLink.name != ANONYMOUS)
        .values(name=ANONYMOUS, email="", answer_to="", particulars={}, remark=""),
    )


def _uploaded_tables(session: Session, before: datetime) -> int:
    return _count(session, sa.delete(UploadedTable).where(UploadedTable.uploaded_at < before))


def _of_meetings_before(before: datetime) -> sa.Select[UUID]:
    return (
        sa.select(Nomination.id)
        .join(Meeting, Meeting.id == Nomination.meeting_id)
        .where(Meeting.ends_on < clock.day_of(before))
    )


def _passports(session: Session, before: datetime) -> int:
    return _count(
        session,
        sa.update(Delegate)
        .where(
            Delegate.passport_number.is_not(None),
            Delegate.nomination_id.in_(_of_meetings_before(before)),
        )
        .values(passport_number=None),
    )


def _delegates(session: Session, before: datetime) -> int:
    return _count(
        session,
        sa.update(Delegate)
        .where(
            Delegate.family_name != ANONYMOUS,
            Delegate.nomination_id.in_(_of_meetings_before(before)),
        )
        .values(
            given_names="",
            family_name=ANONYMOUS,
            printed_name="",
            sorting_name="",
            title="",
            institution="",
            email="",
            telephone="",
            languages=[],
        ),
    )


def _requests(session: Session, before: datetime) -> int:
    return _count(
        session,
        sa.update(NominationPart)
        .where(
            NominationPart.part.in_(FOR_PERSONS),
            NominationPart.answers != {},
            NominationPart.nomination_id.in_(_of_meetings_before(before)),
        )
        .values(answers={}),
    )


def _responses(session: Session, before: datetime) -> int:
    return session.scalar(sa.select(sa.func.anonymize_responses(clock.day_of(before)))) or 0


def _reviews(session: Session, before: datetime) -> int:
    return _count(
        session,
        sa.update(Review)
        .where(Review.remark != "", Review.nomination_id.in_(_of_meetings_before(before)))
        .values(remark=""),
    )


def _observers(session: Session, before: datetime) -> int:
    over = sa.select(Meeting.id).where(Meeting.ends_on < clock.day_of(before))
    return _count(
        session,
        sa.update(Observer)
        .where(Observer.family_name != ANONYMOUS, Observer.meeting_id.in_(over))
        .values(given_names="", family_name=ANONYMOUS, printed_name="", title=""),
    )


def _authorities(session: Session, before: datetime) -> int:
    return session.scalar(sa.select(sa.func.anonymize_authorities(clock.day_of(before)))) or 0


def _corrections(session: Session, before: datetime) -> int:
    contact = postgresql.array(OF_A_CONTACT)
    said, asked = CorrectionRequest.particulars, CorrectionRequest
    return _count(
        session,
        sa.update(asked)
        .where(
            asked.decided_at < before,
            sa.or_(asked.remark != "", asked.answer != "", said.has_any(contact)),
        )
        .values(remark="", answer="", particulars=said.op("-")(contact)),
    )


def _experts(session: Session, before: datetime) -> int:
    return session.scalar(sa.select(sa.func.anonymize_designations(before))) or 0


_PURGES: dict[str, Callable[[Session, datetime], int]] = {
    "accounts": _accounts,
    "factors": _factors,
    "sign_ins": _sign_ins,
    "sign_in_codes": _sign_in_codes,
    "personal_mail": _personal_mail,
    "proposals": _proposals,
    "expert_links": _expert_links,
    "uploaded_tables": _uploaded_tables,
    "passports": _passports,
    "delegates": _delegates,
    "experts": _experts,
    "requests": _requests,
    "responses": _responses,
    "reviews": _reviews,
    "observers": _observers,
    "authorities": _authorities,
    "corrections": _corrections,
    "page_pictures": page_pictures,
    "drafts": drafts,
    "raw_mail": raw_mail,
    "stray_mail": stray_mail,
    "replaced_files": replaced_files,
}
