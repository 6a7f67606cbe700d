"""Organizations that were represented at a meeting though none of their observers was named."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

APP = "registration_app"
OFFICE = "(select app_scope() in ('staff', 'system'))"
TABLE = "organization_representation"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("marked_by_id", sa.Uuid(), nullable=False),
        _to("meeting_id", "meeting"),
        _to("organization_id", "organization"),
        _to("marked_by_id", "account"),
        sa.PrimaryKeyConstraint("meeting_id", "organization_id", name=op.f(f"pk_{TABLE}")),
    )
    op.execute(f"alter table {TABLE} enable row level security")
    op.execute(f"alter table {TABLE} force row level security")
    op.execute(f"create policy office on {TABLE} for all using ({OFFICE}) with check ({OFFICE})")
    op.execute(f"grant select, insert, delete on {TABLE} to {APP}")


def _to(column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{TABLE}_{column}"))


def downgrade() -> None:
    op.drop_table(TABLE)
