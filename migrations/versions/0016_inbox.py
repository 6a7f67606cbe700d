"""What comes back by e-mail: replies, delivery reports, suspect addresses."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

APP = "registration_app"
OFFICE = "app_scope() in ('staff', 'system')"
NOW = sa.DateTime(timezone=True)
MAILBOXES = ("replies", "bounces")
KINDS = ("reply", "automatic", "delivery_report", "unreadable")
STAGES = ("received", "unmatched", "matched", "filed", "put_aside")
EVIDENCE = ("by_hand", "token", "thread", "address", "domain")


def _one_of(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, native_enum=False, create_constraint=True, length=40, name=name)


def _to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    op.add_column("mission_address", sa.Column("suspect_since", NOW, nullable=True))
    op.add_column(
        "mission_address",
        sa.Column("suspect_reason", sa.Text(), nullable=False, server_default=""),
    )
    op.alter_column("mission_address", "suspect_reason", server_default=None)
    op.create_check_constraint(
        op.f("ck_mission_address_suspect_for_a_reason"),
        "mission_address",
        "(suspect_since is null) = (suspect_reason = '')",
    )
    op.create_table(
        "read_mailbox",
        sa.Column("mailbox", _one_of("mailbox", MAILBOXES), nullable=False),
        sa.Column("uid_validity", sa.BigInteger(), nullable=False),
        sa.Column("last_uid", sa.BigInteger(), nullable=False),
        sa.Column("read_at", NOW, nullable=True),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("problem_since", NOW, nullable=True),
        sa.PrimaryKeyConstraint("mailbox", name=op.f("pk_read_mailbox")),
    )
    _incoming()
    op.create_table(
        "incoming_file",
        sa.Column("incoming_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        _to("incoming_file", "incoming_id", "incoming.id"),
        _to("incoming_file", "document_id", "document.id"),
        sa.PrimaryKeyConstraint("incoming_id", "position", name=op.f("pk_incoming_file")),
    )
    # What came is changed by being read, matched and filed; it is not lost.
    op.execute(f"grant select, insert, update on incoming, read_mailbox to {APP}")
    op.execute(f"grant select, insert on incoming_file to {APP}")
    for table in ("incoming", "incoming_file", "read_mailbox"):
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        op.execute(
            f"create policy office on {table} for all using ({OFFICE}) with check ({OFFICE})"
        )


def _incoming() -> None:
    op.create_table(
        "incoming",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mailbox", _one_of("mailbox", MAILBOXES), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("received_at", NOW, nullable=False),
        sa.Column("kept_at", NOW, nullable=False),
        sa.Column("stage", _one_of("incomingstage", STAGES), nullable=False),
        sa.Column("kind", _one_of("kind", KINDS), nullable=True),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("sender_name", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("evidence", _one_of("evidence", EVIDENCE), nullable=True),
        sa.Column("doubts", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("state_code", sa.Text(), nullable=True),
        sa.Column("note_id", sa.Uuid(), nullable=True),
        sa.Column("message_pk", sa.Uuid(), nullable=True),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "stage not in ('matched', 'filed') or evidence is not null",
            name=op.f("ck_incoming_matched_by_evidence"),
        ),
        sa.CheckConstraint(
            "(kind is null) = (stage = 'received')", name=op.f("ck_incoming_read_has_kind")
        ),
        _to("incoming", "state_code", "state.code"),
        _to("incoming", "note_id", "note.id"),
        _to("incoming", "message_pk", "message.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incoming")),
        sa.UniqueConstraint("sha256", name=op.f("uq_incoming_sha256")),
    )
    op.create_index("ix_incoming_stage_received_at", "incoming", ["stage", "received_at"])
    for column in ("message_id", "state_code", "note_id", "message_pk"):
        op.create_index(op.f(f"ix_incoming_{column}"), "incoming", [column])


def downgrade() -> None:
    for table in ("incoming_file", "incoming", "read_mailbox"):
        op.drop_table(table)
    op.drop_constraint(op.f("ck_mission_address_suspect_for_a_reason"), "mission_address")
    op.drop_column("mission_address", "suspect_reason")
    op.drop_column("mission_address", "suspect_since")
