"""The way of a note through the office: rehearsal, register, what follows from what.

The database keeps what the program promises: only a draft is written in; whoever wrote in a note
stays on its list of writers; a number is borne by one note at most, and a void one by none.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

APP = "registration_app"
OFFICE = "app_scope() in ('staff', 'system')"
NUMBER = "\"substring\"(reference, '^[A-Z]+ [0-9]+/[0-9]+')"

FUNCTIONS = """
create function refuse_change_of_submitted() returns trigger language plpgsql
  as $$ begin
    if not new.written_by_ids @> old.written_by_ids or new.drafted_by_id <> old.drafted_by_id
    then raise exception 'whoever wrote in a note stays on its list' using errcode = '23514';
    end if;
    if old.stage <> 'draft' and
       (new.audience, new.respond_by, new.kind, new.form, new.meeting_id, new.follows_id)
       is distinct from
       (old.audience, old.respond_by, old.kind, old.form, old.meeting_id, old.follows_id)
    then raise exception 'only a draft can be changed' using errcode = '23514'; end if;
    if exists (select from void_number
               where new.reference ~ ('^' || series || ' ' || year || '/' || number || '([(/]|$)'))
    then raise exception 'this number is void' using errcode = '23514'; end if;
    return new;
  end $$;
create trigger submitted_note_is_closed before update on note
  for each row execute function refuse_change_of_submitted();

create function refuse_text_of_submitted() returns trigger language plpgsql
  as $$ declare stage text; begin
    select note.stage into stage from note
      where id = case tg_op when 'DELETE' then old.note_id else new.note_id end;
    -- At the issue the places of a cleared text are filled in: see text_is_covered.
    if not (stage = 'draft' or tg_op = 'UPDATE' and stage = 'cleared')
    then raise exception 'only a draft can be changed' using errcode = '23514'; end if;
    return case tg_op when 'DELETE' then old else new end;
  end $$;
create trigger submitted_text_is_closed before insert or update or delete on note_text
  for each row execute function refuse_text_of_submitted();

create function refuse_uncovered_text() returns trigger language plpgsql
  as $$ declare parent record; begin
    select stage, written_by_ids into parent from note where id = new.note_id;
    if parent.stage = 'cleared'
    then raise exception 'only a draft can be changed' using errcode = '23514'; end if;
    if parent.stage <> 'issued' and app_scope() = 'staff'
       and not current_setting('app.actor') = any (parent.written_by_ids::text[])
    then raise exception 'whoever writes in a note stands on its list' using errcode = '23514';
    end if;
    return null;
  end $$;
create constraint trigger text_is_covered after insert or update on note_text
  deferrable initially deferred
  for each row execute function refuse_uncovered_text();
"""


def upgrade() -> None:
    op.add_column("note", sa.Column("follows_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f("fk_note_follows_id"), "note", "note", ["follows_id"], ["id"])
    op.create_index(op.f("ix_note_follows_id"), "note", ["follows_id"])
    op.create_index("uq_note_number", "note", [sa.text(f"({NUMBER})")], unique=True)
    op.create_table(
        "void_number",
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("voided_by_id", sa.Uuid(), nullable=False),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["voided_by_id"], ["account.id"], name=op.f("fk_void_number_voided_by_id")
        ),
        sa.PrimaryKeyConstraint("series", "year", "number", name=op.f("pk_void_number")),
    )
    op.create_table(
        "rehearsal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("note_id", sa.Uuid(), nullable=False),
        sa.Column("content_sha256", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("addressed", sa.Integer(), nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("problems", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(["note_id"], ["note.id"], name=op.f("fk_rehearsal_note_id")),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["account.id"], name=op.f("fk_rehearsal_asked_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rehearsal")),
        sa.UniqueConstraint("note_id", name=op.f("uq_rehearsal_note_id")),
    )
    op.create_table(
        "rehearsal_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rehearsal_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.Column("made", sa.Integer(), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problems", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["rehearsal_id"], ["rehearsal.id"], name=op.f("fk_rehearsal_run_rehearsal_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rehearsal_run")),
        sa.UniqueConstraint(
            "rehearsal_id", "language", name=op.f("uq_rehearsal_run_rehearsal_id_language")
        ),
    )
    for table in ("void_number", "rehearsal", "rehearsal_run"):
        op.execute(f"grant select, insert, update, delete on {table} to {APP}")
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        op.execute(
            f"create policy office on {table} for all using ({OFFICE}) with check ({OFFICE})"
        )
    op.execute(f"revoke update, delete on void_number from {APP}")
    op.execute(FUNCTIONS)


def downgrade() -> None:
    op.execute("drop trigger text_is_covered on note_text")
    op.execute("drop trigger submitted_text_is_closed on note_text")
    op.execute("drop trigger submitted_note_is_closed on note")
    for function in (
        "refuse_uncovered_text()",
        "refuse_text_of_submitted()",
        "refuse_change_of_submitted()",
    ):
        op.execute(f"drop function {function}")
    op.drop_table("rehearsal_run")
    op.drop_table("rehearsal")
    op.drop_table("void_number")
    op.drop_index("uq_note_number", table_name="note")
    op.drop_index(op.f("ix_note_follows_id"), table_name="note")
    op.drop_constraint(op.f("fk_note_follows_id"), "note", type_="foreignkey")
    op.drop_column("note", "follows_id")
