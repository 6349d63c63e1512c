"""Files made to take for ever, to eat memory or to crash a decoder harm nobody but themselves."""

import os
import re
import resource
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path

import numpy as np
import PIL.Image
import psutil
import pytest

from noon_demo.photos import images
from noon_demo.photos.images import ImageError
from tests import hostile_images
from tests.conftest import ROOT
from tests.hostile_images import encoded, noise
from tests.local_server import workers

PATIENCE_S = 20
"""What no file may take, however busy the machine; on an idle one it is 4 s."""


def ends(process: psutil.Process) -> bool:
    """Whether a process ends, without being asked to, in the time that a deadline allows."""
    with suppress(psutil.TimeoutExpired):
        process.wait(PATIENCE_S)
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def size_of(data):
    return images.load(data).shape


def opens_photos() -> bool:
    picture = noise()
    return np.array_equal(images.load(encoded(picture, "PNG")), picture)


ENDLESS = {
    "gif comment": lambda: hostile_images.gif_with_comment(24 * 2**20),
    "progressive jpeg": lambda: hostile_images.jpeg_of_scans(300),
}


@pytest.mark.parametrize("make", ENDLESS.values(), ids=ENDLESS)
def test_an_endless_file_is_given_up_in_one_sentence_and_the_next_photo_opens(make):
    data = make()
    started = time.monotonic()
    with pytest.raises(ImageError, match=r"^The photo takes too long to open; .*\.$"):
        images.load(data)
    assert time.monotonic() - started < PATIENCE_S
    assert opens_photos()


def test_photos_behind_an_endless_file_wait_for_it_and_open():
    endless = hostile_images.gif_with_comment(24 * 2**20)
    with ThreadPoolExecutor(4) as pool:
        given_up = pool.submit(images.load, endless)
        time.sleep(0.5)
        assert all(pool.map(lambda _: opens_photos(), range(3)))
        with pytest.raises(ImageError, match="too long"):
            given_up.result()


HOSTILE = {
    "png text and profile": lambda: hostile_images.png_with_text(400_000_000),
    "png without its pixels": lambda: hostile_images.png_shorter_than_its_pixels(7000, 7000),
    "tiff of directories that go round": lambda: hostile_images.tiff_of_directories(100_000),
    "tiff of strips": lambda: hostile_images.tiff_of_strips(700_000),
    **{
        f"animated {kind}": partial(hostile_images.animation, kind, 1000)
        for kind in ("GIF", "PNG", "WEBP", "AVIF", "TIFF")
    },
}


@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE)
def test_an_exploding_file_ends_soon_as_pixels_or_in_one_sentence(make):
    data = make()
    started = time.monotonic()
    with suppress(ImageError):
        assert images.load(data).shape == (64, 64, 3)
    assert time.monotonic() - started < PATIENCE_S
    assert opens_photos()


def test_tiny_bombs_in_a_row_and_at_once_leave_no_memory_behind():
    """Undecoded they are some 40 bytes, decoded 200 MB each and more."""
    me = psutil.Process()

    def held() -> int:
        return sum(process.memory_info().rss for process in [me, *workers()])

    bombs = [hostile_images.tiny_bomb(number) for number in range(8)]
    assert opens_photos()
    before, during = held(), []
    with ThreadPoolExecutor(8) as pool:
        photos = [pool.submit(size_of, bomb) for bomb in bombs]
        while not all(photo.done() for photo in photos):
            with suppress(psutil.NoSuchProcess):
                during.append(held())
            time.sleep(0.02)
    sizes = {photo.result() for photo in photos}
    assert sizes == {(3500, 3500, 3)}
    assert max(during) < before + 1.5e9
    assert held() < before + 80e6


