"""How each mission is reached, and what goes out in the office's name."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

TABLES = ("mission", "addressee")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(
            table, sa.Column("channel", sa.String(40), nullable=False, server_default="email")
        )
        op.alter_column(table, "channel", server_default=None)
        op.create_check_constraint(
            op.f(f"ck_{table}_missionchannel"), table, "channel in ('email', 'pouch', 'portal')"
        )


def downgrade() -> None:
    for table in TABLES:
        op.drop_constraint(op.f(f"ck_{table}_missionchannel"), table, type_="check")
        op.drop_column(table, "channel")
