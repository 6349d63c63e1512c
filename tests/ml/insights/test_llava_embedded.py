"""The embedded LLaVA's insights, on a tiny model: what it leaves to others, follow-ups, what is missing."""

import importlib
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
import torch

from ml.evaluation.sample_meal import burger_and_fries
from ml.insights.base import Request
from ml.insights.builtin import BuiltinInsights
from ml.insights.errors import InsightsError
from ml.insights.language.food_list import MAX_FOODS
from ml.insights.language.model import Generation, Prompt
from ml.insights.llava_embedded import extra, gemma
from ml.insights.llava_embedded.part import EmbeddedLlavaInsights
from ml.insights.routing import writers
from tests.checkpoints import RECITAL, teach
from tests.tiny_gemma import RECOGNIZER, WINDOW, assembled, word_tokenizer

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def tokenizer():
    return word_tokenizer(*[RECITAL] * 20)


@pytest.fixture(scope="module")
def llava(tokenizer):
    """The part with random weights."""
    return EmbeddedLlavaInsights(assembled(tokenizer), tokenizer)


def photo(seed=0):
    return np.random.default_rng(seed).integers(0, 255, (120, 160, 3), dtype=np.uint8)


def ask(part, question="Is it salty?", history=(), stop=None):
    return filter(
        None, part.answer(Request(photo(), question, burger_and_fries(), history, stop or threading.Event()))
    )


@pytest.mark.parametrize("question", ["Is it vegan?", "I am allergic to egg, is it safe?", "Is it halal?"])
def test_diets_and_allergens_are_left_to_the_built_in_part(llava, question):
    builtin = BuiltinInsights()
    request = Request(photo(), question, burger_and_fries())
    assert writers(llava, builtin, request) == [builtin]
    follow_up = Request(photo(), "And the fries?", burger_and_fries(), [(question, "No.")])
    assert writers(llava, builtin, follow_up) == [builtin]


def test_other_questions_are_answered_and_made_up_for_on_failure(llava):
    builtin = BuiltinInsights()
    request = Request(photo(), "Is it salty?", burger_and_fries())
    assert writers(llava, builtin, request) == [llava, builtin]
    assert writers(builtin, builtin, request) == [builtin]


def test_stop_ends_an_answer_within_a_second(tokenizer):
    model = assembled(tokenizer, tied=False)
    teach(model, tokenizer, RECITAL, endlessly=True)
    endless = EmbeddedLlavaInsights(model, tokenizer, max_new_tokens=20_000)
    stop = threading.Event()
    pieces = ask(endless, stop=stop)
    assert next(pieces).startswith("Fries")
    stop.set()
    stopped = time.monotonic()
    list(pieces)
    assert time.monotonic() - stopped < 1


class Overtaken(EmbeddedLlavaInsights):
    """A part where another visitor's whole answer is always the one that finished last."""

    last = property(lambda self: Generation(1, 0, 1, 0.0, 0.0, True), lambda self, taken: None)


def test_an_answer_that_takes_too_long_is_told_whoever_else_is_answered(tokenizer):
    part = Overtaken(assembled(tokenizer), tokenizer, time_limit_s=0)
    with pytest.raises(InsightsError, match="took more than 0 s"):
        list(ask(part))


def test_a_follow_up_computes_only_what_is_new_however_long_the_prompt(tokenizer):
    remembering, forgetting = (
        EmbeddedLlavaInsights(assembled(tokenizer), tokenizer, max_new_tokens=12, cached_photos=photos)
        for photos in (1, 0)
    )
    history = [("Is it salty?", "Yes, somewhat.")]
    texts = []
    for part in (remembering, forgetting):
        raw(part, "Is it salty?")
        texts.append(raw(part, "And how much sugar is in it?", history))
    assert texts[0] == texts[1]
    assert forgetting.last.cached_tokens == 0
    assert remembering.last.cached_tokens > 2 * WINDOW
    computed = remembering.last.prompt_tokens - remembering.last.cached_tokens
    assert computed <= remembering.last.prompt_tokens / 4


def raw(part, question, history=()):
    """What the model writes, before it is checked."""
    request = Request(photo(), question, burger_and_fries(), history)
    prompt = Prompt(request.image, part.write_prompt(request), 12)
    return "".join(part._stream(prompt, request.stop))


def test_foods_are_listed_whatever_the_model_thinks(llava):
    foods = llava.list_foods(photo())
    assert 1 <= len(foods) <= MAX_FOODS
    assert all(name and 1 <= grams <= 9999 for name, grams in foods)


def test_without_the_extra_one_sentence_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setattr(extra, "find_spec", lambda name: None)
    with pytest.raises(InsightsError, match=r"install requirements\.txt"):
        EmbeddedLlavaInsights.load(str(tmp_path), str(RECOGNIZER))
    with pytest.raises(InsightsError, match=r"install requirements\.txt"):
        gemma.load_gemma(torch.float32)


@pytest.fixture
def _package(monkeypatch, tmp_path):
    """Packages of the extra's names, holding a file that isn't Gemma's."""
    for name in ("gguf", "accelerate", "peft", extra.GGUF_PACKAGE):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").touch()
    part = tmp_path / "part00"
    part.write_bytes(b"GGUF")
    (tmp_path / extra.GGUF_PACKAGE / "__init__.py").write_text(f"def chunk_paths(): return [{str(part)!r}]\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, extra.GGUF_PACKAGE, raising=False)
    monkeypatch.setenv("HF_HOME", str(tmp_path / "huggingface"))


@pytest.mark.usefixtures("_package")
def test_damaged_weights_are_refused():
    with pytest.raises(InsightsError, match=r"damaged: reinstall requirements\.txt"):
        gemma.load_gemma(torch.float32)


@pytest.mark.usefixtures("_package")
def test_of_two_that_start_at_once_one_reads_the_weights(monkeypatch):
    package: Any = importlib.import_module(extra.GGUF_PACKAGE)
    readers = []

    def slow_paths(paths=package.chunk_paths):
        readers.append(threading.current_thread())
        yield from paths()
        assert readers == [threading.current_thread()]
        time.sleep(0.5)
        readers.remove(threading.current_thread())

    monkeypatch.setattr(package, "chunk_paths", slow_paths)
    with ThreadPoolExecutor() as pool:
        starts = [pool.submit(gemma.load_gemma, torch.float32) for _ in range(2)]
    for start in starts:
        assert "damaged" in str(start.exception())


@pytest.mark.usefixtures("_package")
def test_missing_trained_weights_are_one_sentence(tmp_path):
    with pytest.raises(InsightsError, match="trained weights are missing"):
        EmbeddedLlavaInsights.load(str(tmp_path), str(RECOGNIZER))


@pytest.mark.usefixtures("_package")
def test_too_little_memory_is_one_sentence(monkeypatch, tmp_path):
    (tmp_path / "config.json").touch()
    monkeypatch.setattr(extra, "free_main_memory", lambda: 10**9)
    with pytest.raises(InsightsError, match=r"needs .* GB of memory and 1\.0 GB are free"):
        EmbeddedLlavaInsights.load(str(tmp_path), str(RECOGNIZER))
