"""Noon on a real Ray: the same results from replicas, whatever becomes of one of them."""

from __future__ import annotations

import base64
import io
import json
import os
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import numpy as np
import PIL.Image
import psutil
import pytest

from ml.insights.base import Request
from ml.insights.errors import InsightsError
from ml.types import NO_NUTRIENTS, MealFacts
from noon_demo import config
from noon_demo.commands import batch
from noon_demo.ml_inference import Models, Versions
from noon_demo.ml_inference.choices import Newcomer
from noon_demo.service import AnalysisService
from noon_demo.trials.observations import Observations
from tests.conftest import eventually, free_port, start
from tests.photos import MEAL
from tests.rest_server import rest_served
from tests.slow_writer import FAIL, FAILED, SENTENCES
from tests.weights import copy_version

os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"  # the cluster of these tests is on the loopback
pytest.importorskip("ray", reason="Ray is not installed: pip install -r requirements-ray.txt")

pytestmark = pytest.mark.ray
OF_THE_MOMENT = {"timings_ms", "image"}
NO_MEAL = MealFacts((), NO_NUTRIENTS, NO_NUTRIENTS, NO_NUTRIENTS, scale=None)


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """The models folder."""
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module")
def noon(models, tmp_path_factory):
    """The page's address, that of the API's replicas, and the server's process."""
    folder, api = tmp_path_factory.mktemp("cluster"), free_port()
    settings = [
        "insights=builtin",
        f"models={models}",
        f"cluster.api_port={api}",
        "cluster.num_cpus=6",
        "cluster.object_store_mb=200",
        "cluster.deployments.segmenter.options.autoscaling_config.min_replicas=2",
        "cluster.deployments.segmenter.options.ray_actor_options.num_cpus=0.5",
    ]
    with start(folder, *settings, first="cluster", patience_s=400) as (url, process):
        yield url, f"http://127.0.0.1:{api}", psutil.Process(process.pid)


@pytest.fixture(scope="module")
def in_process():
    """The address of the plain routes over parts in this process."""
    models = Models(config.load(["profile=embedded"]))
    models.load()
    with rest_served(AnalysisService(models, 2**28)) as url:
        yield url


def replicas(process, deployment):
    """The processes of a deployment's replicas."""
    found = []
    for child in process.children(recursive=True):
        try:
            name = child.cmdline()[:1]
        except psutil.Error:
            continue
        if name and name[0].startswith(f"ray::ServeReplica:{deployment}:"):
            found.append(child)
    return found


def photo(seed):
    """The example, brighter or darker by a little, so that no cache knows it."""
    pixels = np.asarray(PIL.Image.open(MEAL).resize((512, 384)), np.int16)
    file = io.BytesIO()
    PIL.Image.fromarray((pixels + seed).clip(0, 255).astype(np.uint8)).save(file, "PNG")
    return file.getvalue()


def analyze(url, image, **form):
    response = httpx.post(f"{url}/api/analyze", files={"image": image}, data=form, timeout=120)
    assert response.status_code == 200, response.text
    return response.json()


def plain(result):
    """A result without what differs from one analysis to the next."""
    return {name: value for name, value in result.items() if name not in OF_THE_MOMENT}


def test_page_and_api_give_what_one_process_gives(noon, in_process):
    page, api, _ = noon
    expected = plain(analyze(in_process, MEAL.read_bytes(), question="Is it salty?"))
    assert expected["detected_items"]
    for url in (page, api):
        assert plain(analyze(url, MEAL.read_bytes(), question="Is it salty?")) == expected


def test_clicks_and_teaching_work_through_replicas(noon, in_process):
    page, _, _ = noon

    def ask(route, **form):
        """What the two servers answer."""
        for url in (page, in_process):
            answer = httpx.post(f"{url}/api/{route}", files={"image": photo(0)}, data=form, timeout=60)
            assert answer.status_code == 200, answer.text
            yield answer.json()

    clicked, expected = ask("segment", points="[[256, 192]]", labels="[1]")
    assert clicked == expected
    taught, expected = ask("teach", box="[100, 100, 300, 300]")
    assert taught["recognizer"] == expected["recognizer"]
    features = [
        np.frombuffer(base64.b64decode(answer["features"]), np.float16) for answer in (taught, expected)
    ]
    np.testing.assert_allclose(features[0], features[1], atol=0.01)


@pytest.mark.parametrize("deployment", ["segmenter", "recognizer"])
def test_a_replica_killed_in_use_gives_nobody_an_error(noon, deployment):
    page, _, process = noon
    with ThreadPoolExecutor(4) as visitors:
        results = [visitors.submit(analyze, page, photo(seed), mode="ml_only") for seed in range(-8, 8)]
        while not any(result.done() for result in results):
            time.sleep(0.05)
        replicas(process, deployment)[0].kill()
        labels = [[item["label"] for item in result.result()["detected_items"]] for result in results]
    assert all(labels)
    until = time.monotonic() + 60
    while time.monotonic() < until and not replicas(process, deployment):
        time.sleep(0.2)
    assert replicas(process, deployment)


