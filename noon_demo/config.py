"""The typed configuration: from the command line, the environment and `.env`, in that order."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from hydra import compose, initialize_config_dir
from hydra.core.config_store import ConfigStore
from hydra.errors import ConfigCompositionException, MissingConfigException, OverrideParseException
from omegaconf import SI, DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from noon_demo import environment, spaces
from noon_demo.requests import MAX_PLATE_CM, MIN_PLATE_CM

ROOT = Path(__file__).resolve().parents[1]
"""Holds `noon_demo`, `ml` and `assets` side by side: the repository, or site-packages once installed."""
CONF = Path(__file__).resolve().parent / "conf"
PARTS = ("segmenter", "recognizer", "insights")
GROUPS = ("profile", *PARTS)
TRIALS = ("trial_errors_percent", "trial_slowdown")
DEVICES = ("auto", "cpu", "cuda", "mps")
LOG_FORMATS = ("text", "json")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
DTYPES = ("auto", "float32", "bfloat16", "float16")
CHOICES = {
    "device": DEVICES,
    "server.log_level": LOG_LEVELS,
    "server.log_format": LOG_FORMATS,
    "insights.dtype": DTYPES,
    "offline.insights.dtype": DTYPES,
}
RANGES = {
    "server.port": (1, 65535),
    "server.queue_size": (1, 10_000),
    "plate_diameter_cm": (MIN_PLATE_CM, MAX_PLATE_CM),
    "trial_errors_percent": (0, 100),
    "trial_slowdown": (1, 1000),
    "cache_mb": (0, 65_536),
    "insights.timeout_s": (1, 3600),
}
HOST_NAME = re.compile(r"\*|(\*\.)?[\w-]+(\.[\w-]+)*\.?")
PATH_PREFIX = re.compile(r"(/[\w~-][\w.~-]*)*/?")
NO_ANALYTICS = {"GRADIO_ANALYTICS_ENABLED": "False", "HF_HUB_DISABLE_TELEMETRY": "1"}
KINDS = {"Integer": "a whole number", "Float": "a number", "Boolean": "true or false"}
UNREADABLE = "The value of {} can't be read; put it in quotes, such as \"name='a, b'\"."
USAGE = """Usage: noon [name=value ...], or python app.py [name=value ...] in a clone
       noon models --help tells of versions of the models
       noon batch --help tells of many photos at once
       noon cluster [name=value ...] has the models run in a Ray cluster

