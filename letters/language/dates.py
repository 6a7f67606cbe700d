"""Dates and ranges of days as they are written in the six languages."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from letters.letter import Language

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
