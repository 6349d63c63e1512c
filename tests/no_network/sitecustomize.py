"""Cuts a Python process off from all but its own machine, when this folder is on its path."""

import socket
from typing import Any

_connect = socket.socket.connect


def connect(self: socket.socket, address: Any) -> None:
    """As `socket.socket.connect`, but nobody outside is reached."""
    is_outside = self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1")
    if is_outside:
        raise OSError(f"The network is cut: no connection to {address}.")
    _connect(self, address)


socket.socket.connect = connect  # type: ignore[method-assign,assignment]  # every client in the process
