"""Brings the part of a column into view where the work goes on."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from qtpy.QtCore import QObject, Qt, QTimer
from qtpy.QtWidgets import QAbstractSpinBox, QApplication, QLineEdit

from napari_parotid.panels.scrolling import bring_into_view

if TYPE_CHECKING:
    from qtpy.QtWidgets import QScrollArea, QWidget

STILL_SECONDS = 3.0
"""Who scrolled this short a while ago is looking for something."""


class Reveal(QObject):
    """Scrolls a column to a part of it, unless the reader scrolls it, types in it or holds the mouse.

    Parameters
    ----------
    area
        What holds the column.
    parts
        What is to be seen; the last one where there is no room for all.
    """

    def __init__(self, area: QScrollArea, *parts: QWidget) -> None:
        super().__init__(area)
        self._area, self._parts = area, parts
        self._scrolled = -STILL_SECONDS
        # Tells of hands only, not of what this program scrolls.
        area.verticalScrollBar().actionTriggered.connect(self._take_note)
        # Where things lie is known only once Qt has laid them out.
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(lambda: bring_into_view(*self._parts))

    def _take_note(self, _: int) -> None:
        self._scrolled = time.monotonic()

    def reveal(self) -> None:
        """Scroll, if nobody is in the middle of something."""
        focus = QApplication.focusWidget()
        typing = isinstance(focus, QLineEdit | QAbstractSpinBox) and self._area.isAncestorOf(focus)
        pressed = QApplication.mouseButtons() != Qt.MouseButton.NoButton
        open_list = QApplication.activePopupWidget() is not None
        if not (typing or pressed or open_list or time.monotonic() - self._scrolled < STILL_SECONDS):
            self._later.start()
