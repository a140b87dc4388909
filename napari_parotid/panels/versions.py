"""What is asked and shown about model versions beside the learning panel: the comparison, reasons, files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtCore import Qt
from qtpy.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHeaderView,
    QInputDialog,
    QMessageBox,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from napari_parotid.looks import shade
from napari_parotid.panels.common import sentence
from parotid_training.workspace.parcel import SUFFIX, WARNING

if TYPE_CHECKING:
    from parotid_training.learn.verdict import Row

FILES = f"Model version (*{SUFFIX})"
HEAD = ("", "Studies", "In use", "New", "Change", "")
_WHAT = {
    "DSC": "overlap (Dice)",
    "surface Dice": "outline within 2 mm",
    "worst case DSC": "overlap, worst case",
    "false findings": "drawn where there is none",
}
_WHERE = {"hold-out": "your held-out studies", "base": "the built-in set"}


def cells(row: Row) -> tuple[str, ...]:
    """Return a line of the comparison as a reader sees it."""
    name = f"{row.structure.name.capitalize()}: {_WHAT[row.measure]}, {_WHERE[row.source]}"
    if row.measure == "false findings":
        return name, str(row.cases), f"{row.incumbent:.0f}", f"{row.candidate:.0f}", "", _mark(row)
    change = f"{row.candidate - row.incumbent:+.3f}"
    if row.low is not None and row.high is not None:
        change += f"  ({row.low:+.3f} to {row.high:+.3f})"
    return name, str(row.cases), f"{row.incumbent:.3f}", f"{row.candidate:.3f}", change, _mark(row)


def _mark(row: Row) -> str:
    return "ok" if row.passed else "not good enough"


class Comparison(QDialog):
    """The table behind a verdict: the version in use beside the new one."""

    def __init__(self, verdict: str, rows: tuple[Row, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Comparison of the last round of learning")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(880, 420)
        column = QVBoxLayout(self)
        column.addWidget(sentence(verdict))
        self.table = QTableWidget(len(rows), len(HEAD))
        self.table.setHorizontalHeaderLabels(HEAD)
        self.table.verticalHeader().hide()
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setSelectionMode(QTableWidget.SelectionMode.NoSelection)
        self.table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        for n, row in enumerate(rows):
            for m, text in enumerate(cells(row)):
                item = QTableWidgetItem(text)
                if 0 < m < len(HEAD) - 1:
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                if not row.passed:
                    item.setForeground(shade("warn"))
                self.table.setItem(n, m, item)
        head = self.table.horizontalHeader()
        head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        column.addWidget(self.table, 1)
        column.addWidget(
            sentence("In brackets: between which the mean change lies with 90 % confidence. 1 is perfect.", faint=True)
        )
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)


def ask_why(parent: QWidget, verdict: str) -> str:
    """Ask why a refused version is to be used all the same; "" if the reader thinks better of it."""
    text, sure = QInputDialog.getText(
        parent, "Use the refused version?", f"{verdict}\n\nWhy is it to be used all the same? The reason is kept."
    )
    return text.strip() if sure else ""


def ask_export(parent: QWidget, title: str, *, learned: bool) -> Path | None:
    """Ask where to write a version; of one that learned here it is first said what its weights may hold."""
    if learned:
        box = QMessageBox(QMessageBox.Icon.Warning, "Export this version?", WARNING, parent=parent)
        go_on = box.addButton("Export…", QMessageBox.ButtonRole.AcceptRole)
        stay = box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(stay)
        box.exec()
        if box.clickedButton() is not go_on:
            return None
    chosen, _ = QFileDialog.getSaveFileName(parent, "Export this version", f"{title}{SUFFIX}", FILES)
    return None if not chosen else Path(chosen if chosen.endswith(SUFFIX) else chosen + SUFFIX)


def ask_import(parent: QWidget) -> Path | None:
    """Ask for a version's file."""
    chosen, _ = QFileDialog.getOpenFileName(parent, "Import a version", "", FILES)
    return Path(chosen) if chosen else None
