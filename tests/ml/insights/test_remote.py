"""Insights by a chat endpoint: streamed, checked, stoppable, one plain sentence for whatever goes wrong."""

import asyncio
import base64
import io
import json
import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import PIL.Image
import pytest

from ml.evaluation.sample_meal import burger_and_fries
from ml.insights.base import Request
from ml.insights.checks.sentence_stream import MAX_ANSWER_CHARS
from ml.insights.errors import InsightsError
from ml.insights.language.remote import IMAGE_SIDE_PX, RemoteInsights
from tests.openai_server import ChatServer

TRUTH = "The meal has 997 kcal. The hamburger brings 560 kcal of them. Sodium is high."
SECRET = "sk-very-secret-key"


@pytest.fixture
def server():
    with ChatServer(TRUTH) as running:
        yield running


@pytest.fixture
def remote(server):
    return RemoteInsights(server.url, "llava", SECRET, timeout_s=5)


def photo():
    return np.random.default_rng(0).integers(0, 255, (900, 1200, 3), dtype=np.uint8)


def ask(remote, question="How much is it?", **options):
    """The sentences, without the turns that a caller gets meanwhile."""
    return filter(None, answer(remote, question, **options))


def answer(remote, question="How much is it?", **options):
    return remote.answer(Request(photo(), question, burger_and_fries(), **options))


def sentence_of(raised):
    text = str(raised.value)
    assert text.endswith(".")
    assert "\n" not in text
    assert SECRET not in text
    return text


def test_an_answer_is_streamed_by_sentences(server, remote):
    server.word_delay_s = 0.02
    pieces = list(ask(remote))
    assert "".join(pieces) == TRUTH
    assert len(pieces) == 3


def test_each_piece_may_be_taken_by_another_thread(remote):
    sentences = ask(remote)
    pieces = []
    for _ in range(3):
        with ThreadPoolExecutor(max_workers=1) as pool:
            pieces.append(pool.submit(next, sentences).result())
    assert "".join(pieces) == TRUTH


def test_the_request_carries_rules_facts_question_history_and_the_photo(server, remote):
    list(ask(remote, history=[("Is it salty?", "Yes.")]))
    request = server.requests[0]
    _, first, _, last = request["messages"]
    assert [message["role"] for message in request["messages"]] == ["system", "user", "assistant", "user"]
    assert request["model"] == "llava"
    assert "french fries, 140 g" in first["content"][1]["text"]
    assert "How much is it?" in last["content"][0]["text"]
    assert server.headers[0]["Authorization"] == f"Bearer {SECRET}"
    data = base64.b64decode(first["content"][0]["image_url"]["url"].removeprefix("data:image/jpeg;base64,"))
    assert max(PIL.Image.open(io.BytesIO(data)).size) == IMAGE_SIDE_PX


def test_a_model_that_lies_is_corrected_and_counted(server, remote):
    server.text = "The hamburger has 90 kcal. You have diabetes. It is 5 kcal. Enjoy it."
    assert "".join(ask(remote)) == "The hamburger has 560 kcal. Enjoy it."
    assert (remote.grounding.checked, remote.grounding.corrected, remote.grounding.dropped) == (4, 1, 2)


def test_a_model_that_only_lies_is_an_error(server, remote):
    server.text = "It is 5 kcal."
    with pytest.raises(InsightsError) as raised:
        list(ask(remote))
    sentence_of(raised)


@pytest.mark.parametrize("delay_s", [1, 0], ids=["before the first word", "between two words"])
def test_stop_closes_the_connection_within_a_second(server, remote, delay_s):
    server.text = TRUTH + " More." * 200
    server.delay_s = delay_s
    server.word_delay_s = 0.05
    stop = threading.Event()
    pieces = answer(remote, stop=stop)
    while not server.requests:
        next(pieces)
    if not delay_s:
        assert next(filter(None, pieces))
    stop.set()
    started = time.monotonic()
    rest = list(filter(None, pieces))
    assert time.monotonic() - started < 1
    assert len(rest) <= 3
    assert server.left.wait(3)


def test_leaving_closes_the_connection(server, remote):
    server.text = TRUTH + " More." * 200
    server.word_delay_s = 0.05
    pieces = answer(remote)
    next(filter(None, pieces))
    pieces.close()
    assert server.left.wait(1)


def test_leaving_an_event_loop_closes_the_connection(server, remote):
    server.text = TRUTH + " More." * 200
    server.word_delay_s = 0.05

    async def visit():
        pieces = answer(remote)
        next(filter(None, pieces))
        pieces.close()

    asyncio.run(visit())
    assert server.left.wait(1)


