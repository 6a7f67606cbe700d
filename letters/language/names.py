"""Names of States in running text: articles, what follows "of", the names of missions.

The names themselves are always given by the caller, from the States table.
"""

import unicodedata
from collections.abc import Mapping
from typing import Final, Literal

from letters.letter import Language

ArticleLanguage = Literal["en", "fr", "es"]
MissionKind = Literal["mission", "observer", "delegation"]

_ARTICLES: Final[Mapping[ArticleLanguage, tuple[str, ...]]] = {
    "en": ("the ",),
    "fr": ("le ", "la ", "les ", "l'", "l’"),
    "es": ("el ", "la ", "los ", "las "),
}


def with_article(name: str, article: str, language: ArticleLanguage) -> str:
    """The name with the article of its data column: "the Bahamas", « l'Afghanistan », Cuba."""
    if not article:
        return name
    return f"{article}{name}" if _is_elided(article, language) else f"{article} {name}"


def of_state(name: str, article: str, language: ArticleLanguage) -> str:
    """The name after "of": "of the Bahamas", « des Bahamas », « d'Haïti », «del Afganistán».

    `article` is the data column's value, empty where the name takes none. "El Salvador" keeps its
    El, which belongs to the name, because its column is empty.
    """
    if language == "en":
        return f"of {with_article(name, article, language)}"
    if language == "es":
        return f"del {name}" if article == "el" else f"de {with_article(name, article, language)}"
    if article in ("le", "les"):
        return f"du {name}" if article == "le" else f"des {name}"
    if not article and _begins_with_a_vowel(name):
        return f"d'{name}"
    return f"de {with_article(name, article, language)}"


def split_article(formal_name: str, language: ArticleLanguage) -> tuple[str, str]:
    """A formal name of the States table as (article, name): ("la", "République de …")."""
    for article in _ARTICLES[language]:
        if formal_name.startswith(article):
            return article.strip(), formal_name.removeprefix(article)
    return "", formal_name


def of_formal(formal_name: str, language: ArticleLanguage) -> str:
    """A formal name, which carries its own article, after "of": "of the Republic of …"."""
    article, name = split_article(formal_name, language)
    return of_state(name, article, language)


def _is_elided(article: str, language: ArticleLanguage) -> bool:
    return language == "fr" and article.endswith(("'", "’"))


def _begins_with_a_vowel(name: str) -> bool:
    # h is mute in every French State name that takes no article (Haïti).
    return unicodedata.normalize("NFD", name)[:1].lower() in set("aeiouhœ")


_MISSIONS: Final[Mapping[MissionKind, Mapping[Language, str]]] = {
    "mission": {
        "ar": "البعثة الدائمة ({name})",
        "zh": "{name}常驻代表团",
        "en": "Permanent Mission {of_name}",
        "fr": "Mission permanente {of_name}",
        "ru": "Постоянное представительство ({name})",
        "es": "Misión Permanente {of_name}",
    },
    "observer": {
        "ar": "بعثة المراقبة الدائمة ({name})",
        "zh": "{name}常驻观察员代表团",
        "en": "Permanent Observer Mission {of_name}",
        "fr": "Mission permanente d'observation {of_name}",
        "ru": "Миссия постоянного наблюдателя ({name})",
        "es": "Misión Permanente de Observación {of_name}",
    },
    "delegation": {
        "ar": "الوفد ({name})",
        "zh": "{name}代表团",
        "en": "Delegation {of_name}",
        "fr": "Délégation {of_name}",
        "ru": "Делегация ({name})",
        "es": "Delegación {of_name}",
    },
}


def mission_name(formal_name: str, language: Language, kind: MissionKind = "mission") -> str:
    """A mission as it stands alone on a line: "Permanent Mission of the Republic of …".

    Russian and Arabic would inflect the State's name after the noun; since its inflected form is
    not in the States table, the nominative stands in brackets there.
    """
    form = _MISSIONS[kind][language]
    if language in ("en", "fr", "es"):
        return form.format(of_name=of_formal(formal_name, language))
    return form.format(name=formal_name)
