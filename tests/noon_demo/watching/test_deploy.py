"""The dashboard and the alerts ask for what Noon tells, as a real Prometheus reads it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
from urllib.parse import urlsplit

import httpx
import pytest
import yaml

from tests.conftest import ROOT, free_port
from tests.photos import MEALS

DEPLOY = ROOT / "deploy"
NAME = re.compile(r"\b(?:noon|process)_\w+")
WELL = re.compile("device|failures|fallbacks|sentences|[<>]|==")
"""In expressions that are silent where all goes well, without a GPU and a language model."""
needs_prometheus = pytest.mark.skipif(
    not (shutil.which("promtool") and shutil.which("prometheus")),
    reason="Debian's package prometheus is not installed",
)


def asked():
    """Each expression of the dashboard and the alerts."""
    panels = json.loads((DEPLOY / "grafana.json").read_text())["panels"]
    shown = [target["expr"] for panel in panels for target in panel["targets"]]
    (group,) = yaml.safe_load((DEPLOY / "alerts.yml").read_text())["groups"]
    alerts = [rule["expr"] for rule in group["rules"]]
    return [expression.replace("$__rate_interval", "5m") for expression in [*shown, *alerts]]


def told(server):
    """The names of all that Noon tells, whether or not it has happened yet."""
    text = httpx.get(f"{server}/metrics").raise_for_status().text
    kinds = dict(re.findall(r"^# TYPE (\w+) (\w+)$", text, re.MULTILINE))
    parts = {"histogram": ("_bucket", "_count", "_sum")}
    return {name + part for name, kind in kinds.items() for part in parts.get(kind, ("",))}


def test_every_name_asked_for_is_told(server):
    assert {name for expression in asked() for name in NAME.findall(expression)} <= told(server)


def analyze(server):
    """Have something happen of most kinds."""
    photo = MEALS / "fruit.jpg"
    for _ in range(2):
        answer = httpx.post(f"{server}/api/analyze", files={"image": photo.read_bytes()}, timeout=120)
    rename = [{"edit": "rename", "id": 1, "food": "pear"}]
    correction = {"result": answer.json(), "edits": rename}
    httpx.post(f"{server}/api/recalculate", json=correction, timeout=60).raise_for_status()


@needs_prometheus
def test_a_real_prometheus_reads_it_and_answers_the_dashboard(server, tmp_path):
    analyze(server)
    config = (DEPLOY / "prometheus.yml").read_text().replace("localhost:7860", urlsplit(server).netloc)
    (tmp_path / "prometheus.yml").write_text(config.replace("15s", "1s"))
    shutil.copy(DEPLOY / "alerts.yml", tmp_path)
    check = ["promtool", "check", "config", tmp_path / "prometheus.yml"]
    subprocess.run(check, check=True, capture_output=True)
    port = free_port()
    with (tmp_path / "log").open("w") as log:
        prometheus = subprocess.Popen(
            [
                "prometheus",
                f"--config.file={tmp_path / 'prometheus.yml'}",
                f"--storage.tsdb.path={tmp_path / 'data'}",
                f"--web.listen-address=127.0.0.1:{port}",
            ],
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        ask = Prometheus(f"http://127.0.0.1:{port}/api/v1")
        ask.until(lambda: ask("count_over_time(up[1m])") and float(ask("count_over_time(up[1m])")[0]) >= 2)
        analyze(server)
        ask.until(lambda: ask('increase(noon_corrections_total{edit="rename"}[1m]) > 0'))
        assert ask("up") == ["1"]
        answers = {expression: ask(expression) for expression in asked()}
        rules = ask.get("rules")["groups"][0]["rules"]
    finally:
        prometheus.terminate()
        prometheus.wait(20)
    silent = [expression for expression, answer in answers.items() if not answer]
    assert not [expression for expression in silent if not WELL.search(expression)]
    assert len(answers) > 2 * len(silent)
    assert {rule["health"] for rule in rules} <= {"ok", "unknown"}
    assert not [rule["name"] for rule in rules if rule["state"] == "firing"]


class Prometheus:
    """The values that queries give."""

    def __init__(self, url):
        self._url = url

    def get(self, what, **values):
        answer = httpx.get(f"{self._url}/{what}", params=values, timeout=10).json()
        assert answer["status"] == "success", answer
        return answer["data"]

    def __call__(self, query):
        return [series["value"][1] for series in self.get("query", query=query)["result"]]

    def until(self, condition):
        end = time.monotonic() + 60
        while True:
            try:
                if condition():
                    return
            except httpx.TransportError:
                pass
            assert time.monotonic() < end, "Prometheus has nothing to tell"
            time.sleep(0.3)
