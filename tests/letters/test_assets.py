import logging
import shutil
from pathlib import Path

import pytest
from weasyprint import HTML

from letters import assets
from letters.conformance import refuse_doubts
from letters.letter import LetterError


@pytest.fixture
def our_fonts(tmp_path: Path) -> Path:
    for name in assets.FONT_FILES:
        shutil.copy(assets.FONTS / name, tmp_path)
    return tmp_path


def test_our_fonts_print_six_languages(our_fonts: Path) -> None:
    printable = assets.checked_fonts(our_fonts)
    assert all(ord(letter) in printable for letter in "Aé«»’–№ЖЁяпшءةيه،؟（）《》——国际ñ¿œ")


@pytest.mark.parametrize("name", assets.FONT_FILES)
def test_a_missing_font_is_named(our_fonts: Path, name: str) -> None:
    (our_fonts / name).unlink()
    with pytest.raises(LetterError, match=name):
        assets.checked_fonts(our_fonts)


def test_an_altered_font_is_named(our_fonts: Path) -> None:
    with (our_fonts / "NotoSerif-Bold.ttf").open("ab") as file:
        file.write(b"\0")
    with pytest.raises(LetterError, match=r"NotoSerif-Bold\.ttf"):
        assets.checked_fonts(our_fonts)


def test_every_font_in_the_folder_is_known_and_licensed() -> None:
    assert {path.name for path in assets.FONTS.glob("*.[to]tf")} == set(assets.FONT_FILES)
    licence = (assets.FONTS / "OFL.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    assert all(name in licence for name in assets.FONT_FILES)


@pytest.mark.parametrize(
    "markup",
    [
        '<img src="http://192.0.2.1/x.png" alt="x">',
        '<img src="file:///etc/passwd" alt="x">',
        '<img src="data:image/png;base64,AAAA" alt="x">',
        '<link rel="stylesheet" href="http://192.0.2.1/x.css">',
        "<style>p { background: url(file:///etc/passwd) }</style><p>x</p>",
    ],
)
def test_whatever_asks_for_something_outside_is_refused(markup: str) -> None:
    with pytest.raises(LetterError, match="outside itself"), refuse_doubts():
        HTML(string=markup, url_fetcher=assets.NothingToFetch()).render()


def test_a_warning_of_the_layout_engine_is_an_error() -> None:
    with pytest.raises(LetterError, match="no-such-property"), refuse_doubts():
        HTML(string='<p style="no-such-property: 1">x</p>').render()


def test_a_warning_is_heard_even_where_logging_is_quiet() -> None:
    logger = logging.getLogger("weasyprint")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        with pytest.raises(LetterError), refuse_doubts():
            logger.warning("the emblem could not be drawn")
        assert logger.level == logging.CRITICAL
    finally:
        logger.setLevel(before)
