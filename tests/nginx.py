"""A real nginx in front of a server on this machine, on a port and in a folder of its own."""

from __future__ import annotations

import getpass
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.conftest import free_port

STRIPPED, KEPT = "/noon", "/tools/noon"
"""The paths below which the server is found: nginx takes the first off, and leaves the second on."""
CONFIG = """
daemon off;
user {user};
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
  access_log off;
  client_max_body_size 30m;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  proxy_http_version 1.1;
  proxy_buffering off;
  proxy_read_timeout 600s;
  server {{
    listen 127.0.0.1:{port};
    location {stripped}/ {{
      proxy_pass {upstream}/;
      include {folder}/headers;
      proxy_set_header X-Forwarded-Prefix {stripped};
    }}
    location {kept}/ {{
      proxy_pass {upstream};
      include {folder}/headers;
      proxy_set_header X-Forwarded-Prefix {kept};
    }}
  }}
}}
"""
HEADERS = """
proxy_set_header Host $http_host;
proxy_set_header X-Forwarded-Host $http_host;
proxy_set_header X-Forwarded-Proto $scheme;
proxy_set_header X-Forwarded-For $remote_addr;
"""


@contextmanager
def nginx(upstream: str, folder: Path) -> Iterator[str]:
    """The address of an nginx that passes `STRIPPED` and `KEPT` on to `upstream`; without one, skips."""
    program = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/bin:/opt/homebrew/bin")
    if program is None:
        pytest.skip("no nginx on this machine: apt-get install nginx-light")
    port = free_port()
    (folder / "headers").write_text(HEADERS)
    config = folder / "nginx.conf"
    config.write_text(
        CONFIG.format(
            user=getpass.getuser(),
            folder=folder,
            port=port,
            upstream=upstream,
            stripped=STRIPPED,
            kept=KEPT,
        )
    )
    with subprocess.Popen([program, "-c", config, "-e", folder / "error.log"]) as process:
        try:
            _wait_for(port, process)
            yield f"http://{urlsplit(upstream).hostname}:{port}"
        finally:
            process.terminate()


def _wait_for(port: int, process: subprocess.Popen) -> None:
    for _ in range(100):
        if process.poll() is not None:
            break
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail("nginx didn't start")
