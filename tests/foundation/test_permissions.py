"""The policy table, cell by cell."""

from types import SimpleNamespace

import pytest

from registration import db
from registration.errors import NotAllowed
from registration.permissions import (
    ANYBODY,
    GRANTS,
    POLICY,
    Actor,
    Permission,
    Role,
    Scope,
    demand,
    may,
)


def _person(*roles: Role, state_code: str | None = None) -> Actor:
    scope = Scope.STATE if state_code else Scope.STAFF
    return Actor("Somebody", scope, db.new_id(), frozenset(roles), state_code)


PEOPLE = {
    "nobody": ANYBODY,
    "administrator": _person(Role.ADMINISTRATOR),
    "drafter": _person(Role.DRAFTER),
    "clearing officer": _person(Role.CLEARING_OFFICER),
    "tracker": _person(Role.TRACKER),
    "focal point": _person(Role.FOCAL_POINT, state_code="AUT"),
}
STAFF = {"administrator", "drafter", "clearing officer", "tracker"}

MATRIX: dict[Permission, set[str]] = {
    Permission.READ_PUBLIC: set(PEOPLE),
    Permission.SIGN_IN: set(PEOPLE),
    Permission.SIGN_OUT: STAFF | {"focal point"},
    Permission.OWN_ACCOUNT: STAFF | {"focal point"},
    Permission.READ_REGISTER: STAFF,
    Permission.CORRECT_STATE: {"administrator", "drafter"},
    Permission.EDIT_MEETING: {"administrator", "drafter"},
    Permission.DRAFT_NOTE: {"drafter"},
    Permission.EDIT_NOTE: {"drafter"},
    Permission.CHECK_WORDING: {"drafter", "clearing officer"},
    Permission.SUBMIT_NOTE: {"drafter"},
    Permission.CLEAR_NOTE: {"clearing officer"},
    Permission.RETURN_NOTE: {"clearing officer"},
    Permission.REOPEN_NOTE: {"drafter", "clearing officer"},
    Permission.WITHDRAW_NOTE: {"drafter"},
    Permission.ISSUE_NOTE: {"drafter", "clearing officer"},
    Permission.REHEARSE_NOTE: {"drafter", "clearing officer"},
    Permission.VOID_NUMBER: {"drafter", "clearing officer"},
    Permission.DISPATCH_NOTE: {"drafter", "clearing officer"},
    Permission.RELEASE_LETTER: {"administrator", "drafter", "clearing officer"},
    Permission.SETTLE_MESSAGE: {"administrator", "drafter", "clearing officer"},
    Permission.RECORD_RESPONSE: {"administrator", "drafter"},
    Permission.SETTLE_REQUEST: {"administrator", "drafter", "clearing officer"},
    Permission.EXPORT: STAFF,
    Permission.EDIT_ACCOUNTS: {"administrator"},
    Permission.ANSWER: {"focal point"},
    Permission.FILL_IN: set(PEOPLE),
    Permission.READ_PASSPORT: {"administrator", "focal point"},
    Permission.VERIFY_NOMINATION: {"administrator", "drafter", "clearing officer"},
    Permission.READ_DIRECTORY: STAFF | {"focal point"},
    Permission.KEEP_PARTICIPANTS: {"administrator", "drafter", "clearing officer"},
    Permission.KEEP_DIRECTORY: {"administrator", "drafter"},
    **{permission: set() for permission in GRANTS},  # of programs with a key alone
}


def test_the_matrix_has_every_permission_and_so_has_the_table() -> None:
    assert set(MATRIX) == set(POLICY) == set(Permission)


@pytest.mark.parametrize("permission", Permission)
def test_who_may(permission: Permission) -> None:
    assert {name for name, actor in PEOPLE.items() if may(actor, permission)} == MATRIX[permission]


def test_a_note_cannot_be_cleared_by_its_drafter_or_anybody_who_wrote_in_it() -> None:
    both = _person(Role.DRAFTER, Role.CLEARING_OFFICER)
    other = db.new_id()
    drafted = SimpleNamespace(drafted_by_id=both.id, written_by_ids=[])
    written = SimpleNamespace(drafted_by_id=other, written_by_ids=[other, both.id])
    untouched = SimpleNamespace(drafted_by_id=other, written_by_ids=[other])
    assert not may(both, Permission.CLEAR_NOTE, drafted)
    assert not may(both, Permission.CLEAR_NOTE, written)
    assert may(both, Permission.CLEAR_NOTE, untouched)


def test_a_focal_point_answers_for_its_own_state_only() -> None:
    austria = PEOPLE["focal point"]
    assert may(austria, Permission.ANSWER, SimpleNamespace(state_code="AUT"))
    assert not may(austria, Permission.ANSWER, SimpleNamespace(state_code="NIU"))


def test_demand_refuses_in_plain_words() -> None:
    with pytest.raises(NotAllowed, match="not allowed"):
        demand(PEOPLE["tracker"], Permission.CLEAR_NOTE)
