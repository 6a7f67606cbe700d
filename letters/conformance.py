"""What makes a letter's PDF keep its promises: archivable, accessible, and in our fonts alone."""

from collections.abc import Container
from typing import Final

import pydyf
from weasyprint import Document

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


def claim_accessibility(pdf: pydyf.PDF) -> None:
    """Add the PDF/UA-1 identification to the metadata of a file that is tagged PDF/A.

    The metadata stream is left uncompressed, as some validators of PDF/A demand.
    """
    reference = pdf.catalog["Metadata"]
    metadata = next(thing for thing in pdf.objects if thing.number and thing.reference == reference)
    packet = b"\n".join(metadata.stream)
    metadata.stream = [packet.replace(_END_OF_METADATA, _ACCESSIBLE + _END_OF_METADATA)]
    metadata.compress = False


def refuse_foreign_fonts(document: Document, families: Container[str]) -> None:
    """Raise LetterError if the layout took a font that is not ours, or drew a missing glyph."""
    for font in document.fonts.values():
        if font.family not in families:
            raise LetterError(f"The letter would be printed in a foreign font, {font.family}.")
        if font.missing:
            character = chr(next(iter(font.missing)))
            raise LetterError(f"The font {font.family} has no shape for “{character}”.")
