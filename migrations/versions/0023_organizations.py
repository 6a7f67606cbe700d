"""Organizations represented without a named observer; and files that no answer holds."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

APP = "registration_app"
OFFICE = "(select app_scope() in ('staff', 'system'))"
TABLE = "organization_representation"

# As the owner, because a file is final for the application. What anything refers to cannot go: the
# foreign keys see to that.
FORGET = """
create function forget_files(files uuid[]) returns integer
  language plpgsql security definer set search_path = public
  as $$ declare gone integer; begin
    if app_scope() <> 'system' then raise insufficient_privilege; end if;
    delete from page_picture where document_id = any(files);
    delete from examination where document_id = any(files);
    delete from document where id = any(files) and kind = 'incoming_note';
    get diagnostics gone = row_count;
    return gone;
  end $$;
"""


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
    op.execute(FORGET)
    op.execute("revoke all on function forget_files(uuid[]) from public")
    op.execute(f"grant execute on function forget_files(uuid[]) to {APP}")
    op.execute(
        "create policy forgets on document for delete to current_user"
        " using ((select app_scope() = 'system'))"
    )


def _to(column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{TABLE}_{column}"))


def downgrade() -> None:
    op.execute("drop policy forgets on document")
    op.execute("drop function forget_files(uuid[])")
    op.drop_table(TABLE)
