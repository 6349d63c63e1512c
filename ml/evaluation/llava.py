"""Print the embedded LLaVA's tables: `python -m ml.evaluation.llava data=FOLDER`.

It names held-out photos without any facts, answers generated questions in held-out wordings, and is timed as
the page would ask it. The output folder gets every answer (`answers.csv`) and, for a blind read, the first
hundred questions with the built-in part's answer beside the model's in random order (`blind.md`, `key.csv`).
"""

from __future__ import annotations

import csv
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import hydra
import numpy as np
import psutil
import torch
from omegaconf import DictConfig

from ml.analyzer import NutritionAnalyzer
from ml.data.crops import SETS, Crop, load
from ml.evaluation.llava_cases import Case, held_out_crops, make_cases, numbers_known, numbers_passed, shown
from ml.evaluation.llava_reading import write_blind, write_transcripts
from ml.evaluation.llava_scoring import is_answered
from ml.evaluation.llava_texts import NO_FOOD, PERHAPS, names
from ml.evaluation.llava_writer import LlavaWriter
from ml.insights.base import Request
from ml.insights.builtin import BuiltinInsights
from ml.insights.errors import InsightsError
from ml.insights.llava_embedded.gemma import load_gemma
from ml.insights.llava_embedded.model import assemble, read_adapter
from ml.insights.llava_embedded.part import EmbeddedLlavaInsights
from ml.insights.llava_embedded.prompt import write_prompt
from ml.insights.llava_embedded.vision import load_vision_tower
from ml.nutrition.database import FoodDatabase
from ml.nutrition.foods import FoodTable
from ml.recognition.embedded import EmbeddedRecognizer
from ml.types import NO_NUTRIENTS, NOT_FOOD, MealFacts

MAX_NEW_TOKENS = 100
WHAT = "Describe what is in the photo."
NO_FACTS = MealFacts((), NO_NUTRIENTS, NO_NUTRIENTS, NO_NUTRIENTS, None)
BLIND, TRANSCRIPTS, TIMED = 100, 30, 12
"""How many of the cases are written for a blind read and as transcripts, and how many are timed."""
GB = 1e9


