"""Tables of persons that focal points upload, and what their columns meant before."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

APP = "registration_app"
# The program sweeps; the office never sees what nobody sent it.
SWEEPS = "app_scope() = 'system'"
MINE = "state_code = app_state() and uploaded_by_id::text = current_setting('app.actor', true)"
OWN = "state_code = app_state()"


def upgrade() -> None:
    op.create_table(
        "uploaded_table",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("note_id", sa.Uuid(), nullable=False),
        sa.Column("state_code", sa.Text(), nullable=False),
        sa.Column("uploaded_by_id", sa.Uuid(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cells", postgresql.JSONB(), nullable=False),
        sa.Column("columns", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        _to("uploaded_table", "note_id", "note.id"),
        _to("uploaded_table", "state_code", "state.code"),
        _to("uploaded_table", "uploaded_by_id", "account.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uploaded_table")),
    )
    op.create_index("ix_uploaded_table_uploaded_at", "uploaded_table", ["uploaded_at"])
    op.create_table(
        "known_heading",
        sa.Column("state_code", sa.Text(), nullable=False),
        sa.Column("heading", sa.Text(), nullable=False),
        sa.Column("column", sa.Text(), nullable=False),
        _to("known_heading", "state_code", "state.code"),
        sa.PrimaryKeyConstraint("state_code", "heading", name=op.f("pk_known_heading")),
    )
    for table, whose in (("uploaded_table", MINE), ("known_heading", OWN)):
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        op.execute(f"grant select, insert, update, delete on {table} to {APP}")
        may = f"{SWEEPS} or ({whose})"
        op.execute(f"create policy own on {table} for all using ({may}) with check ({may})")


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))


def downgrade() -> None:
    op.drop_table("known_heading")
    op.drop_table("uploaded_table")
