"""A run for the printer: every copy on its own sheets, all pages as they are, none kept."""

import io
import random
import tracemalloc
from collections.abc import Iterator

import pikepdf
import pypdfium2
import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from letters.compose import Press
from letters.letter import Copy, LetterError
from letters.print_run import joined, page_count
from tests.letters.reading import texts
from tests.letters.samples import a_letter
from tests.letters.sealing import FIRST_DAY, a_certificate


@pytest.fixture(scope="module")
def files() -> list[bytes]:
    """Copies of one, two and three pages; the last one under a seal."""
    press = Press()
    made = [
        press.copy(a_letter(language, rounds=rounds), Copy("State", "AAAA", "https://r.example/v"))
        for language, rounds in (("en", 1), ("ar", 4), ("zh", 6), ("en", 3))
    ]
    return [*made[:3], a_certificate().seal().apply(made[3], FIRST_DAY)]


def pictures(pdf: bytes) -> list[bytes]:
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.render(scale=0.7).to_pil().tobytes() for page in document]


def test_every_copy_begins_on_the_front_of_a_sheet(files: list[bytes]) -> None:
    counts = [page_count(file) for file in files]
    assert {count % 2 for count in counts} == {0, 1}
    found = texts(b"".join(joined(files, title="CU 2013/175")))
    wanted = []
    for file in files:
        wanted += texts(file)
        wanted += [""] * (len(wanted) % 2)
    assert found == wanted


def test_every_page_looks_as_it_does_in_its_own_file(files: list[bytes]) -> None:
    found = pictures(b"".join(joined(files, title="CU 2013/175")))
    at = 0
    for file in files:
        own = pictures(file)
        assert found[at : at + len(own)] == own
        at += len(own) + len(own) % 2


def test_strict_readers_open_the_run(files: list[bytes]) -> None:
    run = b"".join(joined(files, title="CU 2013/175, tirée"))
    with pikepdf.open(io.BytesIO(run)) as pdf:
        assert pdf.check_pdf_syntax() == []
        assert str(pdf.docinfo.Title) == "CU 2013/175, tirée"
        assert pdf.Root.ViewerPreferences.Duplex == "/DuplexFlipLongEdge"
        assert "/AcroForm" not in pdf.Root
    reader = PdfFileReader(io.BytesIO(run), strict=True)
    assert int(reader.root["/Pages"]["/Count"]) % 2 == 0


def test_what_copies_share_is_written_once(files: list[bytes]) -> None:
    once = len(b"".join(joined(files[:1], title="x")))
    ten_times = len(b"".join(joined(files[:1] * 10, title="x")))
    assert ten_times < once + 10 * 2_000


def test_the_same_files_give_the_same_bytes(files: list[bytes]) -> None:
    assert list(joined(files, title="x")) == list(joined(files, title="x"))


SIZE = 200_000


def a_file_that_shares_nothing(number: int) -> bytes:
    with pikepdf.new() as pdf:
        noise = random.Random(number).randbytes(SIZE)
        pdf.add_blank_page().Contents = pdf.make_stream(noise)
        written = io.BytesIO()
        pdf.save(written, compress_streams=False)
    return written.getvalue()


def a_foreign_file() -> bytes:
    """A file as offices send them: what pages share stands above them, and things go in circles."""
    with pikepdf.new() as pdf:
        picture = pdf.make_stream(b"1 0 0 rg 20 20 60 30 re f")
        picture.Type, picture.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
        picture.BBox = pikepdf.Array([0, 0, 100, 100])
        picture.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Itself=picture))
        for _ in range(3):
            page = pdf.add_blank_page(page_size=(100, 100)).obj
            page.Contents = pdf.make_stream(b"/Drawing Do")
            del page["/MediaBox"]
            del page["/Resources"]
        tree = pdf.Root.Pages
        tree.MediaBox = pikepdf.Array([0, 0, 100, 100])
        tree.Rotate = 90
        tree.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Drawing=picture))
        written = io.BytesIO()
        pdf.save(written)
    return written.getvalue()


def test_a_foreign_file_is_printed_as_it_is(files: list[bytes]) -> None:
    foreign = a_foreign_file()
    run = b"".join(joined([files[0], foreign], title="x"))
    assert len({*pictures(foreign)}) == 1
    assert pictures(run)[2:5] == pictures(foreign)
    assert pictures(foreign)[0] != pictures(run)[5]
    with pikepdf.open(io.BytesIO(run)) as pdf:
        assert pdf.check_pdf_syntax() == []


def test_a_file_that_goes_along_with_every_copy_is_written_once() -> None:
    once = b"".join(joined([a_file_that_shares_nothing(1)], title="x"))
    ten_times = b"".join(joined([a_file_that_shares_nothing(1)] * 10, title="x"))
    assert len(texts(ten_times)) == 20
    assert len(ten_times) < len(once) + 10_000


def test_objects_within_objects_without_end_are_refused() -> None:
    with pikepdf.new() as pdf:
        inner = pdf.make_indirect(pikepdf.Dictionary())
        for _ in range(500):
            inner = pdf.make_indirect(pikepdf.Dictionary(Inner=inner))
        pdf.add_blank_page().obj.Resources = pikepdf.Dictionary(Properties=inner)
        written = io.BytesIO()
        pdf.save(written)
    for print_it in (page_count, lambda pdf: b"".join(joined([pdf], title="x"))):
        with pytest.raises(LetterError, match="without end"):
            print_it(written.getvalue())


def test_a_file_that_is_no_pdf_is_refused() -> None:
    with pytest.raises(LetterError, match="cannot be read as a PDF"):
        page_count(b"%PDF-1.7 of no use")


def test_193_copies_take_the_memory_of_one() -> None:
    asked = 0

    def files() -> Iterator[bytes]:
        nonlocal asked
        for number in range(193):
            asked += 1
            yield a_file_that_shares_nothing(number)

    tracemalloc.start()
    try:
        total = longest = 0
        for pieces, piece in enumerate(joined(files(), title="CU 2013/175")):
            assert asked <= pieces + 1  # none is asked for before the one before it has been taken
            total, longest = total + len(piece), max(longest, len(piece))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert total > 193 * SIZE
    assert longest < 2 * SIZE
    assert peak < 12 * SIZE
