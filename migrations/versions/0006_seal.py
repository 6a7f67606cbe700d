"""What the seal and the verification of letters keep.

Certificates are public, but only the program asks for them: the page of verification shows what
belongs to one copy. A certificate that sealed a letter is never changed and never removed.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

APP = "registration_app"
OFFICE = "app_scope() in ('staff', 'system')"


def upgrade() -> None:
    op.create_table(
        "seal_certificate",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("der", sa.LargeBinary(), nullable=False),
        sa.Column("first_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_seal_certificate"),
    )
    op.add_column("letter", sa.Column("sealed_with", sa.Text(), nullable=True))
    op.create_foreign_key(
        "fk_letter_sealed_with", "letter", "seal_certificate", ["sealed_with"], ["sha256"]
    )
    op.execute(f"grant select, insert on seal_certificate to {APP}")
    op.execute("alter table seal_certificate enable row level security")
    op.execute("alter table seal_certificate force row level security")
    op.execute(f"create policy office on seal_certificate for select using ({OFFICE})")
    op.execute(
        "create policy program on seal_certificate for insert with check (app_scope() = 'system')"
    )


def downgrade() -> None:
    op.drop_constraint("fk_letter_sealed_with", "letter", type_="foreignkey")
    op.drop_column("letter", "sealed_with")
    op.drop_table("seal_certificate")
