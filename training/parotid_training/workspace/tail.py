"""The growing end of a file, made and written by a thread of its own so that painting never waits for it."""

from __future__ import annotations

import os
import threading
import time
from typing import TYPE_CHECKING, NamedTuple

from parotid_training.words import tr
from parotid_training.workspace.disk import write_whole

if TYPE_CHECKING:
    import io
    from collections.abc import Callable
    from pathlib import Path

SYNC_SECONDS = 1.0
"""Longest time between bytes reaching the file (safe from a kill) and the disk (safe from a power cut)."""
RETRY_SECONDS = 1.0


class _Piece(NamedTuple):
    """What is still to be written: bytes that may take long to make, at the end or in place of the file."""

    make: Callable[[], bytes]
    anew: bool


class Tail:
    """Appends to a file in the background.

    Parameters
    ----------
    path
        The file; where there is none, the first thing to come is `replace`.
    """

    def __init__(self, path: Path) -> None:
        self.problem = ""
        self._path = path
        self._file: io.FileIO | None = None
        self._end = path.stat().st_size if path.exists() else 0
        self._waiting: list[_Piece] = []
        self._unsynced_since: float | None = None
        self._flushing = False
        self._closing = False
        self._state = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
        self._thread.start()

    def append(self, make: Callable[[], bytes]) -> None:
        """Add bytes; they are made and written at once, in order, by the thread."""
        self._add(_Piece(make, anew=False))

    def replace(self, make: Callable[[], bytes]) -> None:
        """Begin the file anew; until the new one is whole on the disk, the old one stays."""
        self._add(_Piece(make, anew=True))

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
        self._let_go()

    def _add(self, piece: _Piece) -> None:
        with self._state:
            self._waiting.append(piece)
            self._state.notify_all()

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

    def _put(self, batch: list[_Piece], *, urgent: bool) -> list[_Piece]:
        """Write and, when it is time, sync; return what could not be written."""
        try:
            while batch:
                self._write(batch[0].make(), anew=batch[0].anew)
                batch = batch[1:]
            due = self._unsynced_since is not None and time.monotonic() >= self._unsynced_since + SYNC_SECONDS
            if self._file is not None and self._unsynced_since is not None and (urgent or due):
                os.fsync(self._file.fileno())
                self._unsynced_since = None
        except Exception as error:  # were the thread to die, `flush` would wait for ever
            words = error.strerror if isinstance(error, OSError) else ""
            self.problem = words or tr("something went wrong ({kind})", kind=type(error).__name__)
            return batch
        self.problem = ""
        return []

    def _write(self, content: bytes, *, anew: bool) -> None:
        """Write one record whole; after a failure half of it is overwritten by the next attempt."""
        if anew:
            self._let_go()  # an open file cannot be replaced on Windows
            write_whole(self._path, content)
            self._end, self._unsynced_since = len(content), None
            return
        if self._file is None:
            self._file = self._path.open("r+b", buffering=0)
        self._file.seek(self._end)
        rest = memoryview(content)
        while rest:
            rest = rest[self._file.write(rest) :]
        self._end += len(content)
        if self._unsynced_since is None:
            self._unsynced_since = time.monotonic()

    def _let_go(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
