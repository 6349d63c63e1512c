"""The food detectors over the parts that look at photos now."""

from __future__ import annotations

import gc
import threading
from typing import TYPE_CHECKING

from hydra.utils import instantiate
from omegaconf import DictConfig

from ml import zero_gpu
from ml.nutrition.foods import FoodTable
from noon_demo.ml_inference.choices import Versioned
from noon_demo.ml_inference.parts import Part

if TYPE_CHECKING:  # these import torch, which is left to the thread that loads the models
    from ml.detector import FoodDetector
    from ml.recognition.base import Recognizer
    from ml.segmentation.base import Segmenter

    Detector = FoodDetector | zero_gpu.GpuDetector


class Detectors:
    """A detector for each pair of segmenter and recognizer, made when first asked for.

    Safe to share between threads.
    """

    def __init__(
        self,
        config: DictConfig,
        segmenter: Part[Segmenter],
        recognizer: Part[Recognizer],
        foods: Part[FoodTable],
    ) -> None:
        self._config = config
        self._segmenter = segmenter
        self._recognizer = recognizer
        self._foods = foods
        self._built: list[Detector] = []
        self._lock = threading.Lock()

    def get(self, visitor: str = "") -> Detector:
        """The detector over what answers a visitor now. Raises `NotLoadedError`."""
        return self._over(self._segmenter.get(visitor), self._recognizer.get(visitor))

    def on_trial(self, kind: Versioned) -> Detector | None:
        """The detector over the segmenter or recognizer that is on trial, None without one."""
        segmenter = self._segmenter.newcomer if kind == "segmenter" else self._segmenter.get()
        recognizer = self._recognizer.newcomer if kind == "recognizer" else self._recognizer.get()
        if segmenter is None or recognizer is None:
            return None
        return self._over(segmenter, recognizer)

    def build(self, segmenter: Segmenter, recognizer: Recognizer) -> FoodDetector:
        """A detector of its own over these two. Raises `NotLoadedError`."""
        from ml.segmentation.base import FoodLocator  # noqa: PLC0415 - imports torch

        locator = segmenter if isinstance(segmenter, FoodLocator) else self._segmenter.shipped()
        detector: FoodDetector
        detector = instantiate(self._config)(segmenter, locator, recognizer, self._foods.get().parents)
        return detector

    def let_go(self) -> None:
        """Forget the detectors of parts that answer nobody any more, and give their memory back."""
        with self._lock:
            self._built = [built for built in self._built if self._is_current(built)]
        gc.collect()

    def _over(self, segmenter: Segmenter, recognizer: Recognizer) -> Detector:
        with self._lock:
            for built in self._built:
                if built.segmenter is segmenter and built.recognizer is recognizer:
                    return built
        detector = self.build(segmenter, recognizer)
        built = zero_gpu.GpuDetector(detector) if zero_gpu.is_on() else detector
        with self._lock:
            if self._is_current(built):  # or it would outlive parts that were exchanged meanwhile
                self._built.append(built)
        return built

    def _is_current(self, detector: Detector) -> bool:
        return any(detector.segmenter is part for part in self._segmenter.answering) and any(
            detector.recognizer is part for part in self._recognizer.answering
        )
