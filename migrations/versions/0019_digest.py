"""Whether a person wants the morning digest."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "account",
        sa.Column("wants_digest", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.alter_column("account", "wants_digest", server_default=None)


def downgrade() -> None:
    op.drop_column("account", "wants_digest")
