import io

import pikepdf
import pydyf

from letters.conformance import end_streams_clearly


def test_a_stream_that_ends_in_a_carriage_return_keeps_it() -> None:
    pdf = pydyf.PDF()
    for content in (b"0 0 m\r", b"0 0 m"):
        pdf.add_object(pydyf.Stream([content]))
    end_streams_clearly(pdf)
    written = io.BytesIO()
    pdf.write(written, compress=True)
    assert b"0 0 m\r\r\nendstream" in written.getvalue()
    assert b"0 0 m\nendstream" in written.getvalue()
    with pikepdf.open(written) as read:
        streams = [thing for thing in read.objects if isinstance(thing, pikepdf.Stream)]
        assert [stream.read_bytes() for stream in streams[:2]] == [b"0 0 m\r", b"0 0 m"]
        assert not read.check_pdf_syntax()
