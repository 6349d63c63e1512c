"""What answers when a chosen part can or can't be had."""

import shutil
import threading

import pytest
from transformers import Sam2ImageProcessor

from ml import pace
from ml.insights.llava_embedded import extra
from noon_demo import config
from noon_demo.errors import RequestError
from noon_demo.ml_inference import Models
from noon_demo.service import AnalysisService
from tests.conftest import ROOT, free_port
from tests.hub_server import HubServer, commit_of
from tests.photos import MEAL

REPO = "yonigozlan/EdgeTAM-hf"


@pytest.fixture(autouse=True)
def _own_cache(monkeypatch, tmp_path):
    monkeypatch.setenv("HF_HOME", str(tmp_path / "huggingface"))
    for name in ("HF_HUB_CACHE", "HF_HUB_OFFLINE", "NOON_PROFILE"):
        monkeypatch.delenv(name, raising=False)


def load(*overrides: str) -> Models:
    models = Models(config.load(["recognizer=embedded", "insights=builtin", *overrides]))
    models.load()
    return models


@pytest.fixture(scope="session")
def checkpoint(tmp_path_factory):
    """A checkpoint of EdgeTAM as hubs have it."""
    folder = tmp_path_factory.mktemp("edgetam")
    for path in (ROOT / "assets" / "segmenter").iterdir():
        if path.name != "food_head.safetensors":
            shutil.copyfile(path, folder / path.name)
    Sam2ImageProcessor(size={"height": 384, "width": 384}).save_pretrained(folder)
    return folder


@pytest.fixture
def hub(checkpoint, monkeypatch):
    with HubServer({REPO: checkpoint}) as server:
        monkeypatch.setenv("HF_ENDPOINT", server.url)
        yield server


def test_a_hub_that_answers_gives_its_model(hub):
    models = load("profile=auto", "segmenter=edgetam")
    assert models.statuses()[0].model == f"{REPO} (hub)"
    result = AnalysisService(models, 0).analyze(MEAL, mode="ml_only")
    assert result.photo.models["segmenter"] == f"{REPO} (hub)"
    hub.stop()
    assert load("profile=auto", "segmenter=edgetam").statuses()[0].model == f"{REPO} (hub)"


def test_a_revision_of_the_hub_is_taken_up_as_a_version(hub, checkpoint, tmp_path):
    models = load("profile=embedded", f"models={tmp_path / 'models'}")
    version = models.versions.library.add(f"{REPO}@main")
    models.versions.use("segmenter", version.id)
    models.renewal.renew()
    status = models.statuses()[0]
    assert (status.model, status.message) == (f"{REPO} (hub)", "")
    assert status.version == version.id == f"{REPO}@{commit_of(checkpoint)[:12]}"


def test_results_say_while_another_model_is_loading(hub):
    hub.delay_s = 1.0
    models = Models(config.load(["profile=hub", "segmenter=edgetam", "insights=builtin"]))
    service = AnalysisService(models, 0)
    loading = threading.Thread(target=models.load)
    loading.start()
    while not models.segmenter.warning:
        loading.join(0.01)
    early = service.analyze(MEAL, mode="ml_only")
    hub.delay_s = 0.0
    loading.join()
    late = service.analyze(MEAL, mode="ml_only")
    assert any("segmenter model is loading" in warning for warning in early.warnings)
    assert not any("loading" in warning for warning in late.warnings)
    assert late.photo.models["segmenter"] == f"{REPO} (hub)"


def test_a_damaged_download_is_made_up_for_and_says_so(hub):
    hub.damaged = {path.name for path in (ROOT / "assets/segmenter").glob("model-00001-*")}
    models = load("profile=hub", "segmenter=edgetam")
    status = models.statuses()[0]
    assert status.model == models.segmenter.shipped().name
    assert "damaged" in status.message
    assert "comes with Noon answers" in status.message
    result = AnalysisService(models, 0).analyze(MEAL, mode="ml_only")
    assert status.message in result.warnings


