"""A cluster of Ray, started or joined, and the parts on it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

from omegaconf import DictConfig, OmegaConf

from noon_demo.config import PARTS
from noon_demo.parts import NotLoadedError

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


@contextmanager
def deployed(settings: DictConfig) -> Iterator[None]:
    """A cluster as configured, with the parts that are taken from it, and the API where it has a port.

    Where the cluster was there before, they stay. Raises `NotLoadedError` and `NoonError`.
    """
    config = settings.cluster
    with cluster(config.address, config.num_cpus, config.object_store_mb):
        from ml.cluster import serving  # noqa: PLC0415

        serving.open_door(config.api_port)
        for kind in PARTS:
            if settings[kind].get("_target_", "").startswith("ml.cluster."):
                serving.deploy(kind, OmegaConf.to_container(config.deployments[kind]))
        if config.api_port is not None:
            from noon_demo import rest_replicas  # noqa: PLC0415

            serving.run(rest_replicas.application(settings), "api", "/")
        yield
        if config.address is None:
            serving.end()
