"""A mail server that fails on purpose, in the way that its mood says, and keeps what it took."""

from __future__ import annotations

import asyncio
from enum import Enum, auto

from aiosmtpd.smtp import SMTP, Envelope
from aiosmtpd.smtp import Session as SmtpSession

from workshop.mail_catcher import Acceptance, Mailbox, MailCatcher

_FOREVER = 86_400.0  # seconds


class Mood(Enum):
    """What the server does with the next conversations."""

    CALM = auto()
    STALL = auto()  # it does not answer MAIL any more
    POSTPONE = auto()  # it asks to come back later
    FORGET = auto()  # it hangs up instead of taking the message
    CONCEAL = auto()  # it takes the message, and hangs up before it says so


class Frail(Acceptance):
    """One judgement for all conversations. Each message takes `pace` seconds."""

    def __init__(self, mailbox: Mailbox, pace: float) -> None:
        super().__init__(mailbox)
        self._pace = pace
        self.mood = Mood.CALM
        self.struck = 0

    async def handle_MAIL(  # noqa: N802 - the name that aiosmtpd looks for
        self,
        server: SMTP,
        session: SmtpSession,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        await asyncio.sleep(self._pace)
        if self.mood is Mood.STALL:
            self.struck += 1
            await asyncio.sleep(_FOREVER)
        if self.mood is Mood.POSTPONE:
            self.struck += 1
            return "451 4.3.2 Come back later"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - the name that aiosmtpd looks for
        self, server: SMTP, session: SmtpSession, envelope: Envelope
    ) -> str:
        mood = self.mood
        said = "" if mood is Mood.FORGET else await super().handle_DATA(server, session, envelope)
        if mood in (Mood.FORGET, Mood.CONCEAL):
            self.struck += 1
            if isinstance(server.transport, asyncio.WriteTransport):
                server.transport.abort()
        return said or "421 4.3.2 Going away"


class FrailCatcher(MailCatcher):
    """A mail catcher whose every conversation is judged by one `Frail`."""

    def __init__(self, mailbox: Mailbox, *, pace: float, port: int = 0) -> None:
        super().__init__(mailbox, port=port)
        self.frail = Frail(mailbox, pace)

    def acceptance(self) -> Acceptance:
        """The same for all."""
        return self.frail
