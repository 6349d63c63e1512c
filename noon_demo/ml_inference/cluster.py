"""Parts in a cluster of Ray: starting it, or joining one, for as long as this process serves."""

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
def cluster(settings: DictConfig) -> Iterator[None]:
    """Deploy the parts that `settings` take from a cluster, and the API where it has a port.

    Without an address a cluster is started on this machine, which can be reached from there alone and ends
    with the context. Raises `NotLoadedError` and `NoonError`.
    """
    if find_spec("ray") is None:
        raise NotLoadedError(NOT_INSTALLED)
    config = settings.cluster
    if config.address is None:
        os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"  # has Ray use the loopback, as it does there
    from ml.cluster import serving  # noqa: PLC0415 - imports Ray, which reads the environment

    if config.address is None:
        serving.start(config.num_cpus, config.object_store_mb)
    else:
        serving.connect(config.address)
    try:
        serving.open_door(config.api_port)
        for kind in PARTS:
            if settings[kind].get("_target_", "").startswith("ml.cluster."):
                options = OmegaConf.to_container(config.deployments[kind])
                serving.deploy(kind, options)
        if config.api_port is not None:
            from noon_demo import rest_replicas  # noqa: PLC0415 - imports Ray

            serving.run(rest_replicas.application(settings), "api", "/")
        yield
    finally:
        serving.end(stop_deployments=config.address is None)
