"""Notices lie in a corner of the pictures instead of pushing them down; all but errors go away by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QEvent, QObject, QTimer

from napari_parotid.messages import Level

if TYPE_CHECKING:
    from collections.abc import Callable

    from qtpy.QtCore import QRect
    from qtpy.QtWidgets import QWidget

    from napari_parotid.messages import Notice

MARGIN = 6
WIDEST = 310
"""Pixels; longer words take more lines, so that the middle of a picture stays free."""
SECONDS = {Level.INFO: 8, Level.WARNING: 25}
"""How long a notice stays; an error stays until it is closed."""


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
        self._away = QTimer(self, singleShot=True)
        self._away.timeout.connect(widget.hide)
        for watched in (over, widget):
            watched.installEventFilter(self)

    def stay(self, notice: Notice) -> None:
        """Go away after a while, unless the notice tells of an error."""
        self._away.stop()
        if notice.level in SECONDS:
            self._away.start(1000 * SECONDS[notice.level])
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the size of what is below, and of the words."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Show) and watched is self._over:
            self._place()
        elif event.type() == QEvent.Type.LayoutRequest and watched is self._widget:
            self._place()
        return False

    def _place(self, _: Any = None) -> None:
        area = self._area()
        width = max(1, min(WIDEST, area.width() - 2 * MARGIN))
        # A wrapped label's size hint is that of a narrow column; only its height for this width counts.
        height = self._widget.layout().totalHeightForWidth(width)
        self._widget.setGeometry(area.right() - MARGIN - width, area.top() + MARGIN, width, height)
        self._widget.raise_()
