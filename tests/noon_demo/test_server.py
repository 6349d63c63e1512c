"""How the server starts, ends, and what it leaves behind."""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import subprocess
import threading
import time

import httpx
import numpy as np
import PIL.Image
import pytest

from noon_demo import server
from noon_demo.photos import uploads
from noon_demo.photos.uploads import Uploads
from tests.conftest import eventually, start

PATIENCE_S = 60


def picture(seed: int) -> bytes:
    """A photo of 6 megapixels that is not in any cache."""
    noise = np.random.default_rng(seed).integers(0, 256, (25, 38, 3), np.uint8)
    file = io.BytesIO()
    PIL.Image.fromarray(noise).resize((3000, 2000)).save(file, "JPEG")
    return file.getvalue()


def test_told_to_end_it_finishes_what_runs_refuses_what_comes_and_leaves_nothing(tmp_path):
    gone = subprocess.Popen(["true"])
    gone.wait()
    crashed = tmp_path / "gradio" / f"noon-{gone.pid}-x7"
    crashed.mkdir(parents=True)
    (crashed / "photo.jpg").write_bytes(b"of a visitor")
    with start(tmp_path) as (url, process):
        assert not crashed.exists()
        (own,) = (tmp_path / "gradio").glob("noon-*")
        sent = httpx.post(f"{url}/gradio_api/upload", files={"files": ("a.jpg", picture(0))}).json()
        assert sent[0].startswith(str(own))
        assert own.stat().st_mode & 0o077 == 0
        answers: dict[int, httpx.Response] = {}

        def analyze(number: int) -> None:
            files = {"image": ("a.jpg", picture(number)), "mode": (None, "ml_only")}
            answers[number] = httpx.post(f"{url}/api/analyze", files=files, timeout=PATIENCE_S)

        threads = [threading.Thread(target=analyze, args=(number,)) for number in range(1, 7)]
        for thread in threads:
            thread.start()
        eventually(lambda: httpx.get(f"{url}/api/health", timeout=PATIENCE_S).json()["counts"].get("photos"))
        process.send_signal(signal.SIGTERM)
        for thread in threads:
            thread.join(PATIENCE_S)
        assert process.wait(PATIENCE_S) == 0
        log = (tmp_path / "log").read_text()
    statuses = {answer.status_code for answer in answers.values()}
    assert 200 in statuses
    assert statuses <= {200, 503}
    for answer in answers.values():
        if answer.status_code == 503:
            assert answer.json() == {"error": "Noon is being restarted: please try again in a minute."}
            assert int(answer.headers["retry-after"]) > 0
    assert not list((tmp_path / "gradio").glob("noon-*"))
    assert "Traceback" not in log


def test_an_ipv6_address_is_served(tmp_path):
    with start(tmp_path, host="[::1]", GRADIO_SERVER_NAME="::1") as (url, _):
        assert httpx.get(url).status_code == 200


@pytest.mark.parametrize(
    ("host", "port", "advice"),
    [
        ("203.0.113.7", 7860, "this machine has no such address"),
        ("no.such.host.invalid", 7860, "this machine has no such address"),
    ],
)
def test_an_address_that_cannot_be_served_is_told_by_its_cause(host, port, advice):
    with pytest.raises(SystemExit, match=advice):
        server._check_address(host, port)


@pytest.fixture
def kept(tmp_path, monkeypatch) -> Uploads:
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    monkeypatch.setattr(uploads, "LEFT_S", 0.0)
    return Uploads.open()


def photo(folder: Uploads, name: str = "a.jpg", size: int = 1000):
    path = folder.new_file(name)
    path.write_bytes(b"x" * size)
    return path


def leave(folder: Uploads, visitor: str) -> None:
    folder.leave(visitor)
    folder.sweep()


def test_a_photo_stays_while_its_page_shows_it(kept):
    first, second = photo(kept), photo(kept)
    kept.show("ann", first)
    assert first.exists()
    kept.show("ann", second)
    assert (first.exists(), second.exists()) == (False, True)
    leave(kept, "ann")
    assert not second.exists()


def test_the_picture_of_a_result_stays_while_another_photo_is_chosen(kept):
    first, result, second = photo(kept), photo(kept), photo(kept)
    kept.show("ann", first)
    kept.show("ann", result, "result")
    kept.show("ann", second)
    assert (first.exists(), result.exists()) == (False, True)
    kept.clear("ann", "photo")
    assert (second.exists(), result.exists()) == (False, True)
    leave(kept, "ann")
    assert not result.exists()