def test_leaving_before_the_first_word_closes_the_connection(server, remote):
    server.text = TRUTH + " More." * 200
    server.word_delay_s = 0.05
    server.delay_s = 1
    pieces = answer(remote)
    while not server.requests:
        assert next(pieces) == ""
    pieces.close()
    assert server.left.wait(2)


@pytest.mark.parametrize(
    ("status", "expected"),
    [(401, "API key"), (403, "API key"), (404, "base URL"), (429, "busy"), (400, "400"), (500, "500")],
)
def test_each_refusal_is_one_sentence(server, remote, status, expected):
    server.status = status
    with pytest.raises(InsightsError, match=expected) as raised:
        list(ask(remote))
    sentence_of(raised)


# As these servers put it, with the status they give.
SEES_NOTHING = {
    "llama.cpp": (500, {"error": {"code": 500, "message": "image input is not supported - hint: --mmproj"}}),
    "vLLM": (400, {"object": "error", "message": "m is not a multimodal model", "type": "BadRequestError"}),
    "Ollama": (400, {"error": {"message": "this model does not support image input", "type": "api_error"}}),
    "OpenAI": (400, {"error": {"message": "image_url is only supported by certain models."}}),
    "OpenRouter": (404, {"error": {"message": "No endpoints found that support image input", "code": 404}}),
    "DeepSeek": (422, {"error": {"message": "unknown variant `image_url`, expected `text`"}}),
    "Groq": (400, {"error": {"message": "messages[1].content must be a string"}}),
}


@pytest.mark.parametrize(("status", "error"), SEES_NOTHING.values(), ids=SEES_NOTHING)
def test_a_model_without_eyes_is_told_from_other_errors(server, remote, status, error):
    server.status, server.error = status, error
    with pytest.raises(InsightsError, match=r"^The model llava takes no images: choose one on 127") as raised:
        list(ask(remote))
    sentence_of(raised)


@pytest.mark.parametrize(
    "message", ['model "llava-vision" not found, try pulling it', "The model `llava-vision` does not exist."]
)
def test_a_model_that_is_not_there_is_told_from_a_wrong_address(server, message):
    remote = RemoteInsights(server.url, "llava-vision", timeout_s=5)
    server.status, server.error = 404, {"error": {"message": message}}
    with pytest.raises(InsightsError, match="does not know the model llava-vision: check its name"):
        list(ask(remote))


def test_an_address_without_its_end_is_told_what_it_lacks(server):
    remote = RemoteInsights(server.url.removesuffix("/v1"), "llava", timeout_s=5)
    with pytest.raises(InsightsError, match="check the base URL, which mostly ends in /v1") as raised:
        list(ask(remote))
    sentence_of(raised)


THINKING = {
    "in the answer": {"text": f"<think>\nA burger, 5 kcal? No.\n</think>\n\n{TRUTH}"},
    "in two thoughts": {"text": f"<think>Hm</think> <thinking>Rice? No.</thinking> {TRUTH}"},
    "in a field of its own": {"text": TRUTH, "thoughts": "A burger, 5 kcal? No."},
}


@pytest.mark.parametrize("sent", THINKING.values(), ids=THINKING)
def test_what_a_model_thinks_is_not_its_answer(server, remote, sent):
    vars(server).update(sent)
    assert "".join(ask(remote)) == TRUTH
    assert remote.grounding.checked == 3


@pytest.mark.parametrize(
    "sent",
    [
        {"text": "<think>What is it? A burger"},
        {"text": "<think>A burger.</think>"},
        {"text": "", "thoughts": "Hm"},
    ],
)
def test_a_model_that_only_thinks_is_told_how_to_stop_that(server, remote, sent):
    vars(server).update(sent)
    with pytest.raises(InsightsError, match="turn thinking off") as raised:
        list(ask(remote))
    sentence_of(raised)


@pytest.mark.parametrize("text", ["", " ", "\n\n"], ids=repr)
def test_a_blank_answer_is_told(server, remote, text):
    server.text = text
    with pytest.raises(InsightsError, match="sent a blank answer: choose another model than llava") as raised:
        list(ask(remote))
    sentence_of(raised)


def test_foods_are_listed_after_thinking(server, remote):
    server.text = '<think>[1] A list?</think>{"foods": [{"name": "egg", "grams": 50}]}'
    assert remote.list_foods(photo()) == [("egg", 50.0)]


