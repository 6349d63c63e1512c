"""Photos with a rendered barcode in them."""

from __future__ import annotations

import cv2
import numpy as np
import PIL.Image
import zxingcpp

from ml.types import Image
from tests.chromium import MEAL

EAN = "4006381333931"


def photo_with(text: str, width: int = 300, angle: float = 0.0, kind: str = "EAN13") -> Image:
    """An example photo with a barcode of `width` pixels, turned by `angle` degrees, in its corner."""
    code = zxingcpp.create_barcode(text, getattr(zxingcpp.BarcodeFormat, kind))
    bars = np.array(zxingcpp.write_barcode_to_image(code, scale=4, add_quiet_zones=True))
    bars = cv2.resize(bars, (width, width // 2), interpolation=cv2.INTER_AREA)
    side = int(np.hypot(*bars.shape)) + 1
    turn = cv2.getRotationMatrix2D((width / 2, width / 4), angle, 1.0)
    turn[:, 2] += (side - width) / 2, (side - width / 2) / 2
    label = cv2.warpAffine(bars, turn, (side, side), borderValue=255)
    photo = np.array(PIL.Image.open(MEAL).convert("RGB"))
    photo[:side, :side] = label[..., None]
    return photo
