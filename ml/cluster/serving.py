"""Starting a cluster on this machine, joining one that is there, and putting parts onto it."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from typing import Any

from ml.errors import NoonError

os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
os.environ.setdefault("RAY_SERVE_LOG_TO_STDERR", "0")
import ray
from ray import serve
from ray.serve.config import HTTPOptions, ProxyLocation

from ml.cluster.replicas import InsightsReplica, RecognizerReplica, SegmenterReplica

logger = logging.getLogger(__name__)

REPLICAS = {"segmenter": SegmenterReplica, "recognizer": RecognizerReplica, "insights": InsightsReplica}
LOOPBACK = "127.0.0.1"
START_S, TRIES = 60, 3
"""How long Ray's processes may take to start, and how often that is tried: machines can be busy."""


class NoClusterError(NoonError):
    """There is no cluster at an address, or none could be started."""


def start(num_cpus: int, object_store_mb: int) -> None:
    """Start a cluster of this machine alone, which ends with this process. Raises `NoClusterError`."""
    os.environ.setdefault("RAY_raylet_start_wait_time_s", str(START_S))
    for _ in range(TRIES):
        try:
            ray.init(
                num_cpus=num_cpus,
                object_store_memory=object_store_mb * 2**20,
                include_dashboard=False,
                log_to_driver=False,
                _node_ip_address=LOOPBACK,
            )
        except Exception as error:  # noqa: BLE001 - Ray raises plain ones
            logger.warning("Ray did not start: %s", type(error).__name__)
            ray.shutdown()
        else:
            return
    raise NoClusterError("Ray could not be started here: end other programs, or look into its logs.")


def connect(address: str | None) -> None:
    """Join the cluster at `address`, or the one on this machine, unless this process is in one.

    Raises `NoClusterError`.
    """
    if ray.is_initialized():
        return
    try:
        ray.init(address=address or "auto", log_to_driver=False)
    except (ConnectionError, RuntimeError, ValueError) as error:
        raise NoClusterError(
            f"There is no Ray cluster {f'at {address}' if address else 'here'}: start noon cluster."
        ) from error


def deploy(kind: str, config: Mapping[str, Any]) -> None:
    """Put a part onto the cluster and wait until a replica is ready.

    `config` has the arguments of its class in `ml.cluster.replicas`, and as `options` those of
    `serve.deployment`. A part that is there already is replaced replica by replica; each answers first what
    it was asked.
    """
    arguments = {name: value for name, value in config.items() if name != "options"}
    deployment = serve.deployment(REPLICAS[kind]).options(name=kind, **config["options"])
    serve.run(deployment.bind(**arguments), name=kind, route_prefix=None)


def start_proxy(port: int | None) -> None:
    """Have Serve's proxy listen for HTTP at a `port` of this machine, or have none."""
    location = ProxyLocation.Disabled if port is None else ProxyLocation.HeadOnly
    serve.start(proxy_location=location, http_options=HTTPOptions(host=LOOPBACK, port=port or 0))


def end() -> None:
    """End all deployments, each replica once it has answered."""
    serve.shutdown()


def leave() -> None:
    """Leave the cluster; one that this process started ends."""
    ray.shutdown()
