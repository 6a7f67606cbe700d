"""The paragraphs of a meeting's report that say who was represented, in the six languages.

The Arabic wording has not been read by a native speaker yet. Names of States are always given by
the caller, in the order of the language.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from letters.language import with_article
from letters.letter import Language
from letters.observers import BEGINNINGS, GROUPS, PATTERNS


@dataclass(frozen=True)
class Represented:
    """A State, or an organization, by its short name and the article of its data column."""

    name: str
    article: str = ""


@dataclass(frozen=True)
class Attendance:
    """Who was represented at a meeting, each group in the order of the language.

    `contracting` have deposited an instrument that is not yet in force for them; `organizations`
    are regional economic integration organizations that are parties. `others` are the names of
    organizations that sent observers, by the groups of `letters.observers`.
    """

    parties: Sequence[Represented] = ()
    organizations: Sequence[Represented] = ()
    contracting: Sequence[Represented] = ()
    signatories: Sequence[Represented] = ()
    observers: Sequence[Represented] = ()
    others: Mapping[str, Sequence[str]] = field(default_factory=dict)


_GROUPS: Final = ("parties", "organizations", "contracting", "signatories", "observers")

# One State, and several.
_SENTENCES: Final[Mapping[Language, Mapping[str, tuple[str, str]]]] = {
    "en": {
        "parties": (
            "The following State party to the Convention was represented at the meeting: {list}.",
            "The following States parties to the Convention were represented at the meeting:"
            " {list}.",
        ),
        "organizations": (
            "{list}, a regional economic integration organization that is a party to the"
            " Convention, was represented at the meeting.",
            "{list}, regional economic integration organizations that are parties to the"
            " Convention, were represented at the meeting.",
        ),
        "contracting": (
            "The following State, for which the Convention had not yet entered into force, was"
            " represented: {list}.",
            "The following States, for which the Convention had not yet entered into force, were"
            " represented: {list}.",
        ),
        "signatories": (
            "The following State signatory to the Convention was represented: {list}.",
            "The following States signatories to the Convention were represented: {list}.",
        ),
        "observers": (
            "The following observer State was represented: {list}.",
            "The following observer States were represented: {list}.",
        ),
    },
    "fr": {
        "parties": (
            "L’État partie à la Convention ci-après était représenté à la réunion : {list}.",
            "Les États parties à la Convention ci-après étaient représentés à la réunion : {list}.",
        ),
        "organizations": (
            "{list}, organisation régionale d’intégration économique partie à la Convention, a"
            " participé à la réunion.",
            "{list}, organisations régionales d’intégration économique parties à la Convention,"
            " ont participé à la réunion.",
        ),
        "contracting": (
            "L’État ci-après, à l’égard duquel la Convention n’était pas encore entrée en vigueur,"
            " était représenté : {list}.",
            "Les États ci-après, à l’égard desquels la Convention n’était pas encore entrée en"
            " vigueur, étaient représentés : {list}.",
        ),
        "signatories": (
            "L’État signataire de la Convention ci-après était représenté : {list}.",
            "Les États signataires de la Convention ci-après étaient représentés : {list}.",
        ),
        "observers": (
            "L’État observateur ci-après était représenté : {list}.",
            "Les États observateurs ci-après étaient représentés : {list}.",
        ),
    },
    "es": {
        "parties": (
            "Estuvo representado en la reunión el siguiente Estado parte en la Convención: {list}.",
            "Estuvieron representados en la reunión los siguientes Estados partes en la"
            " Convención: {list}.",
        ),
        "organizations": (
            "{list}, organización regional de integración económica que es parte en la Convención,"
            " participó en la reunión.",
            "{list}, organizaciones regionales de integración económica que son partes en la"
            " Convención, participaron en la reunión.",
        ),
        "contracting": (
            "Estuvo representado el siguiente Estado, para el cual la Convención aún no había"
            " entrado en vigor: {list}.",
            "Estuvieron representados los siguientes Estados, para los cuales la Convención aún no"
            " había entrado en vigor: {list}.",
        ),
        "signatories": (
            "Estuvo representado el siguiente Estado signatario de la Convención: {list}.",
            "Estuvieron representados los siguientes Estados signatarios de la Convención: {list}.",
        ),
        "observers": (
            "Estuvo representado el siguiente Estado observador: {list}.",
            "Estuvieron representados los siguientes Estados observadores: {list}.",
        ),
    },
    "ru": {
        "parties": (
            "На совещании было представлено следующее государство — участник Конвенции: {list}.",
            "На совещании были представлены следующие государства — участники Конвенции: {list}.",
        ),
        "organizations": (
            "На совещании была представлена следующая региональная организация экономической"
            " интеграции, являющаяся участником Конвенции: {list}.",
            "На совещании были представлены следующие региональные организации экономической"
            " интеграции, являющиеся участниками Конвенции: {list}.",
        ),
        "contracting": (
            "Было представлено следующее государство, для которого Конвенция еще не вступила в"
            " силу: {list}.",
            "Были представлены следующие государства, для которых Конвенция еще не вступила в"
            " силу: {list}.",
        ),
        "signatories": (
            "Было представлено следующее государство, подписавшее Конвенцию: {list}.",
            "Были представлены следующие государства, подписавшие Конвенцию: {list}.",
        ),
        "observers": (
            "Было представлено следующее государство-наблюдатель: {list}.",
            "Были представлены следующие государства-наблюдатели: {list}.",
        ),
    },
    "ar": {
        "parties": (
            "وكانت الدولة الطرف التالية في الاتفاقية ممثلة في الاجتماع: {list}.",
            "وكانت الدول الأطراف التالية في الاتفاقية ممثلة في الاجتماع: {list}.",
        ),
        "organizations": (
            "وكانت المنظمة الإقليمية للتكامل الاقتصادي التالية، وهي طرف في الاتفاقية، ممثلة في"
            " الاجتماع: {list}.",
            "وكانت المنظمات الإقليمية للتكامل الاقتصادي التالية، وهي أطراف في الاتفاقية، ممثلة في"
            " الاجتماع: {list}.",
        ),
        "contracting": (
            "وكانت الدولة التالية، التي لم تكن الاتفاقية قد دخلت بعد حيز النفاذ بالنسبة إليها،"
            " ممثلة: {list}.",
            "وكانت الدول التالية، التي لم تكن الاتفاقية قد دخلت بعد حيز النفاذ بالنسبة إليها،"
            " ممثلة: {list}.",
        ),
        "signatories": (
            "وكانت الدولة التالية الموقعة على الاتفاقية ممثلة: {list}.",
            "وكانت الدول التالية الموقعة على الاتفاقية ممثلة: {list}.",
        ),
        "observers": (
            "وكانت الدولة المراقبة التالية ممثلة: {list}.",
            "وكانت الدول المراقبة التالية ممثلة: {list}.",
        ),
    },
    "zh": {
        "parties": ("下列《公约》缔约国派代表出席了会议：{list}。",) * 2,
        "organizations": ("下列作为《公约》缔约方的区域经济一体化组织派代表出席了会议：{list}。",)
        * 2,
        "contracting": ("下列《公约》尚未对其生效的国家派代表出席了会议：{list}。",) * 2,
        "signatories": ("下列《公约》签署国派代表出席了会议：{list}。",) * 2,
        "observers": ("下列观察员国派代表出席了会议：{list}。",) * 2,
    },
}


def paragraphs(attendance: Attendance, language: Language) -> tuple[str, ...]:
    """A paragraph for each group that was represented, in the order of a report."""
    return tuple(_said(attendance, language))


def _said(attendance: Attendance, language: Language) -> Iterator[str]:
    for group in _GROUPS:
        found: Sequence[Represented] = getattr(attendance, group)
        if found:
            one, several = _SENTENCES[language][group]
            names = [_named(each, language, begins=one.startswith("{list}")) for each in found]
            listed = in_a_row(names, language)
            if one.startswith("{list}"):
                listed = listed[0].upper() + listed[1:]
            yield (one if len(found) == 1 else several).format(list=listed)
    for group in GROUPS:
        if others := attendance.others.get(group):
            one, several = BEGINNINGS[language][group]
            begin = one if len(others) == 1 else several
            yield PATTERNS[language].format(begin=begin, list=in_a_row(others, language))


def _named(state: Represented, language: Language, *, begins: bool) -> str:
    """Behind a colon a name stands bare; as the subject of a sentence it takes its article."""
    if begins and language in ("en", "fr", "es"):
        return with_article(state.name, state.article, language)
    return state.name


def in_a_row(names: Sequence[str], language: Language) -> str:
    """Names as running text: "Cuba, Niue and Peru", «Hungría e Italia», «كوبا ونيوي»."""
    if len(names) < 2:
        return "".join(names)
    *others, last = names
    match language:
        case "zh":
            return f"{'、'.join(others)}和{last}"
        case "ar":
            return f"{'، '.join(others)} و{last}"
        case "es":
            return f"{', '.join(others)} {'e' if _begins_with_i(last) else 'y'} {last}"
    word = {"en": "and", "fr": "et", "ru": "и"}[language]
    return f"{', '.join(others)} {word} {last}"


def _begins_with_i(name: str) -> bool:
    """Whether Spanish "y" before that name becomes "e": it begins with the sound of an i."""
    plain = unicodedata.normalize("NFD", name.lower())
    letters = "".join(each for each in plain if not unicodedata.combining(each))
    return letters.startswith(("i", "hi")) and not letters.startswith(("hia", "hie", "ia", "ie"))
