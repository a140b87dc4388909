"""A pair of hands for a real window: wait, click, draw, take a picture. Everything goes through Qt's events."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QEvent, QPointF, Qt
from qtpy.QtGui import QMouseEvent
from qtpy.QtWidgets import QApplication

from parotid_training.errors import ParotidError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from napari_parotid.views.canvas import StudyCanvas
    from parotid_app.build import MainWindow

Point = tuple[float, float, float]


class Hands:
    """Works a window from outside, as a person would.

    Parameters
    ----------
    window
        Shown.
    out
        Where pictures go.
    """

    def __init__(self, window: MainWindow, out: Path) -> None:
        self.window = window
        self.out = out
        self.slowest = 0.0
        """Longest time (s) that one round of events took since this was set to 0: how long the window stood still."""

    def pump(self, seconds: float) -> None:
        """Let the window work for a while."""
        end = time.monotonic() + seconds
        rounds = 0
        while True:
            start = time.monotonic()
            QApplication.processEvents()
            self.slowest = max(self.slowest, time.monotonic() - start)
            rounds += 1
            # However busy the machine is: napari hands a move on with a timer, which is due by a second round.
            if time.monotonic() >= end and rounds > 2:
                return
            time.sleep(0.005)

    def wait(self, until: Callable[[], bool], seconds: float, what: str) -> None:
        """Let the window work until something is so.

        Raises
        ------
        ParotidError
            If it is not so in time.
        """
        end = time.monotonic() + seconds
        while not until():
            if time.monotonic() > end:
                raise ParotidError(f"{what} took longer than {seconds:.0f} s.", "Look at the last picture.")
            self.pump(0.02)

    def picture(self, name: str) -> None:
        """Write what the window shows."""
        self.pump(0.3)
        self.window.grab().save(str(self.out / f"{name}.png"))

    def click(self, widget: Any) -> None:
        """Press and let go a button."""
        if not widget.isVisible() or not widget.isEnabled():
            raise ParotidError(f"The button “{widget.text()}” cannot be pressed.", "Look at the last picture.")
        middle = QPointF(widget.rect().center())
        self._mouse(widget, QEvent.Type.MouseButtonPress, middle, Qt.MouseButton.LeftButton)
        self._mouse(widget, QEvent.Type.MouseButtonRelease, middle, Qt.MouseButton.LeftButton, held=False)
        self.pump(0.05)

    def press_key(self, widget: Any, key: Any, text: str = "") -> None:
        """Press and let go a key."""
        from qtpy.QtGui import QKeyEvent

        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QApplication.sendEvent(widget, QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, text))
        self.pump(0.05)

    def draw(
        self, canvas: StudyCanvas, path: Sequence[Point], button: Qt.MouseButton = Qt.MouseButton.LeftButton
    ) -> None:
        """Drag the mouse over a picture along world positions (z, y, x of LPS, mm)."""
        self.drag(canvas, [canvas.to_pixel(point) for point in path], button)

    def drag(
        self, canvas: StudyCanvas, pixels: Sequence[QPointF], button: Qt.MouseButton = Qt.MouseButton.LeftButton
    ) -> None:
        """Drag the mouse over a picture along pixels."""
        native = canvas.native
        self._mouse(native, QEvent.Type.MouseMove, pixels[0], button, held=False)
        self.pump(0.02)
        self._mouse(native, QEvent.Type.MouseButtonPress, pixels[0], button)
        for pixel in pixels[1:]:
            # napari listens to one move in 5 ms.
            self.pump(0.02)
            self._mouse(native, QEvent.Type.MouseMove, pixel, button)
        self.pump(0.02)
        self._mouse(native, QEvent.Type.MouseButtonRelease, pixels[-1], button, held=False)
        self.pump(0.05)

    @staticmethod
    def _mouse(widget: Any, kind: QEvent.Type, at: QPointF, button: Qt.MouseButton, *, held: bool = True) -> None:
        moved = kind == QEvent.Type.MouseMove
        event = QMouseEvent(
            kind,
            at,
            QPointF(widget.mapToGlobal(at.toPoint())),
            Qt.MouseButton.NoButton if moved else button,
            button if held else Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(widget, event)
