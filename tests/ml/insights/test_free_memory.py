"""How much memory is free, in a container and outside."""

import psutil
import pytest

from ml.insights.language import free_memory


@pytest.fixture
def container(monkeypatch, tmp_path):
    """The files by which Linux tells of a container's memory: 1 GB taken, most of it for files once read."""
    monkeypatch.setattr(free_memory, "CGROUP", tmp_path)
    (tmp_path / "memory.current").write_text("1000000000\n")
    (tmp_path / "memory.stat").write_text("anon 200000000\nfile 800000000\ninactive_file 700000000\n")
    return tmp_path


def test_files_that_a_container_may_forget_take_no_memory(container):
    (container / "memory.max").write_text("1100000000\n")
    assert free_memory.free_main_memory() == 800_000_000


def test_without_a_limit_it_is_what_the_machine_has(container):
    (container / "memory.max").write_text("max\n")
    assert free_memory.free_main_memory() == pytest.approx(psutil.virtual_memory().available, rel=0.2)
