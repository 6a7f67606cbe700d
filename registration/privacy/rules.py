"""The table of what is kept of persons: which fields, why, and how long.

`docs/personal-data.md` is made from it, `purging` does what it says, and a test refuses a column
that looks like a person's and stands neither here nor among those of institutions.
"""

from dataclasses import dataclass
from datetime import timedelta

from registration.words import sentence

YEAR = timedelta(days=365)
ANONYMOUS = "—"


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
        sentence("Whoever got an invitation, word of a sign-in or the digest of a morning"),
        sentence("To see whether it arrived; codes go as soon as they are sent"),
        sentence("the sending"),
        timedelta(days=90),
    ),
    Kept(
        "proposals",
        "succession",
        ("name", "email", "language"),
        sentence("Whom a focal point proposed"),
        sentence("To decide on the proposal"),
        sentence("the decision"),
        YEAR,
    ),
    Kept(
        "expert_links",
        "expert_link",
        ("name", "email", "particulars", "answer_to"),
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
        "lists_of_participants",
        "list_version",
        ("delegations",),
        sentence("Whoever was confirmed for a meeting and stands in its list of participants"),
        sentence("It is an official document of the meeting, without anybody's address"),
        sentence("never"),
        None,
    ),
)

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
    "state.names": "names of States",
    "state.formal_names": "names of States",
}
