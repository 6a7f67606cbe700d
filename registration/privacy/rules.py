"""The table of what is kept of persons: which fields, why, and how long.

`docs/personal-data.md` is made from it, `purging` does what it says, and a test refuses a column
that looks like a person's and stands neither here nor among those of institutions.
"""

from dataclasses import dataclass
from datetime import timedelta

from registration.words import sentence

YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Kept:
    """Fields of one table that are kept for one reason and go at one time.

    `period` runs from what `since` says; None: they are the record, and stay.
    """

    key: str
    table: str
    fields: tuple[str, ...]
    whose: str
    why: str
    since: str
    period: timedelta | None


KEPT = (
    Kept(
        "accounts",
        "account",
        ("email", "name", "language"),
        sentence("Whoever can sign in"),
        sentence("To let the person in, and to say who did what"),
        sentence("the end of the account"),
        2 * YEAR,
    ),
    Kept(
        "factors",
        "passkey",
        ("name", "credential_id", "public_key"),
        sentence("Whoever has a second factor"),
        sentence("To recognize the person; keys of apps and recovery codes go with them"),
        sentence("the end of the account"),
        timedelta(0),
    ),
    Kept(
        "sign_ins",
        "sign_in",
        ("browser",),
        sentence("Whoever signed in"),
        sentence("To end a stolen sign-in, and to look into misuse"),
        sentence("the time it was last seen"),
        timedelta(days=90),
    ),
    Kept(
        "sign_in_codes",
        "sign_in_code",
        ("email", "asked_from", "device"),
        sentence("Whoever asked for a code"),
        sentence("To count how often codes are asked for"),
        sentence("the request"),
        timedelta(days=7),
    ),
    Kept(
        "personal_mail",
        "message",
        ("recipients", "subject", "text"),
        sentence("Whoever got mail from us in person: an invitation, a link, word of an answer"),
        sentence("To see whether it arrived; codes and links go as soon as they are sent"),
        sentence("the sending"),
        timedelta(days=90),
    ),
    Kept(
        "proposals",
        "succession",
        ("name", "email", "language", "remark"),
        sentence("Whom a focal point proposed"),
        sentence("To decide on the proposal"),
        sentence("the decision"),
        YEAR,
    ),
    Kept(
        "expert_links",
        "expert_link",
        ("name", "email", "language", "particulars", "answer_to", "answer_in", "remark"),
        sentence("Experts who filled in their own particulars"),
        sentence("To take the particulars over into the nomination"),
        sentence("the last day of the link"),
        timedelta(days=90),
    ),
    Kept(
        "uploaded_tables",
        "uploaded_table",
        ("cells",),
        sentence("Persons in a table that a focal point uploaded and has not taken yet"),
        sentence("To show what would be written before anything is; only who uploaded it sees it"),
        sentence("the upload"),
        timedelta(days=1),
    ),
    Kept(
        "passports",
        "delegate",
        ("passport_number",),
        sentence("Delegates to a meeting that asks for it"),
        sentence("For the host country's visas; encrypted, read by administrators alone"),
        sentence("the last day of the meeting"),
        timedelta(0),
    ),
    Kept(
        "delegates",
        "delegate",
        (
            "given_names",
            "family_name",
            "printed_name",
            "sorting_name",
            "title",
            "institution",
            "email",
            "telephone",
            "languages",
        ),
        sentence("Whom a State nominated for a meeting"),
        sentence("To register the person, and to answer what was asked about the meeting"),
        sentence("the last day of the meeting"),
        5 * YEAR,
    ),
    Kept(
        "experts",
        "designation",
        (
            "name",
            "institution",
            "title",
            "email",
            "telephone",
            "address",
            "courtesy",
            "printed_name",
            "sorting_name",
            "languages",
        ),
        sentence("Governmental experts whom a State named"),
        sentence("So that other States find them, as long as the State keeps them named"),
        sentence("the day on which the State withdrew or replaced the name"),
        5 * YEAR,
    ),
    Kept(
        "requests",
        "nomination_part",
        ("answers",),
        sentence("Delegates for whom funding or a letter for a visa was asked, in a remark"),
        sentence("To decide on what was asked; the questionnaire, which is of no person, stays"),
        sentence("the last day of the meeting"),
        5 * YEAR,
    ),
    Kept(
        "responses",
        "response",
        ("besides", "remark"),
        sentence("Persons for whom a State's answer asked something, and whoever a remark names"),
        sentence("It is what the State said; for how many it asked stays"),
        sentence("the last day of the meeting"),
        5 * YEAR,
    ),
    Kept(
        "reviews",
        "review",
        ("remark",),
        sentence("Whoever a remark of the office names that returned an answer"),
        sentence("So that the State sees what to correct"),
        sentence("the last day of the meeting"),
        5 * YEAR,
    ),
    Kept(
        "observers",
        "observer",
        ("given_names", "family_name", "printed_name", "title"),
        sentence("Whom an organization sent to a meeting"),
        sentence("To print the list of participants and to mark who was present"),
        sentence("the last day of the meeting"),
        5 * YEAR,
    ),
    Kept(
        "authorities",
        "authority",
        ("particulars", "searched"),
        sentence("Contact persons of competent authorities"),
        sentence("So that other States reach the authority; what it is and does stays"),
        sentence("the day on which the entry was replaced or ended"),
        5 * YEAR,
    ),
    Kept(
        "corrections",
        "authority_request",
        ("particulars", "remark", "answer"),
        sentence("Contact persons in a correction that a State asked for"),
        sentence("To decide on the correction"),
        sentence("the decision"),
        YEAR,
    ),
    Kept(
        "page_pictures",
        "page_picture",
        ("sha256",),
        sentence("Whoever is named on the pictures of pages that are made of a State's note"),
        sentence("To compare names with the note safely; the note itself stays"),
        sentence("the examination of the file"),
        YEAR,
    ),
    Kept(
        "drafts",
        "nomination",
        ("mission_note_id",),
        sentence("Whoever is named in a note verbale that a State uploaded and never sent"),
        sentence("So that the State can send its answer; the note of a sent one is on record"),
        sentence("the last day of the meeting"),
        YEAR,
    ),
    Kept(
        "replaced_files",
        "document",
        ("sha256", "filename", "stored_by"),
        sentence("Whoever is named in a file that was replaced or taken out before it was sent"),
        sentence("To look into misuse; nothing that was sent or recorded refers to it"),
        sentence("the upload"),
        timedelta(days=90),
    ),
    Kept(
        "journal",
        "event",
        ("actor_name",),
        sentence("Whoever did something"),
        sentence("It is the record of who acted for the office or for a State"),
        sentence("never"),
        None,
    ),
    Kept(
        "notes_of_states",
        "document",
        ("filename", "stored_by"),
        sentence("Whoever is named in a State's note verbale"),
        sentence("It is the correspondence between the State and the office"),
        sentence("never"),
        None,
    ),
    Kept(
        "incoming",
        "incoming",
        ("sender", "sender_name", "subject", "text", "remark"),
        sentence("Whoever wrote to a mailbox of the office"),
        sentence("It is the correspondence of the office"),
        sentence("never"),
        None,
    ),
    Kept(
        "lists_of_participants",
        "list_version",
        ("delegations",),
        sentence("Whoever was confirmed for a meeting and stands in its list of participants"),
        sentence("It is an official document of the meeting, without anybody's address"),
        sentence("never"),
        None,
    ),
)

