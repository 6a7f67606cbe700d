"""When a mail server gets the next message: the office's pace, and what the server asked for."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

APP = "registration_app"
NOW = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("message", sa.Column("turn_at", NOW, nullable=True))
    op.create_table(
        "mail_server",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("free_at", NOW, nullable=True),
        sa.Column("wait_until", NOW, nullable=True),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(asked = 0) = (wait_until is null)", name=op.f("ck_mail_server_waits_when_asked")
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_mail_server")),
    )
    op.execute(f"grant select, insert, update on mail_server to {APP}")
    op.execute("alter table mail_server enable row level security")
    op.execute("alter table mail_server force row level security")
    op.execute(
        "create policy office_reads on mail_server for select"
        " using ((select app_scope() in ('staff', 'system')))"
    )
    system = "(select app_scope() = 'system')"
    op.execute(
        f"create policy programs_write on mail_server for all using ({system})"
        f" with check ({system})"
    )


def downgrade() -> None:
    op.drop_table("mail_server")
    op.drop_column("message", "turn_at")
