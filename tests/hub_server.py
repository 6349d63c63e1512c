"""A local model hub: real HTTP, the hub's protocol, folders of tiny checkpoints, and faults on demand.

    with HubServer({"noon/tiny-sam": folder}) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        fetch("noon/tiny-sam")

Once stopped, its port refuses connections: that hub is away.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Self
from urllib.parse import unquote, urlsplit

LFS_SUFFIXES = {".safetensors", ".bin"}


class HubServer:
    """Serves each folder of `repos` as the main branch of the repository it is named after.

    delay_s: seconds before every answer.
    error: (status, X-Error-Code) sent instead of any answer about a repository, such as (401, "GatedRepo").
    damaged: names of files sent with one byte changed.
    is_portal: answer everything with a login page, as some networks do before one has agreed to their terms.
    requests: the "METHOD path" of each request so far.
    """

    def __init__(self, repos: Mapping[str, Path]) -> None:
        self.repos = dict(repos)
        self.delay_s = 0.0
        self.error: tuple[int, str] | None = None
        self.damaged: set[str] = set()
        self.is_portal = False
        self.requests: list[str] = []
        self._stopping = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        if not self._stopping.is_set():
            self._stopping.set()
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()

    def wait(self) -> None:
        """Let `delay_s` pass, or less when the server stops."""
        self._stopping.wait(self.delay_s)


def commit_of(folder: Path) -> str:
    """A commit hash that changes with the files."""
    return hashlib.sha1("".join(f"{name}{_oid(path)}" for name, path in _files(folder)).encode()).hexdigest()


def _files(folder: Path) -> list[tuple[str, Path]]:
    return sorted((p.relative_to(folder).as_posix(), p) for p in folder.rglob("*") if p.is_file())


def _oid(path: Path) -> str:
    """The git blob hash, as the hub reports it for plain files."""
    data = path.read_bytes()
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


def _tree(folder: Path) -> list[dict[str, object]]:
    entries = []
    for name, path in _files(folder):
        entry = {"type": "file", "path": name, "oid": _oid(path), "size": path.stat().st_size}
        if path.suffix in LFS_SUFFIXES:
            sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
            entry["lfs"] = {"oid": sha256, "size": path.stat().st_size, "pointerSize": 134}
        entries.append(entry)
    return entries


def _handler_of(hub: HubServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            hub.requests.append(f"{self.command} {self.path}")
            hub.wait()
            if hub.is_portal:
                self._send(200, b"<html>Welcome! Log in.</html>", {"Content-Type": "text/html"})
                return
            parts = [unquote(part) for part in urlsplit(self.path).path.strip("/").split("/")]
            match parts:
                case ["api", "models"]:
                    self._send_json([{"id": repo_id} for repo_id in hub.repos])
                case ["api", "models", owner, name, *rest]:
                    self._about(f"{owner}/{name}", rest)
                case [owner, name, "resolve", revision, *path]:
                    self._resolve(f"{owner}/{name}", revision, "/".join(path))
                case _:
                    self._send(200, b"a model hub")

        do_HEAD = do_GET  # noqa: N815 - the name http.server looks up

        def _about(self, repo_id: str, rest: list[str]) -> None:
            folder = self._folder(repo_id, rest[1] if len(rest) > 1 else "main")
            if folder is None:
                return
            if rest[:1] == ["tree"]:
                self._send_json(_tree(folder))
            else:
                siblings = [{"rfilename": name} for name, _ in _files(folder)]
                sha = commit_of(folder)
                self._send_json({"id": repo_id, "modelId": repo_id, "sha": sha, "siblings": siblings})

        def _resolve(self, repo_id: str, revision: str, name: str) -> None:
            folder = self._folder(repo_id, revision)
            if folder is None:
                return
            if not (folder / name).is_file():
                self._send(404, b"", {"X-Error-Code": "EntryNotFound"})
                return
            path = folder / name
            data = bytearray(path.read_bytes())
            is_lfs = path.suffix in LFS_SUFFIXES
            etag = hashlib.sha256(data).hexdigest() if is_lfs else _oid(path)
            if name in hub.damaged:
                data[-1] ^= 0xFF
            headers = {"ETag": f'"{etag}"', "X-Repo-Commit": commit_of(folder), "Accept-Ranges": "bytes"}
            start = int(self.headers.get("Range", "bytes=0-").removeprefix("bytes=").split("-")[0])
            if start:
                headers["Content-Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
            self._send(206 if start else 200, bytes(data[start:]), headers)

        def _folder(self, repo_id: str, revision: str) -> Path | None:
            """The repository's folder, or None once the refusal is sent."""
            folder = hub.repos.get(repo_id)
            if hub.error is not None:
                status, code = hub.error
                self._send(status, b"", {"X-Error-Code": code})
            elif folder is None:
                self._send(404, b"", {"X-Error-Code": "RepoNotFound"})
            elif revision not in {"main", commit_of(folder)}:
                self._send(404, b"", {"X-Error-Code": "RevisionNotFound"})
            else:
                return folder
            return None

        def _send_json(self, value: object) -> None:
            self._send(200, json.dumps(value).encode(), {"Content-Type": "application/json"})

        def _send(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
            self.send_response(status)
            for key, value in (headers or {}).items():
                self.send_header(key, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Stay silent: `requests` is the log."""

    return Handler
