"""Versions lie side by side; what isn't whole, or says more than it may, is refused in a sentence."""

import json

import pytest
import yaml

from ml import checksums
from ml.versions.card import PARTS, VersionError, read_card, renew_card, write_card
from ml.versions.library import Library
from tests.conftest import ROOT
from tests.hub_server import HubServer, commit_of

SHIPPED = [ROOT / "assets" / name for name in ("segmenter", "recognizer", "llava_embedded")]
REPO = "someone/sam2-tiny"


@pytest.fixture
def library(tmp_path):
    return Library(SHIPPED, tmp_path / "models")


@pytest.fixture
def weights(tmp_path):
    """A folder with all that a version consists of."""
    folder = tmp_path / "weights"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    (folder / "model.safetensors").write_bytes(b"numbers")
    (folder / "log.csv").write_text("iteration,loss\n")
    write_card(folder, "segmenter", trained_on="Drawings.", measured_on="Nothing.")
    return folder


def test_what_ships_has_a_card_for_each_part(library):
    shipped = {version.card.part: version.card for version in reversed(library.versions())}
    assert set(shipped) == set(PARTS)
    for card in shipped.values():
        assert all((card.id, len(card.sha256) == 64, card.trained_on, card.measured_on, card.needs))


def test_a_version_is_copied_found_and_removed(library, weights):
    added = library.add(weights)
    assert library.add(weights) == added
    assert library.find("segmenter", added.id) == added
    assert {path.name for path in added.folder.iterdir()} == {
        "SHA256SUMS",
        "card.yaml",
        "config.json",
        "model.safetensors",
    }
    library.remove("segmenter", added.id)
    assert not added.folder.exists()
    with pytest.raises(VersionError, match=f"no segmenter {added.id} here; choose one of: segmenter-"):
        library.find("segmenter", added.id)
    with pytest.raises(VersionError, match="comes with Noon and stays"):
        library.remove("segmenter", read_card(SHIPPED[0]).id)


def test_weights_that_are_changed_in_place_are_another_version(library, weights):
    first = library.add(weights)
    (weights / "model.safetensors").write_bytes(b"other numbers")
    checksums.write(weights, ["config.json", "model*", "card.yaml"])
    with pytest.raises(VersionError, match="give this one an id of its own"):
        library.add(weights)
    rewrite_card(weights, id="first")
    renew_card(weights, "Taught bagel.")
    assert read_card(weights).trained_on == "Drawings. Taught bagel."
    assert library.add(weights).id.startswith("segmenter-2")
    assert first in library.versions()


def rewrite_card(weights, **changes):
    card = yaml.safe_load((weights / "card.yaml").read_text())
    (weights / "card.yaml").write_text(yaml.safe_dump({**card, **changes}))


def is_unsafe(weights):
    (weights / "card.yaml").write_text("!!python/object/apply:os.system [true]")


def lists_another_folders_file(weights):
    sums = weights / checksums.FILE
    sums.write_text(sums.read_text() + f"{'0' * 64}  ../secret\n")


WRONG = {
    "has no card.yaml": lambda weights: (weights / "card.yaml").unlink(),
    "is no YAML": is_unsafe,
    "wrong at _target_: Extra inputs": lambda weights: rewrite_card(weights, _target_="os.system"),
    "wrong at part: ": lambda weights: rewrite_card(weights, part="nutrition"),
    "may hold up to 64 letters": lambda weights: rewrite_card(weights, id="../../etc"),
    "has no SHA256SUMS": lambda weights: (weights / checksums.FILE).unlink(),
    "lists files of other folders": lists_another_folders_file,
    "config.json of weights is missing": lambda weights: (weights / "config.json").unlink(),
    "differ from its SHA256SUMS": lambda weights: (weights / "config.json").write_text("[]"),
}


@pytest.mark.parametrize("sentence", WRONG)
def test_what_is_wrong_with_a_folder_is_said_and_nothing_is_left_of_it(sentence, library, weights, tmp_path):
    before = library.versions()
    WRONG[sentence](weights)
    with pytest.raises(VersionError, match=sentence):
        library.add(weights)
    assert library.versions() == before
    assert not [path for path in (tmp_path / "models").rglob("*") if path.is_file()]


def test_a_revision_of_the_hub_is_a_version(library, tmp_path, monkeypatch):
    checkpoint = tmp_path / "checkpoint"
    checkpoint.mkdir()
    (checkpoint / "config.json").write_text(json.dumps({"model_type": "sam2_video"}))
    (checkpoint / "model.safetensors").write_bytes(b"numbers")
    other = tmp_path / "other"
    other.mkdir()
    (other / "config.json").write_text(json.dumps({"model_type": "bert"}))
    (other / "model.safetensors").write_bytes(b"numbers")
    monkeypatch.setenv("HF_HOME", str(tmp_path / "huggingface"))
    with HubServer({REPO: checkpoint, "someone/bert": other}) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        added = library.add(f"{REPO}@main")
        assert library.add(REPO) == added
        with pytest.raises(VersionError, match=r"someone/bert is no model that Noon has a part for"):
            library.add("someone/bert")
    assert (added.id, added.card.part) == (f"{REPO}@{commit_of(checkpoint)[:12]}", "segmenter")
    assert library.find("segmenter", added.id).commit == commit_of(checkpoint)
    with pytest.raises(VersionError, match="Name a folder of weights, or a model on the hub"):
        library.add("no folder")
