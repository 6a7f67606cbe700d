"""Everything that is kept of one person: of an account, or of somebody whom a State named."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from registration import db
from registration.accounts.appointments import Appointment, Succession
from registration.accounts.models import Account, OneTimePassword, Passkey, RecoveryCode, SignIn
from registration.accounts.models import SignInCode as Code
from registration.authorities.models import Authority, CorrectionRequest
from registration.db import Session
from registration.delegations.models import Delegate, ExpertLink, NominationPart
from registration.designations.models import Designation, ProposedAuthority
from registration.inbox.models import Incoming
from registration.journal.models import Event
from registration.journal.service import record
from registration.participants.models import ListVersion, Observer
from registration.permissions import Permission, demand
from registration.post.models import Message
from registration.post.rules import MessageStage
from registration.privacy.purging import is_personal
from registration.responses.models import Response
from registration.verification.models import Review

Row = dict[str, str]
Holdings = dict[str, list[Row]]  # rows by the name of their table; only what is not empty

# What would open a door, or is of others: that it is there is said, and not what it is.
_UNTOLD = {"token_sha256", "code_sha256", "key", "public_key", "credential_id", "holder", "version"}


def of_account(session: Session, account_id: UUID) -> Holdings:
    """What is kept of a person who signs in. `session` acts for the program, on whose behalf ever.

    The caller has asked whose account it is.
    """
    account = session.get_one(Account, account_id)
    own = [
        (Account, Account.id == account_id),
        (SignIn, SignIn.account_id == account_id),
        (Code, Code.email == account.email),
        (OneTimePassword, OneTimePassword.account_id == account_id),
        (Passkey, Passkey.account_id == account_id),
        (RecoveryCode, RecoveryCode.account_id == account_id),
        (Appointment, Appointment.account_id == account_id),
        (Succession, Succession.email == account.email),
        (ExpertLink, ExpertLink.email == account.email),
        (Event, Event.actor_id == account_id),
    ]
    return (
        _gathered(session, own) | _mail(session, account.email) | of_named(session, account.email)
    )


def of_named(session: Session, words: str) -> Holdings:
    """What is kept of somebody whom a State named, by e-mail address or by the whole name.

    Capital letters make no difference. Two persons of one name come together: a person decides.
    """
    wanted = words.strip().casefold()
    if not wanted:
        return {}
    named = [
        (
            Delegate,
            sa.or_(sa.func.lower(Delegate.email) == wanted, _whole_name(Delegate) == wanted),
        ),
        (Designation, _is_called(Designation, wanted)),
        (ProposedAuthority, _is_called(ProposedAuthority, wanted)),
        (ExpertLink, _is_called(ExpertLink, wanted)),
        (Succession, _is_called(Succession, wanted)),
        (Observer, _whole_name(Observer) == wanted),
    ]
    return _gathered(session, named) | _mentioned(session, wanted)


def _whole_name(table: Any) -> sa.ColumnElement[str]:
    return sa.func.lower(sa.func.btrim(table.given_names + " " + table.family_name))


def _mentioned(session: Session, wanted: str) -> Holdings:
    """Where somebody stands within something longer, which names others too.

    Only what and when it is, is told; an officer looks there and says what concerns the person.
    """
    places: dict[type[db.Base], tuple[list[Any], list[Any]]] = {
        Response: ([Response.besides, Response.remark], [Response.id, Response.received_at]),
        NominationPart: (
            [NominationPart.answers],
            [NominationPart.id, NominationPart.part, NominationPart.changed_at],
        ),
        Review: ([Review.remark], [Review.id, Review.returned_at]),
        Incoming: (
            [Incoming.sender, Incoming.sender_name, Incoming.subject, Incoming.text],
            [Incoming.id, Incoming.received_at],
        ),
        Authority: (
            [Authority.particulars, Authority.searched],
            [Authority.id, Authority.name, Authority.in_force_from, Authority.in_force_until],
        ),
        CorrectionRequest: (
            [CorrectionRequest.particulars, CorrectionRequest.remark, CorrectionRequest.answer],
            [CorrectionRequest.id, CorrectionRequest.asked_at],
        ),
        ListVersion: ([ListVersion.delegations], [ListVersion.symbol, ListVersion.dated]),
    }
    found: Holdings = {}
    for table, (texts, told) in places.items():
        where = sa.func.lower(sa.func.concat_ws(" ", *(sa.cast(each, sa.Text) for each in texts)))
        rows = session.execute(sa.select(*told).where(sa.func.strpos(where, wanted) > 0))
        if tellings := [_told(row) for row in rows.mappings()]:
            found[table.__tablename__] = tellings
    return found


def _is_called(table: Any, wanted: str) -> sa.ColumnElement[bool]:
    return sa.or_(sa.func.lower(table.email) == wanted, sa.func.lower(table.name) == wanted)


def _mail(session: Session, email: str) -> Holdings:
    """Mail to that person alone; the text of a code is not told again."""
    of_the_person = sa.and_(
        is_personal(),
        Message.recipients == [email],
        sa.or_(~Message.confidential, Message.stage == MessageStage.HANDED_OVER),
    )
    return _gathered(session, [(Message, of_the_person)])


def _gathered(
    session: Session, wanted: Iterable[tuple[type[db.Base], sa.ColumnElement[bool]]]
) -> Holdings:
    found: Holdings = {}
    for model, which in wanted:
        columns = [each for each in model.__table__.columns if each.name not in _UNTOLD]
        rows = session.execute(sa.select(*columns).where(which)).mappings()
        if told := [_told(row) for row in rows]:
            found[model.__tablename__] = told
    return found


def _told(row: sa.RowMapping) -> Row:
    return {
        name: ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        for name, value in row.items()
        if value is not None
    }


def taken_by_owner(session: Session, account: Account) -> None:
    """Write down that a person took everything that is kept of him or her, and nothing of it."""
    record(session, "privacy.exported", "account", account.id, state_code=account.state_code)


def taken_for_a_named_person(session: Session, holdings: Holdings) -> None:
    """Write down that staff took what is kept of somebody, and nothing of it."""
    demand(session.actor, Permission.EDIT_ACCOUNTS)
    count = sum(map(len, holdings.values()))
    record(session, "privacy.exported", "privacy", "named person", detail={"count": count})
