"""`noon cluster`: the page, with its models in the replicas of a Ray cluster; `make run-ray` is this."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from omegaconf import DictConfig

from noon_demo import config


def main(arguments: Sequence[str]) -> None:
    """Serve with settings as `noon` takes them, on the cluster at `cluster.address` or one of this machine.

    Where the cluster was there before, its deployments stay when the page ends.
    """
    settings = config.load_or_exit(["profile=ray", *arguments])

    from noon_demo import server  # noqa: PLC0415 - gradio reads the environment that the settings set
    from noon_demo.ml_inference.cluster import cluster, end_deployments  # noqa: PLC0415
    from noon_demo.service import PLAIN_ERRORS  # noqa: PLC0415

    there = settings.cluster
    try:
        with cluster(there.address, there.num_cpus, there.object_store_mb):
            _deploy(settings)
            server.serve(settings)
            if there.address is None:
                end_deployments()
    except PLAIN_ERRORS as error:
        sys.exit(str(error))


def _deploy(settings: DictConfig) -> None:
    from noon_demo.ml_inference.cluster import deploy  # noqa: PLC0415

    deploy(settings)
    if settings.cluster.api_port is not None:
        from noon_demo.rest import replicas  # noqa: PLC0415 - imports Ray

        replicas.run(settings)
