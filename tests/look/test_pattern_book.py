"""The pattern book in a browser: nothing inaccessible, nothing cut off, nothing fetched in vain."""

import re
import runpy
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.look.conftest import Show
from tests.look.samples import ROOT, error_page, pattern_book

KIBIBYTES_OF_A_FIRST_VISIT = 200
ERRORS = (400, 403, 404, 405, 409, 413, 422, 429, 500, 503)


def violations(page: Page) -> list[str]:
    """What axe finds, one line each."""
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {node['html']}" for each in found for node in each["nodes"]]


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("width", [360, 1024])
def test_the_pattern_book_has_no_axe_violation(show: Show, language: str, width: int) -> None:
    assert violations(show(pattern_book(language), width)) == []


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("width", [360, 768, 1024])
def test_no_page_scrolls_sideways(show: Show, language: str, width: int) -> None:
    page = show(pattern_book(language), width)
    assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("status", ERRORS)
def test_an_error_page_says_what_happened_without_an_axe_violation(show: Show, status: int) -> None:
    page = show(error_page(status, incident="7f3a91c2" if status == 500 else ""), 360)
    assert violations(page) == []
    assert len(page.locator(".app-error p").first.inner_text()) > 20


def test_an_unforeseen_error_gives_its_incident_number(show: Show) -> None:
    assert "7f3a91c2" in show(error_page(500, incident="7f3a91c2")).locator("main").inner_text()


def test_the_strict_policy_is_not_offended(show: Show, complaints: list[str]) -> None:
    show(pattern_book())
    assert complaints == []
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:", pattern_book())


def test_the_page_works_without_javascript(show: Show) -> None:
    page = show(pattern_book(), javascript=False)
    page.get_by_text("The figures as a table").click()
    assert page.get_by_role("cell", name="96").first.is_visible()


def test_the_list_of_mistakes_has_the_focus(show: Show) -> None:
    page = show(pattern_book())
    assert page.evaluate("document.activeElement.className") == "govuk-error-summary"


def test_each_mistake_leads_to_its_field(show: Show) -> None:
    page = show(pattern_book())
    for link in page.locator(".govuk-error-summary a").all():
        target = page.locator(str(link.get_attribute("href")))
        assert target.count() == 1
        assert target.evaluate("field => field.matches('input, select, textarea')")


def test_what_was_typed_is_kept_and_never_read_as_markup(show: Show) -> None:
    page = show(pattern_book())
    assert page.locator("#reference").input_value() == "<b>175</b>"
    days = page.locator("[name=received]")
    assert [each.input_value() for each in days.all()] == ["31", "2", "2013"]
    assert page.locator("#languages-0").is_checked()


def test_a_table_with_long_words_scrolls_in_its_frame_and_not_with_the_page(show: Show) -> None:
    page = show(pattern_book("en"), 1024)
    over = page.evaluate(
        """() => {
            const row = document.querySelector(".app-table-frame tbody tr");
            row.lastElementChild.textContent = "Wirtschaftskriminalität".repeat(8);
            const frame = row.closest(".app-table-frame");
            return [frame.scrollWidth > frame.clientWidth, document.documentElement.scrollWidth];
        }"""
    )
    assert over == [True, 1024]


def test_an_arabic_page_runs_from_right_to_left(show: Show) -> None:
    page = show(pattern_book("ar"))
    product = page.locator(".app-header__product").bounding_box()
    languages = page.locator(".app-languages").bounding_box()
    assert product
    assert languages
    assert product["x"] > languages["x"]


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_first_visit_fetches_few_bytes(show: Show, language: str) -> None:
    page = show(error_page(404, language))
    sizes = page.evaluate(
        "performance.getEntries()"
        ".filter(each => ['navigation', 'resource'].includes(each.entryType))"
        ".map(each => [each.name, each.decodedBodySize])"
    )
    total = sum(size for _, size in sizes)
    assert total < KIBIBYTES_OF_A_FIRST_VISIT * 1024, sizes


def test_a_page_in_english_fetches_no_whole_arabic_or_chinese_face(show: Show) -> None:
    page = show(error_page(404))
    names = page.evaluate("performance.getEntriesByType('resource').map(each => each.name)")
    fonts = {Path(name).stem for name in names if name.endswith(".woff2")}
    assert fonts == {
        "noto-sans-latin",
        "names-arabic",
        "names-chinese-1",
        "names-chinese-2",
        "names-russian",
    }


def test_every_face_that_the_style_sheets_name_is_there() -> None:
    folder = ROOT / "registration" / "static" / "css"
    for sheet in folder.glob("*.css"):
        for name in re.findall(r"url\(\"?([^\")]+)", sheet.read_text(encoding="utf-8")):
            assert name.startswith("data:") or (folder / name).resolve().is_file(), name


def test_the_book_shows_every_macro() -> None:
    shown = (ROOT / "templates" / "styleguide.html").read_text(encoding="utf-8")
    for part in ("base.html", "_macros/forms.html"):  # what the frame and form_tag() use
        shown += re.sub(r"{% macro [^%]*%}", "", (ROOT / "templates" / part).read_text("utf-8"))
    for file in (ROOT / "templates" / "_macros").glob("*.html"):
        for name in re.findall(r"{% macro ([a-z]\w*)\(", file.read_text(encoding="utf-8")):
            assert re.search(rf"\b{name}\(", shown), f"{file.name}: {name}"


def test_the_manual_lists_every_macro_as_it_is() -> None:
    written = (ROOT / "docs" / "look.md").read_text(encoding="utf-8")
    assert runpy.run_path(str(ROOT / "look" / "manual.py"))["manual"]() == written
