"""What a user relies on when weights come from the hub: whole, checked, and never waited for."""

import json
import logging
import time

import numpy as np
import pytest
from safetensors.numpy import save_file

from ml.errors import NoonError
from ml.hub import HubError, fetch, is_cached, is_reachable
from tests.hub_server import HubServer, commit_of

REPO = "noon/tiny"


@pytest.fixture
def checkpoint(tmp_path):
    folder = tmp_path / "checkpoint"
    (folder / "processor").mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps({"model_type": "tiny"}))
    (folder / "processor" / "preprocessor.json").write_text("{}")
    save_file({"weight": np.arange(6, dtype=np.float32)}, folder / "model.safetensors")
    return folder


@pytest.fixture
def hub(checkpoint, tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "cache"))
    with HubServer({REPO: checkpoint}) as server:
        monkeypatch.setenv("HF_ENDPOINT", server.url)
        yield server


def sentence_of(error: BaseException) -> str:
    """The error's text, after checking that a person can read it: one sentence, short, no traceback talk."""
    text = str(error)
    assert isinstance(error, NoonError)
    assert text.endswith(".")
    assert "\n" not in text
    assert len(text) < 200
    return text


def test_a_local_folder_is_returned_as_it_is(checkpoint):
    assert fetch(str(checkpoint)) == checkpoint
    assert is_cached(str(checkpoint))


def test_a_repository_is_downloaded_whole(hub, checkpoint):
    folder = fetch(REPO)
    for name in ("config.json", "processor/preprocessor.json", "model.safetensors"):
        assert (folder / name).read_bytes() == (checkpoint / name).read_bytes()


def test_a_cached_repository_needs_no_hub(hub):
    assert not is_cached(REPO)
    folder = fetch(REPO)
    hub.stop()
    assert is_cached(REPO)
    assert fetch(REPO) == folder
    assert fetch(REPO, revision=folder.name) == folder


def test_an_interrupted_download_is_not_taken_for_a_whole_one(hub):
    (fetch(REPO) / "config.json").unlink()
    assert not is_cached(REPO)
    assert (fetch(REPO) / "config.json").is_file()


def test_copies_of_the_weights_in_older_formats_are_left_out(hub, checkpoint):
    (checkpoint / "pytorch_model.bin").write_bytes(b"older")
    assert not (fetch(REPO) / "pytorch_model.bin").exists()
    assert is_cached(REPO)


def test_every_shard_is_needed(hub, checkpoint):
    save_file({"bias": np.zeros(2, dtype=np.float32)}, checkpoint / "model-2.safetensors")
    weight_map = {"weight": "model.safetensors", "bias": "model-2.safetensors"}
    (checkpoint / "model.safetensors.index.json").write_text(json.dumps({"weight_map": weight_map}))
    (fetch(REPO) / "model-2.safetensors").unlink()
    assert not is_cached(REPO)
    fetch(REPO)
    assert is_cached(REPO)


def test_a_commit_can_be_pinned(hub, checkpoint):
    assert fetch(REPO, revision=commit_of(checkpoint)).name == commit_of(checkpoint)


@pytest.mark.parametrize("name", ["model.safetensors", "config.json"])
def test_a_damaged_file_is_deleted_and_fetched_again(hub, checkpoint, name):
    hub.damaged = {name}
    with pytest.raises(HubError, match="damaged") as raised:
        fetch(REPO)
    assert name in sentence_of(raised.value)
    assert not is_cached(REPO)
    hub.damaged = set()
    assert (fetch(REPO) / name).read_bytes() == (checkpoint / name).read_bytes()


def test_a_hub_that_is_away_is_given_up_within_seconds(hub):
    hub.stop()
    started = time.monotonic()
    with pytest.raises(HubError, match="did not answer") as raised:
        fetch(REPO)
    assert time.monotonic() - started < 3
    assert "at 127.0.0.1 did" in sentence_of(raised.value)
    assert not is_reachable()


def test_a_slow_hub_is_given_up_within_seconds(hub):
    hub.delay_s = 30
    started = time.monotonic()
    with pytest.raises(HubError, match="did not answer") as raised:
        fetch(REPO)
    assert time.monotonic() - started < 4
    sentence_of(raised.value)


