"""A cluster of Ray, started or joined, and the parts on it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

from omegaconf import DictConfig, OmegaConf

from noon_demo.config import PARTS
from noon_demo.ml_inference.parts import NotLoadedError

NOT_INSTALLED = "Ray is not installed: make run-ray installs it, or pip install -r requirements-ray.txt."


@contextmanager
def cluster(address: str | None, num_cpus: int, object_store_mb: int = 512) -> Iterator[None]:
    """The cluster at an address; without one it is started on this machine, and ends with the context.

    Raises `NotLoadedError` and `NoonError`.
    """
    if find_spec("ray") is None:
        raise NotLoadedError(NOT_INSTALLED)
    if address is None:
        os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"  # has Ray use the loopback, as it does there
    from ml.cluster import serving  # noqa: PLC0415 - imports Ray, which reads the environment

    if address is None:
        serving.start(num_cpus, object_store_mb)
    else:
        serving.connect(address)
    try:
        yield
    finally:
        serving.leave()


def deploy(settings: DictConfig) -> None:
    """Put the parts that `settings` take from the cluster onto it, and open the API's port.

    Raises `NoonError`.
    """
    from ml.cluster import serving  # noqa: PLC0415

    serving.start_proxy(settings.cluster.api_port)
    for kind in PARTS:
        if settings[kind].get("_target_", "").startswith("ml.cluster."):
            config: Any = OmegaConf.to_container(settings.cluster.deployments[kind])
            serving.deploy(kind, config)


def end_deployments() -> None:
    """End all deployments, each replica once it has answered."""
    from ml.cluster import serving  # noqa: PLC0415

    serving.end()
