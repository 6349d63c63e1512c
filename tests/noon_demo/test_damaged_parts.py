"""A part that is damaged is noticed when it is loaded, named in plain words, and answers 503, never 500."""

import logging
import multiprocessing
import shutil
import sqlite3
import sys

import httpx
import pytest
import torch
from safetensors.torch import load_file, save_file

from ml import checksums
from noon_demo import config, ml_inference
from noon_demo.errors import RequestError
from noon_demo.ml_inference import Models
from noon_demo.service import AnalysisService
from tests.conftest import ROOT
from tests.photos import MEAL
from tests.rest_server import rest_served

ASSETS = ROOT / "assets"
SUMMED = sorted(path.parent.name for path in ASSETS.glob(f"*/{checksums.FILE}"))
FOLDERS = {
    "segmenter": ["segmenter", "fallback.segmenter"],
    "recognizer": ["recognizer", "fallback.recognizer"],
}


def overrides(folder):
    """What makes Noon use a copy of a folder of assets."""
    if folder.name == "nutrition":
        return [f"foods.path={folder}/foods.csv", f"database.path={folder}/foods.sqlite"]
    return [f"{part}.weights={folder}" for part in FOLDERS[folder.name]]


def load(*settings):
    models = Models(config.load(["profile=embedded", *settings]))
    models.load()
    return AnalysisService(models, 0)


