"""The embedded LLaVA with a tiny Gemma that recites a text, for a server to load as its insights."""

from __future__ import annotations

from checkpoints import RECITAL, teach
from tiny_gemma import assembled, word_tokenizer

from ml.insights.llava_embedded.part import EmbeddedLlavaInsights


def load(adapter: str, recognizer: str, *, device: str, dtype: str) -> EmbeddedLlavaInsights:
    """In place of `EmbeddedLlavaInsights.load`, which needs Gemma's weights; the arguments do not count."""
    tokenizer = word_tokenizer(*[RECITAL] * 20)
    model = assembled(tokenizer, tied=False)
    teach(model, tokenizer, RECITAL, endlessly=False)
    return EmbeddedLlavaInsights(model, tokenizer)
