"""One State, and its mission, in the running text of a note: article, preposition and case.

English, French and Spanish follow from the article of the formal name; Chinese does not inflect. In
Arabic and Russian there is a rule for most names, and none is guessed for the others. The Arabic
has not been read by a native speaker yet.
"""

import re
from collections.abc import Mapping
from typing import Final, Literal

from letters import language as grammar
from letters.language import MissionKind
from letters.letter import Language

# The State as such; after "of"; after "to". In Arabic "of" is the preposition that joins a mission
# to its State; in Russian they are the genitive and the dative.
StateForm = Literal["state", "of_state", "to_state"]
FORMS: Final[tuple[StateForm, ...]] = ("state", "of_state", "to_state")

_TO: Final[Mapping[str, str]] = {"le": "au {}", "les": "aux {}", "": "à {}"}

# The nouns that say what a State is, with their endings in the genitive and the dative. What stands
# before them agrees; what stands behind them is in apposition, or in the genitive already.
_RUSSIAN_NOUNS: Final = re.compile(
    r"(?P<before>(?:\S+(?:ая|ое|ий|ый|ой) )*)"
    r"(?P<noun>Республик|Федераци|Конфедераци|Королевств|[Гг]осударств|Княжеств|Герцогств"
    r"|Содружеств|Султанат|[Сс]оюз|Престол)(?P<ending>а|я|о|)(?P<after> .+)?"
)
_RUSSIAN_ENDINGS: Final[Mapping[str, tuple[str, str]]] = {
    "а": ("и", "е"),
    "я": ("и", "и"),
    "о": ("а", "у"),
    "": ("а", "у"),
}
_RUSSIAN_ADJECTIVES: Final[Mapping[str, tuple[str, str]]] = {
    "ая": ("ой", "ой"),
    "ое": ("ого", "ому"),
    "ий": ("ого", "ому"),
    "ый": ("ого", "ому"),
    "ой": ("ого", "ому"),
}


def inflected(formal_name: str, form: StateForm, language: Language) -> str | None:
    """A formal name of the States table in that form; None where no rule is safe enough."""
    name = " ".join(formal_name.split())
    if form == "state":
        return name
    match language:
        case "en" | "fr" | "es":
            return grammar.of_formal(name, language) if form == "of_state" else _to(name, language)
        case "ar":
            return _joined_to(name) if form == "of_state" else f"إلى {name}"
        case "ru":
            return _russian(name, genitive=form == "of_state")
        case "zh":
            return name


def _to(name: str, language: Literal["en", "fr", "es"]) -> str:
    article, bare = grammar.split_article(name, language)
    if language == "en":
        return f"to {name}"
    if language == "es":
        return f"al {bare}" if article == "el" else f"a {name}"
    return _TO[article].format(bare) if article in _TO else f"à {name}"


def _joined_to(name: str) -> str:
    """The Arabic preposition li-, which swallows the alif of the article."""
    return f"لل{name[2:]}" if name.startswith("ال") else f"ل{name}"


def _russian(name: str, *, genitive: bool) -> str | None:
    found = _RUSSIAN_NOUNS.fullmatch(name)
    if found is None:
        return f"{name[:-1]}и" if re.fullmatch(r"[^\s-]+ия", name) else None
    which = 0 if genitive else 1
    ending = _RUSSIAN_ENDINGS[found["ending"]][which]
    adjectives = (
        each[:-2] + _RUSSIAN_ADJECTIVES[each[-2:]][which] for each in found["before"].split()
    )
    return " ".join([*adjectives, found["noun"] + ending]) + (found["after"] or "")


# --- one mission ------------------------------------------------------------------------------

