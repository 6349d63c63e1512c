"""Pure functions on masks: how sure, how much alike, tidied up, made disjoint, enlarged.

Low-resolution masks are logits, float32 (h, w) or (N, h, w), above 0 inside, spread over the whole photo.
Only what survives is brought to the photo's size.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.types import Box, Mask

Logits = NDArray[np.float32]
MaskStack = NDArray[np.bool_]

EDGE = 3.0
"""Logits beyond this are sure (a probability of 95 %): not of an edge."""


def stability_scores(logits: Logits) -> NDArray[np.float32]:
    """How little each mask changes with its threshold: float32 (...) from logits (..., h, w), in 0..1.

    The IoU of the masks cut at +1 and -1 (Kirillov et al. 2023, "Segment Anything", section 5);
    0 for a mask that is empty at both.
    """
    core = np.count_nonzero(logits > 1, axis=(-2, -1))
    hull = np.count_nonzero(logits > -1, axis=(-2, -1))
    return np.asarray(core / np.maximum(hull, 1), np.float32)


def intersections(masks: MaskStack) -> NDArray[np.float32]:
    """Pixels that each two masks share: float32 (N, N) from bool (N, h, w); the diagonal holds the areas."""
    inside = masks.astype(np.float32)
    return np.tensordot(inside, inside, axes=((1, 2), (1, 2)))


def suppress(masks: MaskStack, scores: NDArray[np.float32], overlap: float = 0.5) -> list[int]:
    """Indices of the masks to keep, best score first: non-maximum suppression that drops parts and wholes.

    A mask goes when it shares more than `overlap` of the smaller of the two areas with a better one, so that
    a part inside a whole, or a plate around its food, never stands beside it.
    """
    shared = intersections(masks)
    areas = np.maximum(shared.diagonal(), 1)
    kept: list[int] = []
    for index in np.argsort(-scores, kind="stable"):
        if np.all(shared[index, kept] <= overlap * np.minimum(areas[index], areas[kept])):
            kept.append(int(index))
    return kept


def tidy(logits: Logits, taken: Mask | None = None, speck: float = 0.1, hole: float = 0.1) -> Logits:
    """A copy of one mask's logits (h, w) without specks and with its holes filled.

    Connected parts smaller than `speck` of the largest part go; holes smaller than `hole` of it are filled
    where nothing is `taken`, bool (h, w), by other masks. What lies at the photo's edge is no hole.
    """
    result = logits.copy()
    height, width = logits.shape
    count, parts, stats, _ = cv2.connectedComponentsWithStats((logits > 0).astype(np.uint8), connectivity=8)
    if count == 1:
        return result
    areas = stats[1:, cv2.CC_STAT_AREA]
    specks = np.isin(parts, 1 + np.flatnonzero(areas < speck * areas.max()))
    result[specks] *= -1
    _, gaps, stats, _ = cv2.connectedComponentsWithStats((result <= 0).astype(np.uint8), connectivity=4)
    left, top, across, down, size = stats.T
    fills = (left > 0) & (top > 0) & (left + across < width) & (top + down < height)
    fills &= size < hole * areas.max()
    fills[0] = False  # the mask itself
    if taken is not None:
        fills[gaps[taken]] = False
    holes = fills[gaps]
    result[holes] = np.maximum(np.abs(result[holes]), np.finfo(np.float32).tiny)
    return result


def make_disjoint(logits: Logits) -> Logits:
    """Logits (N, h, w) of which at most one is above 0 at any place, also after linear interpolation.

    Each mask keeps its lead over the strongest rival: l_k - max(0, max_{j != k} l_j). Any two of these add up
    to 0 at most, and weighted means with equal weights keep that.
    """
    if len(logits) < 2:
        return logits
    best = np.sort(logits, axis=0)[-2:]
    rival = np.where(logits == best[1], best[0], best[1])
    return np.asarray(logits - np.maximum(rival, 0))


def tidy_apart(logits: Logits) -> Logits:
    """All masks of a photo, (N, h, w), tidied and disjoint as `make_disjoint` has them.

    A food inside of another's hole stays there. Twice, as what goes to a rival may leave specks behind.
    """
    for _ in range(2 if len(logits) else 0):
        inside = logits > 0
        others = inside.sum(axis=0) - inside > 0
        logits = make_disjoint(np.array([tidy(*pair) for pair in zip(logits, others, strict=True)]))
    return logits


def enlarge(logits: Logits, size: tuple[int, int]) -> Mask:
    """The mask (bool, `size` = (height, width)) of logits (h, w), its outline smoothed.

    A Gaussian of 0.7 low-resolution pixels evens out the logits, which waver along an edge; held within
    `EDGE`, those further inside and outside weigh alike. Then linear interpolation, around the mask only.
    """
    (height, width), (rows, columns) = size, logits.shape
    smooth = cv2.GaussianBlur(np.clip(logits, -EDGE, EDGE), (0, 0), sigmaX=0.7)
    mask = np.zeros(size, bool)
    if not (smooth > 0).any():
        return mask
    x0, y0, x1, y1 = mask_to_box(smooth > 0)
    left, right = _to_pixels(x0 - 1, x1 + 1, columns, width)
    top, bottom = _to_pixels(y0 - 1, y1 + 1, rows, height)
    across, down = columns / width, rows / height
    to_cells = np.array([[across, 0, (left + 0.5) * across - 0.5], [0, down, (top + 0.5) * down - 0.5]])
    window = cv2.warpAffine(
        smooth,
        to_cells,
        (right - left, bottom - top),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    mask[top:bottom, left:right] = window > 0
    return mask


def _to_pixels(start: int, stop: int, cells: int, pixels: int) -> tuple[int, int]:
    """The whole pixels that cells `start` to `stop` of `cells` touch."""
    return max(start * pixels // cells, 0), min(-(-stop * pixels // cells), pixels)


def mask_to_box(mask: Mask) -> Box:
    """The tight box (x0, y0, x1, y1), ends exclusive, of a mask (bool HxW) with at least one pixel."""
    columns, rows = np.flatnonzero(mask.any(axis=0)), np.flatnonzero(mask.any(axis=1))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1
