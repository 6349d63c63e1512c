"""Print what an insights part takes: `python -m ml.evaluation.insights insights=llava_onevision_0_5b`.

The first question is about a new photo, the others are follow-ups. "Text" is the first sentence that may be
shown. A model in this process counts its tokens itself: those of the prompt that it had to compute, and of
the answer.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import hydra
import numpy as np
import PIL.Image
import psutil
from hydra.utils import instantiate
from omegaconf import DictConfig, OmegaConf

from ml.evaluation.sample_meal import burger_and_fries, draw_meal
from ml.insights.base import Insights, Request
from ml.insights.errors import InsightsError
from ml.insights.language.in_process import InProcessInsights
from ml.types import Image, MealFacts

GB = 1e9


def ask(part: Insights, image: Image, facts: MealFacts, questions: Sequence[str]) -> None:
    """Ask one question after the other about the same photo, with the history a page would send."""
    history: list[tuple[str, str]] = []
    for question in questions:
        started = time.perf_counter()
        first = 0.0
        answer = ""
        try:
            for piece in part.answer(Request(image, question, facts, history)):
                answer += piece
                if answer and not first:
                    first = time.perf_counter() - started
        except InsightsError as error:
            answer = str(error)
        history.append((question, answer))
        took = f"{first:8.2f} {time.perf_counter() - started:8.2f} {len(answer.split()):6d}"
        print(took, _tokens(part), question)


def _tokens(part: Insights) -> str:
    """Those of the prompt, seconds to the first of the answer, and how many a second, if the part counts."""
    taken = part.last if isinstance(part, InProcessInsights) else None
    if taken is None:
        return " " * 32
    rate = (taken.new_tokens - 1) / max(taken.total_s - taken.first_token_s, 1e-9)
    prompt = f"{taken.prompt_tokens - taken.cached_tokens}/{taken.prompt_tokens}"
    return f"{prompt:>12} {taken.first_token_s:9.2f} {rate:9.1f}"


@hydra.main(version_base=None, config_path="conf", config_name="insights")
def main(config: DictConfig) -> None:
    """Load the part, ask the questions, print a row for each and the memory."""
    OmegaConf.register_new_resolver("asset", "assets/{}".format)  # as in noon_demo/config.py
    OmegaConf.register_new_resolver("number", float)
    before = psutil.Process().memory_info().rss
    started = time.perf_counter()
    part: Insights = instantiate(config.insights)
    loaded_s = time.perf_counter() - started
    image = np.asarray(PIL.Image.open(config.photo).convert("RGB")) if config.photo else draw_meal()
    print(f"{part.name}: loaded in {loaded_s:.1f} s")
    print("  text s    all s  words   new/prompt   token s  tokens/s question")
    ask(part, image, burger_and_fries(), config.questions)
    print(f"memory: {(psutil.Process().memory_info().rss - before) / GB:.2f} GB more than before loading")


if __name__ == "__main__":
    main()
