"""The embedded LLaVA with a tiny Gemma that recites a text, for a server to load as its insights."""

from __future__ import annotations

from ml.insights.llava_embedded.part import EmbeddedLlavaInsights
from tests.checkpoints import RECITAL, teach
from tests.tiny_gemma import assembled, word_tokenizer


def load(adapter: str, recognizer: str, *, device: str, dtype: str) -> EmbeddedLlavaInsights:
    """In place of `EmbeddedLlavaInsights.load`, which needs Gemma's weights; the arguments do not count."""
    tokenizer = word_tokenizer(*[RECITAL] * 20)
    model = assembled(tokenizer, tied=False)
    teach(model, tokenizer, RECITAL, endlessly=False)
    return EmbeddedLlavaInsights(model, tokenizer)
