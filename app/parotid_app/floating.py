"""Notices lie over the pictures instead of pushing them down; good news goes away by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QEvent, QObject, QTimer

from napari_parotid.messages import Level

if TYPE_CHECKING:
    from qtpy.QtWidgets import QWidget

    from napari_parotid.messages import Notice

MARGIN = 4
SECONDS = 8
"""How long a notice stays that asks for nothing."""


class Float(QObject):
    """Keeps a widget at the top of another one.

    Parameters
    ----------
    widget
        Shows itself when there is a notice.
    over
        What it lies over.
    """

    def __init__(self, widget: QWidget, over: QWidget) -> None:
        super().__init__(over)
        self._widget, self._over = widget, over
        widget.setParent(over)
        self._away = QTimer(self, singleShot=True, interval=1000 * SECONDS)
        self._away.timeout.connect(widget.hide)
        for watched in (over, widget):
            watched.installEventFilter(self)

    def stay(self, notice: Notice) -> None:
        """Go away after a while, unless the notice asks for something."""
        if notice.level is Level.INFO:
            self._away.start()
        else:
            self._away.stop()
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the size of what is below, and of the words."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Show) and watched is self._over:
            self._place()
        elif event.type() == QEvent.Type.LayoutRequest and watched is self._widget:
            self._place()
        return False

    def _place(self, _: Any = None) -> None:
        width = max(1, self._over.width() - 2 * MARGIN)
        height = self._widget.heightForWidth(width)
        self._widget.setGeometry(MARGIN, MARGIN, width, max(height, self._widget.sizeHint().height()))
        self._widget.raise_()
