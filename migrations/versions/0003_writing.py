"""What the editor of a note keeps: kinds, the history of its texts, who read which wording."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

APP = "registration_app"
OFFICE = "app_scope() in ('staff', 'system')"
OF_THE_OFFICE = ("text_revision", "checked_wording")
FORMS = ("generic", "addressed")


def upgrade() -> None:
    # The folders say which kinds there are; a list in the database would ask for a migration each.
    op.drop_constraint(op.f("ck_note_notekind"), "note", type_="check")
    op.alter_column("note", "kind", type_=sa.Text())
    _let_forms_be(FORMS)
    op.alter_column("note", "respond_by", nullable=True)
    op.create_table(
        "text_revision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("note_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("written_by_id", sa.Uuid(), nullable=True),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("restored_from_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["note_id", "language"],
            ["note_text.note_id", "note_text.language"],
            name=op.f("fk_text_revision_note_id_language"),
        ),
        sa.ForeignKeyConstraint(
            ["restored_from_id"],
            ["text_revision.id"],
            name=op.f("fk_text_revision_restored_from_id"),
        ),
        sa.ForeignKeyConstraint(
            ["written_by_id"], ["account.id"], name=op.f("fk_text_revision_written_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_revision")),
    )
    op.create_index("ix_text_revision_of_text", "text_revision", ["note_id", "language", "id"])
    op.create_table(
        "checked_wording",
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("checked_by_id", sa.Uuid(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["checked_by_id"], ["account.id"], name=op.f("fk_checked_wording_checked_by_id")
        ),
        sa.PrimaryKeyConstraint("language", "sha256", name=op.f("pk_checked_wording")),
    )
    for table in OF_THE_OFFICE:
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        op.execute(
            f"create policy office on {table} for all using ({OFFICE}) with check ({OFFICE})"
        )
        op.execute(f"grant select, insert on {table} to {APP}")
    # An entry grows while one person writes; whose it is, and since when, stays as it was.
    grows = "subject, body, version, written_at, automatic"
    op.execute(f"grant update ({grows}) on text_revision to {APP}")
    op.execute(
        "create trigger issued_history_is_final before update or delete on text_revision"
        " for each row execute function refuse_change_of_issued()"
    )


def downgrade() -> None:
    op.drop_table("checked_wording")
    op.drop_table("text_revision")
    op.alter_column("note", "respond_by", nullable=False)
    _let_forms_be(FORMS[:1])
    op.alter_column("note", "kind", type_=sa.String(40))
    op.create_check_constraint(op.f("ck_note_notekind"), "note", "kind = 'invitation'")


def _let_forms_be(forms: tuple[str, ...]) -> None:
    op.drop_constraint(op.f("ck_note_noteform"), "note", type_="check")
    among = ", ".join(f"'{form}'" for form in forms)
    op.create_check_constraint(op.f("ck_note_noteform"), "note", f"form in ({among})")
