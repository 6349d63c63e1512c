"""Analysing the photos of a batch, in this process or in many."""

from __future__ import annotations

import json
import logging
import os
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from omegaconf import DictConfig, OmegaConf

from noon_demo.batch.rows import Row, failed, rows
from noon_demo.errors import RequestError
from noon_demo.ml_inference import Models, NoonError, analyze, nutrition_response
from noon_demo.watching import logs

logger = logging.getLogger(__name__)


class Analyzer:
    """Analyses the photos of a folder, one after another.

    `question` None leaves the insight out, "" asks for a description. Raises `NotLoadedError` where a part
    that is needed can't be loaded.
    """

    def __init__(self, settings: DictConfig, folder: Path, question: str | None) -> None:
        self._folder = folder
        self._question = question
        self._models = Models(settings)
        self._models.load(trials=False)
        _ = self._models.detectors.get(), self._models.analyzer

    def rows(self, photo: str) -> list[Row]:
        """The rows of a photo, whatever its file holds."""
        started = time.perf_counter()
        mode = "ml_only" if self._question is None else "hybrid"
        try:
            result = analyze(self._models, self._folder / photo, self._question, mode)
        except (RequestError, NoonError) as error:
            return failed(photo, str(error))
        except OSError as error:
            return failed(photo, f"The file can't be read: {(error.strerror or 'it is damaged').lower()}.")
        except Exception as error:  # noqa: BLE001 - one photo never ends the others
            logger.error("A photo failed: %s", logs.fault(error))
            return failed(photo, f"The analysis broke in {logs.fault(error)}; please report this photo.")
        return rows(photo, nutrition_response(result), time.perf_counter() - started)


def here(
    settings: DictConfig, folder: Path, question: str | None, photos: Iterable[str]
) -> Iterator[list[Row]]:
    """The rows of each photo, analysed in this process."""
    return map(Analyzer(settings, folder, question).rows, photos)


class _RayAnalyzer:
    """An `Analyzer` as Ray Data calls it."""

    def __init__(self, settings: dict[str, Any], *arguments: Any) -> None:
        self._analyzer = Analyzer(OmegaConf.create(settings), *arguments)

    def __call__(self, row: dict[str, bytes]) -> dict[str, str]:
        return {"rows": json.dumps(self._analyzer.rows(os.fsdecode(row["photo"])))}


def on_ray(
    settings: DictConfig, folder: Path, question: str | None, photos: list[str], *, workers: int, gpus: float
) -> Iterator[list[Row]]:
    """The rows of each photo as they come, analysed in up to `workers` processes of a Ray cluster.

    Each takes a processor core and the share `gpus` of a GPU.
    """
    import ray.data  # noqa: PLC0415 - optional

    plain = OmegaConf.to_container(settings)
    named = [{"photo": os.fsencode(photo)} for photo in photos]
    found = ray.data.from_items(named, override_num_blocks=len(photos)).map(
        _RayAnalyzer,
        fn_constructor_args=(plain, folder, question),
        concurrency=(1, workers),
        num_cpus=1,
        num_gpus=gpus,
    )
    return (json.loads(row["rows"]) for row in found.iter_rows())
