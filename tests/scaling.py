"""The measurements in docs/scaling.md: `python -m tests.scaling costs`, and the same with `replicas`."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import PIL.Image
import psutil

from noon_demo import config
from noon_demo.ml_inference import Models, analyze, format_nutrition_response
from tests.photos import MEALS

EXAMPLES = sorted(MEALS.glob("*.jpg"))
PHOTOS, INSIGHTS, VISITORS = 24, 4, 4
QUESTION = "Is it enough protein?"


def photo(number: int) -> np.ndarray:
    """One of the examples, a little brighter or darker, so that nothing knows it."""
    pixels = np.asarray(PIL.Image.open(EXAMPLES[number % len(EXAMPLES)]).convert("RGB"), np.int16)
    return (pixels + number // len(EXAMPLES) - 4).clip(0, 255).astype(np.uint8)


def each(work: Callable[[int], object], times: int) -> tuple[float, float]:
    """Seconds and seconds of processor that `work` takes each time."""
    work(-1)
    wall, used = time.perf_counter(), time.process_time()
    for number in range(times):
        work(number)
    return (time.perf_counter() - wall) / times, (time.process_time() - used) / times


def costs() -> None:
    """What one photo and one insight take of this process, and of the wire."""
    models = Models(config.load(["profile=embedded", "insights=llava_embedded"]))
    before = memory_mb(psutil.Process())
    models.load()
    print(
        f"memory of one process with all parts: {memory_mb(psutil.Process()):.0f} MB ({before:.0f} without)"
    )
    seconds, used = each(lambda n: analyze(models, photo(n), mode="ml_only"), PHOTOS)
    print(f"a photo: {used:.2f} s of processor, {seconds:.2f} s")
    print(f"detection alone: {photos_a_minute(models, 1):.0f} photos a minute, one after another")
    found = [analyze(models, photo(number), mode="ml_only") for number in range(len(EXAMPLES))]
    for stage in found[0].timings_ms:
        print(f"  {stage}: {np.mean([result.timings_ms.get(stage, 0) for result in found]):.0f} ms")

    def write(number: int) -> None:
        for _ in models.write_insights(found[number % len(found)]):
            pass

    seconds, used = each(write, INSIGHTS)
    print(f"an insight of the embedded LLaVA: {used:.1f} s of processor, {seconds:.1f} s")
    wire = [len(json.dumps(format_nutrition_response(result))) / 1000 for result in found]
    sent = [path.stat().st_size / 1000 for path in EXAMPLES]
    print(f"a photo sent: {np.mean(sent):.0f} kB; its result: {np.mean(wire):.0f} kB of JSON")
    embedding = models.segmenter.get().embed(photo(0))
    print(f"an embedding: {sum(maps.nbytes for maps in embedding.features) / 1e6:.1f} MB")
    print(f"a photo's pixels: {photo(0).nbytes / 1e6:.1f} MB")


def replicas() -> None:
    """Photos a minute with one and two replicas of segmenter and recognizer, and what these take."""
    from ml.cluster import serving
    from ml.cluster.handles import ClusterSegmenter
    from noon_demo.ml_inference.cluster import cluster

    settings = config.load(["profile=ray", "insights=builtin"])
    with cluster(None, 8):
        from noon_demo.ml_inference.cluster import deploy

        for count in (1, 2):
            for kind in ("segmenter", "recognizer"):
                settings.cluster.deployments[kind].options.autoscaling_config = {
                    "min_replicas": count,
                    "max_replicas": count,
                }
            deploy(settings)
            models = Models(settings)
            models.load()
            used = time.process_time()
            print(f"{count} replicas of each: {photos_a_minute(models, VISITORS):.0f} photos a minute")
            used = (time.process_time() - used) / (PHOTOS + VISITORS)
            print(f"  of each, the process that asks takes {used:.2f} s of processor")
        segmenter = ClusterSegmenter()
        seconds, _ = each(lambda n: segmenter.ask("describe"), 100)
        print(f"a call of a replica: {1000 * seconds:.1f} ms")
        print(f"memory of who asks them: {memory_mb(psutil.Process()):.0f} MB; of Ray's processes:")
        for process in psutil.Process().children(recursive=True):
            print(f"  {memory_mb(process):.0f} MB {Path(process.cmdline()[0]).name}")
        serving.end()


def photos_a_minute(models: Models, at_once: int) -> float:
    """In how many photos food is found and named."""
    with ThreadPoolExecutor(at_once) as visitors:
        list(visitors.map(models.detect, map(photo, range(VISITORS))))
        photos = [photo(number) for number in range(VISITORS, VISITORS + PHOTOS)]
        started = time.perf_counter()
        list(visitors.map(models.detect, photos))
        return 60 * PHOTOS / (time.perf_counter() - started)


def memory_mb(process: psutil.Process) -> float:
    """What a process has of memory, its part of what it shares included."""
    return process.memory_full_info().pss / 2**20


if __name__ == "__main__":
    {"costs": costs, "replicas": replicas}[sys.argv[1]]()
