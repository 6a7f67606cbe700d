"""Writes a list of participants as a Word document, for whoever edits it further."""

import io
from datetime import UTC, datetime
from typing import Any, Final

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt

from letters.letter import DIRECTION
from letters.participants import ListOfParticipants

_FONTS: Final = {"w:ascii": "Noto Serif", "w:hAnsi": "Noto Serif", "w:cs": "Noto Naskh Arabic"}
_EAST_ASIAN: Final = "Noto Serif SC"
# Word names its styles' languages so; without them it marks every name as misspelt English.
_TAGS: Final = {"ar": "ar-SA", "zh": "zh-CN", "en": "en-GB", "fr": "fr-FR", "ru": "ru-RU"}


def written(listed: ListOfParticipants) -> bytes:
    """The list as DOCX, with headings of three levels. Right to left where its language is."""
    document = Document()
    from_right = DIRECTION[listed.language] == "rtl"
    _set_style(document, listed.language)
    properties = document.core_properties
    properties.title, properties.subject = listed.title, listed.symbol
    properties.author, properties.language = "", _TAGS.get(listed.language, listed.language)
    # python-docx would claim its own template's day of 2013.
    properties.created = properties.modified = datetime(2000, 1, 1, tzinfo=UTC)
    for place, fact in enumerate((listed.symbol, *listed.facts)):
        paragraph = _paragraph(document, fact, "Normal", from_right)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        paragraph.runs[0].bold = place == 0
    _paragraph(document, listed.title, "Heading 1", from_right)
    for remark in listed.remarks:
        _paragraph(document, remark, "Normal", from_right)
    for section in listed.sections:
        _paragraph(document, section.title, "Heading 2", from_right)
        for group in section.groups:
            _paragraph(document, group.title, "Heading 3", from_right)
            for entry in group.entries:
                _paragraph(document, entry.line, "Normal", from_right)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _set_style(document: Any, language: str) -> None:
    """Let every style be set in our fonts, which print all six languages."""
    for name in ("Normal", "Heading 1", "Heading 2", "Heading 3"):
        style = document.styles[name]
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in [key for key in fonts.attrib if key.endswith("Theme")]:
            del fonts.attrib[theme]
        for script, family in {**_FONTS, "w:eastAsia": _EAST_ASIAN}.items():
            fonts.set(qn(script), family)
    normal = document.styles["Normal"]
    normal.font.size = Pt(10)
    normal.paragraph_format.space_after = Pt(3)
    spoken = OxmlElement("w:lang")
    tag = _TAGS.get(language, f"{language}-ES")
    spoken.set(qn("w:bidi" if language == "ar" else "w:val"), tag)
    normal.element.get_or_add_rPr().append(spoken)


def _paragraph(document: Any, words: str, style: str, from_right: bool) -> Any:
    paragraph = document.add_paragraph(style=style)
    run = paragraph.add_run(words)
    if from_right:
        paragraph._p.get_or_add_pPr().append(OxmlElement("w:bidi"))
        run.font.rtl = any("\u0590" <= each <= "\u08ff" for each in words)
    return paragraph
