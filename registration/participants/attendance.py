"""What the report of a meeting says of attendance, from who was seen and marked."""

from collections.abc import Mapping, Sequence

from letters.attendance import Attendance, Represented, paragraphs
from letters.letter import Language
from registration.participants.models import Organization
from registration.participants.rules import OrganizationKind, name_order
from registration.states.models import State, StateKind
from registration.states.rules import TreatyStatus, alphabetical


def said(
    represented: Mapping[TreatyStatus, Sequence[State]],
    others: Mapping[OrganizationKind, Sequence[Organization]],
    language: Language,
) -> list[str]:
    """The paragraphs in a language: parties first, then who is bound later, who signed, the rest.

    `represented` is what `queries.represented` gives, `others` what `observers.represented` does.
    """
    parties = represented[TreatyStatus.STATE_PARTY]
    groups = {
        "parties": [each for each in parties if each.kind is not StateKind.REIO],
        "organizations": [each for each in parties if each.kind is StateKind.REIO],
        "contracting": represented[TreatyStatus.CONTRACTING],
        "signatories": represented[TreatyStatus.SIGNATORY],
        "observers": represented[TreatyStatus.NEITHER],
    }
    named = {group: _named(states, language) for group, states in groups.items()}
    names = {kind.value: _names(found, language) for kind, found in others.items()}
    return list(paragraphs(Attendance(**named, others=names), language))


def _names(organizations: Sequence[Organization], language: Language) -> list[str]:
    """In the order of the list of participants, which is that of their names."""
    return sorted(
        (each.name(language) for each in organizations),
        key=lambda name: name_order(name, alphabetical(name), language),
    )


def _named(states: Sequence[State], language: Language) -> list[Represented]:
    ordered = sorted(
        states, key=lambda each: name_order(each.name(language), each.sort_key, language)
    )
    return [Represented(each.name(language), each.articles.get(language, "")) for each in ordered]
