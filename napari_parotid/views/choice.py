"""Choosing the sequence of a picture by its name."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from qtpy.QtCore import Qt, Signal
from qtpy.QtGui import QFont, QFontMetrics
from qtpy.QtWidgets import QApplication, QMenu, QToolButton, QWidget

from napari_parotid import looks
from napari_parotid.tr import tr
from napari_parotid.views.overlay import MARGIN, TITLE_POINTS

if TYPE_CHECKING:
    from collections.abc import Sequence

STYLE = """
QToolButton { background: transparent; border: 1px solid transparent; border-radius: 3px; }
QToolButton:hover, QToolButton:focus { border-color: rgba(255, 255, 255, 130); }
QToolButton::menu-indicator { image: none; }
"""


class SequenceChoice(QToolButton):
    """A button without a face over the name that is written on the picture, with a menu of all sequences."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setStyleSheet(STYLE)
        # A press leaves the keys to the picture; Tab comes here.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setToolTip(tr("Show another sequence in this picture"))
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setMenu(QMenu(self))
        self._title = ""
        self.offered = False
        """Whether there is anything to choose from."""
        self.hide()

    def set_choice(self, index: int, titles: Sequence[str], details: Sequence[str] = ()) -> None:
        """Offer these sequences, the one that is shown marked; what more is known of each stands behind its name."""
        menu = self.menu()
        menu.clear()
        for n, title in enumerate(titles):
            more = details[n] if n < len(details) else ""
            # A tab sets the second column apart, and an ampersand would be taken for a key.
            line = menu.addAction(f"{title}\t{more}".strip().replace("&", "&&"))
            line.setCheckable(True)
            line.setChecked(n == index)
            line.triggered.connect(partial(self._choose, n))
        self.offered = len(titles) > 1
        self.setVisible(self.offered)
        self._title = titles[index]
        self.setAccessibleName(f"{self._title}: {self.toolTip()}")
        self.fit()

    def fit(self) -> None:
        """Cover the name at the text size of now."""
        font = QFont(QApplication.font())
        font.setPointSizeF(looks.points(TITLE_POINTS))
        font.setBold(True)
        metrics = QFontMetrics(font)
        width = metrics.horizontalAdvance(f"{self._title} ▾") + 8
        self.setGeometry(MARGIN - 4, MARGIN - 4, width, metrics.height() + 6)

    def _choose(self, index: int, checked: bool = True) -> None:
        self.chosen.emit(index)
