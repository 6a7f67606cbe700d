"""Typst as a peer: the same letters, set by a compiler that is kept, as its manual advises."""

from __future__ import annotations

import json
from pathlib import Path

import typst

from letters import assets
from letters.copy_mark import qr_code
from letters.language import WORDS, count_of_enclosures
from letters.letter import Copy, Letter

_SOURCE = Path(__file__).with_name("letter.typ")
_STANDARDS = ["a-3a", "ua-1"]


class Typst:
    """One compiler for many letters, with our fonts and no others."""

    def __init__(self) -> None:
        self._compiler = typst.Compiler(
            _SOURCE, font_paths=[assets.FONTS], ignore_system_fonts=True
        )
        self._emblem = (assets.TEMPLATES / "emblem.svg").read_text(encoding="utf-8")

    def copy(self, letter: Letter, copy: Copy) -> bytes:
        """One addressee's copy, tagged and archivable like ours."""
        inputs = {"letter": json.dumps(self._said(letter)), "copy": json.dumps(_mark(copy))}
        pdf: bytes = self._compiler.compile(sys_inputs=inputs, pdf_standards=_STANDARDS)
        return pdf

    def _said(self, letter: Letter) -> dict[str, object]:
        words = WORDS[letter.language]
        emblem = self._emblem[self._emblem.index("<svg") :]
        return {
            "language": letter.language,
            "reference": letter.reference,
            "subject": letter.subject,
            "organization": letter.letterhead.organization,
            "office": letter.letterhead.office,
            "paragraphs": [{"number": p.number, "text": p.words} for p in letter.paragraphs],
            "place_and_date": letter.place_and_date,
            "initials": letter.initials,
            "notice": letter.notice,
            "enclosures": [
                f"{e.title} ({e.symbol})" if e.symbol else e.title for e in letter.enclosures
            ],
            "count": count_of_enclosures(len(letter.enclosures), letter.language),
            "emblem": emblem.replace("{{ words.emblem }}", words.emblem),
            "emblem_alt": words.emblem,
            "qr_alt": words.qr_code,
            "label_reference": f"{words.reference}{words.gap}",
            "label_subject": f"{words.subject}{words.gap}",
            "label_copy": words.copy_for,
            "label_code": f"{words.code}{words.gap}",
            "label_verify": f"{words.verify_at}{words.gap}",
        }


def _mark(copy: Copy) -> dict[str, str]:
    code = qr_code(copy.verify_url)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {code.side} {code.side}">'
        f'<path fill="none" stroke="#000000" d="{code.path}"/></svg>'
    )
    return {
        "addressee": copy.addressee,
        "code": copy.code,
        "verify_url": copy.verify_url,
        "qr": svg,
    }
