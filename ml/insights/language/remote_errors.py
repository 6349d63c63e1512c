"""What a chat endpoint's errors mean, in sentences that say what to change."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import openai

from ml.redact import host_of

SEES_NOTHING = re.compile(r"image|multi-?modal|vision|mmproj|content.{0,30}string", re.IGNORECASE)
"""In what servers say whose model takes text alone: llama.cpp "image input is not supported", vLLM "is not a
multimodal model", Ollama "does not support image input", OpenAI "image_url is only supported by certain
models", OpenRouter "No endpoints found that support image input", Groq "content must be a string"."""


class NoAnswerError(Exception):
    """An answer without a word; `thought` where the model only thought."""

    def __init__(self, thought: bool) -> None:
        super().__init__()
        self.thought = thought


def sentence_of(error: Exception, base_url: str, model: str, timeout_s: float) -> str:
    """One plain sentence for an error of a request to `base_url`; it names no user, password, path or key."""
    host = host_of(base_url)
    server = f"The model server {host}"
    match error:
        case openai.APITimeoutError() | TimeoutError():
            return f"{server} took more than {timeout_s:g} s: try again, or choose other insights."
        case openai.APIConnectionError():
            return f"{server} cannot be reached: check that it runs, and its base URL."
        case openai.AuthenticationError() | openai.PermissionDeniedError():
            return f"{server} refused the API key: check the key."
        case openai.RateLimitError():
            return f"{server} is busy or its quota is used up: try again in a minute."
        case openai.APIStatusError() if SEES_NOTHING.search(error.message.replace(model, "")):
            return f"The model {model} takes no images: choose one on {host} that does, such as llava."
        case openai.NotFoundError() if "model" in error.message.lower():
            return f"{server} does not know the model {model}: check its name, or load it there."
        case openai.NotFoundError():
            ending = (
                "" if urlsplit(base_url).path.rstrip("/").endswith("/v1") else ", which mostly ends in /v1"
            )
            return f"{server} has no chat at this address: check the base URL{ending}."
        case openai.APIStatusError():
            return f"{server} answered with error {error.status_code}: try again later."
        case NoAnswerError(thought=True):
            return (
                f"The model {model} only thought and didn't answer: choose one that doesn't think, "
                "or turn thinking off on its server."
            )
        case NoAnswerError():
            return f"{server} sent a blank answer: choose another model than {model}, or check the base URL."
        case _:
            return f"{server} sent an answer that cannot be read: check its base URL."
