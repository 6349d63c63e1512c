"""Simulated visitors of a running Noon: `make load ARGS="http://localhost:7860 --visitors 50 --minutes 5"`.

Each sends a photo nobody sent before, has the page analyze it, thinks, asks on about it, and looks a food up;
health is asked for every second meanwhile. Prints how long each took, and ends with status 1 after any error.
Only for a server on this machine.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import json
import random
import sys
import time
import uuid
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import httpx
import numpy as np
import PIL.Image
import psutil

from tests.local_server import memory_mb, server_process
from tests.photos import MEALS

PHOTOS = sorted(MEALS.glob("*.jpg"))
LIGHT = ("follow up", "look up", "health")
LIGHT_P95_S = 1.0
THINK_S = 5.0
TIMEOUT_S = 120.0


class FailedError(Exception):
    """An action did not end as it should; it is noted."""


class Load:
    """The visitors and what they met."""

    def __init__(self, url: str, seconds: float) -> None:
        self.url = url
        self.until = time.monotonic() + seconds
        self.times: defaultdict[str, list[float]] = defaultdict(list)
        self.errors: Counter[str] = Counter()
        self.client = httpx.AsyncClient(
            base_url=url, timeout=TIMEOUT_S, limits=httpx.Limits(max_connections=None)
        )
        config = httpx.get(f"{url}/config").json()
        self.events = {event["api_name"]: event for event in config["dependencies"]}
        self.names = {part["id"]: part["props"].get("elem_id") for part in config["components"]}

    @property
    def goes_on(self) -> bool:
        return time.monotonic() < self.until

    async def run(self, visitors: int) -> None:
        """Let everybody come within the first ten seconds, and stay until the end."""
        await asyncio.gather(*(self.visit(number) for number in range(visitors)), self.watch_health())

    async def visit(self, number: int) -> None:
        """One visitor's stay."""
        chance = random.Random(number)
        session = uuid.UUID(int=chance.getrandbits(128)).hex
        await asyncio.sleep(chance.uniform(0, 10))
        while self.goes_on:
            with suppress(FailedError):
                await self.meal(chance, session)

    async def meal(self, chance: random.Random, session: str) -> None:
        """Send a photo, and do with it what one does. Raises `FailedError`."""
        async with self.timed("upload"):
            photo = {"files": ("meal.jpg", new_photo(chance))}
            (sent,) = (await self.client.post("/gradio_api/upload", files=photo)).raise_for_status().json()
        value = {"path": sent, "meta": {"_type": "gradio.FileData"}}
        form: dict[str, Any] = {"photo": value, "mode": "hybrid", "plate": ""}
        async with self.timed("analyze"):
            shown = await self.press("press_analyze", session, form)
        form["meal"] = next(part for part in shown if isinstance(part, dict) and "result" in part)
        await asyncio.sleep(THINK_S)
        async with self.timed("follow up"):
            await self.press("press_ask", session, form | {"follow-up": "How much protein is in it?"})
        async with self.timed("look up"):
            await self.call(self.events["lookup"], session, ["lentil soup"])

    async def watch_health(self) -> None:
        """Ask for the server's health as a container's check does."""
        while self.goes_on:
            with suppress(FailedError):
                async with self.timed("health"):
                    (await self.client.get("/api/health")).raise_for_status()
            await asyncio.sleep(1)

    async def press(self, button: str, session: str, form: dict[str, object]) -> list[object]:
        """Press a button of the page and do as it does then: run what the ticket is for, with the form."""
        pressed = await self.call(self.events[button], session, self.inputs(button, form))
        ticket = next(value for value in pressed if isinstance(value, str) and value[-1:].isdigit())
        form = form | {"ticket": ticket}
        return await self.call(self.events["page_run"], session, self.inputs("page_run", form))

    def inputs(self, event: str, form: dict[str, object]) -> list[object]:
        """An event's inputs, from a form by the elements' names."""
        return [form.get(self.names[part]) for part in self.events[event]["inputs"]]

    async def call(self, event: dict, session: str, data: list[object]) -> list[object]:
        """Run an event to its end; all of its outputs. Raises `RuntimeError` with what a person sees."""
        body = {"fn_index": event["id"], "data": data, "session_hash": session}
        joined = await self.client.post("/gradio_api/queue/join", json=body)
        joined.raise_for_status()
        number = joined.json()["event_id"]
        outputs: list[object] = []
        params = {"session_hash": session}
        async with self.client.stream("GET", "/gradio_api/queue/data", params=params) as stream:
            async for line in stream.aiter_lines():
                if "noon-alert" in line:
                    raise RuntimeError(line.split('data-told=\\"')[-1].split('\\"')[0])
                message = json.loads(line.removeprefix("data:")) if line.startswith("data:") else {}
                if message.get("event_id") == number and message.get("output"):
                    outputs += message["output"].get("data", [])
                if message.get("msg") == "process_completed" and message.get("event_id") == number:
                    if not message["success"]:
                        raise RuntimeError(str(message["output"]))
                    return outputs
        raise RuntimeError("the stream ended early")

    @asynccontextmanager
    async def timed(self, action: str) -> AsyncIterator[None]:
        """Note how long an action takes, or how it failed. Raises `FailedError`."""
        started = time.monotonic()
        try:
            yield
        except (httpx.HTTPError, RuntimeError, KeyError, ValueError) as error:
            self.errors[f"{action}: {type(error).__name__} {error}"[:160]] += 1
            await asyncio.sleep(1)
            raise FailedError from error
        else:
            self.times[action].append(time.monotonic() - started)

    def report(self, visitors: int, seconds: float, server: psutil.Process) -> bool:
        """Print the table; whether there was no error and what is light was quick."""
        print(f"{visitors} visitors, {seconds / 60:.1f} min, {psutil.cpu_count()} cores\n")
        print("| action | times | p50 s | p95 s | slowest s |\n| --- | --- | --- | --- | --- |")
        for action, times in self.times.items():
            p50, p95 = np.percentile(times, [50, 95])
            print(f"| {action} | {len(times)} | {p50:.2f} | {p95:.2f} | {max(times):.2f} |")
        print(f"\nAnalyses a minute: {60 * len(self.times['analyze']) / seconds:.0f}")
        print(f"Memory at the end, with the decoder: {memory_mb(server):.0f} MB")
        print(f"Errors: {self.errors.total()}")
        for error, count in self.errors.most_common(10):
            print(f"  {count} x {error}")
        slow = [a for a in LIGHT if np.percentile(self.times[a] or [np.inf], 95) >= LIGHT_P95_S]
        for action in slow:
            print(f"{action}: p95 over {LIGHT_P95_S:g} s")
        return not self.errors and not slow


def new_photo(chance: random.Random) -> bytes:
    """An example with some pixels changed."""
    pixels = np.array(PIL.Image.open(chance.choice(PHOTOS)))
    pixels[:8, :8] = list(chance.randbytes(3))
    file = io.BytesIO()
    PIL.Image.fromarray(pixels).save(file, "JPEG", quality=90)
    return file.getvalue() + chance.randbytes(8)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--visitors", type=int, default=50)
    parser.add_argument("--minutes", type=float, default=5)
    arguments = parser.parse_args()
    server = server_process(arguments.url)
    seconds = min(60 * arguments.minutes, 3600)
    load = Load(arguments.url, seconds)
    asyncio.run(load.run(min(arguments.visitors, 500)))
    sys.exit(not load.report(arguments.visitors, seconds, server))


if __name__ == "__main__":
    main()
