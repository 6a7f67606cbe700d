"""Ladders of reminders: on which days a note has one drafted, and what came of each.

And why a letter is parked, as a sentence that everybody reads in the own language.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

APP = "registration_app"
OFFICE = "app_scope() in ('staff', 'system')"
OUTCOMES = "'drafted', 'waiting', 'nobody', 'replaced', 'too_late', 'overtaken', 'failed'"

# What was said in one piece goes on being shown so.
AS_IT_WAS_SAID = """
update letter set problem = '%(problem)s', problem_values = jsonb_build_object('problem', problem)
where problem is not null
"""
IN_ONE_PIECE = """
update letter set problem = coalesce(problem_values ->> 'problem', problem)
where problem is not null
"""


def upgrade() -> None:
    op.create_table(
        "ladder",
        sa.Column("note_id", sa.Uuid(), nullable=False),
        sa.Column("set_by_id", sa.Uuid(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _to("ladder", "note_id", "note.id"),
        _to("ladder", "set_by_id", "account.id"),
        sa.PrimaryKeyConstraint("note_id", name=op.f("pk_ladder")),
    )
    op.create_table(
        "rung",
        sa.Column("note_id", sa.Uuid(), nullable=False),
        sa.Column("days_before", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("added_on", sa.Date(), nullable=False),
        sa.Column("reached_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(40), nullable=True),
        sa.Column("reminder_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "days_before between -60 and 180", name=op.f("ck_rung_within_half_a_year")
        ),
        sa.CheckConstraint(
            "(reached_at is null) = (outcome is null)", name=op.f("ck_rung_reached_with_outcome")
        ),
        sa.CheckConstraint(
            "coalesce(outcome in ('drafted', 'waiting'), false) = (reminder_id is not null)",
            name=op.f("ck_rung_has_its_draft"),
        ),
        sa.CheckConstraint(f"outcome in ({OUTCOMES})", name=op.f("ck_rung_outcome")),
        _to("rung", "note_id", "ladder.note_id"),
        _to("rung", "reminder_id", "note.id"),
        sa.PrimaryKeyConstraint("note_id", "days_before", name=op.f("pk_rung")),
    )
    for table in ("ladder", "rung"):
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        op.execute(
            f"create policy office on {table} for all using ({OFFICE}) with check ({OFFICE})"
        )
    op.execute(f"grant select, insert, update on ladder to {APP}")
    op.execute(f"grant select, insert, update, delete on rung to {APP}")
    op.add_column(
        "letter",
        sa.Column("problem_values", postgresql.JSONB(), nullable=False, server_default="{}"),
    )
    op.alter_column("letter", "problem_values", server_default=None)
    op.execute("select set_config('app.scope', 'system', true)")
    op.execute(AS_IT_WAS_SAID)


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))


def downgrade() -> None:
    op.execute("select set_config('app.scope', 'system', true)")
    op.execute(IN_ONE_PIECE)
    op.drop_column("letter", "problem_values")
    op.drop_table("rung")
    op.drop_table("ladder")
