"""Gemma 3 270M from the package that ships its quantized weights, without a hub.

The package's four parts make one GGUF file, which transformers takes most of a minute to read. So what it
read is kept in the Hugging Face cache, in half precision, and the next start takes a second. `python -m
ml.insights.llava_embedded.gemma` does it ahead, as when an image is built.
"""

from __future__ import annotations

import importlib
import logging
import shutil
import tempfile
from pathlib import Path

import torch
from filelock import FileLock
from safetensors import SafetensorError
from transformers import AutoTokenizer, Gemma3ForCausalLM, PreTrainedTokenizerBase

from ml.checksums import sha256
from ml.hub import assets_folder
from ml.insights.errors import InsightsError
from ml.insights.language.free_memory import free_main_memory
from ml.insights.llava_embedded.extra import GGUF_PACKAGE, MISSING, is_installed

logger = logging.getLogger(__name__)

GGUF_SHA256 = "a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818"
"""Of gemma-3-270m-q4_k_m.gguf, as its publisher states it."""

WEIGHTS, CHECKSUM = "model.safetensors", "model.sha256"

READING_GB = 3.0
"""Free memory that reading the GGUF file takes, in 10^9 bytes."""


def load_gemma(dtype: torch.dtype) -> tuple[Gemma3ForCausalLM, PreTrainedTokenizerBase]:
    """The model in evaluation mode and its tokenizer; `model.config.weights_sha256` is the GGUF file's.

    The first call on a machine reads the package's file, if its sha256 is `GGUF_SHA256`; later ones the copy
    that the first left, if that is whole.

    Raises:
        InsightsError: if the package is missing or damaged, or the copy can't be stored.
    """
    if not is_installed():
        raise InsightsError(MISSING)
    copy = assets_folder("gemma-3-270m", GGUF_SHA256)
    if not _is_whole(copy):
        try:
            with FileLock(copy / "lock"):  # else one process would write what another has begun to load
                if not _is_whole(copy):
                    _convert(copy)
        except (OSError, SafetensorError) as error:
            why = getattr(error, "strerror", None) or error
            raise InsightsError(
                f"Gemma's weights could not be stored ({why}): check space and permissions."
            ) from error
    model = Gemma3ForCausalLM.from_pretrained(copy, dtype=dtype)
    model.config.weights_sha256 = GGUF_SHA256
    return model.eval(), AutoTokenizer.from_pretrained(copy)


def _is_whole(copy: Path) -> bool:
    weights, checksum = copy / WEIGHTS, copy / CHECKSUM
    return weights.is_file() and checksum.is_file() and checksum.read_text() == sha256(weights)


def _convert(folder: Path) -> None:
    """Read the package's GGUF file and save it in `folder` as transformers does, in float16."""
    logger.info("Reading Gemma's quantized weights; the next start is faster.")
    with tempfile.TemporaryDirectory(dir=folder) as temporary:
        path = Path(temporary) / "gemma.gguf"
        with path.open("wb") as file:
            for part in importlib.import_module(GGUF_PACKAGE).chunk_paths():
                with Path(part).open("rb") as chunk:
                    shutil.copyfileobj(chunk, file)
        if free_main_memory() < READING_GB * 1e9:
            raise InsightsError(
                f"Gemma's weights need {READING_GB} GB of free memory when first read: free some."
            )
        if sha256(path) != GGUF_SHA256:
            raise InsightsError("Gemma's weights are damaged: reinstall requirements.txt.")
        AutoTokenizer.from_pretrained(temporary, gguf_file=path.name).save_pretrained(folder)
        model = Gemma3ForCausalLM.from_pretrained(temporary, gguf_file=path.name, dtype=torch.float16)
    model.hf_quantizer.remove_quantization_config(model)
    model.save_pretrained(folder)
    (folder / CHECKSUM).write_text(sha256(folder / WEIGHTS))


if __name__ == "__main__":
    load_gemma(torch.bfloat16)