def test_a_hub_that_turns_slow_is_given_up_within_seconds(hub):
    assert is_reachable()
    hub.delay_s = 30
    started = time.monotonic()
    with pytest.raises(HubError, match="too slow") as raised:
        fetch(REPO)
    assert time.monotonic() - started < 4
    sentence_of(raised.value)


def test_whether_the_hub_answers_is_asked_once_a_minute(hub):
    assert is_reachable()
    assert is_reachable()
    assert hub.requests == ["GET /api/models?limit=1"]


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (401, "GatedRepo", "gated"),
        (401, "RepoNotFound", "no model noon/tiny"),
        (401, "", "refused access"),
        (404, "RepoNotFound", "no model noon/tiny"),
        (503, "", "answered 503"),
    ],
)
def test_each_refusal_says_what_to_do(hub, status, code, expected):
    hub.error = (status, code)
    with pytest.raises(HubError, match=expected) as raised:
        fetch(REPO)
    sentence_of(raised.value)


def test_a_missing_revision_is_named(hub):
    with pytest.raises(HubError, match="no revision 'v9'") as raised:
        fetch(REPO, revision="v9")
    sentence_of(raised.value)


def test_a_misspelt_folder_is_named(hub):
    with pytest.raises(HubError, match="neither a folder nor a model") as raised:
        fetch("./no/such/folder")
    sentence_of(raised.value)


def test_a_networks_login_page_is_no_hub(hub):
    hub.is_portal = True
    assert not is_reachable()
    with pytest.raises(HubError, match=r"at 127\.0\.0\.1 answered something else") as raised:
        fetch(REPO)
    sentence_of(raised.value)
    assert len(hub.requests) == 1


def test_a_login_page_that_comes_up_later_is_named(hub):
    assert is_reachable()
    hub.is_portal = True
    with pytest.raises(HubError, match="answered something else") as raised:
        fetch(REPO)
    sentence_of(raised.value)


def test_an_address_that_cannot_be_read_is_no_hub(monkeypatch):
    for address in ("http://[::1", "hub.example.org", "http://a b:c/"):
        monkeypatch.setenv("HF_ENDPOINT", address)
        with pytest.raises(HubError, match="did not answer") as raised:
            fetch(REPO)
        sentence_of(raised.value)


@pytest.mark.parametrize("fault", ["away", "portal", "portal later", "slow", "error", "damaged", "full disk"])
def test_neither_secrets_nor_paths_are_told(hub, monkeypatch, tmp_path, caplog, fault):
    caplog.set_level(logging.INFO)
    monkeypatch.setenv("HF_ENDPOINT", hub.url.replace("http://", "http://me:hunter2@"))
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    if fault in {"portal later", "slow"}:
        assert is_reachable()
    hub.is_portal = fault.startswith("portal")
    hub.delay_s = 30 if fault == "slow" else 0
    hub.error = (503, "") if fault == "error" else None
    hub.damaged = {"config.json"} if fault == "damaged" else set()
    if fault == "away":
        hub.stop()
    if fault == "full disk":
        (tmp_path / "file").touch()
        monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.raises(HubError) as raised:
        fetch(REPO)
    for secret in ("me:", "hunter2", "hf_secret", str(tmp_path)):
        assert secret not in sentence_of(raised.value) + caplog.text


def test_a_damaged_index_in_the_cache_is_made_up_for(hub, checkpoint):
    index = "model.safetensors.index.json"
    (checkpoint / index).write_text(json.dumps({"weight_map": {"weight": "model.safetensors"}}))
    (fetch(REPO) / index).write_text('{"weight_m')
    assert not is_cached(REPO)
    with pytest.raises(HubError, match="damaged"):
        fetch(REPO)
    assert (fetch(REPO) / index).read_bytes() == (checkpoint / index).read_bytes()


def test_offline_mode_sends_nothing(hub, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(HubError, match="HF_HUB_OFFLINE") as raised:
        fetch(REPO)
    sentence_of(raised.value)
    assert not is_reachable()
    assert hub.requests == []
