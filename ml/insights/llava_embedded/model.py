"""Putting the embedded LLaVA together, and reading and writing what we trained of it.

What we trained is kept in one folder: `projector.safetensors`, the LoRA in peft's own files, both in
float16, and `config.json`, which names by their sha256 the labels that the tower tells them of and the
language model's weights.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor
from transformers import (
    Gemma3ForCausalLM,
    LlavaConfig,
    LlavaForConditionalGeneration,
    PreTrainedTokenizerBase,
)
from transformers.models.llava.modeling_llava import LlavaMultiModalProjector

from ml.insights.errors import InsightsError
from ml.insights.llava_embedded.prompt import END_OF_TURN, IMAGE
from ml.insights.llava_embedded.vision import STRIDE, FoodVisionModel

if TYPE_CHECKING:
    from peft import PeftModel

LORA_TARGETS = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
"""All linear layers of the language model; at rank 16 their LoRA takes 8 MB."""


def assemble(
    language_model: Gemma3ForCausalLM, tokenizer: PreTrainedTokenizerBase, vision_tower: FoodVisionModel
) -> LlavaForConditionalGeneration:
    """A LLaVA of these parts and a new projector, in the language model's precision and evaluation mode.

    As in LLaVA 1.5, the projector is two linear layers with GELU between them. What the tower makes of the
    photo takes the places of the tokens `IMAGE`, of which a prompt holds `config.image_seq_length`. Every
    layer sees the whole prompt, as in training: a window would lose the photo behind the facts of a large
    meal.
    """
    vision = vision_tower.config
    language_model.config.sliding_window = language_model.config.max_position_embeddings
    config = LlavaConfig(
        vision_config=vision,
        text_config=language_model.config,
        image_token_index=tokenizer.convert_tokens_to_ids(IMAGE),
        image_seq_length=1 + (vision.image_size // STRIDE) ** 2,
        vision_feature_layer=-1,
        vision_feature_select_strategy="full",
    )
    with torch.device("meta"):
        model = LlavaForConditionalGeneration(config)
    model.model.vision_tower = vision_tower.to(language_model.dtype)
    model.model.multi_modal_projector = LlavaMultiModalProjector(config).to(language_model.dtype)
    model.model.language_model = language_model.model
    model.lm_head = language_model.lm_head
    end = tokenizer.convert_tokens_to_ids(END_OF_TURN)
    model.generation_config.eos_token_id = [tokenizer.eos_token_id, end]
    model.generation_config.pad_token_id = tokenizer.pad_token_id
    return model.eval()


def write_adapter(model: PeftModel, folder: Path) -> None:
    """Write projector and LoRA of a LLaVA that `assemble` made and peft wrapped."""
    from peft import get_peft_model_state_dict  # noqa: PLC0415 - of the optional extra

    folder.mkdir(parents=True, exist_ok=True)
    llava = model.get_base_model()
    _save(llava.model.multi_modal_projector.state_dict(), folder / "projector.safetensors")
    _save(get_peft_model_state_dict(model), folder / "adapter_model.safetensors")
    model.peft_config["default"].save_pretrained(str(folder))
    (folder / "config.json").write_text(json.dumps(_trained_on(llava), indent=1) + "\n")


def read_adapter(model: LlavaForConditionalGeneration, folder: Path) -> LlavaForConditionalGeneration:
    """The model with the projector and LoRA of a folder, the LoRA merged into its weights.

    Raises:
        InsightsError: if they were trained on other labels or another language model than the model's.
    """
    trained_on = json.loads((folder / "config.json").read_text())
    if trained_on != _trained_on(model):
        raise InsightsError(
            f"The embedded LLaVA's weights in {folder.name} were trained on other labels or another Gemma: "
            "train them anew, or choose other insights."
        )
    from peft import PeftModel  # noqa: PLC0415 - of the optional extra

    model.model.multi_modal_projector.load_state_dict(load_file(folder / "projector.safetensors"))
    return PeftModel.from_pretrained(model, folder).merge_and_unload().eval()


def _trained_on(model: LlavaForConditionalGeneration) -> dict[str, str | int]:
    return {
        "image_size": model.model.vision_tower.config.image_size,
        "labels_sha256": model.model.vision_tower.config.labels_sha256,
        "language_model_sha256": model.model.language_model.config.weights_sha256,
    }


def _save(state: dict[str, Tensor], path: Path) -> None:
    save_file({name: value.half().contiguous() for name, value in state.items()}, path)
