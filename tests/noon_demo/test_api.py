"""What scripts and agents get from a running server: gradio_client and plain HTTP."""

import io
import itertools
import json
import threading

import httpx
import numpy as np
import PIL.Image
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError
from pycocotools import mask as coco

from noon_demo.schemas import (
    AnalysisResponse,
    DetectionResponse,
    HealthResponse,
    LookupResponse,
    SegmentResponse,
)
from tests.photos import MEALS

ENDPOINTS = {"analyze", "detect", "segment", "recalculate", "lookup", "health"}
PHOTOS = sorted(MEALS.glob("*.jpg"))


@pytest.fixture(scope="session")
def client(server):
    return Client(server, verbose=False)


@pytest.fixture
def meal(tmp_path):
    """A photo that no test has sent before, in its own folder."""
    return new_photo(tmp_path)


def new_photo(folder):
    pixels = np.array(PIL.Image.open(PHOTOS[0]).convert("RGB"))
    pixels[0, :8] = np.random.default_rng().integers(0, 256, (8, 3))
    path = folder / "meal.png"
    PIL.Image.fromarray(pixels).save(path)
    return path


def post(server, image=None, headers=None, **fields):
    """POST /api/analyze with a photo given as a path or as bytes."""
    parts: dict[str, tuple] = {name: (None, value) for name, value in {"query": "", **fields}.items()}
    if image is not None:
        parts["image"] = ("meal", image if isinstance(image, bytes) else image.read_bytes())
    return httpx.post(f"{server}/api/analyze", files=parts, headers=headers, timeout=120)


def check_result(result):
    """The result says what the schema says and is consistent in itself."""
    response = AnalysisResponse.model_validate(result)
    assert response.detected_items
    for item in response.detected_items:
        assert item.mask.size == (response.image.height, response.image.width)
        mask = coco.decode({"size": item.mask.size, "counts": item.mask.counts.encode()}).astype(bool)
        x0, y0, x1, y1 = item.bbox
        assert mask.any()
        assert (
            not mask[:y0].any() and not mask[y1:].any() and not mask[:, :x0].any() and not mask[:, x1:].any()
        )
        assert item.mass_g_range[0] <= item.mass_g <= item.mass_g_range[1]
        assert (item.nutrition is None) == (item.source is None)
    counted = [item.nutrition.calories for item in response.detected_items if item.nutrition]
    assert response.nutrition.calories == pytest.approx(sum(counted), abs=len(counted))
    assert (
        response.nutrition.calories_range[0]
        <= response.nutrition.calories
        <= response.nutrition.calories_range[1]
    )
    assert {"segmenter", "recognizer", "nutrition"} <= set(response.models)
    return response


def test_each_input_has_a_sample(client):
    endpoints = client.view_api(return_format="dict", print_info=False)["named_endpoints"]
    samples = {
        parameter["parameter_name"]: parameter["example_input"]
        for endpoint in endpoints.values()
        for parameter in endpoint["parameters"]
    }
    assert samples["food"] == "lentil soup"
    assert samples["image"]["path"] == "meal.jpg"
    assert samples["plate_diameter_cm"] == 26
    required = [
        p["parameter_name"] for p in endpoints["/analyze"]["parameters"] if not p["parameter_has_default"]
    ]
    assert required == ["image"]


def test_only_the_named_endpoints_are_public(client):
    info = client.view_api(return_format="dict", print_info=False)
    assert set(info["named_endpoints"]) == {f"/{name}" for name in ENDPOINTS}
    assert not info["unnamed_endpoints"]
    assert all(endpoint["description"] for endpoint in info["named_endpoints"].values())


def test_analyze_gives_the_photo_with_the_foods_drawn_in_and_the_result(client, meal):
    overlay, result = client.predict(
        image=handle_file(meal), question="How much protein?", mode="hybrid", api_name="/analyze"
    )
    response = check_result(result)
    assert response.mode == "hybrid"
    assert "protein" in response.insights
    assert response.insights_source == "builtin"
    drawn = np.array(PIL.Image.open(overlay))
    assert max(drawn.shape) <= 1600
    assert drawn.shape[1] / drawn.shape[0] == pytest.approx(
        response.image.width / response.image.height, rel=0.01
    )


