"""What a check makes of a sentence."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Verdict:
    """Whether a sentence may be shown, and how it has to read then if not as it is."""

    passes: bool
    corrected: str | None = None


PASS = Verdict(passes=True)
DROP = Verdict(passes=False)


def drop_if(is_wrong: bool) -> Verdict:
    """The verdict of a check that corrects nothing."""
    return DROP if is_wrong else PASS
