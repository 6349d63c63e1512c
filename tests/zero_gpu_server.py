"""A Space's ZeroGPU without a GPU: its service lends one, and the package's emulation computes on the CPU."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs


class ZeroGpuServer:
    """Answers as the service that lends GPUs does, for as long as the context lasts.

    `asked` holds the routes that were called, `visitors` the tokens of those a GPU was asked for; nothing is
    lent while `is_exhausted`.
    """

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.visitors: list[str] = []
        self.is_exhausted = False

    def __enter__(self) -> ZeroGpuServer:
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                route, _, query = self.path.partition("?")
                service.asked.append(route)
                service.visitors += parse_qs(query).get("token", [])
                lent = {"idle": True, "nvidiaIndex": 0, "nvidiaUUID": "GPU-0", "allowToken": "token"}
                body = json.dumps(lent if route == "/schedule" else {}).encode()
                self.send_response(503 if service.is_exhausted else 200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
