"""What all tests share: one real server, and photos made here."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import psutil
import pytest

pytest_plugins = ["tests.chromium"]

NO_MODELS = {"NOON_MODELS": f"{os.devnull}/models"}
"""So that tests don't see versions that this machine's user has added."""
os.environ.update(NO_MODELS)

ROOT = Path(__file__).resolve().parents[1]
START_S = 180


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files that take long come first and the quick ones last, so that all processes end together."""
    items.sort(key=lambda item: ("/ml/" in item.nodeid) - ("/browser/" in item.nodeid))


def free_port() -> int:
    """A TCP port that nobody listens on now."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def environment(**settings: str) -> Mapping[str, str]:
    """This process's environment without settings of Noon, Gradio and the hub, but for those given."""
    ours = {
        name: value for name, value in os.environ.items() if not name.startswith(("NOON_", "GRADIO_", "HF_"))
    }
    return {**ours, **NO_MODELS, **settings}


def eventually(condition: Callable[[], object]) -> None:
    """Wait until a condition holds, which it must within a minute."""
    until = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.01)


@pytest.fixture(scope="session")
def server_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the server that tests share runs; it holds its log."""
    return tmp_path_factory.mktemp("server")


@pytest.fixture(scope="session")
def server(server_folder: Path) -> Iterator[str]:
    """Address of Noon with the models that ship with it."""
    with served(server_folder) as url:
        yield url


@contextmanager
def served(folder: Path, *settings: str, port: int | None = None, **variables: str) -> Iterator[str]:
    """Address of `python app.py profile=embedded` with further settings, started from another folder."""
    with start(folder, *settings, port=port, **variables) as (url, _):
        yield url


@contextmanager
def start(
    folder: Path,
    *settings: str,
    program: Path = ROOT / "app.py",
    first: str = "profile=embedded",
    patience_s: float = START_S,
    host: str = "127.0.0.1",
    port: int | None = None,
    **variables: str,
) -> Iterator[tuple[str, subprocess.Popen]]:
    """As `served`, with the server's process. Nothing that it started is left afterwards.

    The `first` argument may be a command instead, such as "cluster". `patience_s` is how long it may take to
    be ready, `host` where it is asked.
    """
    port = port or free_port()
    ours = {"GRADIO_SERVER_PORT": str(port), "GRADIO_TEMP_DIR": str(folder / "gradio")}
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, program, first, *settings],
            cwd=folder,
            env=environment(**ours, **variables),
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    url = f"http://{host}:{port}"
    try:
        _wait(url, process, folder / "log", patience_s)
        yield url, process
    finally:
        _end(process)


def _end(process: subprocess.Popen) -> None:
    """Have a server end, and what it started with it."""
    started = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
    process.terminate()
    try:
        process.wait(timeout=40)
    finally:
        process.kill()
        for left in started:
            with suppress(psutil.NoSuchProcess):
                left.kill()


def _wait(url: str, process: subprocess.Popen, log: Path, patience_s: float) -> None:
    until = time.monotonic() + patience_s
    while time.monotonic() < until and process.poll() is None:
        try:
            health = httpx.get(f"{url}/api/health", timeout=10).json()
        except httpx.TransportError:
            health = {"status": "starting"}
        if health["status"] == "ready":
            return
        if health["status"] == "failed":
            break
        time.sleep(0.5)
    pytest.fail(f"The server isn't ready.\n{log.read_text()[-4000:]}")
