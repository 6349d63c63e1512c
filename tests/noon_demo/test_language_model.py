"""With a language model behind the insights: it lists foods by itself, and stops when nobody listens."""

import hashlib
import io
import threading

import httpx
import PIL.Image
import pytest

from noon_demo import config
from noon_demo.concurrency.line import LeftError
from noon_demo.ml_inference import Models, format_nutrition_response
from noon_demo.schemas import AnalysisResponse
from noon_demo.service import AnalysisService
from tests.noon_demo.watching.notes import Notes
from tests.openai_server import ChatServer
from tests.photos import MEAL
from tests.rest_server import rest_served


@pytest.fixture(scope="module")
def chat():
    with ChatServer() as server:
        yield server


@pytest.fixture(scope="module")
def service(chat):
    settings = [
        "profile=embedded",
        "insights=remote",
        f"insights.base_url={chat.url}",
        "insights.model=llava",
    ]
    models = Models(config.load(settings))
    models.load()
    return AnalysisService(models, cache_bytes=2**28)


def unseen_photo(name):
    """A PNG file of a color by the name, which no other test sends."""
    file = io.BytesIO()
    color = tuple(hashlib.sha256(name.encode()).digest()[:3])
    PIL.Image.new("RGB", (64, 64), color).save(file, "PNG")
    return file.getvalue()


def test_llava_only_lists_foods_without_masks(service, chat):
    chat.text = '{"foods": [{"name": "boiled rice", "grams": 180}, {"name": "zorblax", "grams": 50}]}'
    result = service.analyze(MEAL, mode="llava_only")
    response = AnalysisResponse.model_validate(format_nutrition_response(result))
    rice, unknown = response.detected_items
    assert (rice.mass_g, rice.mask, rice.bbox) == (180, None, None)
    assert rice.nutrition.carb_g > 30
    assert unknown.nutrition is None
    assert response.nutrition.calories == rice.nutrition.calories
    assert any("can't say where" in warning for warning in response.warnings)
    assert response.models["insights"] == "remote llava"


@pytest.mark.parametrize(
    "bad",
    [
        '{"name": "rice", "grams": NaN}',
        '{"name": "rice", "grams": Infinity}',
        '{"name": "rice", "grams": -180}',
        '{"name": "", "grams": 180}',
        '{"grams": 180}',
    ],
)
def test_listed_foods_that_cannot_be_are_left_out_or_refused(service, chat, bad):
    photo = unseen_photo(bad)
    with rest_served(service) as url:

        def analyze(text):
            chat.text = text
            return httpx.post(
                f"{url}/api/analyze", files={"image": photo}, data={"mode": "llava_only"}, timeout=60
            )

        refused = analyze(f'{{"foods": [{bad}]}}')
        assert refused.status_code in {502, 503}
        assert "no list of foods" in refused.text
        answer = analyze(f'{{"foods": [{bad}, {{"name": "egg", "grams": 50}}]}}')
    assert answer.status_code == 200
    assert [food["mass_g"] for food in answer.json()["detected_items"]] == [50]


def test_the_language_model_writes_and_is_checked(service, chat):
    chat.text = "A balanced plate. It has 99999 kcal."
    result = service.analyze(MEAL, "Is this balanced?")
    assert result.insights_source == "remote llava"
    assert "balanced" in result.insights
    assert "99999" not in result.insights
    assert service.health().counts["sentences_checked"] >= 2


def test_stopping_while_foods_are_listed_is_no_fault_of_the_model(service, chat):
    notes, stop = Notes(), threading.Event()
    service.events.watch(notes)
    chat.text, chat.delay_s = '{"foods": []}', 60
    chat.asked.clear()

    def press_cancel():
        chat.asked.wait(30)
        stop.set()

    threading.Thread(target=press_cancel).start()
    with pytest.raises(LeftError):
        list(service.stream(unseen_photo("stopped"), mode="llava_only", stop=stop))
    chat.delay_s = 0
    assert not notes.of("failed")


def test_a_client_that_leaves_ends_the_answer(service, chat):
    chat.text = "This is a fine meal. " * 200
    chat.word_delay_s = 0.02
    chat.left.clear()
    with rest_served(service) as url:
        request = {"files": {"image": MEAL.read_bytes()}, "headers": {"Accept": "text/event-stream"}}
        with httpx.stream("POST", f"{url}/api/analyze", timeout=60, **request) as answer:
            events = answer.iter_lines()
            assert '"insights":' in next(events)
            while '"insights": ""' in (line := next(events)) or not line:
                pass
        assert chat.left.wait(3)
