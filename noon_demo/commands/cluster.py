"""`noon cluster`: the page, with its models in the replicas of a Ray cluster; `make run-ray` is this."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from noon_demo import config


def main(arguments: Sequence[str]) -> None:
    """Serve with settings as `noon` takes them, on the cluster `cluster.address` or one of this machine alone."""
    settings = config.load_or_exit(["profile=ray", *arguments])

    from noon_demo import server  # noqa: PLC0415 - gradio reads the environment that the settings set
    from noon_demo.ml_inference.cluster import deployed  # noqa: PLC0415
    from noon_demo.service import PLAIN_ERRORS  # noqa: PLC0415

    try:
        with deployed(settings):
            server.serve(settings)
    except PLAIN_ERRORS as error:
        sys.exit(str(error))
