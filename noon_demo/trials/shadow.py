"""Lets a newcomer look at the photos that another version was asked about, while nobody waits."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from noon_demo.photos.images import Image
from noon_demo.watching import logs

logger = logging.getLogger(__name__)

MOST_WAITING = 2
"""Photos held for it; others go unseen."""
LOOK_S = 0.2
"""How often it is looked whether nobody waits."""
LOWEST_PRIORITY = 19


class Shadow:
    """One photo at a time, by `look`, once `is_idle` says that nobody is being served."""

    def __init__(self, look: Callable[[Image], None], is_idle: Callable[[], bool]) -> None:
        self._look = look
        self._is_idle = is_idle
        self._photos: deque[Image] = deque()
        self._lock = threading.Lock()
        self._is_running = False

    def offer(self, photo: Image) -> None:
        """Hand a photo over, HxWx3 uint8; costs nothing, and nothing happens where enough of them wait."""
        with self._lock:
            if len(self._photos) < MOST_WAITING:
                self._photos.append(photo)
            if not self._is_running:
                self._is_running = True
                threading.Thread(target=self._run, name="shadow").start()

    def _run(self) -> None:
        """Look at what waits, then end; also where the process is about to."""
        _give_way()
        while (photo := self._next()) is not None:
            while not self._is_idle():
                if not threading.main_thread().is_alive():
                    return
                time.sleep(LOOK_S)
            try:
                self._look(photo)
            except Exception as error:  # whatever it is: nobody waits for it
                logger.error("A look in the shadow failed: %s", logs.fault(error))
                logger.debug("How it came to that:", exc_info=error)

    def _next(self) -> Image | None:
        with self._lock:
            self._is_running = bool(self._photos) and threading.main_thread().is_alive()
            return self._photos.popleft() if self._is_running else None


def _give_way() -> None:
    """Have this thread, and those that it starts, run only where no other needs the processor.

    On Linux threads have priorities of their own; elsewhere this is left.
    """
    if hasattr(os, "setpriority") and os.uname().sysname == "Linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), LOWEST_PRIORITY)
