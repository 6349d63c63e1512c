"""What strangers send is not held on to."""

import time
from concurrent.futures import ThreadPoolExecutor

import httpx

from tests.hostile_images import tiny_bomb
from tests.local_server import memory_mb, server_process, watched
from tests.photos import MEAL


def post(server: str, photo: bytes) -> int:
    form = {"files": {"image": photo}, "data": {"mode": "ml_only"}}
    return httpx.post(f"{server}/api/analyze", **form, timeout=300).status_code


def test_tiny_bombs_sent_at_once_leave_the_server_as_it_was(server):
    process = server_process(server)
    assert post(server, MEAL.read_bytes()) == 200
    time.sleep(10)
    idle = memory_mb(process)
    with watched(process) as seen, ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(lambda number: post(server, tiny_bomb(number)), range(16)))
    assert codes == [200] * 16
    assert max(seen) < 2500
    until = time.monotonic() + 60
    while (after := memory_mb(process)) > 1.1 * idle and time.monotonic() < until:
        time.sleep(1)
    assert after <= 1.1 * idle
