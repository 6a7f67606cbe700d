"""Where a State stands in a list of participants, and what changed from one version to the next."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from registration.states.rules import TreatyStatus, alphabetical

LONGEST_MEETING = 31  # days; whatever is longer was typed wrongly


class ListKind(StrEnum):
    """What a version is: a list as it stood, or what changed since another."""

    PROVISIONAL = "provisional"
    FINAL = "final"
    CORRIGENDUM = "corrigendum"


class FileForm(StrEnum):
    """As what a list is printed."""

    PDF = "pdf"
    DOCX = "docx"


class OrganizationKind(StrEnum):
    """What sends observers besides States, in the order of a list of participants."""

    ENTITY = "entity"
    SECRETARIAT_UNIT = "secretariat_unit"
    UN_BODY = "un_body"
    SPECIALIZED_AGENCY = "specialized_agency"
    INTERGOVERNMENTAL = "intergovernmental"
    NON_GOVERNMENTAL = "non_governmental"


# The order of sections. A State that deposited its instrument too late for the meeting comes
# between those that are bound and those that signed.
OF_STATES = (
    TreatyStatus.STATE_PARTY,
    TreatyStatus.CONTRACTING,
    TreatyStatus.SIGNATORY,
    TreatyStatus.NEITHER,
)
Heading = TreatyStatus | OrganizationKind
SECTIONS: tuple[Heading, ...] = (*OF_STATES, *OrganizationKind)


def heading(value: str) -> Heading:
    """The section that a version wrote down."""
    return OrganizationKind(value) if value in set(OrganizationKind) else TreatyStatus(value)


@dataclass(frozen=True)
class Listed:
    """A person as a version names him or her. `line` stays the same when a State words it anew."""

    line: str
    courtesy: str
    name: str
    title: str
    institution: str
    head: bool


@dataclass(frozen=True)
class Delegation:
    """A State in a version, with its persons in their order. `names` has all six languages.

    Or an organization: then `code` is its identifier, and `status` its kind.
    """

    code: str
    status: Heading
    sort_key: str
    names: Mapping[str, str]
    persons: tuple[Listed, ...]


@dataclass(frozen=True)
class Correction:
    """A person whom two versions word differently."""

    before: Listed
    after: Listed


@dataclass(frozen=True)
class Change:
    """What changed for one State, or one organization."""

    delegation: Delegation
    added: tuple[Listed, ...]
    removed: tuple[Listed, ...]
    corrected: tuple[Correction, ...]


def name_order(name: str, sort_key: str, language: str) -> str:
    """A key that files names of States in a language.

    English has its own order in the States table, and Chinese lists follow it. Arabic files a name
    without its article.
    """
    if language in ("en", "zh"):
        return sort_key
    return alphabetical(name.removeprefix("ال") if language == "ar" else name)


def in_order(delegations: Iterable[Delegation], language: str) -> list[Delegation]:
    """Delegations by the name of their State in a language."""
    return sorted(
        delegations, key=lambda each: name_order(each.names[language], each.sort_key, language)
    )


def difference(before: Sequence[Delegation], after: Sequence[Delegation]) -> list[Change]:
    """What changed from one version to another: a State without any change is left out."""
    old = {each.code: each for each in before}
    new = {each.code: each for each in after}
    changes = (_change(old.get(code), new.get(code)) for code in {**new, **old})
    return [each for each in changes if each.added or each.removed or each.corrected]


def _change(before: Delegation | None, after: Delegation | None) -> Change:
    old = {each.line: each for each in before.persons} if before else {}
    new = {each.line: each for each in after.persons} if after else {}
    known = after or before
    assert known is not None  # noqa: S101 - a State comes from one of the two
    return Change(
        delegation=known,
        added=tuple(each for line, each in new.items() if line not in old),
        removed=tuple(each for line, each in old.items() if line not in new),
        corrected=tuple(
            Correction(old[line], each)
            for line, each in new.items()
            if line in old and old[line] != each
        ),
    )


def days(begins_on: date | None, ends_on: date | None) -> tuple[date, ...]:
    """The days of a meeting; none while they are not known."""
    if begins_on is None or ends_on is None:
        return ()
    count = min((ends_on - begins_on).days + 1, LONGEST_MEETING)
    return tuple(begins_on + timedelta(days=number) for number in range(count))
