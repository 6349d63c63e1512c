"""English words: plurals, numbers in words, articles, lists and sentences."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

import inflect

_ENGINE = inflect.engine()
for _singular, _plural in (
    ("burrito", "burritos"),
    ("gazpacho", "gazpachos"),
    ("pho", "phos"),
    ("prosciutto", "prosciuttos"),
    ("ramen", "ramen"),
):
    _ENGINE.defnoun(_singular, _plural)

NUMBERS = ("no", *(str(_ENGINE.number_to_words(n)) for n in range(1, 11)))
"""Number words up to ten, as "no items" has them."""


@lru_cache(maxsize=4096)
def plural(noun: str) -> str:
    """The plural of a noun in the singular.

    >>> plural("tomato"), plural("cherry"), plural("fish")
    ('tomatoes', 'cherries', 'fish')
    """
    return str(_ENGINE.plural_noun(noun))


@lru_cache(maxsize=4096)
def singular(word: str) -> str:
    """A lower-case word without the ending of a plural, as it is where it has none.

    >>> singular("cookies"), singular("asparagus"), singular("rice")
    ('cookie', 'asparagus', 'rice')
    """
    if word.endswith(("ss", "us")):
        return word
    return str(_ENGINE.singular_noun(word) or word)


@lru_cache(maxsize=4096)
def singular_and_plural(name: str) -> tuple[str, ...]:
    """A name as it is, with its last word in the singular and in the plural; longer ones first.

    >>> singular_and_plural("french fries")
    ('french fries', 'french fry')
    """
    first, space, last = name.rpartition(" ")
    one = singular(last)
    return tuple(
        sorted({f"{first}{space}{form}" for form in (last, one, plural(one))}, key=len, reverse=True)
    )


def with_article(noun: str) -> str:
    """Such as "an apple"."""
    return str(_ENGINE.a(noun))


def count(how_many: int) -> str:
    """In words up to ten."""
    return NUMBERS[how_many] if how_many < len(NUMBERS) else str(how_many)


def items(how_many: int) -> str:
    """Such as "one item" or "three items"."""
    return f"{count(how_many)} {_ENGINE.plural_noun('item', how_many)}"


def listing(parts: Sequence[str], last: str = "and") -> str:
    """Such as "rice, salmon and broccoli"."""
    return str(_ENGINE.join(list(parts), sep=",", conj=last, final_sep=""))


def sentence(text: str) -> str:
    """With a capital and a full stop."""
    end = "" if text.endswith((".", "!", "?")) else "."
    return f"{text[0].upper()}{text[1:]}{end}"


def decimal(written: str) -> str:
    """A written number with a point before its decimals and no other mark.

    A comma or a narrow space before three digits parts thousands, unless a zero leads.

    >>> decimal("1,200"), decimal("1,5"), decimal("0,125")
    ('1200', '1.5', '0.125')
    """
    return re.sub(r"(?<!\b0)[,\u202f\u00a0](?=\d{3}(?!\d))", "", written).replace(",", ".")


def normalize(text: str) -> str:
    """Lower-case words without accents and apostrophes, separated by single spaces.

    >>> normalize("What's gluten-free? Süß!")
    'whats gluten free suss'
    """
    plain = text.casefold().replace("'", "").replace("’", "")
    if not plain.isascii():
        plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    return " ".join(re.findall(r"[^\W_]+", plain))
