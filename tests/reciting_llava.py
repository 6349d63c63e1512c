"""The embedded LLaVA with a tiny Gemma that recites a text, for a server to load as its insights."""

from __future__ import annotations

from ml.device import pick_device
from ml.insights.llava_embedded.part import EmbeddedLlavaInsights
from tests.checkpoints import RECITAL, teach
from tests.tiny_gemma import assembled, word_tokenizer


def load(adapter: str, recognizer: str, *, device: str, dtype: str) -> EmbeddedLlavaInsights:
    """In place of `EmbeddedLlavaInsights.load`, which needs Gemma's weights; only the device counts."""
    tokenizer = word_tokenizer(*[RECITAL] * 20)
    model = assembled(tokenizer, tied=False)
    teach(model, tokenizer, RECITAL, endlessly=False)
    return EmbeddedLlavaInsights(model.to(pick_device(device)), tokenizer)
