"""The embedded LLaVA put together from its parts, and what we trained of it on disk."""

import json

import numpy as np
import pytest
import torch
from peft import LoraConfig, get_peft_model

from ml.evaluation.sample_meal import burger_and_fries, draw_meal
from ml.insights.errors import InsightsError
from ml.insights.llava_embedded.model import LORA_TARGETS, read_adapter, write_adapter
from ml.insights.llava_embedded.processor import FoodImageProcessor, build_processor
from ml.insights.llava_embedded.prompt import IMAGE, write_prompt
from ml.insights.llava_embedded.vision import load_vision_tower
from ml.recognition.embedded import EmbeddedRecognizer
from tests.tiny_gemma import RECOGNIZER, assembled, tiny_gemma, word_tokenizer


@pytest.fixture(scope="module")
def tokenizer():
    return word_tokenizer()


@pytest.fixture
def llava(tokenizer):
    return assembled(tokenizer)


def inputs(llava, tokenizer, photo=None):
    prompt = write_prompt("Is it salty?", burger_and_fries())
    photo = draw_meal() if photo is None else photo
    return build_processor(llava.config, tokenizer)(images=photo, text=prompt, return_tensors="pt")


@torch.inference_mode()
def logits(llava, tokenizer, photo=None):
    return llava(**inputs(llava, tokenizer, photo)).logits


def trained(llava):
    """A projector and a LoRA unlike new ones, of values that float16 holds."""
    model = get_peft_model(llava, LoraConfig(r=2, lora_alpha=4, target_modules=list(LORA_TARGETS)))
    generator = torch.Generator().manual_seed(1)
    for name, parameter in model.named_parameters():
        if "lora_" in name or "projector" in name:
            values = torch.randn(parameter.shape, generator=generator) * 0.1
            parameter.data.copy_(values.half())
    return model.eval()


def test_the_tower_sees_what_the_recognizer_sees():
    photo = np.random.default_rng(0).integers(0, 255, (90, 160, 3), dtype=np.uint8)
    recognizer = EmbeddedRecognizer(RECOGNIZER, device="cpu")
    tower = load_vision_tower(RECOGNIZER)
    pixels = FoodImageProcessor(tower.config.image_size, tower.config.details)(photo)["pixel_values"]
    with torch.inference_mode():
        (states,) = tower(pixels).hidden_states
    places = 1 + (recognizer.config.input_size // 32) ** 2
    assert states.shape == (1, places, len(recognizer.config.labels))
    assert (states.sum(2) <= 1 + 1e-5).all()
    named = {c.label: c.confidence for c in recognizer.classify([photo])[0].candidates}
    seen = {label: states[0, 0, recognizer.config.labels.index(label)].item() for label in named}
    assert seen == pytest.approx(named, abs=1e-4)


def test_the_photo_takes_the_places_of_its_tokens(llava, tokenizer):
    seen = []
    llava.model.language_model.register_forward_pre_hook(
        lambda module, args, kwargs: seen.append(kwargs["inputs_embeds"]), with_kwargs=True
    )
    batch = inputs(llava, tokenizer)
    with torch.inference_mode():
        llava(**batch)
        features = llava.get_image_features(batch["pixel_values"]).pooler_output[0]
        words = llava.get_input_embeddings()(batch["input_ids"])[0]
    is_photo = batch["input_ids"][0] == tokenizer.convert_tokens_to_ids(IMAGE)
    assert is_photo.sum() == llava.config.image_seq_length
    torch.testing.assert_close(seen[0][0][is_photo], features)
    torch.testing.assert_close(seen[0][0][~is_photo], words[~is_photo])


def test_what_is_written_depends_on_the_photo(llava, tokenizer):
    other = np.zeros_like(draw_meal())
    assert not torch.allclose(logits(llava, tokenizer)[:, -1], logits(llava, tokenizer, other)[:, -1])


def test_words_are_embedded_once(llava, tokenizer):
    assert llava.lm_head.weight is llava.get_input_embeddings().weight
    assert not any(parameter.is_meta for parameter in llava.parameters())
    parts = tiny_gemma(tokenizer), load_vision_tower(RECOGNIZER), llava.model.multi_modal_projector
    counts = [sum(parameter.numel() for parameter in part.parameters()) for part in parts]
    assert sum(parameter.numel() for parameter in llava.parameters()) == sum(counts)


def test_what_was_trained_comes_back_merged(llava, tokenizer, tmp_path):
    model = trained(llava)
    with torch.inference_mode():
        expected = model(**inputs(llava, tokenizer)).logits
    write_adapter(model, tmp_path)
    served = read_adapter(assembled(tokenizer), tmp_path)
    assert not any("lora" in name for name, _ in served.named_parameters())
    torch.testing.assert_close(logits(served, tokenizer), expected, rtol=1e-4, atol=1e-4)
    assert not torch.allclose(logits(assembled(tokenizer), tokenizer), expected, atol=1e-2)


@pytest.mark.parametrize("name", ["labels_sha256", "language_model_sha256"])
def test_weights_trained_on_others_are_refused(llava, tokenizer, tmp_path, name):
    write_adapter(trained(llava), tmp_path)
    path = tmp_path / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {name: "another"}))
    with pytest.raises(InsightsError, match="trained on other labels or another Gemma"):
        read_adapter(assembled(tokenizer), tmp_path)
