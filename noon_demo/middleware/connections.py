"""Limits that uvicorn lacks: how many connections are open, and how long one may stay silent."""

from __future__ import annotations

import asyncio
import socket
import time
from contextlib import suppress
from types import ModuleType

from uvicorn.protocols.http.h11_impl import H11Protocol

resource: ModuleType | None = None
with suppress(ImportError):  # on Windows
    import resource

HEADERS_S = 15.0
"""How long a client may take to send a request's head."""
DEAD_S = 60
"""How long a client may leave sent data unacknowledged until it counts as gone."""
SPARE_FILES = 256
"""Of the files a process may open, those that connections leave to everything else."""


class PatientProtocol(H11Protocol):
    """HTTP/1.1 that ends connections on which nothing comes and refuses those for which files are lacking."""

    most_connections = 1024
    _head_until: float | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait for a request's head from now on."""
        super().connection_made(transport)  # type: ignore[arg-type]
        if len(self.connections) > self.most_connections:
            self.transport.abort()
            return
        connection = transport.get_extra_info("socket")
        if connection and hasattr(socket, "TCP_USER_TIMEOUT"):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 1000 * DEAD_S)
        self._limit_head()

    def data_received(self, data: bytes) -> None:
        """Take what came; the rest of an unfinished head has the time that is left."""
        super().data_received(data)
        if self.cycle is None or self.cycle.response_complete:
            self._limit_head()
        else:
            self._head_until = None

    def _limit_head(self) -> None:
        if self.transport.is_closing():
            return
        self._head_until = self._head_until or time.monotonic() + HEADERS_S
        self._unset_keepalive_if_required()
        left = max(0.0, self._head_until - time.monotonic())
        self.timeout_keep_alive_task = self.loop.call_later(left, self.timeout_keep_alive_handler)


def limit_connections() -> None:
    """Allow as many open files as the system lets us, and fewer connections than that."""
    if resource is None:
        return
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    files = most if most != resource.RLIM_INFINITY else 65_536
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, most))
    PatientProtocol.most_connections = max(16, min(files - SPARE_FILES, 4096))
