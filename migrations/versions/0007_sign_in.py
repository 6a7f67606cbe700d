"""Second factors, sessions, who acts for a State, and what of a person goes when.

Everybody signs in anew after it: a sign-in of before has no second factor.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

APP = "registration_app"
OFFICE = "app_scope() in ('staff', 'system')"
MINE = "account_id::text = current_setting('app.actor', true)"
SIGNING_IN = "app_scope() = 'sign_in'"
FACTORS = ("one_time_password", "passkey", "recovery_code")
OF_STATES = ("appointment", "succession")

# As the owner, because the application may not write these columns; for the program alone.
ANONYMIZE = """
create function anonymize_designations(before timestamptz) returns integer
  language plpgsql security definer set search_path = public
  as $$ declare gone integer; begin
    if app_scope() <> 'system' then raise insufficient_privilege; end if;
    update designation
       set name = '—', institution = '', title = '', email = '', telephone = '', address = '',
           courtesy = '', printed_name = '', sorting_name = '', languages = '{}'
     where kind = 'governmental_expert' and in_force_until < before and name <> '—';
    get diagnostics gone = row_count;
    return gone;
  end $$
"""

MEANS = ("code", "one_time_password", "passkey", "recovery_code")
CAPACITIES = ("focal_point", "deputy")
STAGES = ("proposed", "confirmed", "declined", "withdrawn")


def _one_of(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _moment(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    _widen()
    _make_factors()
    _make_appointments()
    _guard()
    _let_experts_be_forgotten()


def _widen() -> None:
    op.add_column("account", sa.Column("ends_on", sa.Date(), nullable=True))
    op.add_column("account", _moment("anonymized_at", nullable=True))
    op.add_column("account", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.alter_column("account", "version", server_default=None)
    op.add_column("sign_in_code", sa.Column("device", sa.Text(), nullable=True))
    op.execute("update sign_in set ended_at = now() where ended_at is null")
    op.add_column("sign_in", _moment("completed_at", nullable=True))
    op.add_column("sign_in", sa.Column("completed_by", _one_of("means", MEANS), nullable=True))
    op.add_column(
        "sign_in", sa.Column("wrong_tries", sa.Integer(), nullable=False, server_default="0")
    )
    op.alter_column("sign_in", "wrong_tries", server_default=None)
    op.create_check_constraint(
        op.f("ck_sign_in_completed_by_something"),
        "sign_in",
        "(completed_at is null) = (completed_by is null)",
    )
    op.create_index("ix_sign_in_account_id", "sign_in", ["account_id"])
    op.add_column(
        "meeting",
        sa.Column("asks_passports", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.alter_column("meeting", "asks_passports", server_default=None)
    op.add_column("delegate", sa.Column("passport_number", sa.LargeBinary(), nullable=True))


def _account(name: str = "account_id", *, nullable: bool = False, key: bool = False) -> sa.Column:
    return sa.Column(name, sa.Uuid(), nullable=nullable, primary_key=key)


def _make_factors() -> None:
    op.create_table(
        "one_time_password",
        _account(key=True),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        _moment("added_at"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_one_time_password_account_id")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_one_time_password")),
    )
    op.create_table(
        "passkey",
        sa.Column("id", sa.Uuid(), nullable=False),
        _account(),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("transports", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        _moment("added_at"),
        _moment("last_used_at", nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_passkey_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )
    op.create_index(op.f("ix_passkey_account_id"), "passkey", ["account_id"])
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Uuid(), nullable=False),
        _account(),
        sa.Column("code_sha256", sa.Text(), nullable=False),
        _moment("used_at", nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_recovery_code_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
    )
    op.create_index(op.f("ix_recovery_code_account_id"), "recovery_code", ["account_id"])


def _make_appointments() -> None:
    op.create_table(
        "appointment",
        sa.Column("id", sa.Uuid(), nullable=False),
        _account(),
        sa.Column("state_code", sa.Text(), nullable=False),
        sa.Column("capacity", _one_of("capacity", CAPACITIES), nullable=False),
        sa.Column("note_reference", sa.Text(), nullable=False),
        sa.Column("note_date", sa.Date(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("end_source", sa.Text(), nullable=False),
        sa.Column("succeeds_id", sa.Uuid(), nullable=True),
        _moment("recorded_at"),
        _account("recorded_by_id"),
        sa.CheckConstraint(
            "ends_on is null or begins_on <= ends_on",
            name=op.f("ck_appointment_ends_after_it_begins"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_appointment_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["document_id", "state_code"],
            ["document.id", "document.state_code"],
            name=op.f("fk_appointment_document_id_state_code"),
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["account.id"], name=op.f("fk_appointment_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["state_code"], ["state.code"], name=op.f("fk_appointment_state_code")
        ),
        sa.ForeignKeyConstraint(
            ["succeeds_id"], ["appointment.id"], name=op.f("fk_appointment_succeeds_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
    )
    op.create_index("ix_appointment_account_id", "appointment", ["account_id"])
    op.create_index("ix_appointment_state_code", "appointment", ["state_code", "begins_on"])
    op.create_table(
        "succession",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("state_code", sa.Text(), nullable=False),
        sa.Column("stage", _one_of("successionstage", STAGES), nullable=False),
        sa.Column("capacity", _one_of("capacity", CAPACITIES), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        _account("succeeds_account_id", nullable=True),
        _moment("proposed_at"),
        _account("proposed_by_id"),
        _moment("decided_at", nullable=True),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["account.id"], name=op.f("fk_succession_proposed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["state_code"], ["state.code"], name=op.f("fk_succession_state_code")
        ),
        sa.ForeignKeyConstraint(
            ["succeeds_account_id"], ["account.id"], name=op.f("fk_succession_succeeds_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_succession")),
    )
    op.create_index("ix_succession_state_code", "succession", ["state_code", "proposed_at"])


def _policy(table: str, name: str, command: str, *, using: str = "", check: str = "") -> None:
    clauses = (f" using ({using})" if using else "") + (f" with check ({check})" if check else "")
    op.execute(f"create policy {name} on {table} for {command}{clauses}")


def _guard() -> None:
    for table in (*FACTORS, *OF_STATES):
        op.execute(f"grant select, insert, update, delete on {table} to {APP}")
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
    for table in FACTORS:
        # Nobody but the person adds a factor: who could add one for another could be another.
        _policy(table, "mine", "all", using=MINE, check=MINE)
        _policy(table, "asks", "select", using=f"{SIGNING_IN} or {OFFICE}")
        _policy(table, "office_ends", "delete", using=OFFICE)
        _policy(
            table,
            "renews",
            "update",
            using="app_scope() = 'system'",
            check="app_scope() = 'system'",
        )
    _policy("sign_in", "mine", "select", using=MINE)
    _policy("sign_in", "ends_mine", "update", using=MINE, check=MINE)
    own = f"({OFFICE} or state_code = app_state())"
    for table in OF_STATES:
        _policy(table, "own", "select", using=own)
        _policy(table, "office", "all", using=OFFICE, check=OFFICE)
    op.execute(f"revoke update, delete on appointment from {APP}")
    op.execute(f"grant update (ends_on, end_source) on appointment to {APP}")
    by_the_actor = (
        "state_code = app_state() and proposed_by_id::text = current_setting('app.actor', true)"
    )
    _policy("succession", "proposes", "insert", check=f"{by_the_actor} and stage = 'proposed'")
    _policy(
        "succession",
        "withdraws",
        "update",
        using="state_code = app_state() and stage = 'proposed'",
        check="state_code = app_state() and stage = 'withdrawn'",
    )


def _let_experts_be_forgotten() -> None:
    """A designation is final for the application; that its person goes after years is law too."""
    op.execute(ANONYMIZE)
    op.execute("revoke all on function anonymize_designations(timestamptz) from public")
    op.execute(f"grant execute on function anonymize_designations(timestamptz) to {APP}")
    ended = "app_scope() = 'system' and in_force_until is not null"
    op.execute(
        "create policy anonymizes on designation for update to current_user"
        f" using ({ended}) with check ({ended})"
    )


def downgrade() -> None:
    op.execute("drop policy anonymizes on designation")
    op.execute("drop function anonymize_designations(timestamptz)")
    for table in reversed(OF_STATES):
        op.drop_table(table)
    for table in FACTORS:
        op.drop_table(table)
    op.execute("drop policy mine on sign_in")
    op.execute("drop policy ends_mine on sign_in")
    op.drop_column("delegate", "passport_number")
    op.drop_column("meeting", "asks_passports")
    op.drop_index("ix_sign_in_account_id", "sign_in")
    for name in ("wrong_tries", "completed_by", "completed_at"):
        op.drop_column("sign_in", name)
    op.drop_column("sign_in_code", "device")
    for name in ("version", "anonymized_at", "ends_on"):
        op.drop_column("account", name)
