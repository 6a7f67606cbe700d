"""What a new answer changes in what a State said before."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registration.designations.rules import DesignationKind, Line, can_be_reached, compare

CENTRAL = Line(uuid4(), DesignationKind.CENTRAL_AUTHORITY, "Ministry of Justice")
LOCAL = Line(uuid4(), DesignationKind.LOCAL_AUTHORITY, "Regional court")
EXPERT = Line(uuid4(), DesignationKind.GOVERNMENTAL_EXPERT, "Eva Huber", title="Prosecutor")
KNOWN = {uuid4(): line for line in (CENTRAL, LOCAL, EXPERT)}


def known_as(line: Line) -> UUID:
    return next(key for key, each in KNOWN.items() if each.place == line.place)


def test_what_is_said_again_in_the_same_words_stays() -> None:
    changes = compare(KNOWN, KNOWN.values())
    assert set(changes.unchanged) == set(KNOWN)
    assert (changes.superseded, changes.withdrawn, changes.added) == ((), (), ())


@pytest.mark.parametrize(
    "field", ["name", "institution", "title", "email", "telephone", "address", "courtesy"]
)
def test_every_word_that_is_said_otherwise_supersedes(field: str) -> None:
    otherwise = replace(EXPERT, **{field: "other"})
    changes = compare(KNOWN, [CENTRAL, LOCAL, otherwise])
    assert changes.superseded == ((known_as(EXPERT), otherwise),)


def test_a_new_head_of_delegation_supersedes() -> None:
    head = replace(EXPERT, head_of_delegation=True)
    assert compare(KNOWN, [CENTRAL, LOCAL, head]).superseded == ((known_as(EXPERT), head),)


def test_what_is_left_out_is_withdrawn() -> None:
    changes = compare(KNOWN, [CENTRAL])
    assert set(changes.withdrawn) == {known_as(LOCAL), known_as(EXPERT)}


def test_what_is_new_is_added_beside_the_rest() -> None:
    second = replace(EXPERT, line_id=uuid4())
    changes = compare(KNOWN, [*KNOWN.values(), second])
    assert changes.added == (second,)
    assert set(changes.unchanged) == set(KNOWN)


def test_a_state_has_one_central_authority_so_another_one_supersedes_it() -> None:
    another = replace(CENTRAL, line_id=uuid4(), name="Prosecutor General")
    assert compare(KNOWN, [another, LOCAL, EXPERT]).superseded == ((known_as(CENTRAL), another),)


def test_the_same_central_authority_in_another_answer_gets_its_newer_source() -> None:
    again = replace(CENTRAL, line_id=uuid4())
    assert compare(KNOWN, [again, LOCAL, EXPERT]).superseded == ((known_as(CENTRAL), again),)


words = st.sampled_from(["Ministry", "Court", ""])
lines = st.builds(
    Line,
    line_id=st.integers(1, 6).map(lambda number: UUID(int=number)),
    kind=st.sampled_from([DesignationKind.LOCAL_AUTHORITY, DesignationKind.GOVERNMENTAL_EXPERT]),
    name=words,
    institution=words,
)
answers = st.lists(lines, max_size=6, unique_by=lambda line: line.line_id)


@given(before=answers, said=answers)
def test_every_line_has_exactly_one_fate_and_the_word_is_what_was_said_last(
    before: list[Line], said: list[Line]
) -> None:
    known = {uuid4(): line for line in before}
    changes = compare(known, said)
    fates = [*changes.unchanged, *(key for key, _ in changes.superseded), *changes.withdrawn]
    assert sorted(fates) == sorted(known)
    after = [known[key] for key in changes.unchanged]
    after += [line for _, line in changes.superseded] + list(changes.added)
    assert sorted(after, key=repr) == sorted(said, key=repr)


@pytest.mark.parametrize(
    ("email", "telephone", "address", "reached"),
    [
        ("a@b.example", "", "", True),
        ("", "+43 1 0", "", True),
        ("", "", "Vienna", True),
        ("", "", "", False),
        (" ", "\t", "\n", False),
    ],
)
def test_one_way_to_reach_an_authority_is_enough(
    email: str, telephone: str, address: str, reached: bool
) -> None:
    assert can_be_reached(email=email, telephone=telephone, address=address) is reached


def test_an_expert_who_is_named_again_follows_the_line_of_the_earlier_answer() -> None:
    again = replace(EXPERT, line_id=uuid4(), title="Judge", continues=EXPERT.line_id)
    changes = compare(KNOWN, [CENTRAL, LOCAL, again])
    assert changes.superseded == ((known_as(EXPERT), again),)
    assert (changes.withdrawn, changes.added) == ((), ())


def test_an_expert_whose_own_line_is_in_force_no_longer_follows_another() -> None:
    again = replace(EXPERT, line_id=uuid4(), continues=EXPERT.line_id)
    changes = compare({**KNOWN, (own := uuid4()): again}, [CENTRAL, LOCAL, again])
    assert own in changes.unchanged
    assert changes.withdrawn == (known_as(EXPERT),)
