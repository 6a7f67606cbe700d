"""Kinds of responses, what the office makes of requests, and what staff find missing."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

APP = "registration_app"
OFFICE = "app_scope() in ('staff', 'system')"
OWN = f"({OFFICE} or state_code = app_state())"
KINDS = ("nomination", "will_not_nominate", "withdrawal")
MORE_KINDS = (*KINDS, "extension", "acknowledges", "question")


def upgrade() -> None:
    _let_kinds_be(MORE_KINDS)
    op.add_column("response", sa.Column("asked_until", sa.Date(), nullable=True))
    op.add_column(
        "response",
        sa.Column("lacks", postgresql.ARRAY(sa.Text()), nullable=False, server_default="{}"),
    )
    op.alter_column("response", "lacks", server_default=None)
    for name, condition in (
        ("asked_by_extension", "asked_until is null or kind = 'extension'"),
        ("lacks_of_a_nomination", "lacks = '{}' or kind = 'nomination'"),
    ):
        op.create_check_constraint(op.f(f"ck_response_{name}"), "response", condition)
    _add_settlements()


def _let_kinds_be(kinds: tuple[str, ...]) -> None:
    op.drop_constraint(op.f("ck_response_responsekind"), "response", type_="check")
    op.create_check_constraint(
        op.f("ck_response_responsekind"), "response", sa.column("kind").in_(kinds)
    )


def _add_settlements() -> None:
    op.create_table(
        "settlement",
        sa.Column("response_id", sa.Uuid(), nullable=False),
        sa.Column("state_code", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(40), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_by_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            sa.column("outcome").in_(("granted", "refused", "settled")),
            name=op.f("ck_settlement_outcome"),
        ),
        sa.CheckConstraint(
            "(outcome = 'granted') = (until is not null)", name=op.f("ck_settlement_granted_until")
        ),
        sa.ForeignKeyConstraint(
            ["response_id", "state_code"],
            ["response.id", "response.state_code"],
            name=op.f("fk_settlement_response_id_state_code"),
        ),
        sa.ForeignKeyConstraint(
            ["state_code"], ["state.code"], name=op.f("fk_settlement_state_code")
        ),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["account.id"], name=op.f("fk_settlement_settled_by_id")
        ),
        sa.PrimaryKeyConstraint("response_id", name=op.f("pk_settlement")),
    )
    # What was settled stays so: nobody changes it, and nobody takes it away.
    op.execute(f"grant select, insert on settlement to {APP}")
    op.execute("alter table settlement enable row level security")
    op.execute("alter table settlement force row level security")
    op.execute(f"create policy own on settlement for select using ({OWN})")
    op.execute(f"create policy office on settlement for insert with check ({OFFICE})")


def downgrade() -> None:
    op.drop_table("settlement")
    for name in ("lacks_of_a_nomination", "asked_by_extension"):
        op.drop_constraint(op.f(f"ck_response_{name}"), "response", type_="check")
    op.drop_column("response", "lacks")
    op.drop_column("response", "asked_until")
    # Nobody may take a response away, the tables' owner neither: lift that for the new kinds.
    op.execute("alter table response no force row level security")
    op.execute("delete from response where kind in ('extension', 'acknowledges', 'question')")
    op.execute("alter table response force row level security")
    _let_kinds_be(KINDS)
