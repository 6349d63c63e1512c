"""How long an analysis takes with the embedded models, and how much memory.

    python -m ml.evaluation.speed --runs 20

prints a table in Markdown: a 12-megapixel JPEG from its bytes to facts and insight, stage by stage, beside
transformers' mask-generation pipeline with the same segmenter's weights. Given the --url of a running page,
it also times the whole service, with photos it has not seen and with the same photo again.
"""

from __future__ import annotations

import argparse
import io
import resource
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import httpx2
import numpy as np
import PIL.Image
from transformers import Sam2ImageProcessor, pipeline

from ml.analyzer import NutritionAnalyzer
from ml.detector import FoodDetector
from ml.insights.base import Request
from ml.insights.builtin import BuiltinInsights
from ml.nutrition.database import FoodDatabase
from ml.nutrition.foods import FoodTable
from ml.recognition.embedded import EmbeddedRecognizer
from ml.segmentation.decoding import input_size
from ml.segmentation.embedded import EmbeddedSegmenter

ASSETS = Path("assets")
SIZE = (4000, 3000)
"""Width and height of a 12-megapixel photo."""
GRID_SIZE = (1024, 768)
"""What the pipeline gets: it enlarges 192 masks at a time to the photo's size, 9 GB for 12 megapixels."""

Times = Mapping[str, float]
"""Milliseconds by stage."""


class Analysis:
    """The whole analysis with the embedded models, from a JPEG's bytes to an insight."""

    def __init__(self) -> None:
        foods = FoodTable(ASSETS / "nutrition/foods.csv")
        self.segmenter = EmbeddedSegmenter(ASSETS / "segmenter")
        recognizer = EmbeddedRecognizer(ASSETS / "recognizer")
        self.detector = FoodDetector(self.segmenter, self.segmenter, recognizer, foods.parents)
        self.analyzer = NutritionAnalyzer(foods, FoodDatabase(ASSETS / "nutrition/foods.sqlite"))
        self.insights = BuiltinInsights()

    def time(self, jpeg: bytes) -> Times:
        """Milliseconds of each stage and, as "whole analysis", of all of them."""
        start = time.perf_counter()
        image = np.asarray(PIL.Image.open(io.BytesIO(jpeg)))
        opened = time.perf_counter()
        detections = self.detector.detect(image)
        detected = time.perf_counter()
        facts = self.analyzer.analyze(detections)
        analyzed = time.perf_counter()
        "".join(self.insights.answer(Request(image, None, facts)))
        end = time.perf_counter()
        return {
            "open the JPEG": 1000 * (opened - start),
            **detections.timings_ms,
            "analyze": 1000 * (analyzed - detected),
            "insight": 1000 * (end - analyzed),
            "whole analysis": 1000 * (end - start),
        }


def photo_bytes(path: Path, run: int) -> bytes:
    """The photo at `path` as a JPEG of `SIZE`, of a slightly different quality each run, past any cache."""
    photo = PIL.Image.open(path).convert("RGB").resize(SIZE, PIL.Image.Resampling.LANCZOS)
    file = io.BytesIO()
    photo.save(file, "JPEG", quality=70 + run % 25)
    return file.getvalue()


def time_grid(segmenter: EmbeddedSegmenter, path: Path) -> float:
    """Milliseconds that `pipeline("mask-generation")` with its defaults takes on the photo in `GRID_SIZE`."""
    side = input_size(segmenter.model)
    half = [0.5, 0.5, 0.5]
    processor = Sam2ImageProcessor(size={"height": side, "width": side}, image_mean=half, image_std=half)
    generate = pipeline(
        "mask-generation", model=segmenter.model, image_processor=processor, device=segmenter.device
    )
    photo = PIL.Image.open(path).convert("RGB").resize(GRID_SIZE)
    start = time.perf_counter()
    generate(photo)
    return 1000 * (time.perf_counter() - start)


def time_request(url: str, jpeg: bytes) -> float:
    """Milliseconds of one POST to the page's /api/analyze."""
    start = time.perf_counter()
    httpx2.post(f"{url}/api/analyze", files={"image": jpeg}, timeout=120).raise_for_status()
    return 1000 * (time.perf_counter() - start)


def row(name: str, milliseconds: Sequence[float]) -> str:
    """A line of the table: median and 95th percentile."""
    p50, p95 = np.percentile(milliseconds, [50, 95])
    return f"| {name} | {p50:,.0f} ms | {p95:,.0f} ms |"


def peak_memory_gb() -> float:
    """The most resident memory of this process so far (ru_maxrss is in KiB, on macOS in bytes)."""
    return (
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e9
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--photo", type=Path, default=ASSETS / "examples/shakshuka.jpg")
    parser.add_argument("--url", help="a running page, such as http://127.0.0.1:7860")
    parser.add_argument("--no-grid", action="store_true", help="leave out the slow mask-generation pipeline")
    options = parser.parse_args()
    photos = [photo_bytes(options.photo, run) for run in range(options.runs)]

    analysis = Analysis()
    analysis.time(photos[-1])
    times = [analysis.time(photo) for photo in photos]
    print("| what | p50 | p95 |\n| --- | --- | --- |")
    for stage in times[0]:
        print(row(stage.replace("_", " "), [run[stage] for run in times]))
    if options.url:
        time_request(options.url, photos[-1])
        print(row("request, new photo", [time_request(options.url, photo) for photo in photos[:-1]]))
        print(row("request, same photo again", [time_request(options.url, photos[0]) for _ in photos]))
    print(f"| peak memory | {peak_memory_gb():.2f} GB | |")
    if not options.no_grid:
        grid = time_grid(analysis.segmenter, options.photo)
        found = float(np.median([run["embed"] + run["locate"] + run["decode"] for run in times]))
        print(f"| mask-generation pipeline, {GRID_SIZE[0]} x {GRID_SIZE[1]} px | {grid:,.0f} ms | |")
        print(f"| ratio to embed + locate + decode | {grid / found:.1f} | |")


if __name__ == "__main__":
    main()
