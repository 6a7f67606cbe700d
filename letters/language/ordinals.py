"""The number of a meeting in words, in the six languages."""

from collections.abc import Mapping
from typing import Final, Literal

from letters.letter import Language

Case = Literal["nominative", "genitive", "dative", "accusative", "instrumental", "prepositional"]

LAST_ORDINAL: Final = 59


def _listed(words: str) -> tuple[str, ...]:
    return tuple(words.split())


_EN: Final = _listed(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth"
)
_EN_TENS: Final = {20: "twent", 30: "thirt", 40: "fort", 50: "fift"}

_FR: Final = _listed(
    "première deuxième troisième quatrième cinquième sixième septième huitième neuvième dixième "
    "onzième douzième treizième quatorzième quinzième seizième dix-septième dix-huitième "
    "dix-neuvième"
)
_FR_TENS: Final = {20: "vingt", 30: "trent", 40: "quarant", 50: "cinquant"}

_ES: Final = _listed(
    "primera segunda tercera cuarta quinta sexta séptima octava novena décima undécima duodécima "
    "decimotercera decimocuarta decimoquinta decimosexta decimoséptima decimoctava decimonovena"
)
_ES_TENS: Final = {20: "vigésima", 30: "trigésima", 40: "cuadragésima", 50: "quincuagésima"}

_RU_STEMS: Final = _listed(
    "перв втор трет четверт пят шест седьм восьм девят десят одиннадцат двенадцат тринадцат "
    "четырнадцат пятнадцат шестнадцат семнадцат восемнадцат девятнадцат"
)
_RU_TENS: Final = {20: "двадцать", 30: "тридцать", 40: "сорок", 50: "пятьдесят"}
_RU_TENS_STEMS: Final = {20: "двадцат", 30: "тридцат", 40: "сороков", 50: "пятидесят"}
_RU_ENDINGS: Final[Mapping[Case, str]] = {
    "nominative": "ое",
    "genitive": "ого",
    "dative": "ому",
    "accusative": "ое",
    "instrumental": "ым",
    "prepositional": "ом",
}
_RU_THIRD: Final[Mapping[Case, str]] = {
    "nominative": "третье",
    "genitive": "третьего",
    "dative": "третьему",
    "accusative": "третье",
    "instrumental": "третьим",
    "prepositional": "третьем",
}

_AR: Final = (
    "الأول",
    "الثاني",
    "الثالث",
    "الرابع",
    "الخامس",
    "السادس",
    "السابع",
    "الثامن",
    "التاسع",
    "العاشر",
)
_AR_ONE_BEFORE_TEN: Final = "الحادي"
_AR_TEN: Final = "عشر"
_AR_TENS_STEMS: Final = {20: "العشر", 30: "الثلاث", 40: "الأربع", 50: "الخمس"}

_ZH_DIGITS: Final = "零一二三四五六七八九"


def ordinal(number: int, language: Language, case: Case = "nominative") -> str:
    """The number of a meeting in words, in the gender that the word for "meeting" takes.

    It agrees with meeting, réunion (feminine), reunión (feminine), совещание (neuter), الاجتماع
    (masculine, definite) and 会议. `case` matters in Russian, and in Arabic for the tens (any case
    but the nominative is the oblique). Raises ValueError outside 1 to `LAST_ORDINAL`.
    """
    if not 1 <= number <= LAST_ORDINAL:
        raise ValueError(f"no ordinal in words for {number}: only 1 to {LAST_ORDINAL}")
    match language:
        case "en":
            return _english_ordinal(number)
        case "fr":
            return _french_ordinal(number)
        case "es":
            return _spanish_ordinal(number)
        case "ru":
            return _russian_ordinal(number, case)
        case "ar":
            return _arabic_ordinal(number, case)
        case "zh":
            return f"第{_chinese_number(number)}次"


def _english_ordinal(number: int) -> str:
    if number < 20:
        return _EN[number - 1]
    tens, unit = number // 10 * 10, number % 10
    return f"{_EN_TENS[tens]}y-{_EN[unit - 1]}" if unit else f"{_EN_TENS[tens]}ieth"


def _french_ordinal(number: int) -> str:
    if number < 20:
        return _FR[number - 1]
    tens, unit = number // 10 * 10, number % 10
    if not unit:
        return f"{_FR_TENS[tens]}ième"
    cardinal = _FR_TENS[tens] + ("" if tens == 20 else "e")
    return f"{cardinal} et unième" if unit == 1 else f"{cardinal}-{_FR[unit - 1]}"


def _spanish_ordinal(number: int) -> str:
    if number < 20:
        return _ES[number - 1]
    tens, unit = number // 10 * 10, number % 10
    return f"{_ES_TENS[tens]} {_ES[unit - 1]}" if unit else _ES_TENS[tens]


def _russian_ordinal(number: int, case: Case) -> str:
    if number >= 20:
        tens, unit = number // 10 * 10, number % 10
        if unit:
            return f"{_RU_TENS[tens]} {_russian_ordinal(unit, case)}"
        return _RU_TENS_STEMS[tens] + _RU_ENDINGS[case]
    return _RU_THIRD[case] if number == 3 else _RU_STEMS[number - 1] + _RU_ENDINGS[case]


def _arabic_ordinal(number: int, case: Case) -> str:
    if number <= 10:
        return _AR[number - 1]
    tens, unit = number // 10 * 10, number % 10
    if unit:
        unit_word = _AR_ONE_BEFORE_TEN if unit == 1 else _AR[unit - 1]
    if number < 20:
        return f"{unit_word} {_AR_TEN}"
    tens_word = _AR_TENS_STEMS[tens] + ("ون" if case == "nominative" else "ين")
    return f"{unit_word} و{tens_word}" if unit else tens_word


def _chinese_number(number: int) -> str:
    tens, unit = divmod(number, 10)
    tens_word = {0: "", 1: "十"}.get(tens, f"{_ZH_DIGITS[tens]}十")
    return tens_word + (_ZH_DIGITS[unit] if unit else "")
