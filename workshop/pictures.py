"""Makes the pictures of the README, and of every page that decides, in three languages and sizes.

`python3 dev.py pictures [FOLDER] [--instance FOLDER]`: the pictures of the README and of the guide
go to docs/pictures, all others to the first folder. They are taken of a demonstration that runs for
the purpose, or of the one that is kept in the second folder and runs already.
"""

from __future__ import annotations

import argparse
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdfium2
from PIL import Image
from playwright.sync_api import FloatRect, Page

from registration.documents.store import Store
from workshop.browser import Visitor, chromium
from workshop.demo import MEETING, REFERENCE, run_main_job, throwaway_instance
from workshop.errors import WorkshopError
from workshop.instance import ROOT, Instance, Ports
from workshop.mail_catcher import Mailbox
from workshop.reminder import Reminder
from workshop.services import DATABASE
from workshop.state_side import StateSide
from workshop.steps import Steps
from workshop.supervisor import Supervisor

OF_THE_README = ROOT / "docs" / "pictures"
PAGE_LANGUAGES = ("en", "fr", "ar")
WIDTHS = (360, 1024)
# Beside each other on a README's page, and sharp on a screen with twice the dots.
_NOTE_WIDTH = 900
_BOARD = (1200, 1690)
# Where the page of a text has room, what will be printed stands beside it.
_GUIDE = (1024, 1100)
_BESIDE = (1700, 1000)
# A page as it is read, from its top; what is longer is cut.
_READ = 1500
# Print and boards have few colours; more would only make the file longer.
_COLOURS = 64
_DOTS_PER_POINT = 1.5

_ONE_OF_EACH = """
SELECT note.id, letter.code, letter.state_code, account.email
FROM note
JOIN letter ON letter.note_id = note.id
JOIN account ON account.state_code = letter.state_code
WHERE note.reference = %s AND letter.document_id IS NOT NULL
ORDER BY letter.state_code
LIMIT 1
"""
_ONE_COPY_IN_EACH_LANGUAGE = """
SELECT DISTINCT ON (letter.language) letter.language, document.sha256
FROM note
JOIN letter ON letter.note_id = note.id
JOIN document ON document.id = letter.document_id
WHERE note.reference = %s AND letter.addressee_id IS NOT NULL
ORDER BY letter.language, letter.state_code
"""
_WHO_HAS_NOT_ANSWERED = """
SELECT note.id, account.email
FROM note
JOIN addressee ON addressee.note_id = note.id
JOIN account ON account.state_code = addressee.state_code
WHERE note.reference = %s
AND account.state_code NOT IN (SELECT state_code FROM nomination)
ORDER BY account.state_code
LIMIT 1
"""


def main(arguments: Sequence[str]) -> int:
    """Take all pictures."""
    words = argparse.ArgumentParser(prog="python3 dev.py pictures", description=__doc__)
    words.add_argument("folder", type=Path, nargs="?", default=ROOT / "pictures")
    words.add_argument("--instance", type=Path, help="the folder of one that runs already")
    chosen = words.parse_args(arguments)
    for folder in (OF_THE_README, chosen.folder):
        folder.mkdir(parents=True, exist_ok=True)
    steps = Steps()
    with _running(chosen.instance, steps) as instance, steps.step("Taking the pictures"):
        _notes(instance, chosen.folder)
        _pages(instance, chosen.folder)
        _reminder(instance)
        _state_side(instance)
    steps.say(f"The pictures are in {OF_THE_README} and {chosen.folder}.")
    return 0


@contextmanager
def _running(folder: Path | None, steps: Steps) -> Iterator[Instance]:
    """A demonstration that has done its main job."""
    if folder is not None:
        instance = Instance(folder, Ports.any_free(), demo=True)
        instance.join()
        yield instance
        return
    ports = Ports.beside(8000)  # they can be read in the pictures
    ports.require_free()
    with throwaway_instance(ports) as instance:
        supervisor = Supervisor(instance, steps)
        with supervisor.running():
            run_main_job(instance, supervisor, steps)
            yield instance


def _ask(instance: Instance, question: str) -> list[tuple[Any, ...]]:
    with instance.postgres.cluster.connect(DATABASE) as connection:
        found = connection.execute(question, (REFERENCE,)).fetchall()
    if not found:
        raise WorkshopError(f"There is no {REFERENCE}.", mend="read the demonstration's log")
    return found


def _notes(instance: Instance, folder: Path) -> None:
    """The first page of a copy in each language."""
    store = Store(Path(instance.environment()["REGISTRATION_STORE_DIR"]))
    for language, digest in _ask(instance, _ONE_COPY_IN_EACH_LANGUAGE):
        page = pypdfium2.PdfDocument(store.get(digest))[0]
        picture = _printed(page, _NOTE_WIDTH / page.get_width())
        (folder / f"note-{language}.png").write_bytes(picture)
        if language == "en":
            (OF_THE_README / "note.png").write_bytes(picture)


def _printed(page: Any, scale: float) -> bytes:
    """A printed page as a PNG."""
    return _short(page.render(scale=scale).to_pil())


def _short(picture: Image.Image) -> bytes:
    content = io.BytesIO()
    picture.quantize(_COLOURS, dither=Image.Dither.NONE).save(content, "PNG", optimize=True)
    return content.getvalue()


@dataclass(frozen=True)
class _View:
    """One page that decides, and by whom it is seen; nobody in particular: a stranger."""

    name: str
    path: str
    person: str = ""