# What of an entry in the register of authorities can lead to one person.
OF_A_CONTACT = ("contact_person_title", "email", "telephone", "fax")

# They look like a person's and are an institution's, a State's or a thing's.
OF_NO_PERSON = {
    "addressee.name": "name of a State",
    "addressee.recipients": "a mission's addresses",
    "api_key.name": "which program has the key",
    "mission_address.email": "a mission's address",
    "proposed_authority.name": "an authority",
    "proposed_authority.email": "an authority's address",
    "proposed_authority.telephone": "an authority's number",
    "proposed_authority.address": "where an authority is",
    "proposed_authority.title": "unit or post in an authority",
    "organization.names": "names of organizations",
    "state.names": "names of States",
    "state.formal_names": "names of States",
}

# The other columns with text, by table: what stands there is of no person.
OF_THINGS = {
    "account": "roles",
    "acknowledgement": "language problem",
    "addressee": "language places reason status",
    "api_key": "grants key_sha256",
    "appointment": "end_source note_reference",
    "authority": "ended_by name notified_by",
    "authority_confirmation": "source",
    "checked_wording": "language sha256",
    "correction": "after before field source",
    "delegate": "areas",
    "designation": "areas capacity",
    "dispatch": "reason received_by",
    "document": "media_type",
    "enclosure": "symbol titles",
    "enclosure_file": "language",
    "event": "detail kind subject_id subject_kind",
    "examination": "remark scanner uploaded_by",
    "incoming": "doubts message_id sha256",
    "incoming_file": "filename media_type",
    "instrument": "as_at source",
    "known_heading": "column heading",
    "letter": "code language problem problem_values",
    "list_file": "language problem",
    "list_version": "symbol",
    "mailing": "left_out",
    "meeting": "held_with places slug source symbol_prefix verification",
    "meeting_document": "kind languages source symbol title",
    "message": "attachments language message_id purpose refused reply",
    "mission": "as_at duty_station language source",
    "mission_address": "as_at source suspect_reason",
    "nomination": "mission_reference",
    "note": "audience cleared_for content_sha256 kind reference title written_by_ids",
    "note_text": "body language subject",
    "number_series": "series",
    "one_time_password": "key",
    "outbox": "key problem subject_id task",
    "passkey": "transports",
    "proposed_authority": "institution",
    "mail_server": "name reply",
    "read_mailbox": "problem",
    "recovery_code": "code_sha256",
    "rehearsal": "content_sha256 problems",
    "rehearsal_run": "language problems",
    "response": "lacks mission_reference",
    "review": "faults",
    "seal_certificate": "sha256",
    "settlement": "reason",
    "sign_in": "token_sha256",
    "sign_in_code": "code_sha256",
    "state": "articles of_state proposed_language remark sort_key sources time_zone to_state",
    "text_revision": "body subject",
    "tick": "job",
    "uploaded_table": "columns",
    "void_number": "reason series",
}