def test_a_busy_endpoint_is_asked_once_more(server, remote):
    server.status, server.refusals = 429, 1
    assert "".join(ask(remote)) == TRUTH
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    "raw",
    [
        b"<html>Not here</html>",
        b"data: {broken\n\n",
        b'data: {"hello": 1}\n\n',
        b"",
        b'data: {"choices": [{"delta": null}]}\n\n',
        b'data: {"choices": [{"delta": {"content": [{"type": "text", "text": "A burger."}]}}]}\n\n',
    ],
)
def test_an_answer_that_is_no_protocol_is_one_sentence(server, remote, raw):
    server.raw = raw
    with pytest.raises(InsightsError) as raised:
        list(ask(remote))
    sentence_of(raised)


def test_a_connection_that_breaks_is_one_sentence(server, remote):
    server.breaks_after = 0
    with pytest.raises(InsightsError) as raised:
        list(ask(remote))
    sentence_of(raised)


def test_a_slow_endpoint_is_given_up_in_time(server):
    server.delay_s = 30
    started = time.monotonic()
    with pytest.raises(InsightsError, match=r"took more than 0\.5 s") as raised:
        list(ask(RemoteInsights(server.url, "llava", SECRET, timeout_s=0.5)))
    assert time.monotonic() - started < 2
    sentence_of(raised)


def test_an_endpoint_that_is_away_is_one_sentence():
    with ChatServer() as server:
        url = server.url
    with pytest.raises(InsightsError, match="cannot be reached") as raised:
        list(ask(RemoteInsights(url, "llava", SECRET)))
    sentence_of(raised)


def test_a_missing_address_is_one_sentence():
    with pytest.raises(InsightsError, match="base URL"):
        RemoteInsights("", "llava")


def test_the_key_stays_out_of_logs_and_names(server, remote, caplog):
    with caplog.at_level(logging.DEBUG):
        list(ask(remote))
    assert SECRET not in caplog.text
    assert SECRET not in remote.name
    assert SECRET not in repr(remote)


def test_without_a_key_none_from_the_environment_is_sent(server, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    list(ask(RemoteInsights(server.url, "llava")))
    assert SECRET not in server.headers[0]["Authorization"]


def test_foods_are_listed_by_schema(server, remote):
    server.text = json.dumps({"foods": [{"name": "boiled rice", "grams": 180}, {"name": "egg", "grams": 50}]})
    assert remote.list_foods(photo()) == [("boiled rice", 180.0), ("egg", 50.0)]
    assert server.requests[0]["response_format"]["type"] == "json_schema"


@pytest.mark.parametrize("text", ["Rice and egg", '{"foods": "rice"}', '[{"name": "rice"}]', "[1]"])
def test_a_list_that_is_none_is_one_sentence(server, remote, text):
    server.text = text
    with pytest.raises(InsightsError, match="no list of foods") as raised:
        remote.list_foods(photo())
    sentence_of(raised)


@pytest.mark.parametrize(
    "address",
    ["http://me:hunter2@[::1", "http://me:hunter2@host:port/v1", "http://me:hun/ter2@host/v1", "me"],
)
def test_an_address_that_cannot_be_read_is_told_without_it(address, capfd):
    with pytest.raises(InsightsError, match="base URL") as raised:
        list(ask(RemoteInsights(address, "llava", SECRET, timeout_s=5)))
    for secret in ("me:", "hun", SECRET):
        assert secret not in sentence_of(raised) + "".join(capfd.readouterr())


def test_foods_that_cannot_be_are_left_out(server, remote):
    rice = {"name": "boiled rice", "grams": 180}
    bad = [{"name": "egg", "grams": float("nan")}, {"name": "", "grams": 50}, {"name": "egg", "grams": -50}]
    server.text = json.dumps({"foods": [*bad, rice]})
    assert remote.list_foods(photo()) == [("boiled rice", 180.0)]
    server.text = json.dumps({"foods": bad})
    with pytest.raises(InsightsError, match="no list of foods") as raised:
        remote.list_foods(photo())
    sentence_of(raised)


@pytest.mark.parametrize("unit", ["and so on ", "1 g ", "9", "(", "Ha! "], ids=repr)
def test_five_megabytes_end_in_time(server, unit):
    server.text = TRUTH + " " + (unit * (5_000_000 // len(unit))).replace(" ", "\u00a0")
    remote = RemoteInsights(server.url, "llava", timeout_s=5)
    started = time.monotonic()
    text = "".join(ask(remote))
    assert time.monotonic() - started < 10
    assert text.startswith("The meal has 997 kcal. ")
    assert len(text) <= MAX_ANSWER_CHARS
    with pytest.raises(InsightsError, match="no list of foods"):
        remote.list_foods(photo())
    assert time.monotonic() - started < 20
