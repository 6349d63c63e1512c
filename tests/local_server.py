"""Watching a server on this machine from outside."""

from __future__ import annotations

import ipaddress
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

import psutil


def server_process(url: str) -> psutil.Process:
    """The process that serves at `url`. Raises `ValueError` where that isn't on this machine."""
    address = urlsplit(url)
    if address.hostname != "localhost" and not ipaddress.ip_address(address.hostname or "").is_loopback:
        raise ValueError("only a server on this machine")
    for connection in psutil.net_connections("tcp"):
        port = connection.laddr.port if connection.laddr else None
        if connection.status == psutil.CONN_LISTEN and port == address.port:
            return psutil.Process(connection.pid)
    raise ValueError(f"nothing listens at {url}")


def memory_mb(server: psutil.Process) -> float:
    """Resident memory of a server and all that it started, in MiB."""
    total = 0
    for process in [server, *server.children(recursive=True)]:
        with suppress(psutil.NoSuchProcess):
            total += process.memory_info().rss
    return total / 2**20


def workers(process: psutil.Process | None = None) -> list[psutil.Process]:
    """The running processes that decode for `process`, by default for this one."""
    found = []
    for child in (process or psutil.Process()).children():
        with suppress(psutil.NoSuchProcess):
            if "noon_demo.photos.decoder" in child.cmdline() and child.status() != psutil.STATUS_ZOMBIE:
                found.append(child)
    return found


@contextmanager
def watched(server: psutil.Process) -> Iterator[list[float]]:
    """The server's memory in MiB, ten times a second, for as long as the context lasts."""
    seen, over = [memory_mb(server)], threading.Event()

    def watch() -> None:
        while not over.wait(0.1):
            seen.append(memory_mb(server))

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield seen
    finally:
        over.set()
        watcher.join()
