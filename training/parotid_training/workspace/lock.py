"""Locks that the operating system gives back when their holder dies, however it dies."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class FileLock:
    """An exclusive lock on a file: one holder on the machine, no child process inherits it.

    Parameters
    ----------
    path
        The file; created if absent, never removed (removing it would let two hold "the" lock).
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle: int | None = None

    def take(self, patience: float = 0.0) -> bool:
        """Try to take the lock; False if another holds it.

        Parameters
        ----------
        patience
            Seconds to keep trying. A process that its parent, now dead, was just starting may hold the parent's lock
            for the few moments until it runs its own program.
        """
        if self._handle is not None:
            return False
        end = time.monotonic() + patience
        while not self._try():
            if time.monotonic() >= end:
                return False
            time.sleep(0.02)
        return True

    def _try(self) -> bool:
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(handle)
        except OSError:
            os.close(handle)
            return False
        self._handle = handle
        return True

    def note(self, text: str) -> None:
        """Write a few words into the held file for others to read with `read_note`."""
        if self._handle is None:
            raise RuntimeError("the lock is not held")
        os.ftruncate(self._handle, 0)
        os.lseek(self._handle, 0, os.SEEK_SET)
        os.write(self._handle, text.encode())

    def release(self) -> None:
        """Give the lock back; harmless if it is not held."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def read_note(path: Path) -> str:
    """Read what the holder of a lock noted; empty if nothing."""
    try:
        return path.read_text("utf-8", errors="replace")
    except OSError:
        return ""


def is_held(path: Path) -> bool:
    """Whether a living process (this one included) holds the lock on a file."""
    if not path.exists():
        return False
    lock = FileLock(path)
    taken = lock.take()
    lock.release()
    return not taken


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        # A byte far behind any note, since Windows forbids others to read a locked byte.
        os.lseek(handle, 1 << 20, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(handle: int) -> None:
        # flock belongs to the open file, so it also keeps two holders within one process apart.
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
