"""What tracking keeps: keys with which other programs read."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0011"
branch_labels = None
depends_on = None

APP = "registration_app"
OFFICE = "app_scope() in ('staff', 'system')"
SIGNING_IN = "app_scope() = 'sign_in'"


def upgrade() -> None:
    op.create_table(
        "api_key",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key_sha256", sa.Text(), nullable=False),
        sa.Column("grants", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["made_by_id"], ["account.id"], name=op.f("fk_api_key_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("key_sha256", name=op.f("uq_api_key_key_sha256")),
    )
    op.execute(f"grant select, insert on api_key to {APP}")
    op.execute(f"grant update (ended_at, used_on) on api_key to {APP}")
    op.execute("alter table api_key enable row level security")
    op.execute("alter table api_key force row level security")
    op.execute(f"create policy office on api_key for all using ({OFFICE}) with check ({OFFICE})")
    op.execute(f"create policy known on api_key for select using ({SIGNING_IN})")
    op.execute(
        f"create policy used on api_key for update using ({SIGNING_IN}) with check ({SIGNING_IN})"
    )


def downgrade() -> None:
    op.drop_table("api_key")