def test_the_pixels_of_a_photo_are_held_once_while_it_is_opened():
    """Pillow holds four bytes of each pixel, of 12 megapixels 46 MiB; a worker has 40 MB before."""
    for worker in workers():
        worker.kill()
        worker.wait(timeout=10)
    images.load(encoded(PIL.Image.new("RGB", (4000, 3000)), "JPEG"))
    (worker,) = workers()
    (peak,) = re.findall(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{worker.pid}/status").read_text())
    assert int(peak) / 1024 < 110


def test_a_worker_that_is_killed_costs_one_photo_at_most():
    assert opens_photos()
    (worker,) = workers()
    worker.kill()
    worker.wait(timeout=10)
    assert opens_photos()
    with ThreadPoolExecutor(1) as pool:
        endless = pool.submit(images.load, hostile_images.gif_with_comment(24 * 2**20))
        time.sleep(0.5)
        workers()[0].send_signal(signal.SIGSEGV)
        with pytest.raises(ImageError, match="damaged or incomplete"):
            endless.result()
    assert opens_photos()


def test_one_worker_serves_all_photos_and_holds_no_socket_of_the_servers():
    assert opens_photos()
    (worker,) = workers()
    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(lambda _: opens_photos(), range(40)))
    assert workers() == [worker]
    assert worker.net_connections("inet") == []


def test_a_worker_starts_without_torch_and_gradio():
    subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, noon_demo.photos.decoder; assert not {'torch', 'gradio'} & {*sys.modules}",
        ],
        cwd=ROOT,
        check=True,
    )


SCRIPT = """
import signal, sys, time
_ = signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored behind a shell
sys.path.insert(0, {root!r})
from noon_demo.photos import images
print(images.load({path!r}).shape, flush=True)
if len(sys.argv) > 1:
    images.load(open(sys.argv[1], "rb").read())
time.sleep({sleep})
"""


@pytest.fixture
def script(tmp_path):
    """Writes a program without `if __name__ == "__main__"` that opens a photo, then sleeps."""

    def write(sleep: float = 0) -> str:
        photo = tmp_path / "meal.png"
        noise(64, 48).save(photo)
        path = tmp_path / "script.py"
        path.write_text(SCRIPT.format(root=str(ROOT), path=str(photo), sleep=sleep))
        return str(path)

    return write


@pytest.mark.parametrize("as_session", [False, True], ids=["script", "interactive session"])
def test_it_works_in_a_plain_script_and_in_an_interactive_session(script, tmp_path, as_session):
    path = script()
    command = [sys.executable, "-i", "-q"] if as_session else [sys.executable, path]
    with Path(path).open() as source:
        done = subprocess.run(
            command, cwd=tmp_path, stdin=source, capture_output=True, text=True, timeout=60, check=True
        )
    assert done.stdout == "(48, 64, 3)\n"
    assert "Traceback" not in done.stderr


ENDS = [(number, False) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)]
ENDS += [(signal.SIGINT, True), (signal.SIGKILL, True)]


@pytest.mark.parametrize(("number", "busy"), ENDS, ids=lambda value: f"{value:d}")
def test_workers_end_with_their_server_and_say_nothing(script, tmp_path, number, busy):
    endless = tmp_path / "endless.gif"
    endless.write_bytes(hostile_images.gif_with_comment(24 * 2**20))
    arguments = [str(endless)] if busy else []
    server = subprocess.Popen(
        [sys.executable, script(sleep=60), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        process_group=0,
    )
    assert server.stdout.readline() == "(48, 64, 3)\n"
    (worker,) = workers(psutil.Process(server.pid))
    time.sleep(0.5 if busy else 0)
    os.killpg(server.pid, number)
    _, errors = server.communicate(timeout=PATIENCE_S)
    assert ends(worker)
    assert errors.count("Traceback") == (1 if number == signal.SIGINT else 0), errors


def test_a_forked_child_has_a_worker_of_its_own():
    assert opens_photos()
    child = os.fork()
    if child == 0:
        os._exit(0 if opens_photos() else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert opens_photos()


def test_without_a_file_descriptor_left_a_photo_is_put_off():
    assert opens_photos()
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    taken = []
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, limits[1]))
    try:
        with suppress(OSError):
            while True:
                taken.append(os.dup(0))
        with pytest.raises(ImageError, match=r"^Photos can't be opened now; .*\.$") as refusal:
            images.load(encoded(noise(), "PNG"))
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
        for descriptor in taken:
            os.close(descriptor)
    assert refusal.value.status == 503
    assert opens_photos()
