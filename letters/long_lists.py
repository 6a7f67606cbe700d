"""What keeps a document of hundreds of pages from costing more for each page than a short one.

Two things grow faster than the pages. Python's collector of cycles looks at every box of the layout
again and again, though none of them can go before the end; and pydyf makes the references of all
pages anew for every tagged element. Both are held off here, and nothing else is touched.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import pydyf

_made_anew: Final = pydyf.PDF.page_references


@contextmanager
def straight() -> Iterator[None]:
    """Let layout and writing cost the same for each page. One at a time in a process.

    Reference counting goes on meanwhile; what only the collector can free waits until the end.
    """
    collecting = gc.isenabled()
    gc.disable()
    pydyf.PDF.page_references = property(_kept_references)
    try:
        yield
    finally:
        pydyf.PDF.page_references = _made_anew
        if collecting:
            gc.enable()


def _kept_references(pdf: Any) -> tuple[bytes, ...]:
    """The references of the pages, made once for each number of pages."""
    kept: tuple[bytes, ...] = getattr(pdf, "_kept_references", ())
    if len(kept) * 3 != len(pdf.pages["Kids"]):
        kept = pdf._kept_references = _made_anew.fget(pdf)
    return kept
