"""Model weights from the Hugging Face hub: fetched once, checked, and never waited for when the hub is away.

`HF_ENDPOINT`, `HF_HOME`, `HF_HUB_CACHE` and `HF_HUB_OFFLINE` are read at every call, so that they count even
where huggingface_hub was imported before a `.env` file was loaded.
"""

from __future__ import annotations

import json
import logging
import os
import threading
import time
from pathlib import Path
from typing import Any

import httpx2
from huggingface_hub import HfApi, cached_assets_path, constants, snapshot_download
from huggingface_hub.errors import (
    GatedRepoError,
    HfHubHTTPError,
    HFValidationError,
    LocalEntryNotFoundError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

from ml.errors import NoonError
from ml.redact import host_of, model_name

METADATA_TIMEOUT_S = 2.0
REACHABLE_TIMEOUT_S = 1.0
REMEMBER_S = 60.0
MODEL_FILES = ("*.json", "*.txt", "*.model", "*.jinja", "*.safetensors")
"""What transformers loads, without the copies of the weights that many repositories keep in older formats."""

for _library in ("huggingface_hub", "httpx2"):
    logging.getLogger(_library).setLevel(logging.ERROR)  # what is below holds whole addresses and paths

_probes: dict[str, tuple[float, str]] = {}
"""For each endpoint, when it was last probed (monotonic seconds) and what was amiss, if anything."""


class HubError(NoonError):
    """The weights cannot be had: hub away or slow, repository missing or closed, file damaged."""


def fetch(repo_id: str, revision: str | None = None) -> Path:
    """The folder with the files of a model repository, downloaded to the local cache if need be.

    A local folder given as `repo_id` is returned as it is, a complete cached snapshot without asking the hub.
    Of `MODEL_FILES` what is downloaded is checked against the hub's checksums; damaged files are deleted.

    Args:
        repo_id: "owner/name" on the hub, or a folder.
        revision: branch, tag or commit; the main branch if None.

    Raises:
        HubError: with one sentence saying what is wrong; within about 2 s if the hub is away.
    """
    folder = Path(repo_id).expanduser()
    if folder.is_dir():
        return folder
    cached = _cached_snapshot(repo_id, revision)
    if cached is not None:
        return cached
    if _is_offline():
        raise HubError(
            f"{model_name(repo_id)} is not in the local cache: unset HF_HUB_OFFLINE to download it."
        )
    if problem := _why_unreachable(METADATA_TIMEOUT_S):
        raise HubError(problem)
    try:
        return _download(repo_id, revision)
    except (httpx2.HTTPError, OSError, ValueError, KeyError, TypeError) as error:
        raise HubError(_sentence(error, model_name(repo_id), revision)) from error


def is_cached(repo_id: str, revision: str | None = None) -> bool:
    """Whether `fetch` would return at once: a local folder, or a complete cached snapshot with weights."""
    return Path(repo_id).expanduser().is_dir() or _cached_snapshot(repo_id, revision) is not None


def version_name(repo_id: str, commit: str) -> str:
    """How people see a revision called, such as "facebook/sam2.1-hiera-tiny@0123456789ab"."""
    return f"{model_name(repo_id)}@{commit[:12]}"


def version_of(repo_id: str, folder: Path) -> str:
    """The version that `fetch` gave a `folder` of: the hub's commit, or a folder's name."""
    return version_name(repo_id, folder.name) if folder.parent.name == "snapshots" else model_name(repo_id)


def home() -> Path:
    """The Hugging Face folder on this machine."""
    return Path(os.environ.get("HF_HOME") or constants.HF_HOME)


def assets_folder(name: str, version: str) -> Path:
    """A folder of ours in the Hugging Face cache, for files that can be made anew."""
    assets = home() / "assets" if os.environ.get("HF_HOME") else None
    return cached_assets_path("noon", name, version, assets_dir=assets)


def is_reachable() -> bool:
    """Whether a hub answers within a second, name look-up included; remembered for a minute."""
    return not _is_offline() and not _why_unreachable(REACHABLE_TIMEOUT_S)


def _why_unreachable(timeout_s: float) -> str:
    """What is amiss with the hub, in a sentence, or nothing."""
    endpoint = _endpoint()
    probed_at, problem = _probes.get(endpoint, (-REMEMBER_S, ""))
    if time.monotonic() - probed_at < REMEMBER_S:
        return problem
    answers: list[str] = []
    probe = threading.Thread(target=lambda: answers.append(_probe(endpoint, timeout_s)), daemon=True)
    probe.start()
    probe.join(timeout_s)
    problem = answers[0] if answers else _no_answer(endpoint)
    _probes[endpoint] = (time.monotonic(), problem)
    return problem


def _probe(endpoint: str, timeout_s: float) -> str:
    """What is amiss with the hub's list of models: JSON, where the login page of a network is HTML."""
    address = f"{endpoint}/api/models?limit=1"
    try:
        with httpx2.stream("GET", address, timeout=timeout_s, follow_redirects=True) as response:
            if response.is_success and "html" in response.headers.get("content-type", ""):
                return _not_a_hub(endpoint)
            return _no_answer(endpoint) if response.is_server_error else ""
    except (httpx2.HTTPError, httpx2.InvalidURL, ValueError):
        return _no_answer(endpoint)


def _no_answer(endpoint: str) -> str:
    return f"The model hub at {host_of(endpoint)} did not answer: check the network, or use a local model."


def _not_a_hub(endpoint: str) -> str:
    return (
        f"The model hub at {host_of(endpoint)} answered something else than a hub does: check "
        "HF_ENDPOINT, and whether this network wants a login."
    )


def _download(repo_id: str, revision: str | None) -> Path:
    api = HfApi(endpoint=_endpoint())
    api.model_info(repo_id, revision=revision, timeout=METADATA_TIMEOUT_S)
    snapshot = _snapshot(repo_id, revision, endpoint=_endpoint())
    check = api.verify_repo_checksums(repo_id, revision=snapshot.name, cache_dir=str(_cache_dir()))
    for mismatch in check.mismatches:
        damaged = snapshot / mismatch["path"]
        damaged.resolve().unlink()
        damaged.unlink(missing_ok=True)
    if check.mismatches:
        names = ", ".join(mismatch["path"] for mismatch in check.mismatches)
        raise HubError(
            f"The hub sent a damaged file of {model_name(repo_id)} ({names}), now deleted: try again later."
        )
    return snapshot


def _cached_snapshot(repo_id: str, revision: str | None) -> Path | None:
    """The cached snapshot's folder, or None where a wanted file or a part of the weights is missing."""
    try:
        snapshot = _snapshot(repo_id, revision, local_files_only=True)
    except (LocalEntryNotFoundError, HFValidationError, OSError):
        return None
    return snapshot if _has_weights(snapshot) else None


def _snapshot(repo_id: str, revision: str | None, **options: Any) -> Path:
    options |= {"revision": revision, "allow_patterns": list(MODEL_FILES), "cache_dir": _cache_dir()}
    return Path(snapshot_download(repo_id, **options))


def _has_weights(snapshot: Path) -> bool:
    """Whether every shard of the weight index is there, or any weight file where there is no index."""
    index = snapshot / "model.safetensors.index.json"
    if index.is_file():
        try:
            shards = set(json.loads(index.read_text())["weight_map"].values())
        except (ValueError, KeyError):
            return False
        return all((snapshot / shard).is_file() for shard in shards)
    return any(path.is_file() for path in snapshot.glob("*.safetensors"))


def _sentence(error: Exception, model: str, revision: str | None) -> str:
    match error:
        case httpx2.TimeoutException():
            return (
                f"The model hub at {host_of(_endpoint())} is too slow: try again later, or use a local model."
            )
        case GatedRepoError():
            return f"{model} is gated: accept its terms on the hub, then set HF_TOKEN to your access token."
        case RevisionNotFoundError():
            return f"{model} has no revision {revision!r} on the hub: check the name."
        case RepositoryNotFoundError():
            return f"The hub has no model {model}, or it is private: check the name, or set HF_TOKEN."
        case HfHubHTTPError() if error.response.status_code in {401, 403}:
            return f"The hub refused access to {model}: check that HF_TOKEN holds a valid access token."
        case HfHubHTTPError():
            return f"The hub answered {error.response.status_code} for {model}: try again later."
        case HFValidationError():
            return f'"{model}" is neither a folder nor a model on the hub: check the name.'
        case httpx2.HTTPError() | LocalEntryNotFoundError():
            return f"The connection to the hub broke while fetching {model}: try again to go on."
        case OSError():
            why = error.strerror or type(error).__name__
            return f"{model} could not be stored in the model cache ({why}): check space and permissions."
        case _:
            return _not_a_hub(_endpoint())


def _endpoint() -> str:
    return os.environ.get("HF_ENDPOINT", constants.ENDPOINT).rstrip("/")


def _cache_dir() -> Path:
    if cache := os.environ.get("HF_HUB_CACHE"):
        return Path(cache)
    if os.environ.get("HF_HOME"):
        return home() / "hub"
    return Path(constants.HF_HUB_CACHE)


def _is_offline() -> bool:
    wanted = os.environ.get("HF_HUB_OFFLINE", "").upper() in constants.ENV_VARS_TRUE_VALUES
    return wanted or constants.is_offline_mode()
