"""What Prometheus reads of a service."""

from __future__ import annotations

import shutil
import subprocess

import fastapi
import pytest
from prometheus_client import CollectorRegistry, generate_latest
from starlette.testclient import TestClient

from noon_demo.concurrency.line import BusyError, Line
from noon_demo.edits import Edits
from noon_demo.ml_inference import nutrition_response
from noon_demo.service import AnalysisService
from noon_demo.watching import endpoint
from noon_demo.watching.prometheus import PrometheusMetrics
from noon_demo.watching.setting_up import watch

TOKEN = "s3cret"


@pytest.fixture
def registry(service):
    return watch(service)


def test_an_analysis_is_counted_by_part_and_version(service, registry, models, fruit):
    service.analyze(fruit, "Is it sweet?")
    service.analyze(fruit, "Is it sweet?")
    of = registry.get_sample_value
    recognizer = {"part": "recognizer", "version": models.recognizer.get().version}
    for cached in ("false", "true"):
        labels = {"mode": "hybrid", "cached": cached}
        assert of("noon_analysis_duration_seconds_count", labels) == 1
    assert of("noon_stage_duration_seconds_count", {"stage": "recognize", **recognizer}) == 1
    insights = {"stage": "insights", "part": "insights", "version": "builtin"}
    assert of("noon_stage_duration_seconds_count", insights) == 2
    assert of("noon_photo_foods_sum", recognizer) == 3
    assert of("noon_unsure_names_total", recognizer) >= 0
    assert (of("noon_cache_hits_total"), of("noon_cache_misses_total")) == (1, 1)
    assert of("noon_queue_wait_seconds_count", {"line": "photos"}) == 1
    assert of("noon_part_state", {"part": "recognizer", "state": "ready"}) == 1
    assert of("process_resident_memory_bytes") > 2**27


def test_services_count_for_themselves(registry, models, fruit):
    other = AnalysisService(models, 2**20)
    watch(other)
    other.detect(fruit)
    assert registry.get_sample_value("noon_cache_misses_total") == 0


def test_what_clients_write_makes_no_new_labels(service, registry, models, fruit):
    result = nutrition_response(service.analyze(fruit, mode="ml_only"))
    foreign = result.model_copy(update={"versions": {"recognizer": "anything at all"}})
    rename = Edits.validate_python([{"edit": "rename", "id": 1, "food": "pear"}])
    for before in (result, foreign):
        service.recalculate(before, rename)
    known = models.recognizer.get().version
    for version in (known, "other"):
        labels = {"edit": "rename", "part": "recognizer", "version": version}
        assert registry.get_sample_value("noon_corrections_total", labels) == 1
    assert b"anything" not in generate_latest(registry)


def test_the_line_is_read_off_and_who_is_turned_away_counted(models):
    service = AnalysisService(models, 0, most_waiting=0)
    registry = watch(service)
    with pytest.raises(BusyError):
        service.detect(b"a photo")
    assert registry.get_sample_value("noon_queue_refusals_total", {"line": "photos"}) == 1
    assert registry.get_sample_value("noon_queue_length", {"line": "photos"}) == 0
    assert all(isinstance(line, Line) for line in service.lines)


@pytest.mark.skipif(not shutil.which("promtool"), reason="Debian's package prometheus is not installed")
def test_prometheus_finds_no_fault_with_names_and_units(service, registry, fruit):
    result = nutrition_response(service.analyze(fruit))
    service.recalculate(result, Edits.validate_python([{"edit": "eat", "share": 0.5}]))
    service.events.failed("insights", "builtin", None, "")
    service.events.requested("/", "GET", 200, 0.1)
    checked = subprocess.run(
        ["promtool", "check", "metrics"], input=generate_latest(registry), capture_output=True, check=False
    )
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, b"", b"")


@pytest.mark.parametrize(
    ("client", "headers", "token", "is_public", "status"),
    [
        ("127.0.0.1", {}, "", False, 200),
        ("10.1.2.3", {}, "", False, 200),
        ("::ffff:192.168.1.9", {}, "", False, 200),
        ("fd00::1", {}, "", False, 200),
        ("8.8.8.8", {}, "", False, 403),
        ("::ffff:8.8.8.8", {}, "", False, 403),
        ("a name", {}, "", False, 403),
        ("127.0.0.1", {"X-Forwarded-For": "10.0.0.1"}, "", False, 403),
        ("127.0.0.1", {"X-Forwarded-Prefix": "/noon"}, "", False, 403),
        ("127.0.0.1", {"Forwarded": "for=10.0.0.1"}, "", False, 403),
        ("127.0.0.1", {}, "", True, 403),
        ("127.0.0.1", {}, TOKEN, False, 401),
        ("127.0.0.1", {"Authorization": "Bearer wrong"}, TOKEN, False, 401),
        ("127.0.0.1", {"Authorization": "Bearer \u00e9"}, TOKEN, False, 401),
        ("8.8.8.8", {"Authorization": f"Bearer {TOKEN}"}, TOKEN, True, 200),
    ],
)
def test_who_may_read(client, headers, token, is_public, status):
    registry = CollectorRegistry()
    PrometheusMetrics(registry, set)
    app = fastapi.FastAPI(routes=[endpoint.route(registry, token, is_public=is_public)])
    sent = {name: value.encode("utf-8") for name, value in headers.items()}
    answer = TestClient(app, client=(client, 1)).get("/metrics", headers=sent)
    assert answer.status_code == status
    assert ("noon_queue_wait_seconds" in answer.text) == (status == 200)