def name_photos(crops: Sequence[Crop], writer: LlavaWriter, recognizer: EmbeddedRecognizer) -> None:
    """Print how many photos the model names, for sure or as a guess, and how many the recognizer's first
    candidate."""
    photos = [load(crop) for crop in crops]
    texts = writer.write(photos, [write_prompt(WHAT, NO_FACTS)] * len(photos))
    first = [seen.candidates[0].label for seen in recognizer.classify(photos)]
    rows: dict[str, list[tuple[bool, ...]]] = defaultdict(list)
    for crop, text, label in zip(crops, texts, first, strict=True):
        is_no_food, is_guess = NO_FOOD.search(text) is not None, PERHAPS.search(text) is not None
        is_right = is_no_food if crop.label == NOT_FOOD else names(text, crop.label)
        is_sure = not is_guess
        answer = (is_right, is_sure and is_right, is_sure and not is_right, is_guess, label == crop.label)
        rows["no food" if crop.label == NOT_FOOD else crop.source].append(answer)
    print(
        "| photos | count | named | for sure and right | for sure and wrong | guesses | recognizer's top-1 |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for group, answers in sorted(rows.items()):
        shares = " | ".join(f"{share:.1%}" for share in np.mean(answers, axis=0))
        print(f"| {group} | {len(answers)} | {shares} |")


def chosen_crops(crops: Sequence[Crop], most: int, seed: int) -> list[Crop]:
    """At most so many of the sets, of people's photos and of photos without food, at random."""
    rng = np.random.default_rng(seed)
    without = [crop for crop in crops if crop.label == NOT_FOOD]
    foods = [crop for crop in crops if crop.label != NOT_FOOD]
    groups = [[c for c in foods if c.source in SETS], [c for c in foods if c.source not in SETS], without]
    return [group[i] for group in groups for i in rng.permutation(len(group))[:most]]


def print_scores(
    cases: Sequence[Case], raw: Sequence[str], checked: Sequence[str], builtin: Sequence[str]
) -> None:
    """Print the shares of questions answered, by intent, and of numbers that agree with the facts."""
    rows: dict[str, list[list[bool]]] = defaultdict(list)
    for case, text, other in zip(cases, checked, builtin, strict=True):
        for group in (case.turn.ask.intent, "all"):
            rows[group].append([is_answered(case.turn.ask, case.facts, each) for each in (text, other)])
    print("\n| question | count | answered by the model | by the built-in part |\n| --- | --- | --- | --- |")
    for group, pairs in sorted(rows.items(), key=_all_last):
        model, other = np.mean(pairs, axis=0)
        print(f"| {group} | {len(pairs)} | {model:.0%} | {other:.0%} |")
    passed = _ratio(numbers_passed, raw, cases)
    known = _ratio(numbers_known, checked, cases)
    empty = sum(not text for text in checked)
    print(f"\nnumbers before the check: {passed} in sentences that pass it as they are")
    print(f"numbers after the check: {known} are of the facts; {empty} answers were withheld whole")


def _all_last(item: tuple[str, Sequence[object]]) -> tuple[bool, str]:
    return item[0] == "all", item[0]


def _ratio(count: Callable[[str, Case], tuple[int, int]], texts: Sequence[str], cases: Sequence[Case]) -> str:
    right, total = np.sum([count(text, case) for text, case in zip(texts, cases, strict=True)], axis=0)
    return f"{right / max(total, 1):.1%} of {total}"


def time_answers(config: DictConfig, cases: Sequence[Case]) -> None:
    """Print the memory of the part that the page uses, and what its answers about new photos take."""
    before = psutil.Process().memory_info().rss
    started = time.perf_counter()
    part = EmbeddedLlavaInsights.load(config.adapter, config.recognizer, device="cpu")
    loaded_s = time.perf_counter() - started
    first, rates, prompts = [], [], []
    for case in cases:
        with suppress(InsightsError):
            list(part.answer(Request(case.image, case.turn.question, case.facts)))
        taken = part.last
        if taken is not None and taken.new_tokens > 1:
            first.append(taken.first_token_s)
            rates.append((taken.new_tokens - 1) / (taken.total_s - taken.first_token_s))
            prompts.append(taken.prompt_tokens)
    used = (psutil.Process().memory_info().rss - before) / GB
    print(
        f"first token: {np.median(first):.2f} s (median), {max(first):.2f} s (slowest of {len(first)}), "
        f"prompts of {min(prompts)} to {max(prompts)} tokens"
    )
    print(f"tokens a second: {np.median(rates):.1f} (median)")
    print(f"memory: {used:.2f} GB more than before loading; loaded in {loaded_s:.1f} s\n")


@hydra.main(version_base=None, config_path="conf", config_name="llava")
def main(config: DictConfig) -> None:
    """Load the model, ask, and print the tables."""
    torch.set_num_threads(config.threads)
    crops = held_out_crops(Path(config.data), Path(config.titled) if config.titled else None)
    foods = FoodTable(config.foods)
    cases = make_cases(
        crops, NutritionAnalyzer(foods, FoodDatabase(config.database)), foods, config.cases, config.seed
    )
    recognizer = EmbeddedRecognizer(config.recognizer, "cpu")
    time_answers(config, cases[:TIMED])

    language_model, tokenizer = load_gemma(torch.bfloat16)
    assembled = assemble(language_model, tokenizer, load_vision_tower(Path(config.recognizer)))
    model = read_adapter(assembled, Path(config.adapter))
    writer = LlavaWriter(model, tokenizer, MAX_NEW_TOKENS)
    name_photos(chosen_crops(crops, config.photos, config.seed), writer, recognizer)
    prompts = [write_prompt(case.turn.question, case.facts, case.turn.history) for case in cases]
    raw = writer.write([case.image for case in cases], prompts)
    checked = [shown(text, case) for text, case in zip(raw, cases, strict=True)]
    builtin = [
        "".join(BuiltinInsights().answer(Request(c.image, c.turn.question, c.facts, c.turn.history)))
        for c in cases
    ]
    print_scores(cases, raw, checked, builtin)

    output = Path(config.output)
    output.mkdir(parents=True, exist_ok=True)
    write_blind(output, cases[:BLIND], checked[:BLIND], builtin[:BLIND])
    with (output / "answers.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["intent", "question", "written", "shown", "built-in", "ours", "answered"])
        for case, *texts in zip(cases, raw, checked, builtin, strict=True):
            ask = case.turn.ask
            answered = is_answered(ask, case.facts, texts[1])
            rows.writerow([ask.intent, case.turn.question, *texts, case.turn.answer, answered])
    if config.transcripts:
        write_transcripts(Path(config.transcripts), cases[:TRANSCRIPTS], checked[:TRANSCRIPTS])


if __name__ == "__main__":
    main()
