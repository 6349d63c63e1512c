"""Masks of discs, for tests."""

import cv2
import numpy as np


def disc(height, width, centre, radius):
    return cv2.circle(np.zeros((height, width), np.uint8), centre, radius, 1, -1).astype(bool)