def test_analyze_gives_masks_before_the_insight(client, meal):
    job = client.submit(image=handle_file(meal), api_name="/analyze")
    job.result()
    first, *_, last = [result for _, result in job.outputs()]
    assert first["detected_items"] == last["detected_items"]
    assert first["insights"] == ""
    assert last["insights"]
    assert job.result()[1] == last


def test_ml_only_writes_no_insight(client, meal):
    _, result = client.predict(image=handle_file(meal), mode="ml_only", api_name="/analyze")
    response = check_result(result)
    assert (response.insights, response.insights_source) == ("", "")
    assert "insights" not in response.timings_ms


def test_the_same_photo_comes_from_the_cache_whatever_is_asked(client, server, meal):
    _, first = client.predict(image=handle_file(meal), question="Is it vegan?", api_name="/analyze")
    again = post(server, meal, query="How much salt?").json()
    assert {"embed", "decode"} <= set(first["timings_ms"])
    assert set(again["timings_ms"]) == {"cached", "insights"}
    assert again["timings_ms"]["cached"] < first["timings_ms"]["embed"] + first["timings_ms"]["decode"]
    assert again["detected_items"] == first["detected_items"]
    assert again["insights"] != first["insights"]


def test_detect_names_the_foods_without_weighing_them(client, meal):
    result = client.predict(image=handle_file(meal), api_name="/detect")
    response = DetectionResponse.model_validate(result)
    assert response.detected_items
    assert all(
        item.mask.size == (response.image.height, response.image.width) for item in response.detected_items
    )


def test_a_script_sends_one_photo_with_many_calls_at_once(client, meal):
    jobs = [
        client.submit(image=handle_file(meal), points="[[320, 240]]", api_name="/segment") for _ in range(10)
    ]
    answers = [SegmentResponse.model_validate(job.result()) for job in jobs]
    assert len({answer.image.key for answer in answers}) == 1
    assert all(answer.item.mask for answer in answers)


def test_lookup_finds_a_food_by_name(client):
    response = LookupResponse.model_validate(client.predict(food="lentil soup", api_name="/lookup"))
    assert "lentil" in response.foods[0].description.lower()
    assert response.foods[0].nutrition_per_100g.calories > 0
    with pytest.raises(AppError, match="Please name a food"):
        client.predict(food=" ", api_name="/lookup")


def test_health_tells_models_versions_and_stage_times(client, server, meal):
    post(server, picture(320, 240))
    before = HealthResponse.model_validate(client.predict(api_name="/health"))
    post(server, meal, mode="ml_only")
    after = HealthResponse.model_validate(httpx.get(f"{server}/api/health").json())
    assert after.status == "ready"
    assert {part.part for part in after.parts} == {"segmenter", "recognizer", "nutrition", "insights"}
    assert after.counts["analyses"] == before.counts["analyses"] + 1
    assert after.counts["photos"] == before.counts["photos"] + 1
    assert after.timings_ms["embed"].p50 <= after.timings_ms["embed"].p95
    assert {"python", "gradio", "torch", "transformers"} <= set(after.versions)


def test_rest_returns_the_same_result(server, client, meal):
    answer = post(server, meal, query="Is it vegan?")
    assert answer.status_code == 200
    check_result(answer.json())
    _, result = client.predict(image=handle_file(meal), question="Is it vegan?", api_name="/analyze")
    changing = {"timings_ms"}
    assert {k: v for k, v in answer.json().items() if k not in changing} == {
        k: v for k, v in result.items() if k not in changing
    }


def test_rest_streams_where_events_are_accepted(server, meal):
    answer = post(server, meal, headers={"Accept": "text/event-stream"})
    assert answer.headers["content-type"].startswith("text/event-stream")
    events = [json.loads(event.removeprefix("data: ")) for event in answer.text.strip().split("\n\n")]
    assert events[0]["insights"] == ""
    assert all(
        later["insights"].startswith(sooner["insights"]) for sooner, later in itertools.pairwise(events)
    )
    assert check_result(events[-1]).insights


