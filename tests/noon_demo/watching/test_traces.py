"""Spans of requests and stages."""

import pytest
from fastapi import FastAPI
from fastapi.responses import JSONResponse
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from noon_demo.watching.requests import Requests
from noon_demo.watching.setting_up import watch


@pytest.fixture(scope="module")
def exporter():
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    return exporter


def test_a_request_is_a_span_around_its_analysis_and_that_around_its_stages(exporter, service, fruit):
    watch(service)
    app = FastAPI(middleware=[Middleware(Requests, events=service.events)])

    @app.get("/api/analyze")
    def analyze() -> JSONResponse:
        return JSONResponse({"foods": len(service.analyze(fruit).photo.facts.foods)})

    parent = "0af7651916cd43dd8448eb211c80319c"
    headers = {"traceparent": f"00-{parent}-b7ad6b7169203331-01", "X-Request-ID": "abc-1"}
    TestClient(app).get("/api/analyze", headers=headers)
    spans = {span.name: span for span in exporter.get_finished_spans()}
    request, analysis, stage = spans["GET /api/analyze"], spans["analyze"], spans["recognize"]
    assert f"{request.context.trace_id:032x}" == parent
    assert request.attributes["http.response.status_code"] == 200
    assert analysis.parent.span_id == request.context.span_id
    assert analysis.attributes["noon.request_id"] == "abc-1"
    assert stage.parent.span_id == analysis.context.span_id
    assert spans["wait for photos"].parent.span_id == request.context.span_id
    assert analysis.start_time <= stage.start_time < stage.end_time <= analysis.end_time
    assert request.start_time <= analysis.start_time
    assert analysis.end_time <= request.end_time
