"""Spans of requests and stages."""

import pytest
from fastapi import FastAPI
from fastapi.responses import JSONResponse
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from starlette.testclient import TestClient

from noon_demo.watching import request_ids
from noon_demo.watching.setting_up import watch


@pytest.fixture(scope="module")
def exporter():
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    return exporter


def test_an_analysis_is_a_span_of_its_request_around_its_stages(exporter, service, fruit):
    watch(service)
    app = FastAPI()

    @app.get("/analyze")
    def analyze() -> JSONResponse:
        with request_ids.working_for("abc-1"):
            return JSONResponse({"foods": len(service.analyze(fruit).photo.facts.foods)})

    trace_id = "0af7651916cd43dd8448eb211c80319c"
    TestClient(app).get("/analyze", headers={"traceparent": f"00-{trace_id}-b7ad6b7169203331-01"})
    spans = exporter.get_finished_spans()
    assert {f"{span.context.trace_id:032x}" for span in spans} == {trace_id}
    (analysis,) = (span for span in spans if span.name == "analyze" and "noon.mode" in span.attributes)
    assert analysis.attributes["noon.request_id"] == "abc-1"
    assert analysis.attributes["noon.segmenter"] == service.models.segmenter.get().version
    assert analysis.parent.span_id in {span.context.span_id for span in spans}
    stages = [span for span in spans if span.parent.span_id == analysis.context.span_id]
    assert {"open", "embed", "recognize", "nutrition", "insights"} <= {span.name for span in stages}
    assert analysis.start_time == stages[0].start_time
    assert analysis.end_time == stages[-1].end_time
    assert "wait for photos" in {span.name for span in spans}
