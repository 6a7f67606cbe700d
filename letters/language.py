"""Dates, ordinals, articles, courtesies and fixed words of a letter, in the six languages.

The Arabic wording has not been read by a native speaker yet. Names of States are always given
by the caller, from the States table.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from letters.letter import Language

ArticleLanguage = Literal["en", "fr", "es"]
Case = Literal["nominative", "genitive", "dative", "accusative", "instrumental", "prepositional"]
MissionKind = Literal["mission", "observer", "delegation"]

# --- dates -----------------------------------------------------------------------------------

# Arabic: the double month names (Levantine/Gregorian) of the Organization's documents, and the
# digits 0-9, which it uses there too.
_MONTHS: Final[Mapping[Language, tuple[str, ...]]] = {
    "ar": (
        "كانون الثاني/يناير",
        "شباط/فبراير",
        "آذار/مارس",
        "نيسان/أبريل",
        "أيار/مايو",
        "حزيران/يونيه",
        "تموز/يوليه",
        "آب/أغسطس",
        "أيلول/سبتمبر",
        "تشرين الأول/أكتوبر",
        "تشرين الثاني/نوفمبر",
        "كانون الأول/ديسمبر",
    ),
    "en": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
    "fr": (
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ),
    "ru": (
        "января",
        "февраля",
        "марта",
        "апреля",
        "мая",
        "июня",
        "июля",
        "августа",
        "сентября",
        "октября",
        "ноября",
        "декабря",
    ),
    "es": (
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ),
}


def long_date(day: date, language: Language) -> str:
    """A date in full: "25 November 2013", «25 ноября 2013 года», 2013年11月25日."""
    if language == "zh":
        return f"{day.year}年{_day_and_month(day, language)}"
    return _with_year(_day_and_month(day, language), day.year, language)


def date_range(first: date, last: date, language: Language) -> str:
    """The days of a meeting: "25–26 November 2013", « 25 et 26 novembre 2013 ».

    Where a language joins two days in a row with "and", so do we; longer ranges are joined with
    a dash or "to". Raises ValueError when the last day comes before the first.
    """
    if last < first:
        raise ValueError(f"the last day {last} comes before the first day {first}")
    if first == last:
        return long_date(first, language)
    if first.year != last.year:
        return _joined(long_date(first, language), long_date(last, language), language)
    if language == "zh":
        end = _day_and_month(last, language) if first.month != last.month else f"{last.day}日"
        return f"{long_date(first, language)}至{end}"
    if first.month != last.month:
        days = _joined(_day_and_month(first, language), _day_and_month(last, language), language)
        return _with_year(days, last.year, language)
    begin, end = _day_number(first, language), _day_and_month(last, language)
    return _with_year(_days_of_one_month(begin, end, first, last, language), last.year, language)


def month_names(language: Language) -> tuple[tuple[str, ...], ...]:
    """The twelve months as they stand behind a day; Arabic has a double name, and its second half.

    Chinese counts its months and has none.
    """
    return tuple((name, *name.split("/")[1:]) for name in _MONTHS.get(language, ()))


def reply_by(day: date, language: Language) -> str:
    """By when an answer is asked for, as running text: "no later than 30 September 2013"."""
    return _REPLY_BY[language].format(date=long_date(day, language))


def _day_number(day: date, language: Language) -> str:
    return "1er" if language == "fr" and day.day == 1 else str(day.day)


def _day_and_month(day: date, language: Language) -> str:
    if language == "zh":
        return f"{day.month}月{day.day}日"
    month = _MONTHS[language][day.month - 1]
    of = " de " if language == "es" else " "
    return f"{_day_number(day, language)}{of}{month}"


def _with_year(days: str, year: int, language: Language) -> str:
    if language == "es":
        return f"{days} de {year}"
    return f"{days} {year} года" if language == "ru" else f"{days} {year}"


def _joined(begin: str, end: str, language: Language) -> str:
    joiner = {"zh": "至", "es": " a "}.get(language, " – ")
    return f"{begin}{joiner}{end}"


def _days_of_one_month(begin: str, end: str, first: date, last: date, language: Language) -> str:
    two_in_a_row = last - first == timedelta(days=1)
    if language == "fr":
        return f"{begin} et {end}" if two_in_a_row else f"{begin}-{end}"
    if language == "es":
        return f"{begin} y {end}" if two_in_a_row else f"{begin} a {end}"
    if language == "ar":
        return f"{begin} و{end}" if two_in_a_row else f"{begin}-{end}"
    return f"{begin}–{end}"


_REPLY_BY: Final[Mapping[Language, str]] = {
    "ar": "في موعد أقصاه {date}",
    "zh": "最迟于{date}",
    "en": "no later than {date}",
    "fr": "le {date} au plus tard",
    "ru": "не позднее {date}",
    "es": "a más tardar el {date}",
}

# --- ordinals --------------------------------------------------------------------------------

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


# --- names of States in running text ---------------------------------------------------------

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


# --- courtesies ------------------------------------------------------------------------------

NOTE_VERBALE: Final[Mapping[Language, str]] = {
    "ar": "مذكرة شفوية",
    "zh": "普通照会",
    "en": "Note verbale",
    "fr": "Note verbale",
    "ru": "Вербальная нота",
    "es": "Nota verbal",
}

_OPENING: Final[Mapping[Language, str]] = {
    "ar": "تهدي {secretariat} تحياتها إلى {missions} لدى الأمم المتحدة (فيينا) وتتشرف بأن",
    "zh": "{secretariat}向{missions}致意，并谨",
    "en": (
        "{secretariat} presents its compliments to {missions} to the United Nations (Vienna) "
        "and has the honour to"
    ),
    "fr": (
        "{secretariat} présente ses compliments {missions} auprès de l'Organisation des "
        "Nations Unies (Vienne) et a l'honneur de"
    ),
    "ru": (
        "{secretariat} свидетельствует свое уважение {missions} при Организации Объединенных "
        "Наций (Вена) и имеет честь"
    ),
    "es": (
        "{secretariat} saluda atentamente {missions} ante las Naciones Unidas (Viena) y tiene "
        "el honor de"
    ),
}
_ALL_MISSIONS: Final[Mapping[Language, str]] = {
    "ar": "البعثات الدائمة",
    "zh": "各国常驻联合国（维也纳）代表团",
    "en": "the Permanent Missions",
    "fr": "aux Missions permanentes",
    "ru": "постоянным представительствам",
    "es": "a las Misiones Permanentes",
}
_CLOSING: Final[Mapping[Language, str]] = {
    "ar": "وتغتنم الأمانة هذه الفرصة لتعرب مجددا {missions} عن أسمى آيات التقدير.",
    "zh": "顺致最崇高的敬意。",
    "en": (
        "The Secretariat avails itself of this opportunity to renew to {missions} "
        "the assurances of its highest consideration."
    ),
    "fr": (
        "Le Secrétariat saisit cette occasion pour renouveler {missions} les "
        "assurances de sa très haute considération."
    ),
    "ru": (
        "Секретариат пользуется этим случаем, чтобы возобновить {missions} "
        "уверения в своем весьма высоком уважении."
    ),
    "es": (
        "La Secretaría aprovecha la oportunidad para reiterar {missions} las "
        "seguridades de su consideración más distinguida."
    ),
}


def opening(secretariat: str, language: Language, missions: str = "") -> str:
    """How a note begins, up to "has the honour to"; the verb must follow.

    `secretariat` is the sender in the nominative as it begins the sentence: "The Secretariat of
    the United Nations Office on Drugs and Crime", « Le Secrétariat de l'Office … ». `missions` are
    those greeted, in the form that the sentence asks for; without them all Permanent Missions are.
    """
    return _OPENING[language].format(
        secretariat=secretariat, missions=missions or _ALL_MISSIONS[language]
    )


def closing(language: Language, missions: str = "") -> str:
    """The closing courtesy of a note, one sentence; `missions` as in `opening`."""
    to_all = "للبعثات الدائمة" if language == "ar" else _ALL_MISSIONS[language]
    return _CLOSING[language].format(missions=missions or to_all)


# --- the fixed words of the printed page -----------------------------------------------------


@dataclass(frozen=True)
class Words:
    """What a letter prints besides its text; a label carries its own colon, `gap` follows it."""

    reference: str
    subject: str
    enclosures: str
    copy_for: str
    code: str
    verify_at: str
    emblem: str
    qr_code: str
    gap: str = " "


WORDS: Final[Mapping[Language, Words]] = {
    "ar": Words(
        reference="المرجع:",
        subject="الموضوع:",
        enclosures="المرفقات: {number}",
        copy_for="نسخة موجهة إلى:",
        code="رمز التحقق:",
        verify_at="للتحقق:",
        emblem="الشعار: مائدة مستديرة حولها ستة مقاعد",
        qr_code="رمز مربع يتضمن عنوان صفحة التحقق",
    ),
    "zh": Words(
        reference="文号：",
        subject="事由：",
        enclosures="附件：{number}",
        copy_for="本件送：",
        code="核验码：",
        verify_at="核验网址：",
        emblem="徽标：六席圆桌",
        qr_code="二维码：核验网址",
        gap="",
    ),
    "en": Words(
        reference="REFERENCE:",
        subject="SUBJECT:",
        enclosures="Enclosure(s): {number}",
        copy_for="Copy for:",
        code="Verification code:",
        verify_at="To verify:",
        emblem="Emblem: a round table with six seats",
        qr_code="QR code with the address of the verification page",
    ),
    "fr": Words(
        reference="RÉFÉRENCE\N{NO-BREAK SPACE}:",
        subject="OBJET\N{NO-BREAK SPACE}:",
        enclosures="Pièce(s) jointe(s)\N{NO-BREAK SPACE}: {number}",
        copy_for="Exemplaire destiné à\N{NO-BREAK SPACE}:",
        code="Code de vérification\N{NO-BREAK SPACE}:",
        verify_at="Vérification\N{NO-BREAK SPACE}:",
        emblem="Emblème\N{NO-BREAK SPACE}: une table ronde et six sièges",
        qr_code="Code QR contenant l'adresse de la page de vérification",
    ),
    "ru": Words(
        reference="ИСХ. №",
        subject="ТЕМА:",
        enclosures="Приложения: {number}",
        copy_for="Адресат этого экземпляра:",
        code="Код проверки:",
        verify_at="Адрес для проверки:",
        emblem="Эмблема: круглый стол с шестью местами",
        qr_code="QR-код с адресом страницы проверки",
    ),
    "es": Words(
        reference="REFERENCIA:",
        subject="ASUNTO:",
        enclosures="Anexo(s): {number}",
        copy_for="Ejemplar destinado a:",
        code="Código de verificación:",
        verify_at="Verificación:",
        emblem="Emblema: una mesa redonda con seis asientos",
        qr_code="Código QR con la dirección de la página de verificación",
    ),
}


def count_of_enclosures(number: int, language: Language) -> str:
    """The line at the foot of the last page: "Enclosure(s): 2"."""
    return WORDS[language].enclosures.format(number=number)