def test_a_page_that_lost_its_connection_finds_its_pictures_again(kept, monkeypatch):
    first, result = photo(kept), photo(kept)
    kept.show("ann", first)
    kept.show("ann", result, "result")
    monkeypatch.setattr(uploads, "LEFT_S", 60.0)
    leave(kept, "ann")
    assert first.exists()
    kept.show("ann", first)
    monkeypatch.setattr(uploads, "LEFT_S", 0.0)
    kept.sweep()
    assert (first.exists(), result.exists()) == (True, True)


def test_a_photo_that_somebody_has_just_sent_again_outlives_the_page_that_left_it(kept, monkeypatch):
    monkeypatch.setattr(uploads, "LEFT_S", 0.5)
    same, other = photo(kept), photo(kept)
    for picture, visitor in ((same, "ann"), (other, "ben")):
        kept.show(visitor, picture)
        kept.leave(visitor)
    time.sleep(uploads.LEFT_S)
    same.write_bytes(b"x")
    kept.sweep()
    assert (same.exists(), other.exists()) == (True, False)


def test_of_many_pages_the_longest_unused_is_forgotten(kept, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_PAGES", 2)
    photos = {visitor: photo(kept) for visitor in ("ann", "ben", "cem")}
    for visitor in ("ann", "ben", "ann", "cem"):
        kept.show(visitor, photos[visitor])
    for visitor in photos:
        leave(kept, visitor)
    assert [visitor for visitor in photos if photos[visitor].exists()] == ["ben"]


def test_what_another_user_put_in_the_folders_place_is_not_used(tmp_path, monkeypatch):
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / f"noon-{os.getpid()}").symlink_to(elsewhere)
    assert photo(Uploads.open()).exists()
    assert not list(elsewhere.iterdir())


def test_equal_photos_of_two_visitors_are_deleted_with_the_last(kept):
    same = photo(kept)
    for visitor in ("ann", "ben"):
        kept.show(visitor, same)
    leave(kept, "ann")
    kept.discard(same)
    assert same.exists()
    leave(kept, "ben")
    assert not same.exists()


def test_equal_photos_of_two_scripts_are_deleted_with_the_last(kept):
    same = photo(kept)
    with kept.lent(same):
        with kept.lent(same):
            pass
        assert same.exists()
    assert not same.exists()


def test_a_page_and_a_script_with_equal_photos_leave_each_other_theirs(kept):
    same, other = photo(kept), photo(kept)
    kept.show("ann", same)
    with kept.lent(same):
        kept.show("ann", other)
        assert same.exists()
    assert not same.exists()
    with kept.lent(other):
        pass
    assert other.exists()


def test_nothing_outside_the_folder_is_ever_deleted(kept, tmp_path):
    other = tmp_path / "other.jpg"
    other.write_bytes(b"x")
    kept.show("ann", other)
    leave(kept, "ann")
    kept.discard(other)
    assert other.exists()


def test_old_files_go_and_with_too_many_the_oldest(kept, monkeypatch):
    files = []
    for _ in range(4):
        files.append(photo(kept))
        time.sleep(0.02)
    monkeypatch.setattr(uploads, "QUOTA_BYTES", 2500)
    monkeypatch.setattr(uploads, "SPARE_BYTES", 0)
    kept.sweep()
    assert [file.exists() for file in files] == [False, False, True, True]
    monkeypatch.setattr(uploads, "KEPT_S", -1.0)  # also of what is changed meanwhile
    kept.sweep()
    assert not any(file.exists() for file in files)
    assert not list(kept.folder.iterdir())


def test_a_folder_that_the_system_cleared_is_made_anew(kept):
    shutil.rmtree(kept.folder)
    kept.sweep()
    assert photo(kept).exists()


def test_a_disk_that_fills_up_is_emptied_first(kept, monkeypatch):
    file = photo(kept)
    monkeypatch.setattr(uploads, "SPARE_BYTES", 2**60)
    kept.sweep()
    assert not file.exists()


def test_a_script_leaves_no_photo_behind(server, tmp_path):
    folder = httpx.post(f"{server}/gradio_api/upload", files={"files": ("b.jpg", picture(9))}).json()[0]
    before = os.path.exists(folder)  # noqa: PTH110 - a name given by the server
    body = {"data": [{"path": folder, "meta": {"_type": "gradio.FileData"}}]}
    event = httpx.post(f"{server}/gradio_api/call/detect", json=body).json()["event_id"]
    told = httpx.get(f"{server}/gradio_api/call/detect/{event}", timeout=PATIENCE_S).text
    assert "complete" in told
    image = json.loads(told.split("data: ")[-1])[0]["image"]
    assert (image["width"], image["height"]) == (3000, 2000)
    assert (before, os.path.exists(folder)) == (True, False)  # noqa: PTH110
