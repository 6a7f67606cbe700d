"""Whom a note addresses and what it encloses."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

APP = "registration_app"
OFFICE = "app_scope() in ('staff', 'system')"
INFLECTED = ("of_state", "to_state")
ENCLOSING = ("enclosure", "enclosure_file")
VISIBLE_TO = {
    "enclosure": "exists (select 1 from note where note.id = enclosure.note_id)",
    "enclosure_file": (
        "exists (select 1 from enclosure where enclosure.id = enclosure_file.enclosure_id)"
    ),
}
# What went out with a note may be read by whoever the note was addressed to; the policies of the
# tables in between see to that.
ENCLOSED = (
    "state_code is null and exists"
    " (select 1 from enclosure_file where enclosure_file.document_id = document.id)"
)

FUNCTIONS = """
create function refuse_change_of_enclosed() returns trigger language plpgsql
  as $$ declare row jsonb := to_jsonb(case tg_op when 'INSERT' then new else old end);
  begin
    if exists (select from note
               where id = coalesce((row ->> 'note_id')::uuid,
                                   (select note_id from enclosure
                                    where id = (row ->> 'enclosure_id')::uuid))
                 and stage <> 'draft')
    then raise exception 'only a draft can be changed' using errcode = '23514'; end if;
    return case tg_op when 'DELETE' then old else new end;
  end $$;
create trigger enclosure_is_final before insert or update or delete on enclosure
  for each row execute function refuse_change_of_enclosed();
create trigger enclosure_file_is_final before insert or update or delete on enclosure_file
  for each row execute function refuse_change_of_enclosed();
"""


def _kinds_of_document(*kinds: str) -> None:
    values = ", ".join(f"'{each}'" for each in kinds)
    op.execute("alter table document drop constraint ck_document_documentkind")
    op.execute(
        f"alter table document add constraint ck_document_documentkind check (kind in ({values}))"
    )


def upgrade() -> None:
    for form in INFLECTED:
        nothing = sa.text("'{}'")
        column = sa.Column(form, postgresql.JSONB(), nullable=False, server_default=nothing)
        op.add_column("state", column)
        op.alter_column("state", form, server_default=None)
    op.add_column("note", sa.Column("cleared_for", postgresql.ARRAY(sa.Text()), nullable=True))
    op.add_column(
        "addressee", sa.Column("reason", sa.Text(), nullable=False, server_default=sa.text("''"))
    )
    op.alter_column("addressee", "reason", server_default=None)
    op.add_column(
        "addressee",
        sa.Column("places", postgresql.JSONB(), nullable=False, server_default=sa.text("'{}'")),
    )
    op.alter_column("addressee", "places", server_default=None)
    op.create_table(
        "enclosure",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("note_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("titles", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("symbol", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["note_id"], ["note.id"], name=op.f("fk_enclosure_note_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enclosure")),
    )
    op.create_index("ix_enclosure_note_id", "enclosure", ["note_id"])
    op.create_table(
        "enclosure_file",
        sa.Column("enclosure_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["enclosure_id"], ["enclosure.id"], name=op.f("fk_enclosure_file_enclosure_id")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_enclosure_file_document_id")
        ),
        sa.PrimaryKeyConstraint("enclosure_id", "language", name=op.f("pk_enclosure_file")),
    )
    op.create_index("ix_enclosure_file_document_id", "enclosure_file", ["document_id"])
    _kinds_of_document("letter", "incoming_note", "enclosure")
    op.execute(FUNCTIONS)
    for table in ENCLOSING:
        op.execute(f"grant select, insert, update, delete on {table} to {APP}")
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        seen = f"{OFFICE} or {VISIBLE_TO[table]}"
        op.execute(f"create policy addressed on {table} for select using ({seen})")
        op.execute(
            f"create policy office on {table} for all using ({OFFICE}) with check ({OFFICE})"
        )
    op.execute(f"create policy enclosed on document for select using ({ENCLOSED})")


def downgrade() -> None:
    op.execute("drop policy enclosed on document")
    op.drop_column("addressee", "places")
    op.drop_column("addressee", "reason")
    op.drop_column("note", "cleared_for")
    for form in INFLECTED:
        op.drop_column("state", form)
    for table in reversed(ENCLOSING):
        op.drop_table(table)
    op.execute("drop function refuse_change_of_enclosed()")
    op.execute("alter table document no force row level security")
    op.execute("delete from document where kind = 'enclosure'")
    op.execute("alter table document force row level security")
    _kinds_of_document("letter", "incoming_note")
