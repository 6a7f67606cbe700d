"""Row-level security, an append-only journal, and a bell for the outbox.

The application connects as `registration_app`, which owns nothing and bypasses nothing. Before any
query it says who acts (`registration.db`): the settings `app.scope` and, for a focal point,
`app.state`. Without them no row of a protected table is visible.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

APP = "registration_app"

# What a State works on until it sends its answer: its own rows, and all that can be done to them.
WORKED_ON = ("delegate", "nomination", "proposed_authority")
# What the office knows of a State, which may read it.
READ_BY_ITS_STATE = ("addressee", "dispatch", "letter", "mission", "mission_address")
# What is final once it is written: the State adds its own and reads it.
ON_RECORD = ("designation", "document", "response")
# What anybody may read and only staff may write.
PUBLIC = ("state", "instrument", "meeting", "meeting_document")
# What only staff and the program see.
OF_THE_OFFICE = ("correction", "message", "number_series", "outbox", "tick")
# What is needed before anybody is signed in.
OF_SIGN_IN = ("account", "sign_in", "sign_in_code")
OTHERS = ("event", "note", "note_text")
PROTECTED = WORKED_ON + READ_BY_ITS_STATE + ON_RECORD + PUBLIC + OF_THE_OFFICE + OF_SIGN_IN + OTHERS

OFFICE = "app_scope() in ('staff', 'system')"
OWN = f"({OFFICE} or state_code = app_state())"
BY_THE_ACTOR = "state_code = app_state() and {}::text = current_setting('app.actor', true)"
# Mail that the program sends: nothing of it is done yet, and no file goes with it.
PLAIN_MAIL = "stage = 'ready' and attachments = '[]'"
OF_SIGNING_IN = "starts_with(kind, 'sign_in.')"
ADDRESSED = (
    "exists (select 1 from addressee where addressee.note_id = note.id"
    " and addressee.state_code = app_state())"
)
VISIBLE_NOTE = "exists (select 1 from note where note.id = note_text.note_id)"

FUNCTIONS = """
create function app_scope() returns text stable language sql
  as $$ select coalesce(current_setting('app.scope', true), '') $$;
create function app_state() returns text stable language sql
  as $$ select case when app_scope() = 'state'
                    then nullif(current_setting('app.state', true), '') end $$;

create function refuse_change() returns trigger language plpgsql
  as $$ begin raise exception 'the journal is only ever added to'; end $$;
create trigger event_is_final before update or delete on event
  for each row execute function refuse_change();
create trigger event_is_kept before truncate on event
  for each statement execute function refuse_change();

create function refuse_change_of_issued() returns trigger language plpgsql
  as $$ begin
    if to_jsonb(old) ->> 'stage' = 'issued'
       or exists (select from note
                  where id = (to_jsonb(old) ->> 'note_id')::uuid and stage = 'issued')
    then raise exception 'an issued note is final'; end if;
    return case tg_op when 'DELETE' then old else new end;
  end $$;
create trigger issued_note_is_final before update or delete on note
  for each row execute function refuse_change_of_issued();
create trigger issued_text_is_final before update or delete on note_text
  for each row execute function refuse_change_of_issued();

create function ring_the_bell() returns trigger language plpgsql
  as $$ begin perform pg_notify('outbox', ''); return null; end $$;
create trigger outbox_rings after insert on outbox
  for each statement execute function ring_the_bell();
