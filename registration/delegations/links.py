"""A link for an expert: to fill in the own particulars, without an account, and see nothing else.

The link holds a random secret and a signature of it. The signature lets a guess be refused before
the database is asked; the row keeps a hash alone, by which row-level security knows the holder.
"""

import hmac
import secrets
from dataclasses import asdict
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

import sqlalchemy as sa

from registration import clock, config, text
from registration.accounts.models import Account
from registration.db import Session
from registration.delegations import service
from registration.delegations.models import Courtesy, Delegate, ExpertLink, Nomination
from registration.delegations.persons import Person, cleaned
from registration.delegations.rules import (
    FILLINGS,
    LINK,
    LINK_LIFE,
    LINKS_A_DAY,
    Capacity,
    LinkAction,
    LinkStage,
    link_is_open,
)
from registration.errors import Conflict, NotFound, Refused, TooMany
from registration.journal.service import record
from registration.permissions import Actor, Permission, Scope, demand
from registration.post.service import post
from registration.words import LANGUAGES, say

REMARK_LIMIT = 2_000


def ask(
    session: Session, nomination: Nomination, *, name: str, email: str, language: str
) -> ExpertLink:
    """Send somebody a link, to be put forward once the focal point has accepted what it brings.

    Raises Refused where name or address is none, and TooMany after a hundred links in a day.
    """
    demand(session.actor, Permission.ANSWER, nomination)
    name, email = text.line(name), text.email(email)
    if not name:
        raise Refused("Enter the name of the person.", field="name")
    if language not in LANGUAGES:
        raise Refused("Choose a language.", field="language")
    _refuse_too_many(session, nomination.state_code)
    asking = session.get_one(Account, session.actor.id)
    secret = secrets.token_urlsafe(32)
    link = ExpertLink(
        nomination_id=nomination.id,
        state_code=nomination.state_code,
        meeting_id=nomination.meeting_id,
        name=name,
        email=email,
        language=language,
        holder=_holder(secret),
        asked_by_id=asking.id,
        answer_to=asking.email,
        answer_in=asking.language,
        expires_at=clock.now() + LINK_LIFE,
        fillings=0,
    )
    session.add(link)
    session.flush()
    _send(session, link, secret)
    _tell(session, link, "expert_link.sent")
    return link


def _refuse_too_many(session: Session, state_code: str) -> None:
    sent = session.scalar(
        sa.select(sa.func.count())
        .select_from(ExpertLink)
        .where(
            ExpertLink.state_code == state_code,
            ExpertLink.asked_at > clock.now() - timedelta(days=1),
        )
    )
    if (sent or 0) >= LINKS_A_DAY:
        raise TooMany("Too many links were sent today. Please go on tomorrow.")


def _holder(secret: str) -> UUID:
    return UUID(bytes=sha256(secret.encode()).digest()[:16])


def _signature(secret: str) -> str:
    key = config.current().secret_key.get_secret_value().encode()
    return hmac.new(key, b"expert's link " + secret.encode(), sha256).hexdigest()[:32]


def holder_of(token: str) -> Actor:
    """As whom the holder of a link acts. Raises NotFound for a token that we never signed."""
    secret, _, signature = token.partition(".")
    if not token.isascii() or not hmac.compare_digest(signature, _signature(secret)):
        raise NotFound("This link does not work, or no longer. Ask whoever sent it for a new one.")
    return Actor("expert's link", Scope.LINK, id=_holder(secret))


def opened(session: Session) -> ExpertLink:
    """The link that the session's actor holds, while it can be filled in. Raises NotFound."""
    demand(session.actor, Permission.FILL_IN)
    link = session.scalar(
        sa.select(ExpertLink).where(ExpertLink.holder == session.actor.id).with_for_update()
    )
    if link is None or not is_open(link):
        raise NotFound("This link does not work, or no longer. Ask whoever sent it for a new one.")
    return link


def is_open(link: ExpertLink) -> bool:
    """Whether the expert can still fill the page in."""
    return link_is_open(stage=link.stage, expires_at=link.expires_at, at=clock.now())


