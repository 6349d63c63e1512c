"""The page's words: the same sentences in every language, and those that the server says among them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from ml.corrections.editor import NOT_A_WEIGHT
from ml.pipeline import NO_FOOD, NO_MASKS
from ml.portion.references import references
from ml.portion.stated import NO_SCALE
from noon_demo import corrections, teaching
from noon_demo.config import ROOT
from noon_demo.ml_inference.models import NO_LLAVA
from noon_demo.results import masks
from noon_demo.ui.text import ENGLISH, LANGUAGES, words

OFTEN_MET = {"CorrectionError", "NothingThereError", "UnknownFoodError"}
"""Errors whose sentences a person meets who corrects a meal."""
OTHERS = [language for language in LANGUAGES if language != "en"]


def holes(sentence: str) -> list[str]:
    return sorted(re.findall(r"\{(\w+)\}", sentence))


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_has_every_sentence_with_the_same_placeholders(language):
    translated = words(language)
    assert list(translated) == list(ENGLISH)
    assert {key: holes(sentence) for key, sentence in translated.items()} == {
        key: holes(sentence) for key, sentence in ENGLISH.items()
    }


@pytest.mark.parametrize("language", OTHERS)
def test_every_sentence_is_translated(language):
    translated = words(language)
    assert not [key for key, sentence in translated.items() if not sentence]
    copied = [key for key in translated if len(ENGLISH[key]) > 20 and translated[key] == ENGLISH[key]]
    assert not copied


def test_every_sentence_of_the_server_is_one_that_it_says():
    said = "".join(
        path.read_text(encoding="utf-8")
        for folder in ("noon_demo", "ml")
        for path in (ROOT / folder).rglob("*.py")
    )
    used = set(re.findall(r'"server\.(\w+)"', said))
    used |= set(re.findall(r'"(\w+)"', re.search(r"STAGES = tuple\((.*?)\n\)", said, re.DOTALL)[1]))
    said = re.sub(r'"\s+f?"', "", said)
    for key, sentence in ENGLISH.items():
        group, name = key.split(".", 1)
        if group == "server" and name not in used:
            for piece in re.split(r"\{\w+\}", sentence):
                assert piece.strip() in said, key


def raised() -> Iterator[str]:
    """The sentences of errors that are `OFTEN_MET`, "7" where something is filled in."""
    for path in (ROOT / "ml").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(ast.Name(error), [ast.Constant(str(sentence))]) if error in OFTEN_MET:
                    yield sentence
                case ast.Call(ast.Name(error), [ast.JoinedStr(pieces)]) if error in OFTEN_MET:
                    yield "".join(str(p.value) if isinstance(p, ast.Constant) else "7" for p in pieces)


def test_what_a_person_meets_is_translated():
    patterns = [
        re.sub(r"\\{\w+\\}", "(.+)", re.escape(sentence))
        for key, sentence in ENGLISH.items()
        if key.startswith("server.")
    ]
    errors = list(raised())
    assert len(errors) > 8
    told = {NOT_A_WEIGHT, NO_FOOD, NO_MASKS, *NO_SCALE, NO_LLAVA}
    told |= {corrections.DAMAGED, masks.DAMAGED, teaching.STALE}
    assert not [
        sentence for sentence in {*errors, *told} if not any(re.fullmatch(p, sentence) for p in patterns)
    ]


def test_every_coin_and_card_has_a_name_in_every_language():
    named = {f"reference.{name}" for known in references() for name in (known.name, known.kind)}
    assert named == {key for key in ENGLISH if key.startswith("reference.")}


def test_every_key_that_the_page_names_is_there():
    sources = [*(ROOT / "noon_demo" / "ui").rglob("*.py"), *(ROOT / "assets" / "js").rglob("*.js")]
    for source in sources:
        text = source.read_text(encoding="utf-8")
        named = re.findall(
            r'(?:\bt\(|data-t(?:-[\w-]+)?=|I18N\(|ENGLISH\[|tag\("\w+", )["\']([a-z_]+\.\w+)["\']', text
        )
        assert not [key for key in named if key not in ENGLISH], source.name
