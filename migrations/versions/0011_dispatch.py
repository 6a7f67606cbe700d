"""Dispatch: mailings that an officer confirms, roads other than the mail, rehearsals.

Notes that were issued before have been sent: their mailings count as confirmed by whoever issued
them.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

APP = "registration_app"
OFFICE = "app_scope() in ('staff', 'system')"
STAGES = (
    "ready",
    "claimed",
    "uncertain",
    "handed_over",
    "bounced",
    "failed",
    "parked",
    "void",
)
BY_MAIL = (
    "(channel = 'email') = (message_pk is not null)"
    " and (channel = 'by_hand') = (delivered_on is not null)"
)
ISSUED_BEFORE = """
insert into mailing (id, stage, left_out, confirmed_by_id, confirmed_at, version)
select id, 'under_way', '{}', issued_by_id, issued_at, 1
from note where stage = 'issued' and issued_by_id is not null
"""
# What is sent again on purpose belongs to no mailing; before, nothing was.
THEIR_COPIES = """
update message set mailing_id = dispatch.note_id from dispatch
where dispatch.message_pk = message.id
and exists (select from mailing where mailing.id = dispatch.note_id)
"""


def upgrade() -> None:
    op.execute("select set_config('app.scope', 'system', true)")
    op.create_table(
        "mailing",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.String(40), nullable=False),
        sa.Column("left_out", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("confirmed_by_id", sa.Uuid(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "stage in ('under_way', 'paused', 'stopped')", name=op.f("ck_mailing_mailingstage")
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["account.id"], name=op.f("fk_mailing_confirmed_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailing")),
    )
    op.execute("alter table mailing enable row level security")
    op.execute("alter table mailing force row level security")
    op.execute(f"create policy office on mailing for all using ({OFFICE}) with check ({OFFICE})")
    op.execute(f"grant select, insert, update on mailing to {APP}")
    op.add_column("message", sa.Column("mailing_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_message_mailing_id"), "message", "mailing", ["mailing_id"], ["id"]
    )
    op.create_index(op.f("ix_message_mailing_id"), "message", ["mailing_id"])
    _let_stages_be((*STAGES, "withheld"))
    op.add_column("dispatch", sa.Column("delivered_on", sa.Date(), nullable=True))
    op.add_column(
        "dispatch", sa.Column("received_by", sa.Text(), nullable=False, server_default="")
    )
    op.add_column("dispatch", sa.Column("reason", sa.Text(), nullable=False, server_default=""))
    op.alter_column("dispatch", "received_by", server_default=None)
    op.alter_column("dispatch", "reason", server_default=None)
    op.alter_column("dispatch", "message_pk", nullable=True)
    _let_channels_be(("email", "by_hand"))
    op.create_check_constraint(op.f("ck_dispatch_by_one_road"), "dispatch", BY_MAIL)
    op.execute(ISSUED_BEFORE)
    op.execute(THEIR_COPIES)


def downgrade() -> None:
    op.execute("select set_config('app.scope', 'system', true)")
    op.drop_constraint(op.f("ck_dispatch_by_one_road"), "dispatch", type_="check")
    op.execute("delete from dispatch where channel <> 'email'")
    _let_channels_be(("email",))
    op.alter_column("dispatch", "message_pk", nullable=False)
    for column in ("reason", "received_by", "delivered_on"):
        op.drop_column("dispatch", column)
    op.execute("update message set stage = 'void' where stage = 'withheld'")
    _let_stages_be(STAGES)
    op.drop_index(op.f("ix_message_mailing_id"), "message")
    op.drop_column("message", "mailing_id")
    op.drop_table("mailing")


def _let_stages_be(stages: tuple[str, ...]) -> None:
    _let_be("message", "stage", op.f("ck_message_messagestage"), stages)


def _let_channels_be(channels: tuple[str, ...]) -> None:
    _let_be("dispatch", "channel", op.f("ck_dispatch_channel"), channels)


def _let_be(table: str, column: str, constraint: str, values: tuple[str, ...]) -> None:
    op.drop_constraint(constraint, table, type_="check")
    among = ", ".join(f"'{value}'" for value in values)
    op.create_check_constraint(constraint, table, f"{column} in ({among})")