Settings are also read from the environment and from .env; .env.example explains each.
"""


class ConfigError(Exception):
    """A wrong setting; `str(error)` is one plain line that names the valid ones."""


@dataclass
class Server:
    """Where and how the page is served."""

    host: str = SI("${oc.env:GRADIO_SERVER_NAME,127.0.0.1}")
    port: int = SI("${oc.env:GRADIO_SERVER_PORT,7860}")
    queue_size: int = SI("${oc.env:NOON_QUEUE_SIZE,64}")
    allowed_hosts: str = SI("${oc.env:NOON_ALLOWED_HOSTS,''}")
    root_path: str = SI("${oc.env:GRADIO_ROOT_PATH,''}")
    admin_token: str = SI("${oc.env:NOON_ADMIN_TOKEN,''}")
    log_level: str = SI("${oc.env:NOON_LOG_LEVEL,WARNING}")
    log_format: str = SI("${oc.env:NOON_LOG_FORMAT,text}")
    metrics_token: str = SI("${oc.env:NOON_METRICS_TOKEN,''}")


ALONE = {"address": None, "photos_at_once": None, "answers_at_once": 1}
"""How much is done at a time where no cluster does it: a photo for each core, one answer."""


@dataclass
class NoonConfig:
    """All settings. The parts are `_target_` nodes for `hydra.utils.instantiate`.

    `fallback` holds the part that ships with Noon for each kind; `probe_hub` says that a part from the hub
    is only loaded when its weights are cached or the hub answers quickly. Where it is not, `offline` may hold
    a part that is tried before the fallback. `named` holds the kinds of parts that a person chose by name.
    `added` says how a version that was added is built, by whether its weights lie in a folder or on the hub.
    """

    segmenter: Any = None
    recognizer: Any = None
    insights: Any = None
    fallback: Any = None
    offline: Any = field(default_factory=dict)
    named: list[str] = field(default_factory=list)
    added: Any = None
    foods: Any = None
    database: Any = None
    detector: Any = None
    taught_foods: Any = None
    analyzer: Any = None
    cluster: Any = field(default_factory=lambda: {**ALONE})
    probe_hub: bool = True
    device: str = SI("${oc.env:NOON_DEVICE,auto}")
    plate_diameter_cm: float = SI("${oc.env:NOON_PLATE_DIAMETER_CM,26}")
    models: str = SI("${oc.env:NOON_MODELS,'~/.local/share/noon/models'}")
    watch: str = SI("${oc.env:NOON_WATCH,''}")
    trial_errors_percent: float = SI("${oc.env:NOON_TRIAL_ERRORS_PERCENT,2}")
    trial_slowdown: float = SI("${oc.env:NOON_TRIAL_SLOWDOWN,2}")
    cache_mb: int = SI("${oc.env:NOON_CACHE_MB,512}")
    open_food_facts: str = SI("${oc.env:NOON_OPEN_FOOD_FACTS,'0'}")
    server: Server = field(default_factory=Server)


def _number(text: str) -> float | str:
    """The number that a variable holds; other text as it is, for `_check` to refuse."""
    try:
        return float(text)
    except ValueError:
        return text


ConfigStore.instance().store("schema", NoonConfig)
OmegaConf.register_new_resolver("number", _number)
OmegaConf.register_new_resolver("asset", lambda path: str(ROOT / "assets" / path))


def load(overrides: Sequence[str] = ()) -> DictConfig:
    """The configuration (a `NoonConfig`), checked. Raises `ConfigError`.

    `overrides` are Hydra's, such as `segmenter=edgetam` or `server.port=7861`; they win over the
    environment, which wins over a `.env` file beside `noon_demo`, and that over one in the current folder.
    """
    environment.read((ROOT, Path()))
    environment.point_out_misspelt(_variables())
    os.environ.update({**spaces.defaults(), **os.environ, **NO_ANALYTICS})
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")  # its warnings hold paths
    if profile := os.environ.get("NOON_PROFILE"):
        overrides = [f"profile={profile}", *overrides]
    try:
        with initialize_config_dir(str(CONF), version_base="1.3"):
            config = compose("config", overrides=list(overrides))
        config.named = [part for part in PARTS if _is_named(part, overrides)]
        OmegaConf.resolve(config)
    except (ConfigCompositionException, OverrideParseException, OmegaConfBaseException) as error:
        raise ConfigError(_sentence(error)) from error
    _check(config)
    return config


def load_or_exit(arguments: Sequence[str]) -> DictConfig:
    """`load` for a command line: help is printed, a wrong setting ends in one line and status 2."""
    if {"-h", "--help"} & set(arguments):
        names = (f"  {name}={'|'.join(choices(name)) if name in GROUPS else '...'}" for name in _settings())
        sys.stdout.write(USAGE + "\n" + "\n".join(names) + "\n")
        sys.exit(0)
    try:
        return load(arguments)
    except ConfigError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)


def choices(group: str) -> list[str]:
    """The names that `group` may have, such as those of "segmenter"."""
    return sorted(path.stem for path in (CONF / group).glob("*.yaml"))


def _is_named(part: str, overrides: Sequence[str]) -> bool:
    """Whether the environment or `overrides` choose a part."""
    chosen = os.environ.get(f"NOON_{part.upper()}")
    return bool(chosen) or any(text.startswith(f"{part}=") for text in overrides)


def _check(config: DictConfig) -> None:
    for name, valid in CHOICES.items():
        value = OmegaConf.select(config, name)
        if value is not None and value not in valid:
            raise ConfigError(f"{name}={value} is not a choice; choose one of: {', '.join(valid)}.")
    for name, (low, high) in RANGES.items():
        value = OmegaConf.select(config, name)
        if value is None:
            continue
        if type(value) not in {int, float}:
            raise ConfigError(f"{name} must be a number, not {value}.")
        if not low <= value <= high:
            raise ConfigError(f"{name}={value} is out of range; choose from {low} to {high}.")
    _check_server(config.server)
    products = config.open_food_facts
    if products not in {"0", "1"} and not _is_web_address(products):
        raise ConfigError(f"open_food_facts must be 0, 1 or the address of a server, not {products}.")
    base_url, key = (OmegaConf.select(config, f"insights.{name}") for name in ("base_url", "api_key"))
    if base_url is not None and not _is_web_address(base_url):  # not shown, since it may hold a password
        raise ConfigError("insights.base_url must be an address such as http://localhost:11434/v1.")
    if key is not None and not (str(key).isascii() and str(key).isprintable()):
        raise ConfigError("insights.api_key holds characters that no key has; copy it anew.")


def _check_server(server: DictConfig) -> None:
    for host in server.allowed_hosts.split():
        if not HOST_NAME.fullmatch(host):
            raise ConfigError(f"server.allowed_hosts takes names such as noon.example.org, not {host}.")
    root = server.root_path
    if not (PATH_PREFIX.fullmatch(root) or _is_web_address(root)):
        raise ConfigError(f"server.root_path must be a path such as /noon, not {root}.")
    token = server.admin_token
    if token and not (len(token) >= 16 and token.isascii() and token.isprintable()):
        raise ConfigError("server.admin_token needs 16 characters at least, letters, digits and marks.")


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises where it is no number
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _variables() -> set[str]:
    """The environment variables that settings are read from."""
    sources = [OmegaConf.to_yaml(OmegaConf.structured(NoonConfig))]
    sources += [path.read_text(encoding="utf-8") for path in CONF.rglob("*.yaml")]
    return {"NOON_PROFILE", *re.findall(r"\$\{oc\.env:(\w+)", "\n".join(sources))}


def _sentence(error: Exception) -> str:
    """One line for any error of Hydra's or OmegaConf's."""
    if isinstance(error, MissingConfigException) and error.missing_cfg_file:
        group, _, name = error.missing_cfg_file.partition("/")
        return f"{group}={name} is not a choice; choose one of: {', '.join(choices(group))}."
    if isinstance(error, OverrideParseException):
        name, is_set, _ = str(error.override).partition("=")  # the value may be a secret
        if is_set:
            return UNREADABLE.format(name)
        return f'"{name}" is not a setting; write name=value, such as server.port=7861.'
    cause = error.__cause__ or error
    key = getattr(cause, "full_key", None)
    if isinstance(cause, (AttributeError, KeyError)) and key:
        return f"There is no setting {key}; choose one of: {', '.join(_settings())}."
    problem = str(cause).splitlines()[0]
    if ambiguous := re.match("Ambiguous value for argument '([^=]*)=", problem):
        return UNREADABLE.format(ambiguous[1])
    if mistyped := re.search(
        "Value '(.*)' of type '.*' could not be converted to (Integer|Float|Boolean)", problem
    ):
        return f"{key} must be {KINDS[mistyped[2]]}, not {mistyped[1]}."
    return f"{key}: {problem}." if key else f"{problem}."


def _settings() -> list[str]:
    """What may be set from the command line; parts have further settings of their own."""
    plain = ("device", "plate_diameter_cm", "models", "watch", *TRIALS, "cache_mb", "open_food_facts")
    return [*GROUPS, *plain, *(f"server.{name}" for name in Server.__dataclass_fields__)]
