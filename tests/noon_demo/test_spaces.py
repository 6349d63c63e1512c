"""What Noon does on a Hugging Face Space; `test_zero_gpu.py` serves it there."""

import re
import tomllib

import pytest

from noon_demo import config, spaces
from tests.conftest import ROOT

COLORS = {"red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray"}
"""Those of https://huggingface.co/docs/hub/spaces-config-reference."""


@pytest.fixture
def _space(monkeypatch, tmp_path):
    for name in ("GRADIO_SERVER_NAME", "HF_HOME"):
        monkeypatch.setenv(name, "")  # so that what is set below is undone
        monkeypatch.delenv(name)
    monkeypatch.setenv("SPACE_ID", "me/noon")
    monkeypatch.setattr(spaces, "STORAGE", tmp_path)


@pytest.mark.usefixtures("_space")
def test_a_space_serves_everybody_and_keeps_models_in_its_storage(monkeypatch, tmp_path):
    assert config.load().server.host == "0.0.0.0"
    assert spaces.defaults()["HF_HOME"] == str(tmp_path / ".huggingface")
    monkeypatch.setattr(spaces, "STORAGE", tmp_path / "none")
    assert set(spaces.defaults()) == {"GRADIO_SERVER_NAME"}


@pytest.mark.usefixtures("_space")
def test_what_is_set_wins(monkeypatch):
    monkeypatch.setenv("GRADIO_SERVER_NAME", "127.0.0.1")
    assert config.load().server.host == "127.0.0.1"


@pytest.mark.usefixtures("_space")
def test_elsewhere_nothing_is_changed(monkeypatch):
    monkeypatch.delenv("SPACE_ID")
    assert not spaces.defaults()
    assert config.load().server.host == "127.0.0.1"


def test_the_front_matter_is_what_spaces_read():
    _, front_matter, _ = (ROOT / "README.md").read_text().split("---\n", 2)
    settings = dict(re.findall(r'^(\w+): "?(.+?)"?$', front_matter, re.MULTILINE))
    assert settings["sdk"] == "gradio"
    assert {settings["colorFrom"], settings["colorTo"]} <= COLORS
    assert len(settings["short_description"]) <= 60
    assert (ROOT / settings["app_file"]).is_file()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    low, high = re.fullmatch(r">=(\d\.\d+),<(\d\.\d+)", project["requires-python"]).groups()
    assert int(low[2:]) <= int(settings["python_version"][2:]) < int(high[2:])