# {state} and {of_state} are filled in.
_MISSION: Final[Mapping[MissionKind, Mapping[Language, str]]] = {
    "mission": {
        "ar": "البعثة الدائمة {of_state}",
        "zh": "{state}常驻代表团",
        "en": "the Permanent Mission {of_state}",
        "fr": "la Mission permanente {of_state}",
        "ru": "Постоянное представительство {of_state}",
        "es": "la Misión Permanente {of_state}",
    },
    "observer": {
        "ar": "بعثة المراقبة الدائمة {of_state}",
        "zh": "{state}常驻观察员代表团",
        "en": "the Permanent Observer Mission {of_state}",
        "fr": "la Mission permanente d'observation {of_state}",
        "ru": "Миссия постоянного наблюдателя {of_state}",
        "es": "la Misión Permanente de Observación {of_state}",
    },
    "delegation": {
        "ar": "وفد {state}",
        "zh": "{state}代表团",
        "en": "the Delegation {of_state}",
        "fr": "la Délégation {of_state}",
        "ru": "Делегация {of_state}",
        "es": "la Delegación {of_state}",
    },
}
# The same where the opening and the closing courtesy turn to it: the sentence asks for a dative,
# and in Chinese the seat stands in the middle. (greeted, taken leave of)
_TURNED_TO: Final[Mapping[MissionKind, Mapping[Language, tuple[str, str]]]] = {
    "mission": {
        "ar": ("البعثة الدائمة {of_state}", "للبعثة الدائمة"),
        "zh": ("{state}常驻联合国（维也纳）代表团", ""),
        "en": ("the Permanent Mission {of_state}", "the Permanent Mission"),
        "fr": ("à la Mission permanente {of_state}", "à la Mission permanente"),
        "ru": ("Постоянному представительству {of_state}", "Постоянному представительству"),
        "es": ("a la Misión Permanente {of_state}", "a la Misión Permanente"),
    },
    "observer": {
        "ar": ("بعثة المراقبة الدائمة {of_state}", "لبعثة المراقبة الدائمة"),
        "zh": ("{state}常驻联合国（维也纳）观察员代表团", ""),
        "en": ("the Permanent Observer Mission {of_state}", "the Permanent Observer Mission"),
        "fr": (
            "à la Mission permanente d'observation {of_state}",
            "à la Mission permanente d'observation",
        ),
        "ru": ("Миссии постоянного наблюдателя {of_state}", "Миссии постоянного наблюдателя"),
        "es": (
            "a la Misión Permanente de Observación {of_state}",
            "a la Misión Permanente de Observación",
        ),
    },
    "delegation": {
        "ar": ("وفد {state}", "للوفد"),
        "zh": ("{state}驻联合国（维也纳）代表团", ""),
        "en": ("the Delegation {of_state}", "the Delegation"),
        "fr": ("à la Délégation {of_state}", "à la Délégation"),
        "ru": ("Делегации {of_state}", "Делегации"),
        "es": ("a la Delegación {of_state}", "a la Delegación"),
    },
}
# What a master shows in place of one State, and a text that nobody is named in yet.
NEUTRAL: Final[Mapping[Language, Mapping[str, str]]] = {
    "ar": {"state": "[الدولة]", "of_state": "[للدولة]", "to_state": "[إلى الدولة]"},
    "zh": {"state": "[国名]", "of_state": "[国名]", "to_state": "[国名]"},
    "en": {"state": "[the State]", "of_state": "[of the State]", "to_state": "[to the State]"},
    "fr": {"state": "[l'État]", "of_state": "[de l'État]", "to_state": "[à l'État]"},
    "ru": {"state": "[государство]", "of_state": "[государства]", "to_state": "[государству]"},
    "es": {"state": "[el Estado]", "of_state": "[del Estado]", "to_state": "[al Estado]"},
}


def mission(forms: Mapping[str, str], kind: MissionKind, language: Language) -> str:
    """A mission in running text, with its article: "the Permanent Mission of the Republic of …"."""
    return _MISSION[kind][language].format(**forms)


def opening(
    secretariat: str, forms: Mapping[str, str], kind: MissionKind, language: Language
) -> str:
    """How a note begins that speaks to one mission; `secretariat` as in `language.opening`."""
    greeted, _leave = _TURNED_TO[kind][language]
    return grammar.opening(secretariat, language, greeted.format(**forms))


def closing(kind: MissionKind, language: Language) -> str:
    """The closing courtesy of a note that speaks to one mission."""
    return grammar.closing(language, _TURNED_TO[kind][language][1])
