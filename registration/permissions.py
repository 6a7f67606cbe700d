"""Who may do what: one table of named predicates, asked by views, templates and services."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from registration.errors import NotAllowed


class Role(StrEnum):
    """What a person is for the office."""

    ADMINISTRATOR = "administrator"
    DRAFTER = "drafter"
    CLEARING_OFFICER = "clearing_officer"
    TRACKER = "tracker"
    FOCAL_POINT = "focal_point"


STAFF_ROLES = frozenset(Role) - {Role.FOCAL_POINT}


class Scope(StrEnum):
    """Which rows of the database an actor reaches; PostgreSQL's row-level security enforces it."""

    PUBLIC = "public"  # what anybody may read
    SIGN_IN = "sign_in"  # accounts, codes and sign-ins, before anybody is signed in
    STATE = "state"  # what is public, and one State's own
    LINK = "link"  # what is public, and the one row that an expert's link is about
    STAFF = "staff"  # everything but the outbox
    SYSTEM = "system"  # everything
    # Of routes alone: whoever is signed in comes in, and reaches the rows of the own scope.
    PERSON = "person"
    # Of routes alone: who has a key comes in, and reads the rows of the office.
    KEY = "key"


@dataclass(frozen=True)
class Actor:
    """On whose behalf something happens."""

    name: str
    scope: Scope
    id: UUID | None = None
    roles: frozenset[Role] = field(default_factory=frozenset)
    state_code: str | None = None
    grants: "frozenset[Permission]" = frozenset()  # of a program with a key

    @property
    def signed_in(self) -> bool:
        return self.id is not None

    def may(self, permission: "Permission", thing: Any = None) -> bool:
        """Whether the policy table lets this actor do that (to that thing, where one is given)."""
        return may(self, permission, thing)


ANYBODY = Actor(name="", scope=Scope.PUBLIC)
SIGNING_IN = Actor(name="sign-in", scope=Scope.SIGN_IN)


def system(name: str) -> Actor:
    """The program itself, named after the part of it that acts, e.g. `system("relay")`."""
    return Actor(name=name, scope=Scope.SYSTEM)


class Permission(StrEnum):
    """What can be asked of the table."""

    READ_PUBLIC = "read_public"
    SIGN_IN = "sign_in"
    SIGN_OUT = "sign_out"
    OWN_ACCOUNT = "own_account"
    READ_REGISTER = "read_register"
    CORRECT_STATE = "correct_state"
    EDIT_MEETING = "edit_meeting"
    DRAFT_NOTE = "draft_note"
    EDIT_NOTE = "edit_note"
    CHECK_WORDING = "check_wording"
    SUBMIT_NOTE = "submit_note"
    CLEAR_NOTE = "clear_note"
    RETURN_NOTE = "return_note"
    REOPEN_NOTE = "reopen_note"
    WITHDRAW_NOTE = "withdraw_note"
    ISSUE_NOTE = "issue_note"
    REHEARSE_NOTE = "rehearse_note"
    VOID_NUMBER = "void_number"
    DISPATCH_NOTE = "dispatch_note"
    RELEASE_LETTER = "release_letter"
    SETTLE_MESSAGE = "settle_message"
    RECORD_RESPONSE = "record_response"
    SETTLE_REQUEST = "settle_request"
    EXPORT = "export"
    EDIT_ACCOUNTS = "edit_accounts"
    ANSWER = "answer"
    FILL_IN = "fill_in"
    READ_PASSPORT = "read_passport"
    VERIFY_NOMINATION = "verify_nomination"
    KEEP_PARTICIPANTS = "keep_participants"
    READ_DIRECTORY = "read_directory"
    KEEP_DIRECTORY = "keep_directory"
    READ_STANDINGS = "read_standings"
    READ_RESPONSES = "read_responses"
    READ_DESIGNATIONS = "read_designations"
    READ_STATISTICS = "read_statistics"
    READ_CALENDAR = "read_calendar"


# What a key can be made for: other programs read these, and nothing else.
GRANTS = (
    Permission.READ_STANDINGS,
    Permission.READ_RESPONSES,
    Permission.READ_DESIGNATIONS,
    Permission.READ_STATISTICS,
    Permission.READ_CALENDAR,
)

Predicate = Callable[[Actor, Any], bool]


def _anybody(actor: Actor, thing: Any) -> bool:
    return True


def _signed_in(actor: Actor, thing: Any) -> bool:
    return actor.signed_in


def _staff(actor: Actor, thing: Any) -> bool:
    return bool(actor.roles & STAFF_ROLES)


def _any_of(*roles: Role) -> Predicate:
    wanted = frozenset(roles)
    return lambda actor, thing: bool(actor.roles & wanted)


