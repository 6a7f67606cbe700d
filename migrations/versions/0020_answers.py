"""Observers of a meeting besides States; and what is forgotten of persons after years."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

APP = "registration_app"
OFFICE = "app_scope() in ('staff', 'system')"
TABLES = ("organization", "observer")
KINDS = (
    "entity",
    "secretariat_unit",
    "un_body",
    "specialized_agency",
    "intergovernmental",
    "non_governmental",
)

# As the owner, because a response and an entry of the register are final for the application. What
# is counted stays: a dash for each person for whom something was asked.
ANONYMIZE = """
create function without_persons(said jsonb) returns jsonb immutable language sql
  as $$ select coalesce(
    jsonb_object_agg(key, case
      when jsonb_typeof(value) = 'object' and value ? 'persons'
      then jsonb_build_object('persons', coalesce(
        (select jsonb_agg('—'::text) from jsonb_array_elements(value -> 'persons')), '[]'))
      else value end),
    '{}') from jsonb_each(said - 'reason') $$;

create function anonymize_responses(before date) returns integer
  language plpgsql security definer set search_path = public
  as $$ declare gone integer; begin
    if app_scope() <> 'system' then raise insufficient_privilege; end if;
    update response
       set remark = '', besides = without_persons(besides)
     where note_id in (select note.id from note join meeting on meeting.id = note.meeting_id
                        where meeting.ends_on < before)
       and (remark <> '' or besides <> without_persons(besides));
    get diagnostics gone = row_count;
    return gone;
  end $$;

create function anonymize_authorities(before date) returns integer
  language plpgsql security definer set search_path = public
  as $$ declare gone integer; begin
    if app_scope() <> 'system' then raise insufficient_privilege; end if;
    update authority
       set searched = name,
           particulars = particulars - array['contact_person_title', 'email', 'telephone', 'fax']
     where in_force_until < before
       and particulars ?| array['contact_person_title', 'email', 'telephone', 'fax'];
    get diagnostics gone = row_count;
    return gone;
  end $$;
"""
FUNCTIONS = ("anonymize_responses(date)", "anonymize_authorities(date)")
ANONYMIZED = {"response": "", "authority": " and in_force_until is not null"}


def upgrade() -> None:
    _add_observers()
    _let_observers_be_present()
    for table in TABLES:
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        op.execute(
            f"create policy office on {table} for all using ({OFFICE}) with check ({OFFICE})"
        )
        op.execute(f"grant select, insert, update on {table} to {APP}")
    op.execute(f"grant delete on observer to {APP}")
    _let_persons_be_forgotten()


def _text(name: str) -> sa.Column:  # type: ignore[type-arg]
    return sa.Column(name, sa.Text(), nullable=False)


def _uuid(name: str) -> sa.Column:  # type: ignore[type-arg]
    return sa.Column(name, sa.Uuid(), nullable=False)


def _one_of(name: str, kind: str, values: tuple[str, ...]) -> sa.Column:  # type: ignore[type-arg]
    enum = sa.Enum(*values, name=kind, native_enum=False, create_constraint=True, length=40)
    return sa.Column(name, enum, nullable=False)


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))


def _entered(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    """When and by whom a row was entered, and its version."""
    return (
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        _uuid("entered_by_id"),
        sa.Column("version", sa.Integer(), nullable=False),
        _to(table, "entered_by_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def _add_observers() -> None:
    op.create_table(
        "organization",
        _uuid("id"),
        _one_of("kind", "organizationkind", KINDS),
        sa.Column("names", postgresql.JSONB(), nullable=False),
        *_entered("organization"),
    )
    op.create_table(
        "observer",
        _uuid("id"),
        _uuid("meeting_id"),
        _uuid("organization_id"),
        _one_of("courtesy", "courtesy", ("Mr.", "Ms.")),
        _text("given_names"),
        _text("family_name"),
        _text("printed_name"),
        _text("title"),
        sa.Column("head_of_delegation", sa.Boolean(), nullable=False),
        _to("observer", "meeting_id", "meeting"),
        _to("observer", "organization_id", "organization"),
        *_entered("observer"),
    )
    op.create_index("ix_observer_meeting_id", "observer", ["meeting_id", "organization_id"])


def _let_observers_be_present() -> None:
    op.alter_column("presence", "state_code", nullable=True)
    op.add_column("presence", sa.Column("organization_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_presence_organization_id"),
        "presence",
        "organization",
        ["organization_id"],
        ["id"],
    )
    op.create_check_constraint(
        op.f("ck_presence_for_one"),
        "presence",
        "(state_code is null) <> (organization_id is null)",
    )


def _let_persons_be_forgotten() -> None:
    op.execute(f"grant delete on page_picture to {APP}")
    op.execute(ANONYMIZE)
    for function in FUNCTIONS:
        op.execute(f"revoke all on function {function} from public")
        op.execute(f"grant execute on function {function} to {APP}")
    for table, ended in ANONYMIZED.items():
        which = f"app_scope() = 'system'{ended}"
        op.execute(
            f"create policy anonymizes on {table} for update to current_user"
            f" using ({which}) with check ({which})"
        )


def downgrade() -> None:
    for table in ANONYMIZED:
        op.execute(f"drop policy anonymizes on {table}")
    for function in (*FUNCTIONS, "without_persons(jsonb)"):
        op.execute(f"drop function {function}")
    op.execute(f"revoke delete on page_picture from {APP}")
    # The tables' owner is under row-level security too, and acts here for the program.
    op.execute("select set_config('app.scope', 'system', true)")
    op.execute("delete from presence where organization_id is not null")
    op.drop_constraint(op.f("ck_presence_for_one"), "presence", type_="check")
    op.drop_column("presence", "organization_id")
    op.alter_column("presence", "state_code", nullable=False)
    for table in reversed(TABLES):
        op.drop_table(table)
