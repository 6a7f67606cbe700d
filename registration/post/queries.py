"""Questions about the mail: what waits for a person, and what was in the way."""

from typing import Any

import sqlalchemy as sa

from registration.db import Session
from registration.post.models import Message
from registration.post.rules import MessageStage

# The order in which a person should look at them.
FOR_A_PERSON = (
    MessageStage.UNCERTAIN,
    MessageStage.FAILED,
    MessageStage.PARKED,
    MessageStage.BOUNCED,
)


def in_trouble(session: Session, *, limit: int = 200) -> list[Message]:
    """Messages in doubt, refused, parked or bounced, and those of which an address was refused."""
    places = {stage: place for place, stage in enumerate(FOR_A_PERSON)}
    an_address_was_refused = Message.refused != sa.literal({}, Message.refused.type)
    return list(
        session.scalars(
            sa.select(Message)
            .where(
                sa.or_(
                    Message.stage.in_(FOR_A_PERSON),
                    sa.and_(Message.stage == MessageStage.HANDED_OVER, an_address_was_refused),
                )
            )
            .order_by(sa.case(places, value=Message.stage, else_=len(places)), Message.created_at)
            .limit(limit)
        )
    )


def count_by_stage(session: Session, *conditions: Any) -> dict[MessageStage, int]:
    """How many messages stand at each stage."""
    rows = session.execute(
        sa.select(Message.stage, sa.func.count()).where(*conditions).group_by(Message.stage)
    )
    return dict.fromkeys(MessageStage, 0) | dict(rows.all())