def _a_clearing_officer_who_did_not_draft_it(actor: Actor, note: Any) -> bool:
    """The drafter never clears. Without a note: whether the person could clear some note."""
    return Role.CLEARING_OFFICER in actor.roles and (
        note is None or (note.drafted_by_id != actor.id and actor.id not in note.written_by_ids)
    )


def _focal_point_of_the_state(actor: Actor, thing: Any) -> bool:
    return Role.FOCAL_POINT in actor.roles and (
        thing is None or thing.state_code == actor.state_code
    )


def _granted(permission: Permission) -> Predicate:
    return lambda actor, thing: permission in actor.grants


def _an_administrator_or_the_state_itself(actor: Actor, thing: Any) -> bool:
    return Role.ADMINISTRATOR in actor.roles or _focal_point_of_the_state(actor, thing)


POLICY: dict[Permission, Predicate] = {
    Permission.READ_PUBLIC: _anybody,
    Permission.SIGN_IN: _anybody,
    Permission.SIGN_OUT: _signed_in,
    Permission.OWN_ACCOUNT: _signed_in,
    Permission.READ_REGISTER: _staff,
    Permission.CORRECT_STATE: _any_of(Role.ADMINISTRATOR, Role.DRAFTER),
    Permission.EDIT_MEETING: _any_of(Role.ADMINISTRATOR, Role.DRAFTER),
    Permission.DRAFT_NOTE: _any_of(Role.DRAFTER),
    Permission.EDIT_NOTE: _any_of(Role.DRAFTER),
    Permission.CHECK_WORDING: _any_of(Role.DRAFTER, Role.CLEARING_OFFICER),
    Permission.SUBMIT_NOTE: _any_of(Role.DRAFTER),
    Permission.CLEAR_NOTE: _a_clearing_officer_who_did_not_draft_it,
    Permission.RETURN_NOTE: _any_of(Role.CLEARING_OFFICER),
    Permission.REOPEN_NOTE: _any_of(Role.DRAFTER, Role.CLEARING_OFFICER),
    Permission.WITHDRAW_NOTE: _any_of(Role.DRAFTER),
    Permission.ISSUE_NOTE: _any_of(Role.DRAFTER, Role.CLEARING_OFFICER),
    Permission.REHEARSE_NOTE: _any_of(Role.DRAFTER, Role.CLEARING_OFFICER),
    Permission.VOID_NUMBER: _any_of(Role.DRAFTER, Role.CLEARING_OFFICER),
    Permission.DISPATCH_NOTE: _any_of(Role.DRAFTER, Role.CLEARING_OFFICER),
    Permission.RELEASE_LETTER: _any_of(Role.ADMINISTRATOR, Role.DRAFTER, Role.CLEARING_OFFICER),
    Permission.SETTLE_MESSAGE: _any_of(Role.ADMINISTRATOR, Role.DRAFTER, Role.CLEARING_OFFICER),
    Permission.RECORD_RESPONSE: _any_of(Role.ADMINISTRATOR, Role.DRAFTER),
    Permission.SETTLE_REQUEST: _any_of(Role.ADMINISTRATOR, Role.DRAFTER, Role.CLEARING_OFFICER),
    Permission.EXPORT: _staff,
    Permission.EDIT_ACCOUNTS: _any_of(Role.ADMINISTRATOR),
    Permission.ANSWER: _focal_point_of_the_state,
    Permission.FILL_IN: _anybody,  # with an expert's link, which is the whole right
    # Of a delegate, while it is kept: who asks the host for visas, and the State itself.
    Permission.READ_PASSPORT: _an_administrator_or_the_state_itself,
    Permission.VERIFY_NOMINATION: _any_of(Role.ADMINISTRATOR, Role.DRAFTER, Role.CLEARING_OFFICER),
    # The list of participants, and who is present: whoever sits at the entrance of the meeting.
    Permission.KEEP_PARTICIPANTS: _any_of(Role.ADMINISTRATOR, Role.DRAFTER, Role.CLEARING_OFFICER),
    Permission.READ_DIRECTORY: _signed_in,
    Permission.KEEP_DIRECTORY: _any_of(Role.ADMINISTRATOR, Role.DRAFTER),
    **{permission: _granted(permission) for permission in GRANTS},
}


def may(actor: Actor, permission: Permission, thing: Any = None) -> bool:
    """Whether the actor may do that; with a thing, whether the actor may do that to it."""
    return POLICY[permission](actor, thing)


def demand(actor: Actor, permission: Permission, thing: Any = None) -> None:
    """Raise NotAllowed unless the actor may do that."""
    if not may(actor, permission, thing):
        raise NotAllowed("You are not allowed to do this.")
