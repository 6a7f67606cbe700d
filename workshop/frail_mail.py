"""A mail server that fails on purpose, and keeps what it took."""

from __future__ import annotations

import asyncio
from enum import Enum, auto
from typing import Generic, TypeVar
from weakref import WeakSet

from aiosmtpd.smtp import SMTP, Envelope
from aiosmtpd.smtp import Session as SmtpSession

from workshop.mail_catcher import Acceptance, Mailbox, MailCatcher

_FOREVER = 86_400.0  # seconds


class Unreliable(Acceptance):
    """Refuses messages for the moment, and hangs up before or after it has taken one."""

    def __init__(self, mailbox: Mailbox) -> None:
        super().__init__(mailbox)
        self._known = WeakSet[SmtpSession]()

    async def objection(self, *, again: bool) -> str | None:
        """What to answer to the next message instead of letting it come.

        `again` where it comes over the line of another: whoever hears it there tries a new line.
        """
        return None

    def hangs_up(self, *, taken: bool) -> bool:
        """Whether to hang up now that a message has come, or has been `taken`."""
        return False

    async def handle_MAIL(  # noqa: N802 - the name that aiosmtpd looks for
        self,
        server: SMTP,
        session: SmtpSession,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        again = session in self._known
        self._known.add(session)
        objection = await self.objection(again=again)
        if objection is not None:
            return objection
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - the name that aiosmtpd looks for
        self, server: SMTP, session: SmtpSession, envelope: Envelope
    ) -> str:
        taken = not self.hangs_up(taken=False)
        said = await super().handle_DATA(server, session, envelope) if taken else None
        if (said is None or self.hangs_up(taken=True)) and isinstance(
            server.transport, asyncio.WriteTransport
        ):
            server.transport.abort()
        return said or "421 4.3.2 Going away"


UnreliableT = TypeVar("UnreliableT", bound=Unreliable)


class UnreliableCatcher(MailCatcher, Generic[UnreliableT]):
    """A mail catcher whose every conversation is judged by the same."""

    def __init__(self, judge: UnreliableT, *, port: int = 0) -> None:
        super().__init__(judge.mailbox, port=port)
        self.judge = judge

    def acceptance(self) -> Acceptance:
        """The same for all."""
        return self.judge


class Mood(Enum):
    """What the server does with the next conversations."""

    CALM = auto()
    STALL = auto()  # it does not answer MAIL any more
    POSTPONE = auto()  # it asks to come back later
    FORGET = auto()  # it hangs up instead of taking the message
    CONCEAL = auto()  # it takes the message, and hangs up before it says so


class Frail(Unreliable):
    """Fails in the way that its mood says. Each message takes `pace` seconds.

    `struck` counts the attempts that were spoilt.
    """

    def __init__(self, mailbox: Mailbox, pace: float) -> None:
        super().__init__(mailbox)
        self._pace = pace
        self.mood = Mood.CALM
        self.struck = 0

    async def objection(self, *, again: bool) -> str | None:
        """The message's time, and what the mood has against it."""
        await asyncio.sleep(self._pace)
        mood = self.mood
        if mood in (Mood.STALL, Mood.POSTPONE) and not again:
            self.struck += 1
        if mood is Mood.STALL:
            await asyncio.sleep(_FOREVER)
        return "451 4.3.2 Come back later" if mood is Mood.POSTPONE else None

    def hangs_up(self, *, taken: bool) -> bool:
        """As the mood says."""
        hangs_up = self.mood is (Mood.CONCEAL if taken else Mood.FORGET)
        self.struck += hangs_up
        return hangs_up
