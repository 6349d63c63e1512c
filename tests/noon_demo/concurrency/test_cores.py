"""How photos share the processor."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch

from noon_demo.concurrency.cores import Cores, available

SOON_S = 20


def test_who_is_alone_has_all_cores_and_two_have_half_of_them_each():
    cores = Cores(cores=4)
    assert cores.run(torch.get_num_threads) == 4
    both = threading.Barrier(2)
    running = threading.Event()

    def first() -> int:
        running.set()
        both.wait(SOON_S)
        return torch.get_num_threads()

    def second() -> int:
        both.wait(SOON_S)
        return torch.get_num_threads()

    with ThreadPoolExecutor(2) as pool:
        alone = pool.submit(cores.run, first)
        running.wait(SOON_S)
        beside = pool.submit(cores.run, second)
        assert beside.result(SOON_S) == 2
        alone.result(SOON_S)


@pytest.mark.parametrize(("limit", "cores"), [("max 100000", 8), ("150000 100000", 2), (None, 8)])
def test_a_container_has_the_cores_whose_time_it_is_given(limit, cores, tmp_path, monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.setattr("os.sched_getaffinity", lambda pid: set(range(8)), raising=False)
    monkeypatch.setattr("noon_demo.concurrency.cores.CPU_MAX", tmp_path / "cpu.max")
    if limit:
        (tmp_path / "cpu.max").write_text(f"{limit}\n")
    assert available() == cores


def test_one_core_analyses_one_photo_at_a_time():
    cores = Cores(cores=1)
    at_work, most = 0, 0

    def work() -> None:
        nonlocal at_work, most
        at_work += 1
        most = max(most, at_work)
        threading.Event().wait(0.01)
        at_work -= 1

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: cores.run(work), range(8)))
    assert most == 1


def test_what_goes_wrong_reaches_who_asked():
    cores = Cores(cores=1)
    with pytest.raises(ZeroDivisionError):
        cores.run(lambda: 1 // 0)
    assert cores.run(lambda: "the next") == "the next"
