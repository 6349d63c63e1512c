"""A local chat endpoint: real HTTP, OpenAI's streaming protocol, an answer and faults on demand.

with ChatServer("The meal has 997 kcal.") as server:
    RemoteInsights(server.url, "llava").answer(...)
"""

from __future__ import annotations

import json
import threading
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

NO_PATH = {"error": {"code": 404, "message": "File Not Found", "type": "not_found_error"}}


class ChatServer:
    """Streams `text` word by word as the answer to every request.

    status: an HTTP status sent instead, if not 200, with `error`; for the first `refusals` requests only, if
    that is set. path: where the chat is; elsewhere is nothing, as in llama.cpp.
    thoughts: sent before the text, in a field of their own.
    delay_s: seconds before the first word. word_delay_s: seconds before each other word.
    raw: a body sent instead of the protocol. breaks_after: the connection breaks after that many words.
    requests: the JSON bodies so far; headers: theirs. asked: set once one came.
    left: set once a client left before the end.
    """

    def __init__(self, text: str = "") -> None:
        self.text = text
        self.status = 200
        self.error: Any = {"error": {"message": "no"}}
        self.refusals: int | None = None
        self.path = "/v1/chat/completions"
        self.thoughts = ""
        self.delay_s = 0.0
        self.word_delay_s = 0.0
        self.raw: bytes | None = None
        self.breaks_after: int | None = None
        self.requests: list[dict[str, Any]] = []
        self.headers: list[Message] = []
        self.asked = threading.Event()
        self.left = threading.Event()
        self._stopping = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def wait(self, seconds: float) -> None:
        """Let `seconds` pass, or less when the server stops."""
        self._stopping.wait(seconds)


def _handler_of(server: ChatServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            server.requests.append(json.loads(body))
            server.headers.append(self.headers)
            server.asked.set()
            refused = server.refusals is None or len(server.requests) <= server.refusals
            if self.path != server.path:
                self._send(404, "application/json", json.dumps(NO_PATH).encode())
            elif server.status != 200 and refused:
                self._send(server.status, "application/json", json.dumps(server.error).encode())
            elif server.raw is not None:
                self._send(200, "text/event-stream", server.raw)
            else:
                try:
                    self._stream_words()
                except (BrokenPipeError, ConnectionResetError):
                    server.left.set()

        def _stream_words(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.end_headers()
            if server.thoughts:
                self._event(server.thoughts, "reasoning_content")
            words = server.text.split(" ")
            for number, word in enumerate(words):
                if number == server.breaks_after:
                    return
                server.wait(server.word_delay_s if number else server.delay_s)
                self._event(word if number == len(words) - 1 else f"{word} ")
            self.wfile.write(b"data: [DONE]\n\n")

        def _event(self, text: str, field: str = "content") -> None:
            choice = {"index": 0, "delta": {field: text}, "finish_reason": None}
            chunk = {
                "id": "1",
                "object": "chat.completion.chunk",
                "created": 0,
                "model": "m",
                "choices": [choice],
            }
            self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
            self.wfile.flush()

        def _send(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Stay silent."""

    return Handler
