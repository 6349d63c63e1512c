"""How many sentences were checked, and with what outcome."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field


@dataclass
class GroundingCounts:
    """How many sentences were checked, corrected and dropped so far; shared by all visitors."""

    checked: int = 0
    corrected: int = 0
    dropped: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def add(self, before: str, after: str | None) -> None:
        """Count a sentence by what the checks made of it; None means dropped."""
        with self._lock:
            self.checked += 1
            self.dropped += after is None
            self.corrected += after is not None and after != before
