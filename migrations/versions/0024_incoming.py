"""How long mail is kept as it came, the files that came with it, and reasons in every language."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

APP = "registration_app"
DOCUMENT_KINDS = ("letter", "incoming_note", "enclosure", "list")
# What could not be printed says why in a sentence of the catalogues, with its places.
WITH_A_PROBLEM = ("acknowledgement", "list_file")


def _let_documents_be(*kinds: str) -> None:
    values = ", ".join(f"'{each}'" for each in kinds)
    op.execute("alter table document drop constraint ck_document_documentkind")
    op.execute(
        f"alter table document add constraint ck_document_documentkind check (kind in ({values}))"
    )


def upgrade() -> None:
    _let_documents_be(*DOCUMENT_KINDS, "incoming_file")
    op.add_column("incoming", sa.Column("raw_gone_at", sa.DateTime(timezone=True), nullable=True))
    # What a stray mail said goes after its period; that there was a file stays.
    op.execute(f"grant update (filename, document_id) on incoming_file to {APP}")
    # Somebody else answers for a key whose maker has left.
    op.execute(f"grant update (made_by_id) on api_key to {APP}")
    for table in WITH_A_PROBLEM:
        nothing = sa.text("'{}'")
        column = sa.Column(
            "problem_values", postgresql.JSONB(), nullable=False, server_default=nothing
        )
        op.add_column(table, column)
        op.alter_column(table, "problem_values", server_default=None)
    op.execute(f"grant update (problem_values) on list_file to {APP}")


def downgrade() -> None:
    for table in WITH_A_PROBLEM:
        op.drop_column(table, "problem_values")
    op.execute(f"revoke update (made_by_id) on api_key from {APP}")
    op.execute(f"revoke update (filename, document_id) on incoming_file from {APP}")
    op.drop_column("incoming", "raw_gone_at")
    op.execute(
        "update incoming_file set document_id = null where document_id in"
        " (select id from document where kind = 'incoming_file')"
    )
    op.execute("update document set kind = 'incoming_note' where kind = 'incoming_file'")
    _let_documents_be(*DOCUMENT_KINDS)
