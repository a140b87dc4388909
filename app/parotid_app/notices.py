"""Where surprises go: into a log file that names nobody, and as one sentence to the reader."""

from __future__ import annotations

import logging
import sys
import threading
from logging.handlers import RotatingFileHandler
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QObject, Qt, Signal

from napari_parotid.messages import Notice, describe
from napari_parotid.tr import tr

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

OURS = ("napari_parotid", "parotid_app", "parotid_training")
"""Only these are logged: what other packages write may hold a path, and a path a patient's name."""


class _Nameless(logging.Formatter):
    """Leaves an exception's own words out; type and place are enough to find a fault."""

    def formatException(self, ei: Any) -> str:
        return ei[0].__name__ if ei[0] is not None else ""


def start_log(folder: Path) -> logging.Handler:
    """Log this program's own messages into a file of the folder.

    Parameters
    ----------
    folder
        Made if absent. Where it cannot be, the log goes to standard error.
    """
    handler: logging.Handler
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(folder / "parotid-app.log", maxBytes=500_000, backupCount=2, encoding="utf-8")
    except OSError:
        handler = logging.StreamHandler()
    handler.setFormatter(_Nameless("%(asctime)s %(levelname)s %(name)s %(message)s"))
    for name in OURS:
        logging.getLogger(name).addHandler(handler)
        logging.getLogger(name).setLevel(logging.INFO)
    return handler


def stop_log(handler: logging.Handler) -> None:
    """Close the log."""
    for name in OURS:
        logging.getLogger(name).removeHandler(handler)
    handler.close()


class Surprises(QObject):
    """Turns exceptions that nobody caught into notices; from any thread.

    Parameters
    ----------
    tell
        Shows a notice; called on the thread that owns this object.
    """

    _arrived = Signal(object)

    def __init__(self, tell: Callable[[Notice], None], parent: Any = None) -> None:
        super().__init__(parent)
        self._tell = tell
        self._arrived.connect(self._show, Qt.ConnectionType.QueuedConnection)
        self._before = (sys.excepthook, threading.excepthook)

    def install(self) -> None:
        """Take over from Python."""
        sys.excepthook = lambda kind, error, frames: self._caught(error)
        threading.excepthook = lambda arguments: self._caught(arguments.exc_value)

    def uninstall(self) -> None:
        """Give back to Python."""
        sys.excepthook, threading.excepthook = self._before

    def _caught(self, error: BaseException | None) -> None:
        if error is None or isinstance(error, KeyboardInterrupt):
            return
        # psygnal wraps what a slot raises; the cause is what happened.
        while error.__cause__ is not None and type(error).__name__ == "EmitLoopError":
            error = error.__cause__
        self._arrived.emit(describe(error, tr("working on your last step")))

    def _show(self, notice: Notice) -> None:
        self._tell(notice)
