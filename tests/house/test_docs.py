"""What the docs say exists does exist."""

import importlib
import re
from pathlib import Path

import pytest

from registration.workflow import Workflow
from tests.foundation.test_workflow import WORKFLOWS

ROOT = Path(__file__).resolve().parents[2]
TERMS = re.findall(
    r"^\|[^|]+\| `([\w.]+)` \|", (ROOT / "docs/glossary.md").read_text(), re.MULTILINE
)


@pytest.mark.parametrize("name", TERMS)
def test_every_term_of_the_glossary_exists(name: str) -> None:
    path = name.split(".")
    for end in range(len(path), 0, -1):
        try:
            thing = importlib.import_module(".".join(path[:end]))
        except ModuleNotFoundError:
            continue
        break
    for attribute in path[end:]:
        thing = getattr(thing, attribute)
    assert thing is not None


def test_the_glossary_is_read_at_all() -> None:
    assert len(TERMS) > 25


@pytest.mark.parametrize("workflow", [each[0] for each in WORKFLOWS], ids=lambda each: each.name)
def test_the_workflows_are_drawn_from_their_tables(workflow: Workflow) -> None:
    drawn = f"```mermaid\n{workflow.mermaid()}\n```"
    assert drawn in (ROOT / "docs/workflows.md").read_text()


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text().splitlines()) < 120


def test_every_file_that_the_docs_link_to_is_there() -> None:
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_every_place_in_the_code_that_the_docs_name_is_there() -> None:
    named = re.compile(
        r"`((?:registration|workers|letters|migrations|templates|tests|workshop|bench|look)/[\w./-]+)"
    )
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]:
        for place in named.findall(page.read_text()):
            assert (ROOT / place).exists(), f"{page.name} names {place}"


def test_every_picture_is_small_and_shown_and_every_one_that_is_shown_is_there() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    shown = {
        (page.parent / where).resolve()
        for page in pages
        for where in re.findall(r"!\[[^\]]+\]\(([^)]+\.png)\)", page.read_text())
    }
    kept = set((ROOT / "docs/pictures").resolve().glob("*.png"))
    assert shown == kept
    assert [each.name for each in kept if each.stat().st_size > 150_000] == []
