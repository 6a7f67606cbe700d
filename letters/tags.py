"""The language of foreign words in the structure of a PDF, which WeasyPrint leaves out.

WeasyPrint states the language of the whole document alone. Whoever has a letter read aloud hears
English words in an Arabic voice then (ISO 14289-1, 7.2; WCAG 2.2, 3.1.2). It makes the structure
element of a box in one function, which is called here and given what the box's element says.
"""

from collections.abc import Iterator
from typing import Any, Final

import pydyf
from weasyprint.pdf import tags

# Elements without a structure element of their own; the document has their language already.
_WHOLE: Final = frozenset({"html", "body"})
_plain = tags._build_box_tree


def _with_language(box: Any, *place: Any) -> Iterator[Any]:
    box = getattr(box, "_box", box)  # a box that stands apart comes in a wrapper
    element = box.element
    language = None if element is None or box.element_tag in _WHOLE else element.get("lang")
    for made in _plain(box, *place):
        if language:
            made["Lang"] = pydyf.String(language)
        yield made


def state_languages() -> None:
    """From now on every PDF of this process states the language of an element with `lang`."""
    tags._build_box_tree = _with_language
