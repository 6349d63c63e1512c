"""How a segmenter is measured, in training and afterwards: it is clicked on as a person would.

First in the middle of a food, then in the middle of what the mask gets wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import cv2
import numpy as np

from ml.segmentation.base import MaskCandidates, Prompts
from ml.types import Mask

CLICKS = 3
FALSE_ALARM_AREA = 0.01
"""Share of a picture without food that must be called food to count as a false alarm."""


def iou(first: Mask, second: Mask) -> float:
    """Intersection over union of two bool HxW masks."""
    return float((first & second).sum() / max(1, (first | second).sum()))


def middle(mask: Mask) -> tuple[int, int]:
    """(x, y) of the place in the mask that is the farthest from its edge."""
    depth = cv2.distanceTransform(np.pad(mask, 1).astype(np.uint8), cv2.DIST_L2, 5)[1:-1, 1:-1]
    y, x = np.unravel_index(depth.argmax(), depth.shape)
    return int(x), int(y)


@dataclass
class ClickScores:
    """IoU of what the first and the last click give, and of the best of three masks after the first."""

    first: list[float] = field(default_factory=list)
    best: list[float] = field(default_factory=list)
    last: list[float] = field(default_factory=list)

    def click(
        self,
        predict: Callable[[Prompts], MaskCandidates],
        target: Mask,
        outline: Callable[[Prompts], Mask] | None = None,
    ) -> None:
        """Score a target, bool HxW: a click in its middle, then `CLICKS` - 1 where it is the most wrong.

        Clicks give the best-scored mask, or the one of `outline` (bool HxW).
        """
        height, width = target.shape
        points, labels = [middle(target)], [1]
        for k in range(CLICKS):
            prompt = Prompts(np.array([points], np.float32), np.array([labels]))
            candidates = predict(prompt)
            masks = [cv2.resize(logits, (width, height)) > 0 for logits in candidates.logits[0]]
            chosen = outline(prompt) if outline else masks[int(candidates.scores[0].argmax())]
            if k == 0:
                self.first.append(iou(chosen, target))
                self.best.append(max(iou(mask, target) for mask in masks))
            x, y = middle(chosen ^ target)
            points.append((x, y))
            labels.append(int(target[y, x]))
        self.last.append(iou(chosen, target))
