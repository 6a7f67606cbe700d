"""The tables of the straight line, from the State to the response."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("state_code", sa.Text(), nullable=True),
        sa.Column("detail", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
    )
    op.create_index("ix_event_state_code", "event", ["state_code", "id"], unique=False)
    op.create_index("ix_event_subject", "event", ["subject_kind", "subject_id", "id"], unique=False)
    op.create_table(
        "number_series",
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("series", "year", name=op.f("pk_number_series")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
    )
    op.create_index(
        "ix_outbox_open",
        "outbox",
        ["due_at"],
        unique=False,
        postgresql_where=sa.text("done_at is null"),
    )
    op.create_table(
        "state",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "member_state",
                "observer_state",
                "non_member_state",
                "reio",
                name="statekind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("names", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("formal_names", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("articles", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("sort_key", sa.Text(), nullable=False),
        sa.Column(
            "regional_group",
            sa.Enum(
                "African",
                "Asia-Pacific",
                "Eastern European",
                "GRULAC",
                "WEOG",
                "none",
                name="regionalgroup",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("least_developed", sa.Boolean(), nullable=False),
        sa.Column("small_island", sa.Boolean(), nullable=True),
        sa.Column("landlocked", sa.Boolean(), nullable=True),
        sa.Column("proposed_language", sa.Text(), nullable=False),
        sa.Column("sources", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_state")),
    )
    op.create_table(
        "tick",
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("slot", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("job", "slot", name=op.f("pk_tick")),
    )
    op.create_table(
        "account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("roles", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("state_code", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "('focal_point' = any(roles)) = (state_code is not null) and (state_code is null or cardinality(roles) = 1)",
            name=op.f("ck_account_focal_point_of_one_state"),
        ),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_account_email_in_lower_case")),
        sa.ForeignKeyConstraint(["state_code"], ["state.code"], name=op.f("fk_account_state_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("email", name=op.f("uq_account_email")),
    )
    op.create_table(
        "document",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "letter",
                "incoming_note",
                name="documentkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("state_code", sa.Text(), nullable=True),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stored_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["state_code"], ["state.code"], name=op.f("fk_document_state_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint("id", "state_code", name=op.f("uq_document_id_state_code")),
    )
    op.create_index(op.f("ix_document_sha256"), "document", ["sha256"], unique=False)
    op.create_table(
        "instrument",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("state_code", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "signature",
                "ratification",
                "acceptance",
                "approval",
                "accession",
                "succession",
                name="instrumentkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("not_before", sa.Date(), nullable=True),
        sa.Column("not_after", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("as_at", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(day is not null) <> (not_before is not null and not_after is not null)",
            name=op.f("ck_instrument_day_or_bounds"),
        ),
        sa.ForeignKeyConstraint(
            ["state_code"], ["state.code"], name=op.f("fk_instrument_state_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instrument")),
    )
    op.create_index(op.f("ix_instrument_state_code"), "instrument", ["state_code"], unique=False)
    op.create_table(
        "meeting",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("places", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("country_code", sa.Text(), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column(
            "date_status",
            sa.Enum(
                "verified",
                "partly",
                "week verified",
                "week only",
                "unverified",
                "unknown",
                name="datestatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("symbol_prefix", sa.Text(), nullable=False),
        sa.Column("held_with", sa.Text(), nullable=False),
        sa.Column("verification", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["country_code"], ["state.code"], name=op.f("fk_meeting_country_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
        sa.UniqueConstraint("number", name=op.f("uq_meeting_number")),
        sa.UniqueConstraint("slug", name=op.f("uq_meeting_slug")),
    )
    op.create_table(
        "message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("state_code", sa.Text(), nullable=True),
        sa.Column("recipients", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("attachments", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("confidential", sa.Boolean(), nullable=False),
        sa.Column("refused", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=True),
        sa.Column(
            "stage",
            sa.Enum(
                "ready",
                "claimed",
                "uncertain",
                "handed_over",
                "bounced",
                "failed",
                "parked",
                "void",
                name="messagestage",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("body_started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handed_over_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "message_id is not null or stage in ('ready', 'void')",
            name=op.f("ck_message_attempted_has_message_id"),
        ),
        sa.ForeignKeyConstraint(["state_code"], ["state.code"], name=op.f("fk_message_state_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("message_id", name=op.f("uq_message_message_id")),
    )
    op.create_index("ix_message_stage_due_at", "message", ["stage", "due_at"], unique=False)
    op.create_table(
        "mission",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("state_code", sa.Text(), nullable=False),
        sa.Column("duty_station", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("as_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["state_code"], ["state.code"], name=op.f("fk_mission_state_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mission")),
        sa.UniqueConstraint("id", "state_code", name=op.f("uq_mission_id_state_code")),
        sa.UniqueConstraint(
            "state_code", "duty_station", name=op.f("uq_mission_state_code_duty_station")
        ),
    )
    op.create_table(
        "correction",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("state_code", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("as_at", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["account.id"], name=op.f("fk_correction_made_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["state_code"], ["state.code"], name=op.f("fk_correction_state_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
    )
    op.create_index(op.f("ix_correction_state_code"), "correction", ["state_code"], unique=False)
    op.create_table(
        "meeting_document",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("symbol", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("languages", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_meeting_document_meeting_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_document")),
        sa.UniqueConstraint(
            "meeting_id", "symbol", name=op.f("uq_meeting_document_meeting_id_symbol")
        ),
    )
    op.create_table(
        "mission_address",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("state_code", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("as_at", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["mission_id", "state_code"],
            ["mission.id", "mission.state_code"],
            name=op.f("fk_mission_address_mission_id_state_code"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mission_address")),
        sa.UniqueConstraint(
            "mission_id", "email", name=op.f("uq_mission_address_mission_id_email")
        ),
    )
    op.create_table(
        "nomination",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("state_code", sa.Text(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "draft",
                "nominated",
                "in_correction",
                name="nominationstage",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("mission_note_id", sa.Uuid(), nullable=True),
        sa.Column("mission_reference", sa.Text(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_nomination_meeting_id")
        ),
        sa.ForeignKeyConstraint(
            ["mission_note_id", "state_code"],
            ["document.id", "document.state_code"],
            name=op.f("fk_nomination_mission_note_id_state_code"),
        ),
        sa.ForeignKeyConstraint(
            ["state_code"], ["state.code"], name=op.f("fk_nomination_state_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nomination")),
        sa.UniqueConstraint("id", "state_code", name=op.f("uq_nomination_id_state_code")),
        sa.UniqueConstraint(
            "state_code", "meeting_id", name=op.f("uq_nomination_state_code_meeting_id")
        ),
    )
    op.create_table(
        "note",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "invitation", name="notekind", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column(
            "form",
            sa.Enum(
                "generic", name="noteform", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "draft",
                "in_clearance",
                "cleared",
                "issued",
                "withdrawn",
                name="notestage",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("respond_by", sa.Date(), nullable=False),
        sa.Column("audience", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("drafted_by_id", sa.Uuid(), nullable=False),
        sa.Column("written_by_ids", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_by_id", sa.Uuid(), nullable=True),
        sa.Column("cleared_by_id", sa.Uuid(), nullable=True),
        sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("content_sha256", sa.Text(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("issued_by_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "stage <> 'issued' or (reference is not null and issued_on is not null and cleared_by_id is not null and content_sha256 is not null)",
            name=op.f("ck_note_issued_is_complete"),
        ),
        sa.CheckConstraint(
            "stage not in ('cleared', 'issued') or cleared_by_id is not null",
            name=op.f("ck_note_cleared_by_somebody"),
        ),
        sa.CheckConstraint(
            "cleared_by_id <> drafted_by_id and cleared_by_id <> all (written_by_ids)",
            name=op.f("ck_note_drafter_never_clears"),
        ),
        sa.ForeignKeyConstraint(
            ["cleared_by_id"], ["account.id"], name=op.f("fk_note_cleared_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["drafted_by_id"], ["account.id"], name=op.f("fk_note_drafted_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["issued_by_id"], ["account.id"], name=op.f("fk_note_issued_by_id")
        ),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_note_meeting_id")),
        sa.ForeignKeyConstraint(
            ["submitted_by_id"], ["account.id"], name=op.f("fk_note_submitted_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
        sa.UniqueConstraint("reference", name=op.f("uq_note_reference")),
    )
    op.create_index(op.f("ix_note_meeting_id"), "note", ["meeting_id"], unique=False)
    op.create_table(
        "proposed_authority",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("state_code", sa.Text(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "central_authority",
                "local_authority",
                "governmental_expert",
                name="designationkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("institution", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("telephone", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_proposed_authority_meeting_id")
        ),
        sa.ForeignKeyConstraint(
            ["state_code"], ["state.code"], name=op.f("fk_proposed_authority_state_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposed_authority")),
        sa.UniqueConstraint("id", "state_code", name=op.f("uq_proposed_authority_id_state_code")),
    )
    op.create_index(
        op.f("ix_proposed_authority_meeting_id"), "proposed_authority", ["meeting_id"], unique=False
    )
    op.create_index(
        "uq_proposed_authority_one_central",
        "proposed_authority",
        ["state_code", "meeting_id"],
        unique=True,
        postgresql_where=sa.text("kind = 'central_authority'"),
    )
    op.create_table(
        "sign_in",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("token_sha256", sa.Text(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("browser", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_sign_in_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_sign_in_token_sha256")),
    )
    op.create_table(
        "sign_in_code",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("code_sha256", sa.Text(), nullable=False),
        sa.Column("asked_from", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wrong_tries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_sign_in_code_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_code")),
    )
    op.create_index(
        "ix_sign_in_code_asked_from", "sign_in_code", ["asked_from", "asked_at"], unique=False
    )
    op.create_index("ix_sign_in_code_email", "sign_in_code", ["email", "asked_at"], unique=False)
    op.create_table(
        "addressee",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("note_id", sa.Uuid(), nullable=False),
        sa.Column("state_code", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("recipients", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["note_id"], ["note.id"], name=op.f("fk_addressee_note_id")),
        sa.ForeignKeyConstraint(
            ["state_code"], ["state.code"], name=op.f("fk_addressee_state_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_addressee")),
        sa.UniqueConstraint("id", "state_code", name=op.f("uq_addressee_id_state_code")),
        sa.UniqueConstraint("note_id", "state_code", name=op.f("uq_addressee_note_id_state_code")),
    )
    op.create_index(op.f("ix_addressee_state_code"), "addressee", ["state_code"], unique=False)
    op.create_table(
        "delegate",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("nomination_id", sa.Uuid(), nullable=False),
        sa.Column("state_code", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "courtesy",
            sa.Enum(
                "Mr.", "Ms.", name="courtesy", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("given_names", sa.Text(), nullable=False),
        sa.Column("family_name", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("institution", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("head_of_delegation", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["nomination_id", "state_code"],
            ["nomination.id", "nomination.state_code"],
            name=op.f("fk_delegate_nomination_id_state_code"),
        ),
        sa.ForeignKeyConstraint(
            ["state_code"], ["state.code"], name=op.f("fk_delegate_state_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegate")),
    )
    op.create_index(op.f("ix_delegate_nomination_id"), "delegate", ["nomination_id"], unique=False)
    op.create_index(
        "uq_delegate_one_head",
        "delegate",
        ["nomination_id"],
        unique=True,
        postgresql_where=sa.text("head_of_delegation"),
    )
    op.create_table(
        "note_text",
        sa.Column("note_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["note_id"], ["note.id"], name=op.f("fk_note_text_note_id")),
        sa.PrimaryKeyConstraint("note_id", "language", name=op.f("pk_note_text")),
    )
    op.create_table(
        "letter",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("note_id", sa.Uuid(), nullable=False),
        sa.Column("addressee_id", sa.Uuid(), nullable=True),
        sa.Column("state_code", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column(
            "stage",
            sa.Enum(
                "planned",
                "rendered",
                "parked",
                name="letterstage",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column("rendered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(addressee_id is null) = (code is null)", name=op.f("ck_letter_copies_have_a_code")
        ),
        sa.ForeignKeyConstraint(
            ["addressee_id", "state_code"],
            ["addressee.id", "addressee.state_code"],
            name=op.f("fk_letter_addressee_id_state_code"),
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_letter_document_id")
        ),
        sa.ForeignKeyConstraint(["note_id"], ["note.id"], name=op.f("fk_letter_note_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("addressee_id", name=op.f("uq_letter_addressee_id")),
        sa.UniqueConstraint("code", name=op.f("uq_letter_code")),
    )
    op.create_index(op.f("ix_letter_note_id"), "letter", ["note_id"], unique=False)
    op.create_index(
        "uq_letter_one_master",
        "letter",
        ["note_id", "language"],
        unique=True,
        postgresql_where=sa.text("addressee_id is null"),
    )
    op.create_table(
        "response",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("note_id", sa.Uuid(), nullable=False),
        sa.Column("addressee_id", sa.Uuid(), nullable=False),
        sa.Column("state_code", sa.Text(), nullable=False),
        sa.Column(
            "channel",
            sa.Enum(
                "portal",
                "email",
                "paper",
                name="responsechannel",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=False),
        sa.Column("mission_reference", sa.Text(), nullable=False),
        sa.Column("mission_note_date", sa.Date(), nullable=True),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column("nomination_id", sa.Uuid(), nullable=True),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["addressee_id", "state_code"],
            ["addressee.id", "addressee.state_code"],
            name=op.f("fk_response_addressee_id_state_code"),
        ),
        sa.ForeignKeyConstraint(
            ["document_id", "state_code"],
            ["document.id", "document.state_code"],
            name=op.f("fk_response_document_id_state_code"),
        ),
        sa.ForeignKeyConstraint(
            ["nomination_id", "state_code"],
            ["nomination.id", "nomination.state_code"],
            name=op.f("fk_response_nomination_id_state_code"),
        ),
        sa.ForeignKeyConstraint(["note_id"], ["note.id"], name=op.f("fk_response_note_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["account.id"], name=op.f("fk_response_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["state_code"], ["state.code"], name=op.f("fk_response_state_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_response")),
        sa.UniqueConstraint("id", "state_code", name=op.f("uq_response_id_state_code")),
    )
    op.create_index("ix_response_note_id", "response", ["note_id", "state_code"], unique=False)
    op.create_table(
        "designation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("state_code", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "central_authority",
                "local_authority",
                "governmental_expert",
                name="designationkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("courtesy", sa.Text(), nullable=False),
        sa.Column("head_of_delegation", sa.Boolean(), nullable=False),
        sa.Column("response_id", sa.Uuid(), nullable=False),
        sa.Column("in_force_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("in_force_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_response_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("institution", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("telephone", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(in_force_until is null) = (ended_by_response_id is null)",
            name=op.f("ck_designation_ended_by_a_response"),
        ),
        sa.ForeignKeyConstraint(
            ["ended_by_response_id", "state_code"],
            ["response.id", "response.state_code"],
            name=op.f("fk_designation_ended_by_response_id_state_code"),
        ),
        sa.ForeignKeyConstraint(
            ["response_id", "state_code"],
            ["response.id", "response.state_code"],
            name=op.f("fk_designation_response_id_state_code"),
        ),
        sa.ForeignKeyConstraint(
            ["state_code"], ["state.code"], name=op.f("fk_designation_state_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_designation")),
    )
    op.create_index(
        "ix_designation_state_code", "designation", ["state_code", "kind"], unique=False
    )
    op.create_index(
        "uq_designation_one_central",
        "designation",
        ["state_code"],
        unique=True,
        postgresql_where=sa.text("kind = 'central_authority' and in_force_until is null"),
    )
    op.create_index(
        "uq_designation_one_in_force",
        "designation",
        ["line_id"],
        unique=True,
        postgresql_where=sa.text("in_force_until is null"),
    )
    op.create_table(
        "dispatch",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("note_id", sa.Uuid(), nullable=False),
        sa.Column("addressee_id", sa.Uuid(), nullable=False),
        sa.Column("state_code", sa.Text(), nullable=False),
        sa.Column("letter_id", sa.Uuid(), nullable=False),
        sa.Column(
            "channel",
            sa.Enum("email", name="channel", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("message_pk", sa.Uuid(), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["addressee_id", "state_code"],
            ["addressee.id", "addressee.state_code"],
            name=op.f("fk_dispatch_addressee_id_state_code"),
        ),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_dispatch_letter_id")),
        sa.ForeignKeyConstraint(
            ["message_pk"], ["message.id"], name=op.f("fk_dispatch_message_pk")
        ),
        sa.ForeignKeyConstraint(["note_id"], ["note.id"], name=op.f("fk_dispatch_note_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispatch")),
        sa.UniqueConstraint("message_pk", name=op.f("uq_dispatch_message_pk")),
    )
    op.create_index(op.f("ix_dispatch_addressee_id"), "dispatch", ["addressee_id"], unique=False)
    op.create_index(op.f("ix_dispatch_note_id"), "dispatch", ["note_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_dispatch_note_id"), table_name="dispatch")
    op.drop_index(op.f("ix_dispatch_addressee_id"), table_name="dispatch")
    op.drop_table("dispatch")
    op.drop_index(
        "uq_designation_one_in_force",
        table_name="designation",
        postgresql_where=sa.text("in_force_until is null"),
    )
    op.drop_index(
        "uq_designation_one_central",
        table_name="designation",
        postgresql_where=sa.text("kind = 'central_authority' and in_force_until is null"),
    )
    op.drop_index("ix_designation_state_code", table_name="designation")
    op.drop_table("designation")
    op.drop_index("ix_response_note_id", table_name="response")
    op.drop_table("response")
    op.drop_index(
        "uq_letter_one_master",
        table_name="letter",
        postgresql_where=sa.text("addressee_id is null"),
    )
    op.drop_index(op.f("ix_letter_note_id"), table_name="letter")
    op.drop_table("letter")
    op.drop_table("note_text")
    op.drop_index(
        "uq_delegate_one_head",
        table_name="delegate",
        postgresql_where=sa.text("head_of_delegation"),
    )
    op.drop_index(op.f("ix_delegate_nomination_id"), table_name="delegate")
    op.drop_table("delegate")
    op.drop_index(op.f("ix_addressee_state_code"), table_name="addressee")
    op.drop_table("addressee")
    op.drop_index("ix_sign_in_code_email", table_name="sign_in_code")
    op.drop_index("ix_sign_in_code_asked_from", table_name="sign_in_code")
    op.drop_table("sign_in_code")
    op.drop_table("sign_in")
    op.drop_index(
        "uq_proposed_authority_one_central",
        table_name="proposed_authority",
        postgresql_where=sa.text("kind = 'central_authority'"),
    )
    op.drop_index(op.f("ix_proposed_authority_meeting_id"), table_name="proposed_authority")
    op.drop_table("proposed_authority")
    op.drop_index(op.f("ix_note_meeting_id"), table_name="note")
    op.drop_table("note")
    op.drop_table("nomination")
    op.drop_table("mission_address")
    op.drop_table("meeting_document")
    op.drop_index(op.f("ix_correction_state_code"), table_name="correction")
    op.drop_table("correction")
    op.drop_table("mission")
    op.drop_index("ix_message_stage_due_at", table_name="message")
    op.drop_table("message")
    op.drop_table("meeting")
    op.drop_index(op.f("ix_instrument_state_code"), table_name="instrument")
    op.drop_table("instrument")
    op.drop_index(op.f("ix_document_sha256"), table_name="document")
    op.drop_table("document")
    op.drop_table("account")
    op.drop_table("tick")
    op.drop_table("state")
    op.drop_index(
        "ix_outbox_open", table_name="outbox", postgresql_where=sa.text("done_at is null")
    )
    op.drop_table("outbox")
    op.drop_table("number_series")
    op.drop_index("ix_event_subject", table_name="event")
    op.drop_index("ix_event_state_code", table_name="event")
    op.drop_table("event")
