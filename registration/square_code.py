"""QR codes on pages, drawn as SVG within the page: its policy allows no picture from elsewhere."""

import re

import zxingcpp

_DRAWN = re.compile(r'width="(?P<width>\d+)".*<path d="(?P<path>[^"]+)"', re.DOTALL)


def square(content: str) -> dict[str, str]:
    """A QR code as what an SVG needs: its width in modules, and the path of the dark ones."""
    code = zxingcpp.create_barcode(content, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    found = _DRAWN.search(code.to_svg())
    assert found is not None  # noqa: S101 - how this library draws; a test reads the square
    return found.groupdict()
