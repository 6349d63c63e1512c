"""Reads the barcodes of packaged food."""

from __future__ import annotations

import cv2
import zxingcpp

from ml.types import Barcode, Image


def read(image: Image) -> tuple[Barcode, ...]:
    """The EAN and UPC codes in `image`, HxWx3 uint8 RGB, at any angle; a wrong check digit makes none.

    Raises ValueError where a side is longer than 65,535 pixels.
    """
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    found = zxingcpp.read_barcodes(grey, formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.EANUPC]))
    return tuple(Barcode(str(code.format), code.text, _box(code.position)) for code in found)


def _box(position: zxingcpp.Position) -> tuple[int, int, int, int]:
    """x0, y0, x1, y1 around four corners, the last two exclusive."""
    corners = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    xs, ys = [corner.x for corner in corners], [corner.y for corner in corners]
    return min(xs), min(ys), max(xs) + 1, max(ys) + 1
