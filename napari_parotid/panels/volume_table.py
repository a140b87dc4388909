"""The volumes of gland and tumour on each side, in millilitres."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QGridLayout, QLabel

from napari_parotid.messages import millilitres
from napari_parotid.tr import mark, tr

if TYPE_CHECKING:
    from collections.abc import Mapping

_ROWS = (
    ("gland", mark("Gland (ml)"), mark("Gland without the tumour, as in the worklist")),
    ("tumour", mark("Tumour (ml)"), mark("Tumour by itself, not counted to the gland")),
)
_SIDES = {
    "right": (mark("right"), mark("The patient's right")),
    "left": (mark("left"), mark("The patient's left")),
    "unknown": (mark("midline"), mark("Too near the midline to be called right or left")),
}
"""Heading and tip of each column; the last one is shown only where there is something in it."""


class VolumeTable(QGridLayout):
    """A line for each structure, a column for each side."""

    def __init__(self) -> None:
        super().__init__()
        self.heads: dict[str, QLabel] = {}
        self.cells: dict[tuple[str, str], QLabel] = {}
        self.setContentsMargins(0, 0, 0, 0)
        self.setVerticalSpacing(1)
        for column, (side, (title, tip)) in enumerate(_SIDES.items(), start=1):
            head = QLabel(tr(title))
            head.setToolTip(tr(tip))
            head.setAlignment(Qt.AlignmentFlag.AlignRight)
            self.addWidget(head, 0, column)
            self.heads[side] = head
        for line, (name, title, tip) in enumerate(_ROWS, start=1):
            words = QLabel(tr(title))
            words.setToolTip(tr(tip))
            self.addWidget(words, line, 0)
            for column, side in enumerate(_SIDES, start=1):
                cell = QLabel("–")
                cell.setAlignment(Qt.AlignmentFlag.AlignRight)
                cell.setToolTip(tr(tip))
                self.addWidget(cell, line, column)
                self.cells[name, side] = cell

    def show(self, volumes: Mapping[str, Mapping[str, float]] | None) -> None:
        """Show millilitres per structure and side."""
        for (name, side), cell in self.cells.items():
            value = 0.0 if volumes is None else volumes[name][side]
            cell.setText(millilitres(value) if value else "–")
        unsure = volumes is not None and any(volumes[name]["unknown"] for name, _, _ in _ROWS)
        for widget in (self.heads["unknown"], *(self.cells[name, "unknown"] for name, _, _ in _ROWS)):
            widget.setVisible(unsure)
