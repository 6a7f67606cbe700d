"""What makes a letter's PDF keep its promises: archivable, accessible, ours alone, or refused."""

import logging
from collections.abc import Container, Iterator
from contextlib import contextmanager
from typing import BinaryIO, Final

import pydyf
from weasyprint import Document
from weasyprint.document import Page
from weasyprint.formatting_structure.boxes import TextBox
from weasyprint.urls import FatalURLFetchingError

from letters.letter import LetterError

# WeasyPrint writes either PDF/A or PDF/UA. The claim to the second may stand beside the first if
# its namespace is declared in an extension schema (ISO 19005-3, 6.6.2.3.3; ISO 14289-1, clause 5).
_ACCESSIBLE: Final = b"""\
<rdf:Description rdf:about=""
 xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that the file keeps to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<pdfuaid:part>1</pdfuaid:part>
</rdf:Description>
"""
_END_OF_METADATA: Final = b"</rdf:RDF>"
_END_OF_STREAM: Final = b"\nendstream\nendobj"


def claim_accessibility(pdf: pydyf.PDF) -> None:
    """Add the PDF/UA-1 identification to the metadata of a file that is tagged PDF/A.

    The metadata stream is left uncompressed, as some validators of PDF/A demand.
    """
    metadata = metadata_of(pdf)
    packet = b"\n".join(metadata.stream)
    metadata.stream = [packet.replace(_END_OF_METADATA, _ACCESSIBLE + _END_OF_METADATA)]
    metadata.compress = False


def metadata_of(pdf: pydyf.PDF) -> pydyf.Stream:
    """The stream with the metadata of the whole file, an XMP packet."""
    return pdf.objects[int(pdf.catalog["Metadata"].split()[0])]


def end_streams_clearly(pdf: pydyf.PDF) -> None:
    """Let every stream that ends in a carriage return be followed by both line end characters.

    pydyf writes a line feed before "endstream". After a carriage return, which ends one compressed
    stream in 256, the two would read as one line end, and the stream as a byte too short.
    """
    write_line = pdf.write_line

    def write_unambiguous_line(content: bytes, output: BinaryIO) -> None:
        if content.endswith(b"\r" + _END_OF_STREAM):
            content = content.removesuffix(_END_OF_STREAM) + b"\r" + _END_OF_STREAM
        write_line(content, output)

    pdf.write_line = write_unambiguous_line


def refuse_foreign_fonts(document: Document, families: Container[str]) -> None:
    """Raise LetterError if the layout took a font that is not ours, or drew a missing glyph."""
    for font in document.fonts.values():
        if font.family not in families:
            raise LetterError(
                "The letter would be printed in a foreign font, %(font)s.", font=font.family
            )
        if font.missing:
            character = chr(next(iter(font.missing)))
            raise LetterError(
                "The font %(font)s has no shape for “%(character)s”.",
                font=font.family,
                character=character,
            )


def refuse_lost_text(document: Document) -> None:
    """Raise LetterError if some text was laid out beyond the paper, where nobody would miss it."""
    for page in document.pages:
        for box in page._page_box.descendants():
            if isinstance(box, TextBox) and not _is_on_paper(box, page):
                raise LetterError("The text “%(text)s” does not fit on the page.", text=box.text)


def _is_on_paper(box: TextBox, page: Page) -> bool:
    right, bottom = box.position_x + box.width, box.position_y + box.height
    on_paper: bool = (
        box.position_x >= 0
        and box.position_y >= 0
        and right <= page.width
        and bottom <= page.height
    )
    return on_paper


class _Warnings(logging.Handler):
    """Collects what the layout engine would only have logged."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


@contextmanager
def refuse_doubts() -> Iterator[None]:
    """Raise LetterError for a warning of WeasyPrint and for a fetch that was refused.

    A missing image, an unknown property or a font that cannot be loaded is otherwise one line in
    a log, and a letter without it.
    """
    logger = logging.getLogger("weasyprint")
    level, warnings = logger.level, _Warnings()
    logger.addHandler(warnings)
    logger.setLevel(logging.WARNING)
    try:
        yield
    except FatalURLFetchingError as refused:
        # It derives from BaseException, so that nothing between WeasyPrint and here can hide it.
        raise LetterError(
            "The letter asked for something outside itself: %(what)s", what=str(refused)
        ) from refused
    finally:
        logger.setLevel(level)
        logger.removeHandler(warnings)
    if warnings.messages:
        raise LetterError(
            "The layout is not sure of itself: %(warning)s", warning=warnings.messages[0]
        )