def cut_short(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def garble(path):
    data = bytearray(path.read_bytes())
    for at in range(len(data) // 3, 2 * len(data) // 3):
        data[at] ^= 0x5A
    path.write_bytes(bytes(data))


def empty(path):
    path.write_bytes(b"")


def remove(path):
    path.unlink()


SUMMED_FAULTS = [
    ("nutrition/foods.csv", cut_short),
    ("nutrition/foods.csv", remove),
    ("nutrition/foods.sqlite", garble),
    ("segmenter/model-00002-of-00003.safetensors", cut_short),
    ("segmenter/food_head.safetensors", garble),
    ("recognizer/model-00002-of-00002.safetensors", remove),
]
UNSUMMED_FAULTS = [
    ("nutrition/foods.csv", garble),
    ("nutrition/foods.sqlite", garble),
    ("segmenter/model-00002-of-00003.safetensors", cut_short),
    ("recognizer/config.json", empty),
]
FAULTS = [(*fault, True) for fault in SUMMED_FAULTS] + [(*fault, False) for fault in UNSUMMED_FAULTS]


@pytest.mark.parametrize(("file", "damage", "is_summed"), FAULTS)
def test_damage_is_told_in_one_sentence_and_a_503(file, damage, is_summed, tmp_path, caplog):
    part, name = file.split("/")
    copy = shutil.copytree(ASSETS / part, tmp_path / part)
    if not is_summed:
        (copy / checksums.FILE).unlink()
    damage(copy / name)
    service = load(*overrides(copy))
    with rest_served(service) as url:
        health = httpx.get(f"{url}/api/health")
        answer = httpx.post(f"{url}/api/analyze", files={"image": MEAL.read_bytes()}, timeout=60)
    assert (health.status_code, health.json()["status"]) == (503, "failed")
    (message,) = [
        p["message"] for p in health.json()["parts"] if p["state"] == "failed" and p["part"] == part
    ]
    assert answer.status_code == 503
    assert answer.json() == {"error": message}
    assert message.startswith(f"The {part} part could not be loaded. ")
    assert message.endswith(".")
    if is_summed:
        assert name in message
    assert str(tmp_path) not in health.text + caplog.text
    assert "Traceback" not in caplog.text
    assert sum(message in record.getMessage() for record in caplog.records) == 1


def test_a_database_whose_search_is_broken_is_noticed(tmp_path):
    copy = shutil.copytree(ASSETS / "nutrition", tmp_path / "nutrition")
    with sqlite3.connect(copy / "foods.sqlite") as connection:
        connection.execute("ALTER TABLE food DROP COLUMN names")
    connection.close()
    checksums.write(copy)
    service = load(*overrides(copy))
    assert service.health().status == "failed"
    with pytest.raises(RequestError, match="make food-database"):
        service.lookup("apple")


@pytest.mark.parametrize("folder", ["segmenter", "recognizer"])
def test_weights_that_compute_nonsense_are_noticed(folder, tmp_path):
    copy = shutil.copytree(ASSETS / folder, tmp_path / folder)
    for shard in copy.glob("model-*.safetensors"):
        state = load_file(shard)
        nonsense = {name: torch.full_like(value, torch.nan) if value.is_floating_point() else value
                    for name, value in state.items()}  # fmt: skip
        save_file(nonsense, shard, metadata={"format": "pt"})
    checksums.write(copy)
    health = load(*overrides(copy)).health()
    assert health.status == "failed"
    assert "On an example it gave" in next(part.message for part in health.parts if part.part == folder)


def break_down(**_):
    """A part that raises what nobody foresees."""
    raise RuntimeError("cannot read /srv/secret with key hunter2")


def leave(**_):
    """A part that ends its thread."""
    sys.exit("gone")


def test_whatever_a_part_raises_it_has_failed(caplog):
    service = load("foods._target_=tests.noon_demo.test_damaged_parts.break_down")
    health = service.health()
    assert health.status == "failed"
    message = health.parts[2].message
    assert "ended in RuntimeError:" in message
    assert "tests.noon_demo.test_damaged_parts, line" in caplog.text
    assert "secret" not in message + caplog.text
    assert "hunter2" not in message + caplog.text


def test_a_loading_that_ends_early_has_failed():
    models = Models(config.load(["profile=embedded", f"foods._target_={__name__}.leave"]))
    service = AnalysisService(models, 0)
    assert service.health().status == "loading"
    with pytest.raises(SystemExit):
        models.load()
    assert service.health().status == "failed"


def test_what_was_restored_answers_again(tmp_path):
    copy = shutil.copytree(ASSETS / "nutrition", tmp_path / "nutrition")
    remove(copy / "foods.csv")
    service = load(*overrides(copy))
    assert service.health().status == "failed"
    shutil.copy(ASSETS / "nutrition" / "foods.csv", copy)
    assert service.analyze(MEAL, mode="ml_only").photo.facts.foods
    assert service.health().status == "ready"


@pytest.mark.parametrize("folder", SUMMED)
def test_checksums_of_what_ships_are_up_to_date(folder, tmp_path):
    """Run `make checksums` after changing weights or tables."""
    copy = shutil.copytree(ASSETS / folder, tmp_path / folder)
    checksums.write(copy)
    assert (copy / checksums.FILE).read_text() == (ASSETS / folder / checksums.FILE).read_text()


def test_everything_that_models_and_tables_are_read_from_has_checksums():
    files = ASSETS.glob("*/*")
    kept = {path.parent.name for path in files if path.suffix in checksums.KINDS} - {"locales"}  # the page's
    assert kept == set(SUMMED) == {"llava_embedded", "nutrition", "recognizer", "segmenter"}


def _try(service, sentences):
    for call in (lambda: service.analyze(MEAL), lambda: service.lookup("apple"), ml_inference.shared_models):
        try:
            call()
        except RequestError as error:
            sentences.put(str(error))


def test_a_forked_child_of_a_process_with_models_says_so(caplog):
    caplog.set_level(logging.ERROR)
    service = load()
    service.analyze(MEAL)
    context = multiprocessing.get_context("fork")
    sentences = context.Queue()
    child = context.Process(target=_try, args=(service, sentences))
    child.start()
    try:
        told = [sentences.get(timeout=30) for _ in range(3)]
    finally:
        child.kill()
        child.join()
    assert all("forked" in sentence and "spawn" in sentence for sentence in told)
    assert service.analyze(MEAL).insights