def test_a_version_chosen_while_it_runs_is_loaded_by_the_replicas(noon, models, tmp_path):
    page, *_ = noon
    versions = Versions(config.load([f"models={models}"]))
    versions.library.add(copy_version("recognizer", "better", tmp_path))
    versions.use("recognizer", "better")
    until = time.monotonic() + 60
    result = analyze(page, photo(9), mode="ml_only")
    while result["versions"]["recognizer"] != "better" and time.monotonic() < until:
        result = analyze(page, photo(9), mode="ml_only")
    assert result["versions"]["recognizer"] == "better"
    assert result["detected_items"]
    versions.use("recognizer", "")


def test_a_trial_is_watched_by_the_api_s_replicas_too(noon, models, tmp_path):
    _, api, _ = noon
    versions = Versions(config.load([f"models={models}"]))
    versions.library.add(copy_version("recognizer", "newcomer", tmp_path))
    versions.choices.begin_trial("recognizer", Newcomer(version="newcomer", percent=100))
    seeds = iter(range(10, 100))
    eventually(
        lambda: analyze(api, photo(next(seeds)), mode="ml_only")["versions"]["recognizer"] == "newcomer"
    )
    kept = Observations(models, "recognizer")
    eventually(lambda: "errors" in kept.stages()[-1].newcomer)
    versions.choices.end_trial("recognizer", promote=False)


@pytest.fixture(scope="module")
def writer(noon, tmp_path_factory):
    """A language model in two replicas of the same cluster, its diary, and the server's process."""
    from ml.cluster import serving
    from ml.cluster.handles import ClusterInsights

    diary = tmp_path_factory.mktemp("writer") / "diary"
    part = {"_target_": "tests.slow_writer.SlowWriter", "diary": str(diary)}
    options = {"num_replicas": 2, "max_ongoing_requests": 2, "ray_actor_options": {"num_cpus": 0.5}}
    serving.connect(None)
    serving.deploy("insights", {"part": part, "options": options})
    yield ClusterInsights(), diary, noon[2]
    serving.leave()


def request(question=None):
    return Request(np.zeros((8, 8, 3), np.uint8), question, NO_MEAL)


def test_an_answer_goes_on_where_a_killed_replica_ended(writer):
    part, diary, process = writer
    text, writing = "", replicas(process, "insights")
    for piece in part.answer(request()):
        text += piece
        while text.count(".") == 3 and writing:
            writing.pop().kill()  # whichever of the two it is
    assert text == "".join(SENTENCES)
    assert diary.read_text().count(SENTENCES[0]) > 1


def test_a_part_s_own_error_keeps_its_sentence(writer):
    part, *_ = writer
    with pytest.raises(InsightsError, match=FAILED):
        list(part.answer(request(FAIL)))


def test_a_replica_stops_writing_when_nobody_reads(writer):
    part, diary, _ = writer
    diary.write_text("")
    asked = request()
    for _ in part.answer(asked):
        asked.stop.set()
    until = time.monotonic() + 20
    while "stopped" not in diary.read_text() and time.monotonic() < until:
        time.sleep(0.1)
    assert "stopped" in diary.read_text()
    assert "whole" not in diary.read_text()


def test_who_waits_for_a_busy_replica_may_leave(writer):
    part, diary, _ = writer
    diary.write_text("")
    waits = request()
    with ThreadPoolExecutor() as pool:
        busy = [pool.submit(list, part.answer(request())) for _ in range(4)]
        eventually(lambda: diary.read_text().count(SENTENCES[0]) == 4)
        for piece in part.answer(waits):
            assert not piece
            waits.stop.set()
        assert not any(answer.done() for answer in busy)


def test_a_batch_by_ray_data_gives_the_rows_of_the_api(noon, tmp_path):
    page, *_ = noon
    folder, out = tmp_path / "photos", tmp_path / "results.jsonl"
    folder.mkdir()
    for seed in range(4):
        (folder / f"{seed}.png").write_bytes(photo(seed))
    (folder / "broken.png").write_text("no photo")
    settings = ["profile=embedded", "cluster.address=auto"]
    with pytest.raises(SystemExit) as ended:
        batch.main([str(folder), "--out", str(out), "--ray", "--workers", "2", *settings])
    assert ended.value.code == 1
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert {row["photo"]: row["problem"] for row in rows}["broken.png"].startswith(
        "This file is not an image"
    )
    for seed in range(4):
        expected = analyze(page, photo(seed), mode="ml_only")["detected_items"]
        found = [(row["label"], row["grams"]) for row in rows if row["photo"] == f"{seed}.png"]
        assert found == [(item["label"], item["mass_g"]) for item in expected]
