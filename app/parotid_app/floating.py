"""Notices lie in a corner of the pictures instead of pushing them down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QEvent, QObject

if TYPE_CHECKING:
    from collections.abc import Callable

    from qtpy.QtCore import QRect
    from qtpy.QtWidgets import QWidget

MARGIN = 6
WIDEST = 310
"""Pixels; longer words take more lines, so that the middle of a picture stays free."""


class Float(QObject):
    """Keeps a widget in the upper right corner of a part of another one.

    Parameters
    ----------
    widget
        Shows itself when there is a notice.
    over
        Its owner.
    area
        Which part of the owner it may lie over, in the owner's coordinates.
    """

    def __init__(self, widget: QWidget, over: QWidget, area: Callable[[], QRect]) -> None:
        super().__init__(over)
        self._widget, self._over, self._area = widget, over, area
        widget.setParent(over)
        for watched in (over, widget):
            watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the size of what is below, and of the words."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Show) and watched is self._over:
            self.place()
        elif event.type() == QEvent.Type.LayoutRequest and watched is self._widget:
            self.place()
        return False

    def place(self, _: Any = None) -> None:
        """Lie where the notice has its place, as high as its words."""
        area = self._area()
        width = max(1, min(WIDEST, area.width() - 2 * MARGIN))
        # A wrapped label's size hint is that of a narrow column; only its height for this width counts.
        height = self._widget.layout().totalHeightForWidth(width)
        self._widget.setGeometry(area.right() - MARGIN - width, area.top() + MARGIN, width, height)
        self._widget.raise_()
