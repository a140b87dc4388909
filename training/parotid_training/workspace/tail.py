"""The growing end of a file, made and written by a thread of its own so that painting never waits for it."""

from __future__ import annotations

import contextlib
import errno
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
        self._written: list[_Piece] = []
        """What the file has, but perhaps not the disk yet: it may be gone with a drive that was unplugged."""
        self._unsynced_since: float | None = None
        self._asked = self._answered = 0
        """How often `flush` was called, and up to which of these calls everything was tried."""
        self._closing = self._closed = False
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
            self._asked += 1
            mine = self._asked
            self._state.notify_all()
            self._state.wait_for(lambda: self._answered >= mine or self._closed)

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
                asked, closing = self._asked, self._closing
            left = self._put(batch, urgent=closing or asked > self._answered)
            with self._state:
                self._waiting[:0] = left
                self._answered, self._closed = asked, closing
                self._state.notify_all()
                if closing:
                    return

    def _is_work(self) -> bool:
        return self._asked > self._answered or self._closing or (bool(self._waiting) and not self.problem)

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
                self._write(batch[0])
                batch = batch[1:]
            due = self._unsynced_since is not None and time.monotonic() >= self._unsynced_since + SYNC_SECONDS
            if self._file is not None and self._unsynced_since is not None and (urgent or due):
                os.fsync(self._file.fileno())
                self._unsynced_since, self._written = None, []
        except Exception as error:  # were the thread to die, `flush` would wait for ever
            words = error.strerror if isinstance(error, OSError) else ""
            self.problem = words or tr("something went wrong ({kind})", kind=type(error).__name__)
            return self._step_back() + batch
        self.problem = ""
        return []

    def _write(self, piece: _Piece) -> None:
        """Write one record whole; after a failure half of it is overwritten by the next attempt."""
        content = piece.make()
        if piece.anew:
            self._let_go()  # an open file cannot be replaced on Windows
            # What is replaced need not reach the disk; after a failure the file may be the new one already.
            self._unsynced_since, self._written = None, []
            write_whole(self._path, content)
            self._end = len(content)
            return
        if self._file is None:
            self._file = self._path.open("r+b", buffering=0)
            if os.fstat(self._file.fileno()).st_size < self._end:
                raise OSError(errno.EIO, tr("the file with them was cut short"))
        self._file.seek(self._end)
        rest = memoryview(content)
        while rest:
            rest = rest[self._file.write(rest) :]
        self._end += len(content)
        self._written.append(piece)
        if self._unsynced_since is None:
            self._unsynced_since = time.monotonic()

    def _step_back(self) -> list[_Piece]:
        """Go back to what is surely on the disk; return what was written since.

        The file is opened anew for the next attempt: after its drive was away, the one in hand leads nowhere.
        """
        with contextlib.suppress(OSError):
            self._let_go()
        again, self._written = self._written, []
        self._end -= sum(len(piece.make()) for piece in again)
        self._unsynced_since = None
        return again

    def _let_go(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            file.close()
