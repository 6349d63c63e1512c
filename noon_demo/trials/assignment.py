"""Which of two versions a visitor gets."""

from __future__ import annotations

import hashlib

PLACES = 2**64


def gets_newcomer(part: str, newcomer: str, visitor: str, percent: float) -> bool:
    """Whether a visitor belongs to the `percent` of all that get the version `newcomer` of a part.

    The same visitor always does or never does, in every process; a larger percentage keeps those who did.
    Each newcomer draws anew, so that it isn't always the same people who try one. Who has no name gets none.
    """
    if not visitor:
        return False
    drawn = hashlib.sha256(f"{part}\0{newcomer}\0{visitor}".encode()).digest()[:8]
    return 100 * int.from_bytes(drawn) < percent * PLACES