def _views(instance: Instance) -> list[_View]:
    note, code, state, focal_point = _ask(instance, _ONE_OF_EACH)[0]
    anna, rosa = "anna@secretariat.example", "rosa@secretariat.example"
    return [
        _View("sign-in", "/sign-in"),
        _View("meeting", f"/meetings/{MEETING}"),
        _View("verification", f"/verify/{code}"),
        _View("work", "/work", anna),
        _View("note", f"/notes/{note}", anna),
        _View("writing", "/notes/{draft}/texts/{language}", anna),
        _View("board", f"/notes/{note}/board", rosa),
        _View("story", f"/states/{state}/story", rosa),
        _View("home-of-a-state", "/answer", focal_point),
        _View("answer", f"/answer/{note}", focal_point),
    ]


def _pages(instance: Instance, folder: Path) -> None:
    with chromium() as browser:
        visitors: dict[str, Visitor] = {}
        draft = ""
        for view in _views(instance):
            if view.person not in visitors:
                visitor = Visitor(browser, instance.base_url, Mailbox(instance.mail))
                if view.person:
                    visitor.sign_in(view.person)
                visitors[view.person] = visitor
            visitor = visitors[view.person]
            if "{draft}" in view.path and not draft:
                draft = _begin_a_note(visitor.page)
            for language in PAGE_LANGUAGES:
                path = view.path.format(draft=draft, language=language)
                visitor.page.goto(f"{path}?lang={language}")
                _take(visitor, folder, f"{view.name}-{language}")
            if view.name == "board":
                _board_of_the_readme(visitor, view.path)


def _reminder(instance: Instance) -> None:
    """A reminder from its draft to its issue, for the guide."""
    note, *_rest = _ask(instance, _ONE_OF_EACH)[0]
    with chromium() as browser:
        anna, otto = (
            Visitor(browser, instance.base_url, Mailbox(instance.mail), width=_GUIDE[0])
            for _ in range(2)
        )
        anna.sign_in("anna@secretariat.example")
        otto.sign_in("otto@secretariat.example")
        Reminder(anna.page, otto.page, _for_the_guide).walk(f"/notes/{note}?lang=en")


def _for_the_guide(page: Page, name: str) -> None:
    width, height = _BESIDE if name == "reminder-translated" else _GUIDE
    page.set_viewport_size({"width": width, "height": height})
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready.then(() => null)")
    (OF_THE_README / f"{name}.png").write_bytes(_short(Image.open(io.BytesIO(page.screenshot()))))


def _state_side(instance: Instance) -> None:
    """An answer from the State's home to the paragraph of the report, for the guide."""
    note, email = _ask(instance, _WHO_HAS_NOT_ANSWERED)[0]
    with chromium() as browser:
        state, office = (
            Visitor(browser, instance.base_url, Mailbox(instance.mail)) for _ in range(2)
        )
        state.sign_in(email)
        office.sign_in("otto@secretariat.example")
        walk = StateSide(state.page, office.page, _as_it_is_read, _as_it_is_printed)
        walk.walk(f"/answer/{note}", f"/meetings/{MEETING}")


def _as_it_is_read(page: Page, name: str) -> None:
    width = WIDTHS[0] if name.endswith(f"-{WIDTHS[0]}") else WIDTHS[-1]
    page.set_viewport_size({"width": width, "height": 900})
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready.then(() => null)")
    height = page.evaluate("document.documentElement.scrollHeight")
    clip: FloatRect = {"x": 0, "y": 0, "width": width, "height": min(height, _READ)}
    taken = page.screenshot(full_page=True, clip=clip)
    (OF_THE_README / f"{name}.png").write_bytes(_short(Image.open(io.BytesIO(taken))))


def _as_it_is_printed(content: bytes, name: str) -> None:
    page = pypdfium2.PdfDocument(content)[0]
    (OF_THE_README / f"{name}.png").write_bytes(_printed(page, _NOTE_WIDTH / page.get_width()))


def _begin_a_note(page: Page) -> str:
    """The identifier of a draft about another meeting, begun through the pages."""
    page.goto("/notes/new?lang=en")
    meetings = page.get_by_label("Meeting").locator("option").all_inner_texts()
    second = next(each for each in meetings if each.startswith("2. "))
    page.get_by_label("Meeting").select_option(label=second)
    page.get_by_label("Title in the office").fill("Invitation, for the pictures")
    for part, number in (("Day", "1"), ("Month", "10"), ("Year", "2013")):
        page.get_by_role("group", name="Deadline for responses").get_by_label(part).fill(number)
    page.get_by_role("button", name="Begin the draft").click()
    page.wait_for_url("**/notes/*-*")
    return page.url.rpartition("/")[2]


def _take(visitor: Visitor, folder: Path, name: str) -> None:
    """The page in the window as it stands, at each width and as it would be printed."""
    page = visitor.page
    page.evaluate("document.fonts.ready.then(() => null)")
    for width in WIDTHS:
        visitor.width(width)
        page.screenshot(path=folder / f"{name}-{width}.png", full_page=True)
    printed = pypdfium2.PdfDocument(page.pdf(format="A4", print_background=True))
    for number, sheet in enumerate(printed, start=1):
        (folder / f"{name}-A4-{number}.png").write_bytes(_printed(sheet, _DOTS_PER_POINT))


def _board_of_the_readme(visitor: Visitor, path: str) -> None:
    width, height = _BOARD
    visitor.width(width)
    visitor.page.goto(f"{path}?lang=en")
    clip: FloatRect = {"x": 0, "y": 0, "width": width, "height": height}
    taken = visitor.page.screenshot(full_page=True, clip=clip)
    (OF_THE_README / "tracking.png").write_bytes(_short(Image.open(io.BytesIO(taken))))
