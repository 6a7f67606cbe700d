"""Dates, ordinals, articles, courtesies and fixed words of a letter, in the six languages.

The Arabic wording has not been read by a native speaker yet.
"""

from letters.language.dates import date_range, long_date, month_names, reply_by
from letters.language.fixed import (
    NOTE_VERBALE,
    WORDS,
    Words,
    closing,
    count_of_enclosures,
    opening,
)
from letters.language.names import (
    ArticleLanguage,
    MissionKind,
    mission_name,
    of_formal,
    of_state,
    split_article,
    with_article,
)
from letters.language.ordinals import LAST_ORDINAL, Case, ordinal

__all__ = [
    "LAST_ORDINAL",
    "NOTE_VERBALE",
    "WORDS",
    "ArticleLanguage",
    "Case",
    "MissionKind",
    "Words",
    "closing",
    "count_of_enclosures",
    "date_range",
    "long_date",
    "mission_name",
    "month_names",
    "of_formal",
    "of_state",
    "opening",
    "ordinal",
    "reply_by",
    "split_article",
    "with_article",
]
