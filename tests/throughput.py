"""Photos a minute as visitors grow: `make throughput ARGS="http://localhost:7860 --seconds 20"`.

Each visitor sends one photo after another that nobody sent before, of 1024 x 768 pixels, to be analysed
without an insight. With the address of a server on this machine they post to it, each from an address of its
own; without one they call the service in this process, which shows what the server costs. Ends with status 1
after any error.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import numpy as np
import psutil

from tests.local_server import server_process, watched
from tests.photos import MEALS

PHOTOS = [path.read_bytes() for path in sorted(MEALS.glob("*.jpg"))]
VISITORS = (1, 4, 16, 50)
TIMEOUT_S = 120.0
WARM_UP = 8
"""Photos analysed before any is timed."""

Send = Callable[[bytes], object]
"""Has one photo analysed; raises where that fails."""


def new_photos() -> Iterator[bytes]:
    """The examples again and again, each time another file."""
    run = f"{time.time_ns()}".encode()
    return (photo + run + str(number).encode() for number in itertools.count() for photo in PHOTOS)


def over_http(url: str, visitor: int) -> Send:
    """A visitor of a server, from a loopback address of its own."""
    own = httpx.HTTPTransport(local_address=f"127.0.0.{visitor + 2}")
    client = httpx.Client(base_url=url, transport=own, timeout=TIMEOUT_S)

    def send(photo: bytes) -> None:
        form: dict[str, Any] = {"files": {"image": photo}, "data": {"mode": "ml_only"}}
        client.post("/api/analyze", **form).raise_for_status()

    return send


def in_process(service: Any, visitor: int) -> Send:
    """A visitor of a service in this process."""
    return lambda photo: list(service.stream(photo, mode="ml_only", visitor=str(visitor)))


def measure(senders: list[Send], seconds: float) -> tuple[list[float], list[Exception]]:
    """How many seconds each photo took, and what went wrong, with every sender busy for `seconds`."""
    photos, lock = new_photos(), threading.Lock()
    times: list[float] = []
    errors: list[Exception] = []
    until = time.monotonic() + seconds

    def visit(send: Send) -> None:
        while (started := time.monotonic()) < until:
            with lock:
                photo = next(photos)
            try:
                send(photo)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is counted
                errors.append(error)
            else:
                times.append(time.monotonic() - started)

    threads = [threading.Thread(target=visit, args=(send,)) for send in senders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times, errors


def local_service() -> Any:
    """The service with the models that ship with Noon."""
    from noon_demo import config
    from noon_demo.ml_inference import Models
    from noon_demo.service import AnalysisService

    models = Models(config.load(["profile=embedded", "insights=builtin"]))
    models.load()
    return AnalysisService(models, 0)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", nargs="?")
    parser.add_argument("--visitors", type=int, nargs="+", default=VISITORS)
    parser.add_argument("--seconds", type=float, default=20)
    options = parser.parse_args()
    service = None if options.url else local_service()
    server = server_process(options.url) if options.url else psutil.Process()

    def sender(visitor: int) -> Send:
        return over_http(options.url, visitor) if options.url else in_process(service, visitor)

    for photo in itertools.islice(new_photos(), WARM_UP):
        sender(0)(photo)
    print(f"{'over HTTP' if options.url else 'in process'}, {psutil.cpu_count()} cores\n")
    print("| visitors | photos a minute | p50 s | p95 s | peak memory MB | errors |")
    print("| --- | --- | --- | --- | --- | --- |")
    failed = False
    for visitors in options.visitors:
        started = time.monotonic()
        with watched(server) as seen:
            times, errors = measure([sender(visitor) for visitor in range(visitors)], options.seconds)
        rate = 60 * len(times) / (time.monotonic() - started)
        p50, p95 = np.percentile(times or [np.nan], [50, 95])
        print(
            f"| {visitors} | {rate:.0f} | {p50:.2f} | {p95:.2f} | {max(seen):.0f} | {len(errors)} |",
            flush=True,
        )
        for error in errors[:3]:
            print(f"  {type(error).__name__} {error}", file=sys.stderr)
        failed |= bool(errors)
    sys.exit(failed)


if __name__ == "__main__":
    main()
