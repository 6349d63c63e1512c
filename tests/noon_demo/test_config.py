"""Settings come from the command line, the environment and `.env`; a wrong one ends in one helpful line."""

import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from omegaconf import OmegaConf

from noon_demo import config
from tests.conftest import ROOT, environment

CONF = ROOT / "noon_demo" / "conf"
ENVIRONMENT = re.compile(r"oc\.env:(\w+)")


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch):
    for name in set(ENVIRONMENT.findall(_sources())) | {"NOON_PROFILE"}:
        monkeypatch.delenv(name, raising=False)


def _sources() -> str:
    return "\n".join(path.read_text() for path in [*CONF.rglob("*.yaml"), ROOT / "noon_demo" / "config.py"])


def test_the_command_line_wins_over_the_environment(monkeypatch):
    monkeypatch.setenv("GRADIO_SERVER_PORT", "7000")
    monkeypatch.setenv("NOON_SEGMENTER", "edgetam")
    assert config.load([]).server.port == 7000
    assert config.load(["server.port=7001"]).server.port == 7001
    assert config.load([]).segmenter.repo_id == "yonigozlan/EdgeTAM-hf"
    assert config.load(["segmenter=sam2_1_hiera_large"]).segmenter.repo_id == "facebook/sam2.1-hiera-large"


def test_the_profile_chooses_the_parts_that_are_not_named(monkeypatch):
    embedded = config.load(["profile=embedded"])
    assert (embedded.segmenter, embedded.insights) == (
        embedded.fallback.segmenter,
        embedded.fallback.insights,
    )
    monkeypatch.setenv("NOON_PROFILE", "hub")
    hub = config.load(["recognizer=embedded"])
    assert hub.segmenter.repo_id == "facebook/sam2.1-hiera-tiny"
    assert hub.recognizer == hub.fallback.recognizer


@pytest.mark.parametrize("group", ["segmenter", "recognizer", "insights", "profile"])
def test_every_choice_composes(group):
    for name in config.choices(group):
        settings = config.load([f"{group}={name}"])
        assert not OmegaConf.missing_keys(settings)


def test_files_are_found_from_any_folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    settings = config.load([])
    assert Path(settings.foods.path).is_file()
    assert Path(settings.fallback.segmenter.weights).is_dir()
    assert Path(settings.fallback.recognizer.weights).is_dir()


