"""The bar over a workspace that can only be looked at, with the way to work in it once the other window is closed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QTimer, Signal
from qtpy.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget

from napari_parotid.mask_in_hand import READ_ONLY
from napari_parotid.panels.common import row, sentence
from napari_parotid.tr import mark, tr

if TYPE_CHECKING:
    from collections.abc import Callable

LOOK_MS = 2000
"""How often it is looked whether the other window is still there."""
FREE = mark("The other window was closed. You can work here now.")
STILL = mark("The other window is still open. Close it to work here; until then this one only looks.")


class ElsewhereBar(QFrame):
    """Says that nothing can be changed here, and since when that is over.

    Parameters
    ----------
    is_free
        Whether the other window is gone; asked at every look.
    """

    work_wanted = Signal()
    """The other window is gone and the reader wants to work here."""

    def __init__(self, is_free: Callable[[], bool], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("elsewhereBar")
        self._is_free = is_free
        self.text = sentence(tr(READ_ONLY))
        self.again = QPushButton(tr("Try again"))
        self.again.setToolTip(tr("Work here, if the other window was closed"))
        self.again.clicked.connect(self._try)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 4, 6, 4)
        column.addLayout(row(self.text, self.again, stretch=self.text))
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> bool:
        """Say whether the other window is gone, on the screen and to the caller."""
        free = self._is_free()
        self.text.setText(tr(FREE if free else READ_ONLY))
        self.again.setText(tr("Work here") if free else tr("Try again"))
        return free

    def _try(self, _: Any = None) -> None:
        if self.look():
            self.work_wanted.emit()
        else:
            self.text.setText(tr(STILL))
