"""The quarantine of uploads, the comparison of names, and the register of authorities."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

APP = "registration_app"
OFFICE = "app_scope() in ('staff', 'system')"
OWN = f"({OFFICE} or state_code = app_state())"
ACCOUNT_HOLDERS = f"({OFFICE} or app_scope() = 'state')"
BY_THE_ACTOR = "state_code = app_state() and {}::text = current_setting('app.actor', true)"

STAGES = ("draft", "nominated", "in_correction", "declined", "withdrawn")
OF_THE_OFFICE = ("note_received", "verified", "confirmed", "returned")
FLAWS = (
    "empty",
    "too_big",
    "not_pdf",
    "two_in_one",
    "broken",
    "encrypted",
    "script",
    "launch",
    "attachment",
    "too_long",
    "bomb",
    "infected",
)
CATEGORIES = (
    "central_authority_mla",
    "central_authority_extradition",
    "asset_recovery_focal_point",
    "prevention_authority",
    "civil_admin_focal_point",
)
TABLES = (
    "examination",
    "page_picture",
    "review",
    "name_check",
    "authority",
    "authority_confirmation",
    "authority_request",
)

# Words as people look for them: without accents, capitals, vowel signs and the variants of Arabic
# letters. What compatibility decomposition leaves whole is named letter by letter.
FOLDED = r"""
create function folded(value text) returns text immutable strict parallel safe language sql
  as $$ select translate(replace(replace(replace(lower(regexp_replace(
    normalize(value, nfkd),
    '[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed\u200c-\u200f]',
    '', 'g')), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'),
    'øłđðħıŧٱىةکیی''’ʼ‘`-', 'olddhitايهكيي') $$
"""
# What a State works on it may change at will; how its answer was found is the office's to say.
REVIEWED = f"""
create function refuse_own_review() returns trigger language plpgsql
  as $$ begin
    if app_scope() not in ('staff', 'system') and new.stage is distinct from old.stage
       and new.stage in {OF_THE_OFFICE!r} and not (
         new.stage = 'note_received' and old.stage = 'nominated')
    then raise exception 'the office alone compares, confirms and returns'; end if;
    return new;
  end $$;
create trigger own_review before update on nomination
  for each row execute function refuse_own_review();
"""


def _stamp(name: str, *, nullable: bool = False) -> sa.Column:  # type: ignore[type-arg]
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> sa.Column:  # type: ignore[type-arg]
    return sa.Column(name, sa.Text(), nullable=nullable)


def _uuid(name: str, *, nullable: bool = False) -> sa.Column:  # type: ignore[type-arg]
    return sa.Column(name, sa.Uuid(), nullable=nullable)


def _one_of(name: str, kind: str, values: tuple[str, ...], *, nullable: bool = False) -> sa.Column:  # type: ignore[type-arg]
    enum = sa.Enum(*values, name=kind, native_enum=False, create_constraint=True, length=40)
    return sa.Column(name, enum, nullable=nullable)


def _to(table: str, column: str, other: str, key: str = "id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.{key}"], name=op.f(f"fk_{table}_{column}"))


def _to_own(table: str, column: str, other: str, name: str = "") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column, "state_code"],
        [f"{other}.id", f"{other}.state_code"],
        name=name or op.f(f"fk_{table}_{column}"),
    )


def _state(table: str) -> sa.ForeignKeyConstraint:
    return _to(table, "state_code", "state", "code")


def _primary(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{table}"))


def upgrade() -> None:
    _add_quarantine()
    _add_comparison()
    _add_register()
    op.execute(FOLDED)
    _let_stages_be((*STAGES, *OF_THE_OFFICE))
    op.execute(REVIEWED)
    for table in TABLES:
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        op.execute(f"grant select, insert, update on {table} to {APP}")
    op.execute(f"revoke update on page_picture, authority, authority_confirmation from {APP}")
    op.execute(f"grant update (in_force_until, ended_by, ended_by_id) on authority to {APP}")
    for table in ("examination", "page_picture", "review", "name_check", "authority_request"):
        _policy(table, "own", "select", using=OWN)
        _policy(table, "office", "all", using=OFFICE, check=OFFICE)
    for table in ("authority", "authority_confirmation"):
        _policy(table, "account_holders", "select", using=ACCOUNT_HOLDERS)
        _policy(table, "office", "all", using=OFFICE, check=OFFICE)
    waiting = f"{BY_THE_ACTOR.format('uploaded_by')} and stage = 'waiting' and scanner = ''"
    _policy("examination", "waits", "insert", check=waiting)
    promised = "app_scope() = 'state' and task = 'documents.examine'"
    _policy("outbox", "examines", "insert", check=promised)
    said = f"{BY_THE_ACTOR.format('confirmed_by_id')} and by_the_state"
    _policy("authority_confirmation", "own", "insert", check=said)
    asked = f"{BY_THE_ACTOR.format('asked_by_id')} and stage = 'asked' and decided_by_id is null"
    _policy("authority_request", "asks", "insert", check=asked)
    _policy(
        "authority_request",
        "takes_back",
        "update",
        using="state_code = app_state() and stage = 'asked'",
        check="state_code = app_state() and stage = 'taken_back'",
    )
    _hold_what_came_before()


def _policy(table: str, name: str, command: str, *, using: str = "", check: str = "") -> None:
    clauses = (f" using ({using})" if using else "") + (f" with check ({check})" if check else "")
    op.execute(f"create policy {name} on {table} for {command}{clauses}")


def _let_stages_be(stages: tuple[str, ...]) -> None:
    op.drop_constraint(op.f("ck_nomination_nominationstage"), "nomination", type_="check")
    op.create_check_constraint(
        op.f("ck_nomination_nominationstage"), "nomination", sa.column("stage").in_(stages)
    )


def _add_quarantine() -> None:
    op.create_table(
        "examination",
        _uuid("document_id"),
        _text("state_code", nullable=True),
        _text("uploaded_by"),
        _one_of("stage", "examinationstage", ("waiting", "passed", "refused", "parked")),
        _stamp("begun_at"),
        _stamp("ended_at", nullable=True),
        _one_of("flaw", "flaw", FLAWS, nullable=True),
        sa.Column("pages", sa.Integer(), nullable=True),
        _text("scanner"),
        _text("remark"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(flaw is null) = (stage <> 'refused')", name=op.f("ck_examination_refused_for_a_flaw")
        ),
        sa.CheckConstraint(
            "(pages is null) = (stage <> 'passed')", name=op.f("ck_examination_passed_has_pages")
        ),
        _to_own("examination", "document_id", "document", name="own_document"),
        _to("examination", "document_id", "document"),
        _state("examination"),
        _primary("examination", "document_id"),
    )
    op.create_table(
        "page_picture",
        _uuid("document_id"),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        _text("state_code", nullable=True),
        _text("sha256"),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        _to_own("page_picture", "document_id", "document", name="own_document"),
        _to("page_picture", "document_id", "document"),
        _state("page_picture"),
        _primary("page_picture", "document_id", "number"),
    )


def _add_comparison() -> None:
    op.create_table(
        "review",
        _uuid("id"),
        _uuid("response_id"),
        _uuid("nomination_id"),
        _text("state_code"),
        sa.Column("faults", postgresql.ARRAY(sa.Text()), nullable=False),
        _text("remark"),
        _stamp("returned_at", nullable=True),
        _stamp("changed_at"),
        _uuid("changed_by_id"),
        sa.Column("version", sa.Integer(), nullable=False),
        _to_own("review", "response_id", "response"),
        _to_own("review", "nomination_id", "nomination"),
        _to("review", "changed_by_id", "account"),
        _state("review"),
        _primary("review", "id"),
        sa.UniqueConstraint("response_id", name=op.f("uq_review_response_id")),
    )
    op.create_index("ix_review_nomination_id", "review", ["nomination_id"])
    op.create_table(
        "name_check",
        _uuid("designation_id"),
        _text("state_code"),
        _one_of(
            "verdict", "verdict", ("matches", "not_in_note", "spelled_differently", "other_post")
        ),
        _stamp("checked_at"),
        _uuid("checked_by_id"),
        _stamp("confirmed_at", nullable=True),
        _to("name_check", "designation_id", "designation"),
        _to("name_check", "checked_by_id", "account"),
        _state("name_check"),
        _primary("name_check", "designation_id"),
    )
    op.create_index("ix_name_check_state_code", "name_check", ["state_code"])


def _add_register() -> None:
    op.create_table(
        "authority",
        _uuid("id"),
        _uuid("line_id"),
        _text("state_code"),
        _one_of("category", "category", CATEGORIES),
        _text("name"),
        sa.Column("particulars", postgresql.JSONB(), nullable=False),
        _text("searched"),
        sa.Column("in_force_from", sa.Date(), nullable=False),
        _text("notified_by"),
        sa.Column("notified_on", sa.Date(), nullable=True),
        _uuid("document_id", nullable=True),
        _stamp("recorded_at"),
        _uuid("recorded_by_id"),
        sa.Column("in_force_until", sa.Date(), nullable=True),
        _text("ended_by"),
        _uuid("ended_by_id", nullable=True),
        sa.CheckConstraint(
            "(in_force_until is null) = (ended_by_id is null)",
            name=op.f("ck_authority_ended_by_somebody"),
        ),
        _to_own("authority", "document_id", "document"),
        _to("authority", "recorded_by_id", "account"),
        _to("authority", "ended_by_id", "account"),
        _state("authority"),
        _primary("authority", "id"),
    )
    op.create_index("ix_authority_state_code", "authority", ["state_code", "category"])
    op.create_index(
        "uq_authority_one_in_force",
        "authority",
        ["line_id"],
        unique=True,
        postgresql_where=sa.text("in_force_until is null"),
    )
    op.create_table(
        "authority_confirmation",
        _uuid("id"),
        _uuid("line_id"),
        _text("state_code"),
        _stamp("confirmed_at"),
        _uuid("confirmed_by_id"),
        sa.Column("by_the_state", sa.Boolean(), nullable=False),
        _text("source"),
        _to("authority_confirmation", "confirmed_by_id", "account"),
        _state("authority_confirmation"),
        _primary("authority_confirmation", "id"),
    )
    op.create_index(
        "ix_authority_confirmation_line_id", "authority_confirmation", ["line_id", "confirmed_at"]
    )
    op.create_table(
        "authority_request",
        _uuid("id"),
        _uuid("line_id"),
        sa.Column("is_new", sa.Boolean(), nullable=False),
        _text("state_code"),
        _one_of("category", "category", CATEGORIES),
        sa.Column("particulars", postgresql.JSONB(), nullable=False),
        _text("remark"),
        _one_of("stage", "requeststage", ("asked", "accepted", "refused", "taken_back")),
        _stamp("asked_at"),
        _uuid("asked_by_id"),
        _stamp("decided_at", nullable=True),
        _uuid("decided_by_id", nullable=True),
        _text("answer"),
        sa.Column("version", sa.Integer(), nullable=False),
        _to("authority_request", "asked_by_id", "account"),
        _to("authority_request", "decided_by_id", "account"),
        _state("authority_request"),
        _primary("authority_request", "id"),
    )
    op.create_index("ix_authority_request_state_code", "authority_request", ["state_code"])
    op.create_index(
        "uq_authority_request_one_open",
        "authority_request",
        ["line_id"],
        unique=True,
        postgresql_where=sa.text("stage = 'asked'"),
    )


def _hold_what_came_before() -> None:
    """Files that came before there was a quarantine are examined now; nobody sent them in person."""
    op.execute("select set_config('app.scope', 'system', true)")
    op.execute(
        "insert into examination (document_id, state_code, uploaded_by, stage, begun_at, scanner,"
        " remark, version) select id, state_code, '', 'waiting', now(), '', '', 1"
        " from document where kind = 'incoming_note'"
    )
    op.execute(
        "insert into outbox (task, key, subject_id, due_at, attempts)"
        " select 'documents.examine', 'documents.examine:' || document_id, document_id::text,"
        " now(), 0 from examination"
    )


def downgrade() -> None:
    op.execute("select set_config('app.scope', 'system', true)")
    op.execute("delete from outbox where task = 'documents.examine'")
    op.execute("drop policy examines on outbox")
    op.execute("drop trigger own_review on nomination")
    op.execute("drop function refuse_own_review()")
    nomination = sa.table("nomination", sa.column("stage"))
    undone = sa.update(nomination).where(nomination.c.stage.in_(OF_THE_OFFICE))
    op.execute(undone.values(stage="nominated"))
    _let_stages_be(STAGES)
    op.execute("drop function folded(text)")
    for table in reversed(TABLES):
        op.drop_table(table)
