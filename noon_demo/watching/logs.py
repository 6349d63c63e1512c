"""What the log says: one line a message, and each message once a minute; events, which count, each time."""

from __future__ import annotations

import json
import logging
import sys
import threading
import time
import traceback
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

from cachetools import TTLCache
from gradio import queueing, routes
from uvicorn.config import LOGGING_CONFIG

from noon_demo.watching import request_ids

SILENCE_S = 60.0


class LoggedError(Exception):
    """Ends what was going on; the log has it already."""


class Once(logging.Filter):
    """Drops a message that was logged within the last minute, so that no fault can fill the disk."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: TTLCache[tuple[str, int, str], bool] = TTLCache(1024, SILENCE_S, timer=time.monotonic)
        self._lock = threading.Lock()

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether `record` is to be logged."""
        if hasattr(record, "fields"):
            return True
        if record.exc_info and isinstance(record.exc_info[1], LoggedError):
            return False
        key = (record.name, record.levelno, record.getMessage())
        with self._lock:
            if key in self._seen:
                return False
            self._seen[key] = True
        return True


class JsonLines(logging.Formatter):
    """A message as one JSON object: time, level, logger, request, message, or an event's `fields`."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "request": request_ids.current(),
            **getattr(record, "fields", {"message": record.getMessage()}),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def set_up(level: str, form: str = "text") -> None:
    """Log to standard error what is of `level`, such as "WARNING", or worse, as "text" or "json"."""
    logging.basicConfig(format="%(levelname)s %(name)s: %(message)s")
    if form == "json":
        logging.captureWarnings(capture=True)
        LOGGING_CONFIG["formatters"]["default"] = {"()": JsonLines}  # of uvicorn, which sets up its own
        for handler in logging.getLogger().handlers:
            handler.setFormatter(JsonLines())
    logging.getLogger("noon_demo").setLevel(level)
    logging.getLogger("ml").setLevel(level)
    for handler in logging.getLogger().handlers:
        handler.addFilter(Once())
    logging.getLogger("uvicorn.error").addFilter(Once())  # which has a handler of its own
    for module in (queueing, routes):  # which print tracebacks past the log
        module.traceback = SimpleNamespace(print_exc=_log_current)


def fault(error: BaseException) -> str:
    """An error's kind and place, such as "KeyError at service.py:112", without what it may quote."""
    *_, place = traceback.extract_tb(error.__traceback__)
    return f"{type(error).__name__} at {Path(place.filename).name}:{place.lineno}"


def _log_current() -> None:
    error = sys.exception()
    if error:
        logging.getLogger("gradio").error("An event failed: %s", fault(error))
