"""Whether the end of a message's body has left, with which a mail server may take it.

A worker of the version before marks the body only, so false is what its rows say: in doubt.
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "message",
        sa.Column("body_open", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.alter_column("message", "body_open", server_default=None)


def downgrade() -> None:
    op.drop_column("message", "body_open")
