"""What a person points at: outlined in the photo, then once more in a close-up of it.

A segmenter sees any photo as a small square, so it outlines what is small there better in a window around it.
"""

from __future__ import annotations

import numpy as np

from ml.segmentation.base import Embedding, MaskCandidates, Prompts, Segmenter
from ml.segmentation.masks import enlarge, mask_to_box, stability_scores, tidy
from ml.types import Box, Image, Mask

MARGIN = 0.25
"""Shown around what is outlined, on each side, as a share of its longer side."""
LEAST = 48
"""Pixels of a close-up's sides, at least, as in training."""
MOST = 0.6
"""Share of the photo beyond which a window is no close-up."""


def outline(segmenter: Segmenter, image: Image, embedding: Embedding, prompt: Prompts) -> Mask:
    """The mask (bool HxW) of what `prompt`, a single one, means in `image`; empty where there is nothing.

    `image` is HxWx3 uint8 RGB, `embedding` what the segmenter makes of it.
    """
    mask = _best(segmenter.predict(embedding, prompt), image.shape[:2])
    if not mask.any():
        return mask
    x0, y0, x1, y1 = window = _window(mask, prompt)
    if (x1 - x0) * (y1 - y0) > MOST * mask.size:
        return mask
    crop = image[y0:y1, x0:x1]
    closer = _best(segmenter.predict(segmenter.embed(crop), _within(window, prompt)), crop.shape[:2])
    if closer.any():
        mask[:] = False
        mask[y0:y1, x0:x1] = closer
    return mask


def _best(candidates: MaskCandidates, size: tuple[int, int]) -> Mask:
    """The surest of a prompt's masks, tidied, at `size` = (height, width)."""
    best = np.argmax(candidates.scores[0] * stability_scores(candidates.logits[0]))
    return enlarge(tidy(candidates.logits[0, best]), size)


def _window(mask: Mask, prompt: Prompts) -> Box:
    """What a close-up shows: the mask, all places that the prompt says belong to it, their surroundings."""
    corners = [np.reshape(mask_to_box(mask), (2, 2)), prompt.points[0][prompt.labels[0] == 1]]
    if prompt.boxes is not None:
        corners.append(prompt.boxes[0].reshape(2, 2))
    places = np.concatenate(corners)
    low, high = places.min(axis=0), places.max(axis=0)
    longer = (high - low).max()
    margin = max(MARGIN * longer, (LEAST - longer) / 2)
    x0, y0 = np.floor(np.maximum(low - margin, 0)).astype(int)
    x1, y1 = np.ceil(np.minimum(high + margin, mask.shape[::-1])).astype(int)
    return int(x0), int(y0), int(x1), int(y1)


def _within(window: Box, prompt: Prompts) -> Prompts:
    """The prompt in pixels of the window, without clicks that lie outside."""
    start, end = np.array(window[:2], np.float32), np.array(window[2:], np.float32)
    seen = ((prompt.points[0] >= start) & (prompt.points[0] < end)).all(axis=1)
    boxes = None if prompt.boxes is None else prompt.boxes - np.tile(start, 2)
    return Prompts(prompt.points[:, seen] - start, prompt.labels[:, seen], boxes)