"""


def _policy(table: str, name: str, command: str, *, using: str = "", check: str = "") -> None:
    clauses = (f" using ({using})" if using else "") + (f" with check ({check})" if check else "")
    op.execute(f"create policy {name} on {table} for {command}{clauses}")


def upgrade() -> None:
    op.execute(FUNCTIONS)
    op.execute(f"grant usage on schema public to {APP}")
    op.execute(f"grant select, insert, update, delete on all tables in schema public to {APP}")
    op.execute(f"revoke update, delete on correction, document, event, response from {APP}")
    op.execute(f"revoke update, delete on designation from {APP}")
    op.execute(f"grant update (in_force_until, ended_by_response_id) on designation to {APP}")
    op.execute(f"revoke update, delete on number_series from {APP}")
    op.execute(f"grant update (last) on number_series to {APP}")
    op.execute(f"revoke all on alembic_version from {APP}")
    for table in PROTECTED:
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
    for table in WORKED_ON:
        _policy(table, "own", "all", using=OWN, check=OWN)
    for table in READ_BY_ITS_STATE:
        _policy(table, "own", "select", using=OWN)
        _policy(table, "office", "all", using=OFFICE, check=OFFICE)
    _put_on_record()
    for table in PUBLIC:
        _policy(table, "anybody_reads", "select", using="true")
        _policy(table, "office", "all", using=OFFICE, check=OFFICE)
    for table in OF_THE_OFFICE:
        _policy(table, "office", "all", using=OFFICE, check=OFFICE)
    signing_in = "app_scope() = 'sign_in'"
    for table in ("sign_in", "sign_in_code"):
        _policy(table, "office", "all", using=OFFICE, check=OFFICE)
        _policy(table, "reads", "select", using=signing_in)
        _policy(table, "adds", "insert", check=signing_in)
        _policy(table, "changes", "update", using=signing_in, check=signing_in)
    _policy(
        "account",
        "known",
        "select",
        using=f"{OFFICE} or app_scope() = 'sign_in' or state_code = app_state()",
    )
    _policy("account", "office", "all", using=OFFICE, check=OFFICE)
    # A code is asked for, and a sign-in begun, before there is a State to speak of.
    _policy("message", "signing_in", "insert", check=f"{signing_in} and {PLAIN_MAIL}")
    _policy("message", "own", "insert", check=f"state_code = app_state() and {PLAIN_MAIL}")
    promised = "app_scope() in ('sign_in', 'state') and task = 'post.send'"
    _policy("outbox", "promises", "insert", check=promised)
    _policy("event", "office", "insert", check=OFFICE)
    _policy("event", "signing_in", "insert", check=f"{signing_in} and {OF_SIGNING_IN}")
    _policy("event", "adds", "insert", check=BY_THE_ACTOR.format("actor_id"))
    _policy("event", "own", "select", using=OWN)
    # A State sees a note from its issue on, where it was addressed; `addressee` guards itself.
    _policy("note", "addressed", "select", using=f"{OFFICE} or (stage = 'issued' and {ADDRESSED})")
    _policy("note", "office", "all", using=OFFICE, check=OFFICE)
    _policy(
        "note_text",
        "addressed",
        "select",
        using=f"{OFFICE} or {VISIBLE_NOTE}",
    )
    _policy("note_text", "office", "all", using=OFFICE, check=OFFICE)
    # What hangs on a parent must hang on the State's own: composite foreign keys see to that,
    # and the message of a copy is written by the office alone.


def _put_on_record() -> None:
    for table in ON_RECORD:
        _policy(table, "own", "select", using=OWN)
        _policy(table, "office", "insert", check=OFFICE)
    its_note = "state_code = app_state() and kind = 'incoming_note'"
    _policy("document", "adds", "insert", check=its_note)
    its_answer = f"{BY_THE_ACTOR.format('recorded_by_id')} and channel = 'portal'"
    _policy("response", "adds", "insert", check=its_answer)
    _policy("designation", "adds", "insert", check="state_code = app_state()")
    # What was ended stays ended.
    _policy("designation", "ends", "update", using=f"{OWN} and in_force_until is null", check=OWN)


def _policies_of(table: str) -> list[str]:
    policies = sa.text("select policyname from pg_policies where tablename = :table")
    return list(op.get_bind().scalars(policies, {"table": table}))


def downgrade() -> None:
    for table in PROTECTED:
        for policy in _policies_of(table):
            op.execute(f"drop policy {policy} on {table}")
        op.execute(f"alter table {table} no force row level security")
        op.execute(f"alter table {table} disable row level security")
    op.execute("drop trigger outbox_rings on outbox")
    op.execute("drop trigger issued_text_is_final on note_text")
    op.execute("drop trigger issued_note_is_final on note")
    op.execute("drop trigger event_is_kept on event")
    op.execute("drop trigger event_is_final on event")
    for function in (
        "ring_the_bell()",
        "refuse_change_of_issued()",
        "refuse_change()",
        "app_state()",
        "app_scope()",
    ):
        op.execute(f"drop function {function}")
    op.execute(f"revoke all on all tables in schema public from {APP}")
    op.execute(f"revoke usage on schema public from {APP}")
