"""What the service says has happened, and to whom."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from noon_demo.edits import Edit
    from noon_demo.ml_inference import AnalysisResult, Detections
    from noon_demo.schemas import AnalysisResponse

logger = logging.getLogger(__name__)


class Watcher:
    """Is told what happened, after it happened, by the thread in which it did; here it does nothing.

    `visitor` is whoever asked, as far as that is known. Methods must be quick and safe to call from many
    threads.
    """

    def analyzed(self, result: AnalysisResult, visitor: str, cached: bool) -> None:
        """A photo was analysed, and its insight written as far as that went.

        `cached` says that what is in the photo was known already. `result.timings_ms` holds the stages that
        ran, that of the insight too where it was written to its end, which `answered` has told of.
        """

    def detected(self, detections: Detections, visitor: str, cached: bool) -> None:
        """Food was found in a photo and named, not weighed."""

    def answered(self, result: AnalysisResult, visitor: str) -> None:
        """An insight was written to its end, about a photo analysed or for a further question.

        `result.timings_ms["insights"]` says how long that took.
        """

    def corrected(self, result: AnalysisResponse, edits: Sequence[Edit], visitor: str) -> None:
        """A person corrected `result`, the JSON as that person sent it, by these edits."""

    def failed(self, part: str, version: str, error: Exception | None, visitor: str) -> None:
        """A part failed on a request.

        Without an `error` another part answered in its place, else the request failed too. `visitor` is empty
        for a tap on a photo too: of taps that succeed nothing is told.
        """

    def waited(self, line: str, seconds: float) -> None:
        """A request had to wait so long for its turn in a line, perhaps not at all."""

    def refused(self, line: str) -> None:
        """A line was full, or Noon about to end: a request was told to come back."""

    def requested(self, route: str, method: str, status: int, seconds: float) -> None:
        """An HTTP request was answered. `route` is one of a fixed set of names."""


class Events(Watcher):
    """Tells everybody who watches. A watcher's fault is logged and goes no further."""

    def __init__(self, *watchers: Watcher) -> None:
        self._watchers = watchers

    def watch(self, *watchers: Watcher) -> None:
        """Tell these too, from now on."""
        self._watchers = (*self._watchers, *watchers)

    def analyzed(self, result: AnalysisResult, visitor: str, cached: bool) -> None:
        self._tell(lambda watcher: watcher.analyzed(result, visitor, cached))

    def detected(self, detections: Detections, visitor: str, cached: bool) -> None:
        self._tell(lambda watcher: watcher.detected(detections, visitor, cached))

    def answered(self, result: AnalysisResult, visitor: str) -> None:
        self._tell(lambda watcher: watcher.answered(result, visitor))

    def corrected(self, result: AnalysisResponse, edits: Sequence[Edit], visitor: str) -> None:
        self._tell(lambda watcher: watcher.corrected(result, edits, visitor))

    def failed(self, part: str, version: str, error: Exception | None, visitor: str) -> None:
        self._tell(lambda watcher: watcher.failed(part, version, error, visitor))

    def waited(self, line: str, seconds: float) -> None:
        self._tell(lambda watcher: watcher.waited(line, seconds))

    def refused(self, line: str) -> None:
        self._tell(lambda watcher: watcher.refused(line))

    def requested(self, route: str, method: str, status: int, seconds: float) -> None:
        self._tell(lambda watcher: watcher.requested(route, method, status, seconds))

    def _tell(self, event: Callable[[Watcher], None]) -> None:
        for watcher in self._watchers:
            try:
                event(watcher)
            except Exception as error:  # whatever it is, the request that is told of must not suffer
                logger.error("%s failed: %s", type(watcher).__name__, type(error).__name__)
                logger.debug("How it came to that:", exc_info=error)
