"""What a request may ask for."""

from __future__ import annotations

from typing import get_args

from noon_demo.errors import RequestError
from noon_demo.schemas import Mode

MODES: tuple[Mode, ...] = get_args(Mode)
MAX_QUESTION = 2000


def check_mode(mode: object) -> Mode:
    """`mode` if there is such a mode. Raises `RequestError`."""
    for known in MODES:
        if mode == known:
            return known
    raise RequestError(f'There is no mode "{mode}"; choose one of {", ".join(MODES)}.')


def check_question(question: object) -> str | None:
    """The question without space around it, None if nothing is asked. Raises `RequestError`."""
    if question is None:
        return None
    if not isinstance(question, str):
        raise RequestError("Please ask a question in words.")
    if len(question.strip()) > MAX_QUESTION:
        raise RequestError(f"Please ask a question of at most {MAX_QUESTION:,} characters.")
    return question.strip() or None
