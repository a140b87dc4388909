"""A reader's proposal comes before the learning: while one is computed, the child process waits between two steps."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from parotid_training.workspace.lock import FileLock, is_held

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

INFERENCE = "inference.lock"


@contextlib.contextmanager
def inference_first(workspace: Path) -> Iterator[None]:
    """Make the learning of a workspace wait meanwhile. A lock, so that who dies within keeps nobody waiting."""
    lock = FileLock(workspace / INFERENCE)
    try:
        # The child tries the lock for a moment to see whether it is held.
        with contextlib.suppress(OSError):
            lock.take(patience=0.5)
        yield
    finally:
        lock.release()


def inference_waits(workspace: Path) -> bool:
    """Whether a proposal is being computed."""
    try:
        return is_held(workspace / INFERENCE)
    except OSError:
        return False
