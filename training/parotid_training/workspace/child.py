"""The child process of a run, started here or by an earlier program: whether it lives, and how it is stopped."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from parotid_training.workspace.lock import is_held, read_note
from parotid_training.workspace.worker import ALIVE, LOG

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

# Measured: glibc's page faults dominate training on a CPU; with these it takes half the time.
ALLOCATOR = {
    "MALLOC_MMAP_MAX_": "0",
    "MALLOC_TRIM_THRESHOLD_": "17179869184",
    "MALLOC_TOP_PAD_": "268435456",
}

# There a process of the same group would end with Ctrl-C, and one with a console when that is closed.
_WINDOWS = sum(
    getattr(subprocess, name, 0) for name in ("IDLE_PRIORITY_CLASS", "CREATE_NEW_PROCESS_GROUP", "CREATE_NO_WINDOW")
)


def worker_command(run: Path) -> list[str]:
    """Return the command of the child process; a frozen executable has no ``python -m``."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "--worker", str(run)]
    # Without -P Python looks first in the folder the window was started in, where a file may bear a module's name.
    return [sys.executable, "-P", "-m", "parotid_training.workspace.worker", str(run)]


class Child:
    """A process at work in a run folder.

    Parameters
    ----------
    run
        The run folder.
    process
        None if an earlier program started it.
    """

    def __init__(self, run: Path, process: subprocess.Popen[bytes] | None = None) -> None:
        self._run = run
        self.process = process
        self._kill_at: float | None = None

    @classmethod
    def start(cls, run: Path, command: Sequence[str], threads: int) -> Child:
        """Start the process; it outlives this one and what it prints goes into the run's log file.

        Raises
        ------
        OSError
            If the system or the disk refuses.
        """
        environment = {**os.environ, "OMP_NUM_THREADS": str(threads), "MKL_NUM_THREADS": str(threads)}
        if sys.platform == "linux":
            environment.update(ALLOCATOR)
        with (run / LOG).open("ab") as log:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=environment,
                # A terminal's Ctrl-C is for the window, and the child is to outlive it.
                start_new_session=True,
                creationflags=_WINDOWS,
            )
        return cls(run, process)

    def is_alive(self) -> bool:
        """Whether the process still runs."""
        if self.process is not None and self.process.poll() is None:
            return True
        # The lock is the system's word; a process number could long be another program's. A child that another start
        # left behind may have come up first and hold it.
        return is_held(self._run / ALIVE)

    @property
    def asked_to_end(self) -> bool:
        """Whether `stop` was called."""
        return self._kill_at is not None

    def stop(self, grace_seconds: float) -> None:
        """Ask the process to end; `press` kills it when it takes longer than that."""
        self._kill_at = time.monotonic() + grace_seconds
        if sys.platform != "win32":
            # There it would end the child at once; the file in its folder tells it as well.
            self._signal(signal.SIGTERM)

    def press(self) -> None:
        """Kill the process if it was asked to end and does not."""
        if self._kill_at is not None and time.monotonic() > self._kill_at:
            self._signal(getattr(signal, "SIGKILL", signal.SIGTERM))

    def let_go(self) -> None:
        """Leave the process to itself."""
        if self.process is not None and self.process.returncode is None:
            # Python would otherwise warn of a child nobody waited for, which is what is wanted here.
            self.process.returncode = 0

    def _signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError, ValueError):
            if self.process is not None and self.process.poll() is None:
                self.process.send_signal(number)
            elif is_held(self._run / ALIVE):
                os.kill(int(read_note(self._run / ALIVE)), number)
