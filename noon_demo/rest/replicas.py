"""The plain HTTP routes as a deployment of Ray Serve: replicas that share nothing but the cluster's parts."""

from __future__ import annotations

import time
from threading import Event, Thread
from typing import Any

from omegaconf import DictConfig, OmegaConf
from ray import serve
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount
from starlette.types import ASGIApp

from noon_demo import rest
from noon_demo.concurrency import memory
from noon_demo.concurrency.line import LIGHT_THREADS
from noon_demo.middleware.guard import Guard, Hosts
from noon_demo.middleware.path_prefix import PathPrefix
from noon_demo.ml_inference import Models
from noon_demo.service import AnalysisService
from noon_demo.trials.trials import Trials
from noon_demo.watching import logs, traces
from noon_demo.watching.requests import Requests
from noon_demo.watching.setting_up import watch

KEEP_S = 5.0
"""How often what was observed of trials is written down."""


def run(settings: DictConfig) -> None:
    """Deploy them. Each replica has a line, a cache and a food database of its own."""
    plain: Any = OmegaConf.to_container(settings)

    def build() -> ASGIApp:
        return _app(OmegaConf.create(plain))

    options = plain["cluster"]["deployments"]["api"]["options"]
    api = serve.deployment(serve.ingress(build)(_Api)).options(name="api", **options)
    serve.run(api.bind(), name="api", route_prefix="/")


class _Api:
    """Serves nothing but the application."""


def _app(settings: DictConfig) -> ASGIApp:
    memory.share()
    logs.set_up(settings.server.log_level, settings.server.log_format)
    traces.set_up()
    models = Models(settings)
    models.load()
    service = AnalysisService.of(models, settings)
    watch(service, settings.server.log_format)
    trials = Trials(models, service.running)
    service.events.watch(trials)
    Thread(target=models.renewal.keep_up, args=(Event(),), name="keep up", daemon=True).start()
    Thread(target=_keep, args=(trials,), name="keep trials", daemon=True).start()
    return Starlette(
        routes=[Mount("/api", rest.build(service, settings.server.queue_size + LIGHT_THREADS))],
        middleware=[
            Middleware(Requests, events=service.events),
            Middleware(Guard, hosts=Hosts(settings.server.allowed_hosts.split())),
            Middleware(PathPrefix, root_path=settings.server.root_path),
        ],
    )


def _keep(trials: Trials) -> None:
    """Write down what is observed, as long as the replica lives."""
    while True:
        time.sleep(KEEP_S)
        trials.keep()
