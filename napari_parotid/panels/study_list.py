"""The list of studies under hand and keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QAbstractItemView, QListWidget

from napari_parotid.panels.study_entry import SMALL

if TYPE_CHECKING:
    from qtpy.QtWidgets import QWidget


class StudyList(QListWidget):
    """Arrows walk, Enter opens."""

    returned = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUniformItemSizes(True)
        # Or there is air below the last study.
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setProperty("kind", "studies")
        self.setMinimumHeight(2 * (SMALL + 10))

    def resizeEvent(self, event: Any) -> None:
        """Keep the study that is chosen in sight."""
        super().resizeEvent(event)
        if self.currentItem() is not None:
            self.scrollToItem(self.currentItem())

    def keyPressEvent(self, event: Any) -> None:
        """Open on Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentItem() is not None:
            self.returned.emit(self.currentItem())
            return
        super().keyPressEvent(event)