def picture(width=64, height=64, kind="PNG") -> bytes:
    buffer = io.BytesIO()
    PIL.Image.new("RGB", (width, height), "white").save(buffer, kind)
    return buffer.getvalue()


BAD = {
    "not an image": (b"hello", {}, 400, "not an image"),
    "zero bytes": (b"", {}, 400, "empty"),
    "truncated": (picture(kind="JPEG")[:-100], {}, 400, "damaged or incomplete"),
    "1x1": (picture(1, 1), {}, 400, "1 x 1 pixels"),
    "20x8000": (picture(20, 8000), {}, 400, "20 x 8000 pixels"),
    "over 25 MB": (b"x" * (25 * 2**20 + 1), {}, 413, "larger than 25 MB"),
    "far over 25 MB": (b"x" * (26 * 2**20), {}, 413, "larger than 25 MB"),
    "no photo": (None, {}, 400, "add a photo"),
    "unknown mode": (picture(), {"mode": "magic"}, 400, "hybrid, ml_only, llava_only"),
    "long question": (picture(), {"query": "why? " * 2000}, 400, "at most 2,000 characters"),
    "no LLaVA": (picture(), {"mode": "llava_only"}, 503, "insights=llava_embedded"),
}


@pytest.mark.parametrize("case", BAD.values(), ids=BAD)
def test_bad_input_gets_one_plain_sentence(server, case):
    image, fields, status, reason = case
    answer = post(server, image, **fields)
    assert answer.status_code == status
    assert list(answer.json()) == ["error"]
    assert reason in answer.json()["error"]
    assert answer.json()["error"].endswith(".")


def test_a_request_that_is_no_form_is_told_how_to_send_a_photo(server):
    answer = httpx.post(f"{server}/api/analyze", json={"image": "meal.jpg"})
    assert (answer.status_code, "multipart/form-data" in answer.json()["error"]) == (415, True)
    broken = httpx.post(
        f"{server}/api/analyze", content=b"x", headers={"Content-Type": "multipart/form-data"}
    )
    assert (broken.status_code, list(broken.json())) == (400, ["error"])


def test_a_client_is_shown_the_sentence_and_nothing_else(client, tmp_path):
    (tmp_path / "notes.txt").write_text("hello")
    with pytest.raises(AppError) as refusal:
        client.predict(image=handle_file(tmp_path / "notes.txt"), api_name="/analyze")
    assert (
        str(refusal.value)
        == "This file is not an image that can be opened; use a JPEG, PNG, WebP or HEIC photo."
    )
    (tmp_path / "large.jpg").write_bytes(BAD["over 25 MB"][0])
    with pytest.raises(AppError, match="larger than 25 MB"):
        client.predict(image=handle_file(tmp_path / "large.jpg"), api_name="/analyze")
    with pytest.raises(AppError, match="There is no mode"):
        client.predict(image=handle_file(PHOTOS[0]), mode="magic", api_name="/analyze")
    with pytest.raises(AppError, match=r"Please add a photo"):
        client.predict(image=None, api_name="/analyze")


def test_a_photo_without_food_is_a_result_without_totals(server):
    answer = post(server, picture(320, 240))
    assert answer.status_code == 200
    result = answer.json()
    assert (result["detected_items"], result["nutrition"], result["insights"]) == ([], None, "")
    assert result["warnings"] == ["No food found in this photo."]


def test_a_question_in_any_script_is_answered(server, meal):
    answer = post(server, meal, query="この食事にはどのくらいのたんぱく質がありますか？ 🍚")
    assert answer.status_code == 200
    assert answer.json()["insights"]


def test_many_requests_at_once_are_all_answered(server, tmp_path):
    photos = []
    for number in range(3):
        (tmp_path / str(number)).mkdir()
        photos.append(new_photo(tmp_path / str(number)))
    answers = []
    threads = [
        threading.Thread(target=lambda p=photo: answers.append(post(server, p, mode="ml_only")))
        for photo in photos * 2
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [200] * 6
    computed = [answer for answer in answers if "embed" in answer.json()["timings_ms"]]
    assert len(computed) == 3