def fill(session: Session, link: ExpertLink, person: Person, *, version: int | None = None) -> None:
    """Keep what the expert wrote, for the focal point to look at.

    `version` is how often the page was filled in when it was opened; None: however often. Raises
    Conflict where it was filled in otherwise meanwhile, in another window or by another hand;
    Refused where something is missing, and TooMany after twenty times.
    """
    demand(session.actor, Permission.FILL_IN)
    said = cleaned(person)
    service.refuse_incomplete(said)
    if link.fillings >= FILLINGS:
        raise TooMany("This page was changed very often. Ask whoever sent it for a new link.")
    words = {**asdict(said), "areas": list(said.areas), "languages": list(said.languages)}
    # Who was asked to correct something may answer that it is right as it is.
    if words == link.particulars and link.stage is LinkStage.FILLED:
        return
    if version not in (None, link.fillings):
        raise Conflict(
            "These particulars were changed after you opened the page. If you save once more, what"
            " stands below takes their place."
        )
    was_filled = link.filled_at is not None and not link.remark
    link.stage = LINK.after(link.stage, LinkAction.FILL)
    link.particulars, link.filled_at = words, clock.now()
    link.fillings += 1
    link.remark = ""
    session.flush()
    _tell(session, link, "expert_link.filled")
    if not was_filled:
        _send_word(session, link)


def person_of(link: ExpertLink) -> Person:
    """What the expert wrote."""
    said = dict(link.particulars)
    return Person(
        **{
            **said,
            "courtesy": Courtesy(said["courtesy"]),
            "capacity": Capacity(said["capacity"]),
            "areas": tuple(said["areas"]),
            "languages": tuple(said["languages"]),
        }
    )


def accept(
    session: Session, nomination: Nomination, link: ExpertLink, *, version: int
) -> Delegate | None:
    """Put the expert forward with what he or she wrote; None where exactly that is said already.

    Raises Conflict where the expert changed it meanwhile, and IllegalMove where it was decided.
    """
    _refuse_another_version(session, nomination, link, version)
    link.stage = LINK.after(link.stage, LinkAction.ACCEPT)
    added = service.add(session, nomination, [person_of(link)])
    link.delegate_id = added[0].id if added else None
    session.flush()
    _tell(session, link, "expert_link.accepted")
    return added[0] if added else None


def send_back(
    session: Session, nomination: Nomination, link: ExpertLink, remark: str, *, version: int
) -> None:
    """Ask the expert to correct something: a new link goes out, and the former works no more."""
    _refuse_another_version(session, nomination, link, version)
    remark = text.paragraphs(remark, limit=REMARK_LIMIT)
    if not remark:
        raise Refused("Say what should be changed.", field="remark")
    link.stage = LINK.after(link.stage, LinkAction.RETURN)
    secret = secrets.token_urlsafe(32)
    link.holder, link.remark = _holder(secret), remark
    link.expires_at = clock.now() + LINK_LIFE
    session.flush()
    _send(session, link, secret)
    _tell(session, link, "expert_link.returned")


def revoke(session: Session, nomination: Nomination, link: ExpertLink) -> None:
    """Let the link work no more. Raises IllegalMove where it was accepted or revoked before."""
    demand(session.actor, Permission.ANSWER, nomination)
    link.stage = LINK.after(link.stage, LinkAction.REVOKE)
    session.flush()
    _tell(session, link, "expert_link.revoked")


def _refuse_another_version(
    session: Session, nomination: Nomination, link: ExpertLink, version: int
) -> None:
    demand(session.actor, Permission.ANSWER, nomination)
    session.refresh(link, with_for_update=True)
    if version != link.version:
        raise Conflict("The page was changed after you opened it. Look at it again.")


def _tell(session: Session, link: ExpertLink, kind: str) -> None:
    # The person is not named: events cannot be removed.
    record(session, kind, "nomination", link.nomination_id, state_code=link.state_code)


def _send(session: Session, link: ExpertLink, secret: str) -> None:
    """The mail with the link; its text is erased once it is handed over."""
    language = link.language
    page = f"{config.current().base_url}/particulars/{secret}.{_signature(secret)}"
    paragraphs = [
        say(language, "Dear %(name)s,", name=link.name),
        say(
            language,
            "Your Government wishes to put you forward for a meeting. Please fill in your own"
            " particulars on this page; you need no account:",
        ),
        f"{page}?lang={language}",
        say(
            language,
            "Only you should use this link. It works for %(days)s days.",
            days=LINK_LIFE.days,
        ),
    ]
    if link.remark:
        paragraphs.insert(1, say(language, "Please correct this: %(remark)s", remark=link.remark))
    post(
        session,
        purpose="expert_link",
        recipients=[link.email],
        subject=say(language, "Your particulars for a meeting"),
        text="\n\n".join(paragraphs),
        language=language,
        state_code=link.state_code,
        confidential=True,
    )


def _send_word(session: Session, link: ExpertLink) -> None:
    language = link.answer_in
    post(
        session,
        purpose="expert_link_filled",
        recipients=[link.answer_to],
        subject=say(language, "Particulars of an expert are filled in"),
        text=say(
            language,
            "%(name)s has filled in the page that you sent. Sign in to look at it: you can accept"
            " it or send it back.",
            name=link.name,
        ),
        language=language,
        state_code=link.state_code,
    )