def test_neither_secrets_nor_paths_reach_health_results_and_log(monkeypatch, tmp_path, caplog):
    monkeypatch.setenv("HF_ENDPOINT", f"http://me:hunter2@127.0.0.1:{free_port()}")
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    (tmp_path / "config.json").write_text("{")
    service = AnalysisService(
        load(
            "profile=hub",
            "segmenter=sam2_1_hiera_tiny",
            "recognizer=siglip2",
            f"recognizer.repo_id={tmp_path}",
            "insights=remote",
            f"insights.base_url=http://me:hunter2@127.0.0.1:{free_port()}/v1",
            "insights.api_key=sk-secret",
        ),
        0,
    )
    result = service.analyze(MEAL)
    told = f"{service.health()} {result.warnings} {result.photo.warnings} {result.photo.models} {caplog.text}"
    assert "hub at 127.0.0.1 did not answer" in told
    assert "Loading the recognizer ended in" in told
    assert "server 127.0.0.1 cannot be reached" in told
    for secret in ("me:", "hunter2", "hf_secret", "sk-secret", str(tmp_path), str(ROOT), "Traceback"):
        assert secret not in told


def test_a_default_model_that_is_too_slow_here_is_not_taken_unless_named(checkpoint, monkeypatch):
    monkeypatch.setattr(pace, "MOST_S", {"segmenter": 0.0})
    monkeypatch.setenv("NOON_SEGMENTER_REPO", str(checkpoint))
    models = load("profile=auto")
    status = models.statuses()[0]
    assert status.model == models.segmenter.shipped().name
    assert "too slow here" in status.message
    assert "profile=hub uses it" in status.message
    assert models.segmenter.warning == ""
    assert "(hub)" in load("profile=auto", "segmenter=sam2_1_hiera_tiny").statuses()[0].model


def test_a_hub_that_is_away_is_not_waited_for(monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{free_port()}")
    models = load("profile=auto", "segmenter=sam2_1_hiera_tiny")
    status = models.statuses()[0]
    assert status.model == models.segmenter.shipped().name
    assert "not in the local cache" in status.message
    assert models.segmenter.warning == ""


def test_without_a_hub_the_next_best_part_is_loaded(monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{free_port()}")
    models = load("profile=auto", "insights=llava_onevision_0_5b", "insights@offline.insights=remote")
    status = models.statuses()[3]
    assert status.model == "remote llava"
    assert "not in the local cache" in status.message
    assert models.insights.warning == ""


def test_by_default_the_embedded_llava_answers_without_a_hub(monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{free_port()}")
    monkeypatch.delenv("NOON_INSIGHTS", raising=False)
    assert config.load().offline.insights._target_.endswith("EmbeddedLlavaInsights.load")
    settings = config.load(["offline.insights._target_=tests.reciting_llava.load"])  # which needs no minute
    models = Models(settings)
    models.load()
    assert "Gemma" in models.statuses()[3].model


def test_without_its_packages_the_embedded_llava_is_made_up_for(monkeypatch):
    monkeypatch.setattr(extra, "find_spec", lambda name: None)
    for profile, warns in (("auto", False), ("embedded", True)):
        models = load(f"profile={profile}", "insights=llava_embedded")
        status = models.statuses()[3]
        assert status.model == "builtin"
        assert "requirements.txt whole" in status.message
        result = AnalysisService(models, 0).analyze(MEAL)
        assert (status.message in result.warnings) == warns


def test_an_endpoint_that_is_away_is_made_up_for_within_the_request():
    models = load(
        "profile=embedded", "insights=remote", f"insights.base_url=http://127.0.0.1:{free_port()}/v1"
    )
    *_, last = AnalysisService(models, 0).stream(MEAL, "Is it vegan?")
    assert last.finished
    assert last.insights
    assert last.insights_source == "builtin"
    assert any("cannot be reached" in warning for warning in last.warnings)


def test_a_part_that_cannot_be_loaded_says_what_is_wrong(tmp_path):
    models = load("profile=embedded", f"foods.path={tmp_path / 'foods.csv'}")
    with pytest.raises(RequestError, match=r"foods\.csv"):
        AnalysisService(models, 0).analyze(MEAL)
