"""Tiny checkpoints of the real LLaVA classes, with a real tokenizer and processor, made by the tests.

Random weights write nonsense of any length. `teach` replaces them by weights that recite a text, so that a
test knows what the model will say.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import (
    CLIPImageProcessor,
    CLIPVisionConfig,
    LlamaConfig,
    LlavaConfig,
    LlavaForConditionalGeneration,
    LlavaOnevisionConfig,
    LlavaOnevisionForConditionalGeneration,
    LlavaOnevisionImageProcessor,
    LlavaOnevisionProcessor,
    LlavaOnevisionVideoProcessor,
    LlavaProcessor,
    PreTrainedTokenizerFast,
    Qwen2Config,
    SiglipVisionConfig,
)

from ml.evaluation.sample_meal import burger_and_fries
from ml.insights.language.prompt import conversation

SIDE, PATCH, WIDTH = 32, 8, 64
SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<image>", "<video>"]
RECITAL = "Fries dominate this plate! Some greens would help."

CHAT_TEMPLATE = """\
{% for message in messages %}<|im_start|>{{ message['role'] }}
{% for part in message['content'] %}{% if part['type'] == 'image' %}<image>
{% endif %}{% endfor %}\
{% for part in message['content'] %}{% if part['type'] == 'text' %}{{ part['text'] }}{% endif %}{% endfor %}\
<|im_end|>
{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
{% endif %}"""


def save_llava_onevision(folder: Path, recites: str | None = None, endlessly: bool = False) -> Path:
    """A LLaVA-OneVision of 64 channels and two layers; with a text to recite, once or again and again."""
    tokenizer = make_tokenizer()
    vision = SiglipVisionConfig(**_sizes(), image_size=SIDE, patch_size=PATCH, vision_use_head=False)
    text = Qwen2Config(
        **_sizes(), num_key_value_heads=2, vocab_size=len(tokenizer), max_position_embeddings=32768
    )
    shapes = [[SIDE, SIDE], [SIDE, 2 * SIDE], [2 * SIDE, SIDE], [2 * SIDE, 2 * SIDE]]
    config = LlavaOnevisionConfig(
        vision_config=vision,
        text_config=text,
        image_token_index=tokenizer.convert_tokens_to_ids("<image>"),
        video_token_index=tokenizer.convert_tokens_to_ids("<video>"),
        image_grid_pinpoints=shapes,
    )
    torch.manual_seed(0)
    model = LlavaOnevisionForConditionalGeneration(config)
    size = {"height": SIDE, "width": SIDE}
    processor = LlavaOnevisionProcessor(
        LlavaOnevisionImageProcessor(size=size, image_grid_pinpoints=shapes),
        tokenizer,
        LlavaOnevisionVideoProcessor(size=size),
        num_image_tokens=(SIDE // PATCH) ** 2,
        vision_feature_select_strategy="full",
        chat_template=CHAT_TEMPLATE,
    )
    if recites is not None:
        teach(model, tokenizer, recites, endlessly)
    return _save(folder, model, processor)


def save_llava(folder: Path) -> Path:
    """A LLaVA 1.5 of 64 channels and two layers with random weights."""
    tokenizer = make_tokenizer()
    vision = CLIPVisionConfig(**_sizes(), image_size=SIDE, patch_size=PATCH)
    text = LlamaConfig(**_sizes(), vocab_size=len(tokenizer), max_position_embeddings=32768)
    config = LlavaConfig(
        vision_config=vision, text_config=text, image_token_index=tokenizer.convert_tokens_to_ids("<image>")
    )
    torch.manual_seed(0)
    model = LlavaForConditionalGeneration(config)
    size = {"height": SIDE, "width": SIDE}
    processor = LlavaProcessor(
        CLIPImageProcessor(size=size, crop_size=size),
        tokenizer,
        patch_size=PATCH,
        vision_feature_select_strategy="default",
        num_additional_image_tokens=1,
        chat_template=CHAT_TEMPLATE,
    )
    return _save(folder, model, processor)


def teach(model: torch.nn.Module, tokenizer: PreTrainedTokenizerFast, text: str, endlessly: bool) -> None:
    """Make a model recite `text` after any prompt, then end, or begin a new line and start again.

    Its language model is a Qwen2 or a Gemma 3, output and embedding untied. Its layers add nothing, so that
    the last token's embedding reaches the output, whose row for each token of the text holds the embedding of
    the token before it.
    """
    ids = tokenizer.encode(text, add_special_tokens=False)
    assert len(set(ids)) == len(ids), "each token may occur once"
    start = tokenizer.encode("<|im_start|>assistant\n")[-1]
    language_model, output = model.model.language_model, model.lm_head.weight
    end = start if endlessly else tokenizer.eos_token_id
    with torch.no_grad():
        for layer in language_model.layers:
            layer.self_attn.o_proj.weight.zero_()
            layer.mlp.down_proj.weight.zero_()
        embeddings = torch.nn.functional.normalize(torch.randn_like(output), dim=1)
        language_model.embed_tokens.weight.copy_(embeddings)
        output.zero_()
        for before, after in pairwise([start, *ids, end]):
            output[after] += embeddings[before]


def _sizes() -> dict[str, int]:
    return {
        "hidden_size": WIDTH,
        "intermediate_size": 2 * WIDTH,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
    }


def make_tokenizer() -> PreTrainedTokenizerFast:
    """Byte-level BPE, trained on a prompt."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=900, special_tokens=SPECIAL, initial_alphabet=pre_tokenizers.ByteLevel.alphabet()
    )
    parts = [
        part for message in conversation("Is it salty?", burger_and_fries()) for part in message["content"]
    ]
    texts = [part["text"] for part in parts if part["type"] == "text"]
    tokenizer.train_from_iterator([*texts, *[RECITAL] * 20], trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token="<|im_end|>",
        pad_token="<|endoftext|>",
        additional_special_tokens=["<|im_start|>", "<image>", "<video>"],
    )


def _save(folder: Path, model: torch.nn.Module, processor: Any) -> Path:
    model.generation_config.eos_token_id = processor.tokenizer.eos_token_id
    model.generation_config.pad_token_id = processor.tokenizer.pad_token_id
    model.save_pretrained(folder)
    processor.save_pretrained(folder)
    return folder