def test_the_example_lists_every_setting():
    listed = set(re.findall(r"^# ?(\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    read = set(ENVIRONMENT.findall(_sources())) | {"NOON_PROFILE"}
    assert read <= listed
    assert listed - read <= {
        *("HF_HOME", "HF_ENDPOINT", "HF_TOKEN", "HF_HUB_OFFLINE"),
        *("FORWARDED_ALLOW_IPS", "GRADIO_TEMP_DIR", "OTEL_EXPORTER_OTLP_ENDPOINT"),
    }


@pytest.mark.parametrize("choice", config.choices("insights"))
def test_every_setting_can_come_from_the_environment(choice):
    plain = OmegaConf.load(CONF / "insights" / f"{choice}.yaml")
    values = OmegaConf.to_container(plain)
    assert isinstance(values, dict)
    fixed = [key for key, value in values.items() if "${" not in str(value)]
    assert fixed == ["_target_"]


def test_the_examples_values_are_accepted_and_are_the_defaults(monkeypatch):
    lines = re.findall(r"^# ?((?:NOON|GRADIO)_\w+)=(.+)$", (ROOT / ".env.example").read_text(), re.MULTILINE)
    defaults = config.load(["profile=embedded"])
    for name, value in lines:
        if name not in {"NOON_PROFILE"} and not name.endswith(("_REVISION", "_REPO")):
            monkeypatch.setenv(name, value)
    assert config.load(["profile=embedded"]) == {**defaults, "named": list(config.PARTS)}


WRONG = {
    "segmenter=wrong": "segmenter=wrong is not a choice; choose one of: edgetam, embedded, ray, sam2_1",
    "profile=fast": "choose one of: auto, embedded, hub, ray.",
    "sevrer.port=1": "There is no setting sevrer; choose one of: profile, segmenter,",
    "server.prot=1": "There is no setting server.prot; choose one of: profile, segmenter,",
    "server.port=abc": "server.port must be a whole number, not abc.",
    "server.port=70000": "server.port=70000 is out of range; choose from 1 to 65535.",
    "server.port=0": "server.port=0 is out of range",
    "device=gpu": "device=gpu is not a choice; choose one of: auto, cpu, cuda, mps.",
    "plate_diameter_cm=big": "plate_diameter_cm must be a number, not big.",
    "insights.api_key=a{b": "The value of insights.api_key can't be read; put it in quotes",
    "insights.api_key=a,b": "The value of insights.api_key can't be read; put it in quotes",
    "faster": '"faster" is not a setting; write name=value',
    "server.root_path=noon": "server.root_path must be a path such as /noon, not noon.",
    "server.root_path=//evil.example": "server.root_path must be a path",
}


@pytest.mark.parametrize(("argument", "line"), WRONG.items(), ids=WRONG)
def test_a_wrong_setting_is_one_line_that_names_the_valid_ones(argument, line):
    with pytest.raises(config.ConfigError) as refusal:
        config.load([argument])
    assert line in str(refusal.value)
    assert "\n" not in str(refusal.value)


WRONG_VARIABLES = {
    "NOON_REMOTE_TIMEOUT_S=abc": "insights.timeout_s must be a number, not abc.",
    "NOON_REMOTE_TIMEOUT_S=6{": "insights.timeout_s must be a number, not 6{.",
    "NOON_REMOTE_TIMEOUT_S=nan": "insights.timeout_s=nan is out of range; choose from 1 to 3600.",
    "NOON_REMOTE_TIMEOUT_S=0": "insights.timeout_s=0.0 is out of range; choose from 1 to 3600.",
    "NOON_REMOTE_BASE_URL=localhost:11434": "insights.base_url must be an address such as http://",
    "NOON_REMOTE_BASE_URL=http://host:port/v1": "insights.base_url must be an address such as http://",
    "NOON_REMOTE_API_KEY=sk-ключ": "insights.api_key holds characters that no key has",
    "NOON_INSIGHTS=gpt": "insights=gpt is not a choice",
    "NOON_SEGMENTER=sam3": "segmenter=sam3 is not a choice; choose one of: edgetam,",
    "NOON_RECOGNIZER=clip": "recognizer=clip is not a choice; choose one of: embedded, ray, siglip2.",
    "NOON_PROFILE=fast": "profile=fast is not a choice; choose one of: auto, embedded, hub, ray.",
    "NOON_INSIGHTS_DTYPE=fp8": "insights.dtype=fp8 is not a choice; choose one of: auto, float32,",
    "NOON_DEVICE=gpu": "device=gpu is not a choice",
    "NOON_QUEUE_SIZE=0": "server.queue_size=0 is out of range",
    "NOON_CACHE_MB=1.5": "cache_mb must be a whole number, not 1.5.",
    "NOON_PLATE_DIAMETER_CM=24 cm": "plate_diameter_cm must be a number, not 24 cm.",
    "NOON_LOG_LEVEL=LOUD": "server.log_level=LOUD is not a choice",
    "NOON_ALLOWED_HOSTS=https://noon.org": "server.allowed_hosts takes names such as noon.example.org",
    "GRADIO_SERVER_PORT=abc": "server.port must be a whole number, not abc.",
    "GRADIO_ROOT_PATH=noon": "server.root_path must be a path such as /noon",
}


@pytest.mark.parametrize(("variable", "line"), WRONG_VARIABLES.items(), ids=WRONG_VARIABLES)
def test_a_wrong_variable_is_one_line_too(monkeypatch, variable, line):
    monkeypatch.setenv("NOON_INSIGHTS", "llava_embedded" if "DTYPE" in variable else "remote")
    name, _, value = variable.partition("=")
    monkeypatch.setenv(name, value)
    with pytest.raises(config.ConfigError) as refusal:
        config.load([])
    assert str(refusal.value).startswith(line)
    assert "\n" not in str(refusal.value)


def test_an_address_is_refused_without_its_password(monkeypatch):
    monkeypatch.setenv("NOON_INSIGHTS", "remote")
    monkeypatch.setenv("NOON_REMOTE_BASE_URL", "ftp://me:hunter2@host/v1")
    with pytest.raises(config.ConfigError) as refusal:
        config.load([])
    assert "hunter2" not in str(refusal.value)


@pytest.mark.parametrize("blank", ["", " "], ids=repr)
def test_a_blank_variable_is_none(monkeypatch, tmp_path, blank):
    monkeypatch.chdir(tmp_path)
    defaults = config.load(["insights=remote"])
    (tmp_path / ".env").write_text("NOON_CACHE_MB=\nNOON_QUEUE_SIZE=7\n")
    variables = {*ENVIRONMENT.findall(_sources()), "NOON_PROFILE"} - {"NOON_CACHE_MB"}
    for name in variables:
        monkeypatch.setenv(name, blank)
    settings = config.load(["insights=remote"])
    assert settings.server.queue_size == 7
    settings.server.queue_size = defaults.server.queue_size
    assert settings == defaults


MISSPELT = {
    "NOON_SEGMENTR": "NOON_SEGMENTER",
    "NOON_PORT": "GRADIO_SERVER_PORT",
    "NOON_REMOTE_URL": "NOON_REMOTE_BASE_URL",
    "NOON_LOGLEVEL": "NOON_LOG_LEVEL",
}


@pytest.mark.parametrize(("wrong", "right"), MISSPELT.items(), ids=MISSPELT)
def test_a_misspelt_variable_is_pointed_out_with_the_nearest_right_one(monkeypatch, caplog, wrong, right):
    monkeypatch.setenv(wrong, "1")
    config.load([])
    assert caplog.messages == [f"{wrong} is not a setting and has no effect; did you mean {right}?"]


def test_a_misspelt_variable_is_a_line_at_the_start(tmp_path):
    ended = run("server.port=abc", cwd=tmp_path, NOON_DEVISE="cpu")
    assert ended.stderr == (
        "NOON_DEVISE is not a setting and has no effect; did you mean NOON_DEVICE?\n"
        "server.port must be a whole number, not abc.\n"
    )


def run(
    *arguments: str, cwd: Path, app: Path = ROOT / "app.py", **settings: str
) -> subprocess.CompletedProcess:
    command = [sys.executable, app, *arguments]
    return subprocess.run(
        command, cwd=cwd, env=environment(**settings), capture_output=True, text=True, timeout=60, check=False
    )


def test_a_wrong_name_ends_the_program_without_a_traceback(tmp_path):
    ended = run("segmenter=wrong", cwd=tmp_path)
    assert ended.returncode == 2
    assert ended.stderr.startswith("segmenter=wrong is not a choice; choose one of: edgetam, embedded,")
    assert ended.stderr.count("\n") == 1


def test_a_wrong_value_in_the_environment_is_named(tmp_path):
    ended = run(cwd=tmp_path, NOON_INSIGHTS="gpt")
    assert ended.returncode == 2
    assert ended.stderr == (
        "insights=gpt is not a choice; choose one of: "
        "builtin, llava_1_5_7b, llava_embedded, llava_onevision_0_5b, ray, remote.\n"
    )


def test_settings_are_read_from_the_env_file(tmp_path):
    shutil.copytree(ROOT / "noon_demo", tmp_path / "noon_demo")
    shutil.copy(ROOT / "app.py", tmp_path)
    (tmp_path / ".env").write_text("NOON_DEVICE=gpu\n")
    ended = run(cwd=ROOT, app=tmp_path / "app.py")
    assert ended.stderr == "device=gpu is not a choice; choose one of: auto, cpu, cuda, mps.\n"
    assert run(cwd=ROOT, app=tmp_path / "app.py", NOON_DEVICE="tpu").stderr.startswith("device=tpu")


def test_a_port_in_use_ends_the_program_without_a_traceback(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = run(f"server.port={port}", cwd=tmp_path)
    assert ended.returncode == 1
    assert ended.stderr.splitlines()[-1].startswith(
        f"Nothing can be served at 127.0.0.1:{port}: the port is taken; choose a free one"
    )
    assert "Traceback" not in ended.stderr


def test_help_names_the_choices(tmp_path):
    ended = run("--help", cwd=tmp_path)
    assert ended.returncode == 0
    assert "recognizer=embedded|ray|siglip2" in ended.stdout
