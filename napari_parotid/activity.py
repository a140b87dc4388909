"""Tells when a person moves the mouse or presses a key in a window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import QEvent, QObject

if TYPE_CHECKING:
    from collections.abc import Callable

    from qtpy.QtWidgets import QWidget

_MOVEMENTS = frozenset(
    {
        QEvent.Type.MouseMove,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.Wheel,
        QEvent.Type.KeyPress,
        QEvent.Type.TouchUpdate,
        QEvent.Type.TabletMove,
    }
)


class Activity(QObject):
    """Watches the native window below a widget: few events pass there, where a filter of all would slow drawing.

    Parameters
    ----------
    window
        A top-level widget, or one that will be within one.
    moved
        Called at each movement.
    """

    def __init__(self, window: QWidget, moved: Callable[[], None]) -> None:
        super().__init__(window)
        self._moved = moved
        self._window = window
        window.installEventFilter(self)
        self._watch()

    def _watch(self) -> None:
        native = self._window.window().windowHandle()
        if native is not None:
            # A filter that is there already is moved to the front, not doubled.
            native.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take note, and let everything through."""
        if watched is self._window:
            if event.type() == QEvent.Type.Show:
                self._watch()
        elif event.type() in _MOVEMENTS:
            self._moved()
        return False
