"""One State's answer, step by step."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

APP = "registration_app"
OFFICE = "app_scope() in ('staff', 'system')"
OWN = f"({OFFICE} or state_code = app_state())"
# Whoever holds an expert's link is known by a hash of its secret, and reaches the one row of it.
BY_LINK = "app_scope() = 'link' and holder::text = current_setting('app.actor', true)"
OF_THE_LINK = (
    "app_scope() = 'link' and exists (select 1 from expert_link"
    " where expert_link.state_code = {table}.state_code)"
)
PLAIN_MAIL = "stage = 'ready' and attachments = '[]'"

STAGES = ("draft", "nominated", "in_correction")
MORE_STAGES = (*STAGES, "declined", "withdrawn")
PARTS = (
    "central_authority",
    "local_authorities",
    "delegation",
    "funding",
    "visa_letters",
    "questionnaire",
    "mission_note",
)
LINK_STAGES = ("asked", "filled", "returned", "accepted", "revoked")


def upgrade() -> None:
    _widen()
    _add_tables()
    for table in ("nomination_part", "expert_link", "acknowledgement"):
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        op.execute(f"grant select, insert, update, delete on {table} to {APP}")
    for table in ("nomination_part", "expert_link"):
        _policy(table, "own", "all", using=OWN, check=OWN)
    op.execute(f"revoke update, delete on acknowledgement from {APP}")
    _policy("acknowledgement", "own", "select", using=OWN)
    _policy("acknowledgement", "office", "insert", check=OFFICE)
    _policy("expert_link", "by_link", "select", using=BY_LINK)
    _policy("expert_link", "filled_in", "update", using=BY_LINK, check=BY_LINK)
    filled = OF_THE_LINK.format(table="event")
    _policy("event", "by_link", "insert", check=f"{filled} and kind = 'expert_link.filled'")
    told = OF_THE_LINK.format(table="message")
    _policy("message", "by_link", "insert", check=f"{told} and {PLAIN_MAIL}")
    _policy(
        "outbox",
        "answers",
        "insert",
        check="(app_scope() = 'link' and task = 'post.send')"
        " or (app_scope() = 'state' and task = 'responses.acknowledge')",
    )


def _policy(table: str, name: str, command: str, *, using: str = "", check: str = "") -> None:
    clauses = (f" using ({using})" if using else "") + (f" with check ({check})" if check else "")
    op.execute(f"create policy {name} on {table} for {command}{clauses}")


def _let_stages_be(stages: tuple[str, ...]) -> None:
    op.drop_constraint(op.f("ck_nomination_nominationstage"), "nomination", type_="check")
    op.create_check_constraint(
        op.f("ck_nomination_nominationstage"), "nomination", sa.column("stage").in_(stages)
    )


def _one_of(table: str, column: str, name: str, values: tuple[str, ...]) -> None:
    op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, sa.column(column).in_(values))


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False, server_default="")


def _texts(name: str) -> sa.Column[list[str]]:
    return sa.Column(name, sa.ARRAY(sa.Text()), nullable=False, server_default="{}")


def _choice(name: str, default: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(40), nullable=False, server_default=default)


def _truth(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())


COLUMNS: dict[str, list[sa.Column]] = {
    "state": [_text("time_zone")],
    "meeting": [_choice("funding", "none"), sa.Column("funding_by", sa.Date(), nullable=True)],
    "delegate": [
        _text("printed_name"),
        _text("sorting_name"),
        _choice("capacity", "expert"),
        _texts("areas"),
        _texts("languages"),
        _text("telephone"),
        _truth("wants_funding"),
        _truth("wants_visa_letter"),
    ],
    "proposed_authority": [sa.Column("continues_line_id", sa.Uuid(), nullable=True)],
    "designation": [
        _text("capacity"),
        _text("printed_name"),
        _text("sorting_name"),
        _texts("areas"),
        _texts("languages"),
    ],
    "response": [
        _choice("kind", "nomination"),
        sa.Column("besides", postgresql.JSONB(), nullable=False, server_default="{}"),
    ],
}


def _widen() -> None:
    _let_stages_be(MORE_STAGES)
    for table, columns in COLUMNS.items():
        for column in columns:
            op.add_column(table, column)
            if not column.nullable:
                # What was there before has the plain value; from now on the program says each.
                op.alter_column(table, column.name, server_default=None)
    _one_of("meeting", "funding", "funding", ("none", "least_developed", "all"))
    capacities = ("representative", "alternate", "adviser", "expert")
    _one_of("delegate", "capacity", "capacity", capacities)
    kinds = ("nomination", "will_not_nominate", "withdrawal")
    _one_of("response", "kind", "responsekind", kinds)


def _add_tables() -> None:
    instant, json = sa.DateTime(timezone=True), postgresql.JSONB()
    op.create_table(
        "nomination_part",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("nomination_id", sa.Uuid(), nullable=False),
        sa.Column("state_code", sa.Text(), nullable=False),
        sa.Column("part", sa.String(40), nullable=False),
        sa.Column("not_needed", sa.Boolean(), nullable=False),
        sa.Column("answers", json, nullable=False),
        sa.Column("changed_at", instant, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(sa.column("part").in_(PARTS), name=op.f("ck_nomination_part_part")),
        *_keys("nomination_part"),
        *_of_a_nomination("nomination_part"),
        sa.UniqueConstraint(
            "nomination_id", "part", name=op.f("uq_nomination_part_nomination_id_part")
        ),
    )
    op.create_table(
        "expert_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("nomination_id", sa.Uuid(), nullable=False),
        sa.Column("state_code", sa.Text(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("holder", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.String(40), nullable=False),
        sa.Column("asked_at", instant, nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("answer_to", sa.Text(), nullable=False),
        sa.Column("answer_in", sa.Text(), nullable=False),
        sa.Column("expires_at", instant, nullable=False),
        sa.Column("particulars", json, nullable=False),
        sa.Column("filled_at", instant, nullable=True),
        sa.Column("fillings", sa.Integer(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("delegate_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            sa.column("stage").in_(LINK_STAGES), name=op.f("ck_expert_link_linkstage")
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_expert_link_meeting_id")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["account.id"], name=op.f("fk_expert_link_asked_by_id")
        ),
        *_keys("expert_link"),
        *_of_a_nomination("expert_link"),
        sa.UniqueConstraint("holder", name=op.f("uq_expert_link_holder")),
    )
    for column in ("nomination_id", "state_code"):
        op.create_index(op.f(f"ix_expert_link_{column}"), "expert_link", [column])
    op.create_table(
        "acknowledgement",
        sa.Column("response_id", sa.Uuid(), nullable=False),
        sa.Column("state_code", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("made_at", instant, nullable=False),
        sa.CheckConstraint(
            "(document_id is null) <> (problem = '')",
            name=op.f("ck_acknowledgement_made_or_parked"),
        ),
        *_keys("acknowledgement", "response_id"),
        *(
            sa.ForeignKeyConstraint(
                [f"{what}_id", "state_code"],
                [f"{what}.id", f"{what}.state_code"],
                name=op.f(f"fk_acknowledgement_{what}_id_state_code"),
            )
            for what in ("response", "document")
        ),
    )


def _keys(table: str, primary: str = "id") -> list[sa.schema.SchemaItem]:
    return [
        sa.PrimaryKeyConstraint(primary, name=op.f(f"pk_{table}")),
        sa.ForeignKeyConstraint(
            ["state_code"], ["state.code"], name=op.f(f"fk_{table}_state_code")
        ),
    ]


def _of_a_nomination(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.ForeignKeyConstraint(
            ["nomination_id", "state_code"],
            ["nomination.id", "nomination.state_code"],
            name=op.f(f"fk_{table}_nomination_id_state_code"),
        )
    ]


def downgrade() -> None:
    for table, name in (("event", "by_link"), ("message", "by_link"), ("outbox", "answers")):
        op.execute(f"drop policy {name} on {table}")
    for table in ("acknowledgement", "expert_link", "nomination_part"):
        op.drop_table(table)
    for table, columns in COLUMNS.items():
        for column in columns:
            op.drop_column(table, column.name)
    # The tables' owner is under row-level security too, and acts here for the program.
    op.execute("select set_config('app.scope', 'system', true)")
    op.execute("update nomination set stage = 'draft' where stage in ('declined', 'withdrawn')")
    _let_stages_be(STAGES)
