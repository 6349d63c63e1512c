"""Links and tags, which a photo may have smuggled in, are not shown."""

from __future__ import annotations

import re

from ml.insights.checks.known_meal import KnownMeal
from ml.insights.checks.sentence import Sentence

_LINK = re.compile(
    r"https?:|www\.|\]\(|<\s*/?\s*[a-z!]"
    r"|\b[a-z0-9-]+\.(?:com|org|net|io|co|app|dev|info|biz|xyz|me|ru|cn|de|uk|fr|ly|gg|ai|to|shop|site|online)\b",
    re.IGNORECASE,
)


def fails(sentence: Sentence, meal: KnownMeal) -> bool:
    """Whether it holds an address of the web, with or without a scheme, a Markdown link or a tag."""
    return _LINK.search(sentence.text) is not None
