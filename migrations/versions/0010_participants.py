"""The list of participants and the attendance of a meeting."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

APP = "registration_app"
OFFICE = "app_scope() in ('staff', 'system')"
TABLES = ("list_version", "list_file", "presence", "representation")
DOCUMENT_KINDS = ("letter", "incoming_note", "enclosure")


def _uuid(name: str, *, nullable: bool = False) -> sa.Column:  # type: ignore[type-arg]
    return sa.Column(name, sa.Uuid(), nullable=nullable)


def _text(name: str) -> sa.Column:  # type: ignore[type-arg]
    return sa.Column(name, sa.Text(), nullable=False)


def _stamp(name: str) -> sa.Column:  # type: ignore[type-arg]
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def _one_of(name: str, kind: str, values: tuple[str, ...]) -> sa.Column:  # type: ignore[type-arg]
    enum = sa.Enum(*values, name=kind, native_enum=False, create_constraint=True, length=40)
    return sa.Column(name, enum, nullable=False)


def _to(table: str, column: str, other: str, key: str = "id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.{key}"], name=op.f(f"fk_{table}_{column}"))


def _let_documents_be(kinds: tuple[str, ...]) -> None:
    values = ", ".join(f"'{each}'" for each in kinds)
    op.execute("alter table document drop constraint ck_document_documentkind")
    op.execute(
        f"alter table document add constraint ck_document_documentkind check (kind in ({values}))"
    )


def upgrade() -> None:
    _let_documents_be((*DOCUMENT_KINDS, "list"))
    _add_lists()
    _add_attendance()
    # Whoever lists all persons of a meeting comes from its responses.
    op.create_index("ix_designation_response_id", "designation", ["response_id"])
    for table in TABLES:
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        op.execute(
            f"create policy office on {table} for all using ({OFFICE}) with check ({OFFICE})"
        )
        op.execute(f"grant select, insert on {table} to {APP}")
    op.execute(f"grant update (document_id, problem) on list_file to {APP}")
    op.execute(f"grant delete on presence, representation to {APP}")


def _add_lists() -> None:
    op.create_table(
        "list_version",
        _uuid("id"),
        _uuid("meeting_id"),
        sa.Column("number", sa.Integer(), nullable=False),
        _one_of("kind", "listkind", ("provisional", "final", "corrigendum")),
        _uuid("corrects_id", nullable=True),
        _text("symbol"),
        sa.Column("dated", sa.Date(), nullable=False),
        sa.Column("delegations", postgresql.JSONB(), nullable=False),
        _stamp("made_at"),
        _uuid("made_by_id"),
        sa.CheckConstraint(
            "(kind = 'corrigendum') = (corrects_id is not null)",
            name=op.f("ck_list_version_corrects_another"),
        ),
        _to("list_version", "meeting_id", "meeting"),
        _to("list_version", "corrects_id", "list_version"),
        _to("list_version", "made_by_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_version")),
        sa.UniqueConstraint("meeting_id", "number", name=op.f("uq_list_version_meeting_id_number")),
    )
    op.create_table(
        "list_file",
        _uuid("id"),
        _uuid("version_id"),
        _text("language"),
        _one_of("form", "fileform", ("pdf", "docx")),
        _uuid("document_id", nullable=True),
        _text("problem"),
        sa.CheckConstraint(
            "document_id is null or problem = ''", name=op.f("ck_list_file_made_or_parked")
        ),
        _to("list_file", "version_id", "list_version"),
        _to("list_file", "document_id", "document"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_file")),
        sa.UniqueConstraint(
            "version_id", "language", "form", name=op.f("uq_list_file_version_id_language_form")
        ),
    )


def _add_attendance() -> None:
    op.create_table(
        "presence",
        _uuid("line_id"),
        _uuid("meeting_id"),
        sa.Column("day", sa.Date(), nullable=False),
        _text("state_code"),
        _stamp("marked_at"),
        _uuid("marked_by_id"),
        _to("presence", "meeting_id", "meeting"),
        _to("presence", "state_code", "state", "code"),
        _to("presence", "marked_by_id", "account"),
        sa.PrimaryKeyConstraint("line_id", "meeting_id", "day", name=op.f("pk_presence")),
    )
    op.create_index("ix_presence_meeting_id", "presence", ["meeting_id", "day"])
    op.create_table(
        "representation",
        _uuid("meeting_id"),
        _text("state_code"),
        _stamp("marked_at"),
        _uuid("marked_by_id"),
        _to("representation", "meeting_id", "meeting"),
        _to("representation", "state_code", "state", "code"),
        _to("representation", "marked_by_id", "account"),
        sa.PrimaryKeyConstraint("meeting_id", "state_code", name=op.f("pk_representation")),
    )


def downgrade() -> None:
    op.drop_index("ix_designation_response_id", "designation")
    for table in reversed(TABLES):
        op.drop_table(table)
    op.execute("select set_config('app.scope', 'system', true)")
    op.execute("delete from outbox where task = 'participants.print'")
    op.execute("delete from document where kind = 'list'")
    _let_documents_be(DOCUMENT_KINDS)
