"""Opening untrusted image files safely."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import PIL.Image
from numpy.typing import NDArray

Image = NDArray[np.uint8]
Source = str | Path | bytes | PIL.Image.Image | Image
"""A photo: a path, the bytes of an image file, a PIL image or an HxWx3 uint8 RGB array."""
