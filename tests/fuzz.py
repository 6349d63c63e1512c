"""Damaged images for a running Noon: `make fuzz ARGS="http://localhost:7860 --count 5000"`.

Each is opened in this process and then sent to `POST /api/analyze`, two at a time, after 100 files of some 40
bytes that decode to 49 megapixels each, eight at a time. Prints what came of them, and ends with status 1 if
one was neither opened nor refused, a damaged one took over 5 s, again when sent alone, or memory went over
2.5 GB or was not given back. Only for a server on this machine that does nothing else.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import httpx

from noon_demo.photos import images
from tests.hostile_images import tiny_bomb
from tests.local_server import memory_mb, server_process, watched
from tests.mutated_images import mutated_images
from tests.photos import MEAL

MOST = 100_000
HANG_S = 5.0
BATCH = 40
SETTLE_S = 5
MEMORY_LIMIT_MB = 2500
GROWTH = 0.1
"""How much more memory than before may be held afterwards."""

BOMB = "tiny bomb"
FINE = {"opened", "refused", "200", "400", "413"}
File = tuple[str, bytes]
Answer = Callable[[bytes], tuple[str, float]]
"""What came of a file, and after how many seconds."""


class Outcomes:
    """What came of each kind of file, and how long the slowest took."""

    def __init__(self, way: str) -> None:
        self.way = way
        self.counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.slowest: defaultdict[str, float] = defaultdict(float)
        self.hung: list[File] = []

    def run(self, files: Sequence[File], answer: Answer, at_once: int, until: float) -> None:
        """Have every file answered, some at once, for as long as there is time."""
        with ThreadPoolExecutor(at_once) as pool:
            for start in range(0, len(files), BATCH):
                if time.monotonic() > until:
                    print(f"{self.way}: out of time after {self.total} files")
                    return
                batch = files[start : start + BATCH]
                answers = pool.map(answer, [data for _, data in batch])
                for file, (outcome, seconds) in zip(batch, answers, strict=True):
                    self.counts[file[0]][outcome] += 1
                    self.slowest[file[0]] = max(self.slowest[file[0]], seconds)
                    if seconds > HANG_S and file[0] != BOMB:
                        self.hung.append(file)
        self.hung = [file for file in self.hung if answer(file[1])[1] > HANG_S]

    @property
    def total(self) -> int:
        return sum(counts.total() for counts in self.counts.values())

    def report(self) -> bool:
        """Print the table; whether each file was opened or refused, in time."""
        outcomes = sorted({outcome for counts in self.counts.values() for outcome in counts})
        print(f"\n{self.way}: {self.total} files\n\n| format | {' | '.join(outcomes)} | slowest s |")
        print("| --- " * (len(outcomes) + 2) + "|")
        for kind, counts in self.counts.items():
            cells = " | ".join(str(counts[outcome]) for outcome in outcomes)
            print(f"| {kind} | {cells} | {self.slowest[kind]:.2f} |")
        print(f"\nOver {HANG_S:g} s, also alone: {len(self.hung)}")
        return FINE.issuperset(outcomes) and not self.hung


def open_here(data: bytes) -> tuple[str, float]:
    """Open a file in this process."""
    started = time.monotonic()
    try:
        images.load(data)
        outcome = "opened"
    except images.ImageError:
        outcome = "refused"
    except Exception as error:  # noqa: BLE001  (this is what is looked for)
        outcome = type(error).__name__
    return outcome, time.monotonic() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--bombs", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--minutes", type=float, default=60)
    arguments = parser.parse_args()
    server = server_process(arguments.url)
    until = time.monotonic() + 60 * min(arguments.minutes, 240)
    client = httpx.Client(base_url=arguments.url, timeout=60)

    def send(data: bytes) -> tuple[str, float]:
        """Send a file, again where the line was full."""
        while True:
            started = time.monotonic()
            try:
                answer = client.post("/api/analyze", files={"image": data}, data={"mode": "ml_only"})
            except httpx.HTTPError as error:
                return type(error).__name__, time.monotonic() - started
            if answer.status_code != 503 or "retry-after" not in answer.headers:
                return str(answer.status_code), time.monotonic() - started
            time.sleep(float(answer.headers["retry-after"]))

    mutated = list(mutated_images(min(arguments.count, MOST), arguments.seed))
    bombs = [(BOMB, tiny_bomb(number)) for number in range(min(arguments.bombs, 1000))]
    here, there = Outcomes("in process"), Outcomes("POST /api/analyze")
    here.run(mutated, open_here, 2, until)
    for number in range(3):
        send(MEAL.read_bytes() + bytes(number))
    time.sleep(SETTLE_S)
    idle = memory_mb(server)
    with watched(server) as seen:
        there.run(bombs, send, 8, until)
        there.run(mutated, send, 2, until)
    time.sleep(SETTLE_S)
    after = memory_mb(server)
    answered = [outcomes.report() for outcomes in (here, there)]
    print(f"\nServer and children: {idle:.0f} MB before, {max(seen):.0f} at most, {after:.0f} after")
    sys.exit(not (all(answered) and max(seen) < MEMORY_LIMIT_MB and after < idle * (1 + GROWTH)))


if __name__ == "__main__":
    main()
