"""The growing end of a file, written by a thread of its own so that painting never waits for the disk."""

from __future__ import annotations

import os
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

SYNC_SECONDS = 1.0
"""Longest time between bytes reaching the file (safe from a kill) and the disk (safe from a power cut)."""
RETRY_SECONDS = 1.0


class Tail:
    """Appends to a file in the background.

    Parameters
    ----------
    path
        An existing file.
    """

    def __init__(self, path: Path) -> None:
        self.problem = ""
        self._file = path.open("r+b", buffering=0)
        self._end = self._file.seek(0, os.SEEK_END)
        self._waiting: list[bytes] = []
        self._unsynced_since: float | None = None
        self._flushing = False
        self._closing = False
        self._state = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
        self._thread.start()

    def append(self, content: bytes) -> None:
        """Add bytes; they are written at once, in order, by the thread."""
        with self._state:
            self._waiting.append(content)
            self._state.notify_all()

    def flush(self) -> None:
        """Wait until everything is on the disk, or `problem` says why not."""
        with self._state:
            self._flushing = True
            self._state.notify_all()
            self._state.wait_for(lambda: not self._flushing)

    def close(self) -> None:
        """Put everything on the disk as far as it goes and close the file."""
        with self._state:
            self._closing = True
            self._state.notify_all()
        self._thread.join()
        self._file.close()

    def _run(self) -> None:
        while True:
            with self._state:
                self._state.wait_for(self._is_work, timeout=self._patience())
                batch, self._waiting = self._waiting, []
                urgent, closing = self._flushing or self._closing, self._closing
            left = self._put(batch, urgent=urgent)
            with self._state:
                self._waiting[:0] = left
                if urgent:
                    self._flushing = False
                    self._state.notify_all()
                if closing:
                    return

    def _is_work(self) -> bool:
        return self._flushing or self._closing or (bool(self._waiting) and not self.problem)

    def _patience(self) -> float | None:
        if self.problem:
            return RETRY_SECONDS
        if self._unsynced_since is None:
            return None
        return max(0.0, self._unsynced_since + SYNC_SECONDS - time.monotonic())

    def _put(self, batch: list[bytes], *, urgent: bool) -> list[bytes]:
        """Write and, when it is time, sync; return what could not be written."""
        try:
            while batch:
                self._write(batch[0])
                batch = batch[1:]
                if self._unsynced_since is None:
                    self._unsynced_since = time.monotonic()
            due = self._unsynced_since is not None and time.monotonic() >= self._unsynced_since + SYNC_SECONDS
            if self._unsynced_since is not None and (urgent or due):
                os.fsync(self._file.fileno())
                self._unsynced_since = None
        except OSError as error:
            self.problem = error.strerror or "the disk failed"
            return batch
        self.problem = ""
        return []

    def _write(self, content: bytes) -> None:
        """Write one record whole; after a failure half of it is overwritten by the next attempt."""
        self._file.seek(self._end)
        rest = memoryview(content)
        while rest:
            rest = rest[self._file.write(rest) :]
        self._end += len(content)
