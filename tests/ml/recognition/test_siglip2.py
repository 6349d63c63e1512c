"""Zero-shot names, on a tiny random checkpoint of the real classes."""

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast, SiglipConfig, SiglipImageProcessor, SiglipModel

from ml.recognition.siglip2 import OTHER_THINGS, Siglip2Recognizer
from ml.types import NOT_FOOD

FOODS = ("pizza", "salad", "soup", "steak", "rice", "bread")


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    folder = tmp_path_factory.mktemp("siglip")
    torch.manual_seed(0)
    tower = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2}
    config = SiglipConfig(
        text_config=tower | {"vocab_size": 64, "max_position_embeddings": 16, "pad_token_id": 0},
        vision_config=tower | {"image_size": 32, "patch_size": 16},
    )
    SiglipModel(config).save_pretrained(folder)
    SiglipImageProcessor(size={"height": 32, "width": 32}).save_pretrained(folder)
    words = ["<pad>", "<unk>", "a", "photo", "of", "type", "food", *FOODS, "an", "plate", "table", "empty"]
    tokenizer = Tokenizer(models.WordLevel({word: i for i, word in enumerate(words)}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="<pad>", unk_token="<unk>", model_input_names=["input_ids"]
    ).save_pretrained(folder)
    return folder


@pytest.fixture
def foods(tmp_path):
    path = tmp_path / "foods.csv"
    path.write_text("label,parent\n" + "".join(f"{food},\n" for food in FOODS))
    return path


@pytest.fixture
def crops():
    rng = np.random.default_rng(0)
    return [rng.integers(0, 256, shape, np.uint8) for shape in ((40, 60, 3), (32, 32, 3), (9, 200, 3))]


def test_candidates_are_probabilities_best_first(checkpoint, foods, crops, tmp_path):
    recognizer = Siglip2Recognizer(str(checkpoint), foods, device="cpu", cache_dir=tmp_path / "cache")
    answers = recognizer.classify(crops)
    assert len(answers) == len(crops)
    for answer, _ in answers:
        confidences = [c.confidence for c in answer]
        assert confidences == sorted(confidences, reverse=True)
        assert 0 < sum(confidences) <= 1 + 1e-5
        assert {c.label for c in answer} <= {*FOODS, NOT_FOOD}


@pytest.mark.parametrize(("dtype", "within"), [(torch.float32, 1e-5), (torch.bfloat16, 0.02)])
def test_probabilities_are_the_models_own_softmax(checkpoint, foods, crops, dtype, within):
    recognizer = Siglip2Recognizer(str(checkpoint), foods, device="cpu", cache_dir=foods.parent / "cache")
    recognizer.dtype = dtype
    model = SiglipModel.from_pretrained(checkpoint)
    tokenizer = PreTrainedTokenizerFast.from_pretrained(checkpoint)
    prompts = [f"a photo of {food}, a type of food." for food in FOODS]
    prompts += [f"a photo of {thing}." for thing in OTHER_THINGS]
    text = tokenizer(prompts, padding="max_length", max_length=16, truncation=True, return_tensors="pt")
    pixels = SiglipImageProcessor.from_pretrained(checkpoint)(images=crops[:1], return_tensors="pt")
    with torch.no_grad():
        expected = model(**text, **pixels).logits_per_image.softmax(dim=1)[0]
    answer = {c.label: c.confidence for c in recognizer.classify(crops[:1])[0].candidates}
    everything = dict(zip(FOODS, expected.tolist(), strict=False)) | {
        NOT_FOOD: expected[len(FOODS) :].sum().item()
    }
    assert answer == pytest.approx({label: everything[label] for label in answer}, abs=within)


def test_sentences_are_embedded_once(checkpoint, foods, crops, tmp_path):
    cache = tmp_path / "cache"
    first = Siglip2Recognizer(str(checkpoint), foods, device="cpu", cache_dir=cache)
    (kept,) = cache.iterdir()
    written = kept.stat().st_mtime_ns
    second = Siglip2Recognizer(str(checkpoint), foods, device="cpu", cache_dir=cache)
    assert kept.stat().st_mtime_ns == written
    assert second.classify(crops) == first.classify(crops)
    kept.write_bytes(kept.read_bytes()[:100])
    third = Siglip2Recognizer(str(checkpoint), foods, device="cpu", cache_dir=cache)
    assert third.classify(crops) == first.classify(crops)
    assert kept.stat().st_size > 100
    foods.write_text(foods.read_text() + "noodles,\n")
    Siglip2Recognizer(str(checkpoint), foods, device="cpu", cache_dir=cache)
    assert len(list(cache.iterdir())) == 2


def test_a_cache_that_cannot_be_written_is_done_without(checkpoint, foods, crops, tmp_path):
    (tmp_path / "file").touch()
    recognizer = Siglip2Recognizer(
        str(checkpoint), foods, device="cpu", cache_dir=tmp_path / "file" / "cache"
    )
    assert len(recognizer.classify(crops)) == len(crops)
    assert str(tmp_path) not in recognizer.name
