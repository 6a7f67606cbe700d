"""Whom an audience finds, as the pages show it: by regional group, with language and address."""

from collections.abc import Sequence
from typing import Any

from registration.notes.audience import Addressed, by_group, languages
from registration.notes.forms import CAME, MISSING
from registration.states.forms import REGIONAL_GROUPS


def listed(found: Sequence[Addressed], why_not: str = "") -> dict[str, Any]:
    """What `notes/_audience.html` shows; `why_not` says why it cannot be known."""
    return {
        "found": found,
        "why_not": why_not,
        "groups": by_group(found),
        "group_names": REGIONAL_GROUPS,
        "languages_used": languages(found),
        "came_words": CAME,
        "missing_words": MISSING,
    }
