"""What every letter says: its courtesies, and the words that the page prints around the text."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from letters.letter import Language

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
