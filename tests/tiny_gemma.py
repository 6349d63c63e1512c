"""A tiny Gemma 3 of random weights behind the real recognizer's backbone, and a tokenizer of whole words."""

from __future__ import annotations

from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import (
    Gemma3ForCausalLM,
    Gemma3TextConfig,
    LlavaForConditionalGeneration,
    PreTrainedTokenizerFast,
)

from ml.evaluation.sample_meal import burger_and_fries
from ml.insights.llava_embedded.model import assemble
from ml.insights.llava_embedded.prompt import END_OF_TURN, IMAGE, START_OF_TURN, write_prompt
from ml.insights.llava_embedded.vision import load_vision_tower

RECOGNIZER = Path(__file__).resolve().parents[1] / "assets" / "recognizer"
WIDTH, WINDOW = 64, 32
SPECIAL = ["<pad>", "<eos>", "<bos>", IMAGE, START_OF_TURN, END_OF_TURN]


def assembled(tokenizer: PreTrainedTokenizerFast, tied: bool = True) -> LlavaForConditionalGeneration:
    """The same LLaVA at every call."""
    return assemble(tiny_gemma(tokenizer, tied), tokenizer, load_vision_tower(RECOGNIZER))


def tiny_gemma(tokenizer: PreTrainedTokenizerFast, tied: bool = True) -> Gemma3ForCausalLM:
    """Two layers of `WIDTH` channels; the first sees `WINDOW` tokens back, until `assemble` widens that."""
    torch.manual_seed(0)
    config = Gemma3TextConfig(
        vocab_size=len(tokenizer),
        hidden_size=WIDTH,
        intermediate_size=2 * WIDTH,
        num_hidden_layers=2,
        layer_types=["sliding_attention", "full_attention"],
        num_attention_heads=4,
        num_key_value_heads=1,
        head_dim=16,
        sliding_window=WINDOW,
        initializer_range=0.2,
        tie_word_embeddings=tied,
    )
    config.weights_sha256 = "tiny"
    return Gemma3ForCausalLM(config).eval()


def word_tokenizer(*texts: str) -> PreTrainedTokenizerFast:
    """Byte-level BPE trained on a prompt and `texts`, with Gemma's special tokens; it adds <bos>."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=700, special_tokens=SPECIAL, initial_alphabet=pre_tokenizers.ByteLevel.alphabet()
    )
    tokenizer.train_from_iterator([write_prompt("Is it salty?", burger_and_fries()), *texts], trainer)
    bos = ("<bos>", SPECIAL.index("<bos>"))
    tokenizer.post_processor = processors.TemplateProcessing(single="<bos> $A", special_tokens=[bos])
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token="<bos>",
        eos_token="<eos>",
        pad_token="<pad>",
        additional_special_tokens=[IMAGE, START_OF_TURN, END_OF_TURN],
    )
