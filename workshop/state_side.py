"""A State's answer, through the pages alone: from its home to the paragraph of the report.

A focal point who never saw the pages answers, and an officer compares, lists and marks who is
there. The pictures of the documentation are taken on the way.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page
from weasyprint import HTML

Look = Callable[[Page, str], None]
Print = Callable[[bytes, str], None]

HEADINGS = ("Title", "Given names", "Family name", "Post", "Ministry", "Head of delegation")
PERSONS = (
    ("Ms.", "Amélie", "Example-Okonkwo", "Invented Director", "Invented Ministry of Justice", "x"),
    ("Mr.", "José María", "Example y Muster", "Invented Prosecutor", "Invented Prosecution", ""),
    ("Ms.", "نورة", "مثال", "Invented Adviser", "Invented Ministry of Justice", ""),
    ("Mr.", "Ivan", "Primerov", "Invented Judge", "Invented Court of Appeal", ""),
    ("Ms.", "", "Lílian", "Invented Analyst", "Invented Intelligence Unit", ""),
)
_MISTAKEN = (*PERSONS[:3], ("Dr", *PERSONS[3][1:]), (*PERSONS[4][:3], "", *PERSONS[4][4:]))
_SEEN = 9
_PATIENCE = 300  # seconds; a letter or a list on a busy machine


class StateSide:
    """The walk of a focal point and an officer, each in a window of their own."""

    def __init__(self, focal_point: Page, officer: Page, look: Look, printed: Print) -> None:
        self._state, self._office, self._look, self._printed = focal_point, officer, look, printed

    def walk(self, note: str, meeting: str) -> None:
        """The whole way; the address of the note's answer, and that of the meeting."""
        self.begin()
        self.name_authority(note)
        self.bring_persons(note)
        self.lay_note(note)
        self.send(note)
        self.compare()
        self.list_participants(meeting)
        self.mark(meeting)

    def begin(self) -> None:
        """The home of the State, in two languages and as a telephone shows it."""
        self._state.goto("/answer?lang=fr")
        self._look(self._state, "state-home-fr")
        self._state.goto("/answer?lang=en")
        self._look(self._state, "state-home")
        self._look(self._state, "state-home-360")

    def name_authority(self, note: str) -> None:
        """Name the central authority, and say that local ones are not needed."""
        page = self._state
        page.goto(f"{note}/central-authority")
        page.get_by_label("Name of the authority").fill("Invented Central Authority")
        page.get_by_label("E-mail address").fill("central@authorities.example")
        self._press(page, "Save and continue")
        self._press(page, "This part is not needed")

    def bring_persons(self, note: str) -> None:
        """Paste a table: first with two mistakes, which it names, then as it should be."""
        page = self._state
        for rows, name in ((_MISTAKEN, "state-table-mistakes"), (PERSONS, "state-table")):
            page.goto(f"{note}/experts/table")
            lines = ["\t".join(cells) for cells in (HEADINGS, *rows)]
            page.locator("main textarea").fill("\n".join(lines))
            self._press(page, "Continue")
            self._press(page, "Continue")
            self._look(page, name)
        self._press(page, f"Add {len(PERSONS)} persons")

    def lay_note(self, note: str) -> None:
        """Upload the mission's note; the list of the parts then says what is left."""
        page = self._state
        page.goto(f"{note}/mission-note")
        page.get_by_label("Reference of the mission's note").fill("Demo note 17/2013")
        file: Any = {
            "name": "note-verbale.pdf",
            "mimeType": "application/pdf",
            "buffer": _an_invented_note(),
        }
        page.locator("input[type=file]").set_input_files(file)
        self._press(page, "Save and continue")
        page.goto(f"{note}?lang=ar")
        self._look(page, "state-answer-ar")
        page.goto(f"{note}?lang=en")
        self._look(page, "state-answer")

    def send(self, note: str) -> None:
        """Check everything on one page, send it, and open the letter that confirms it."""
        page = self._state
        page.goto(f"{note}/send")
        self._look(page, "state-check")
        self._press(page, "Send")
        letter = page.get_by_role("link", name="Letter of acknowledgement (PDF)")
        self._take_away(page, letter, "state-letter")

    def compare(self) -> None:
        """Hold the names against the mission's note, and let them stand in the list."""
        page = self._office
        page.goto("/verification?lang=en")
        self._look(page, "office-queue")
        page.goto("/verification?stage=note_received&page=99")
        page.locator("main tbody a").last.click()
        self._await(page, page.locator("main figure img, main .app-pages img").first)
        page.get_by_role("radio", name="Matches").first.check()
        self._look(page, "office-names")
        self._press(page, "All others match: save")
        self._press(page, "Save and verify")
        self._press(page, "Confirm the names that match")
        page.goto("/authorities")
        self._look(page, "office-register")

    def list_participants(self, meeting: str) -> None:
        """Make the provisional list of participants from confirmed names."""
        page = self._office
        page.goto(f"{meeting}/participants")
        page.get_by_label("Provisional list").check()
        self._press(page, "Make this version")
        file = page.locator("main tbody").get_by_role("link", name=re.compile("^English, PDF"))
        self._take_away(page, file, "office-list")

    def mark(self, meeting: str) -> None:
        """Mark who is there; the paragraphs of the report follow from it."""
        page = self._office
        page.goto(f"{meeting}/attendance")
        for _ in range(_SEEN):
            self._press(page, re.compile("^Present"))
        page.get_by_label("Organization", exact=True).select_option(index=1)
        self._press(page, "Mark the organization as represented")
        self._look(page, "office-attendance")
        page.goto(f"{meeting}/attendance/report")
        self._look(page, "office-report")

    def _take_away(self, page: Page, link: Locator, name: str) -> None:
        """Wait for a file that is being made, and hand its bytes on."""
        self._await(page, link)
        answer = page.request.get(link.first.get_attribute("href") or "")
        self._printed(answer.body(), name)

    @staticmethod
    def _await(page: Page, wanted: Locator) -> None:
        deadline = time.monotonic() + _PATIENCE
        while not wanted.count() and time.monotonic() < deadline:
            page.wait_for_timeout(500)
            page.reload()
        wanted.first.wait_for()

    @staticmethod
    def _press(page: Page, name: str | re.Pattern[str]) -> None:
        with page.expect_navigation():
            page.locator("main").get_by_role("button", name=name).first.click()


def _an_invented_note() -> bytes:
    """A mission's note that names the persons, and says that it is invented."""
    listed = "".join(
        f"<li>{courtesy} {given} <b>{family}</b>, {post}, {body}{', head of delegation' * bool(x)}"
        for courtesy, given, family, post, body, x in PERSONS
    )
    words = (
        "<p>INVENTED, FOR THE DEMONSTRATION ONLY<p>Demo note 17/2013<h1>Note verbale</h1><p>The"
        " Permanent Mission of an invented State presents its compliments to the Secretariat and"
        " has the honour to nominate the following experts for the meeting in Panama City:"
        f"<ol>{listed}</ol><p>Vienna, 18 September 2013"
    )
    return bytes(HTML(string=f"<html lang=en><title>Note verbale</title>{words}").write_pdf())
