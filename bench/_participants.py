"""One list of participants made in one way, in a process of its own: seconds and memory."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from html import escape
from pathlib import Path

import typst
from weasyprint import CSS, HTML

from letters import assets
from letters.list_of_participants import printed
from letters.participants import ListOfParticipants
from tests.participants.samples import a_list

_SOURCE = Path(__file__).with_name("list_of_participants.typ")
_TABLE = """
@page { size: A4; margin: 22mm 25mm 20mm }
@page { @bottom-center { content: counter(page) " / " counter(pages) } }
html { font: 9.5pt "Noto Serif" } table { width: 100%; border-collapse: collapse }
td, th { border: 0.5pt solid #000; text-align: start; vertical-align: top }
"""


@dataclass(frozen=True)
class Measured:
    """What one list cost: wall seconds, seconds of the processor, and the most memory held."""

    seconds: float
    processor: float
    megabytes: float
    size: int


def measure(way: str, persons: int) -> Measured:
    """Make a list of so many persons once, after a short one that loads what every list needs."""
    said = subprocess.run(
        [sys.executable, "-m", "bench._participants", way, str(persons)],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout
    return Measured(**json.loads(said))


def _as_table(listed: ListOfParticipants) -> bytes:
    """The same persons in one plain table, tagged, as a page written without care would have it."""
    rows = "".join(
        f"<tr><td>{escape(group.title)}</td><td>{escape(f'{each.before} {each.name}')}</td>"
        f"<td>{escape(each.post)}</td></tr>"
        for section in listed.sections
        for group in section.groups
        for each in group.entries
    )
    head = "<thead><tr><th>State</th><th>Name</th><th>Post</th></tr></thead>"
    page = (
        f'<!DOCTYPE html><html lang="{listed.language}"><head><title>{listed.title}</title></head>'
        f"<body><h1>{listed.title}</h1><table>{head}<tbody>{rows}</tbody></table></body></html>"
    )
    fonts = assets.font_configuration()
    pdf: bytes = HTML(string=page).write_pdf(
        font_config=fonts,
        stylesheets=[CSS(string=_TABLE, font_config=fonts)],
        pdf_variant="pdf/ua-1",
    )
    return pdf


def _by_typst(listed: ListOfParticipants) -> bytes:
    compiler = typst.Compiler(_SOURCE, font_paths=[assets.FONTS], ignore_system_fonts=True)
    pdf: bytes = compiler.compile(
        sys_inputs={"list": json.dumps(asdict(listed))}, pdf_standards=["ua-1"]
    )
    return pdf


WAYS: dict[str, Callable[[ListOfParticipants], bytes]] = {
    "ours": printed,
    "table": _as_table,
    "typst": _by_typst,
}


def main(way: str, persons: int) -> None:
    make = WAYS[way]
    make(a_list(20))
    listed = a_list(persons)
    started, processor = time.perf_counter(), time.process_time()
    pdf = make(listed)
    seconds, processor = time.perf_counter() - started, time.process_time() - processor
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(asdict(Measured(seconds, processor, most, len(pdf)))))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
