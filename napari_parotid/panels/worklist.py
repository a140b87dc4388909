"""The worklist: one entry a study, with how far it is in a picture and in a word."""

from __future__ import annotations

import time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QRect, QSize, Qt, Signal
from qtpy.QtGui import QColor, QFont, QIcon, QPainter
from qtpy.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QWidget,
)

from napari_parotid.panels.common import Panel, button, icon, sentence
from parotid_training.workspace.records import StudyState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parotid_training.workspace.records import StudyRecord

RECORD = int(Qt.ItemDataRole.UserRole)
OPEN = RECORD + 1

PICTURES: dict[StudyState, tuple[str, str]] = {
    StudyState.NEW: ("fa6.circle", "#9aa3ae"),
    StudyState.PROPOSED: ("fa6s.wand-magic-sparkles", "#5aa9d6"),
    StudyState.IN_CORRECTION: ("fa6s.pen", "#f0b35a"),
    StudyState.ACCEPTED: ("fa6s.circle-check", "#4cc38a"),
}
"""Icon and colour of each state; the word beside them says the same."""

FAINT = QColor("#a8b0ba")
NOBODY = "No studies yet. Add a folder with DICOM or NIfTI files, or drag one here."


class WorklistPanel(Panel):
    """Lists the studies of the workspace. Signals up, `set_records` down."""

    study_chosen = Signal(str)
    folder_dropped = Signal(object)
    """A `Path` dragged in."""
    add_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Worklist", parent)
        self.list = StudyList(self)
        self.list.setItemDelegate(StudyDelegate(self.list))
        self.list.itemClicked.connect(self._choose)
        self.list.returned.connect(self._choose)
        self.empty = sentence(NOBODY, faint=True)
        self.add(self.empty)
        self.column.addWidget(self.list, 1)
        self.add_study = self.add(button("Add study…", "fa6s.folder-plus", "Open a folder of DICOM or NIfTI files"))
        self.add_study.clicked.connect(self.add_wanted)
        self.setAcceptDrops(True)
        self._chosen = ("", 0.0)
        self.set_records((), "")

    def set_records(self, records: Sequence[StudyRecord], study_id: str) -> None:
        """Show these studies, with the open one marked.

        Parameters
        ----------
        records
            Oldest first.
        study_id
            The open study; "" for none.
        """
        current = self.list.currentItem()
        kept = current.data(RECORD).study_id if current is not None else ""
        self.list.clear()
        for record in records:
            item = QListWidgetItem(self.list)
            item.setData(RECORD, record)
            item.setData(OPEN, record.study_id == study_id)
            item.setToolTip(f"{record.title}: {record.state.value}\nAdded {record.added:%d %B %Y}")
            # What a screen reader says.
            item.setData(
                int(Qt.ItemDataRole.AccessibleTextRole),
                ", ".join(filter(None, (record.title, state_words(record), *lines(record)))),
            )
            if record.study_id == (study_id or kept):
                self.list.setCurrentItem(item)
        self.empty.setVisible(not records)
        self.list.setVisible(bool(records))
        # The place of the hidden list must not be shared out among the rest.
        self.column.setStretch(self.column.indexOf(self.empty), 0 if records else 1)

    def _choose(self, item: QListWidgetItem) -> None:
        chosen = item.data(RECORD).study_id
        before, when = self._chosen
        # A double click is one wish.
        if chosen == before and time.monotonic() - when < QApplication.doubleClickInterval() / 1000:
            return
        self._chosen = (chosen, time.monotonic())
        if not item.data(OPEN):
            self.study_chosen.emit(chosen)

    def dragEnterEvent(self, event: Any) -> None:
        """Welcome folders and files."""
        if dropped_path(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: Any) -> None:
        """Pass a folder on."""
        path = dropped_path(event)
        if path is not None:
            event.acceptProposedAction()
            self.folder_dropped.emit(path)


def dropped_path(event: Any) -> Path | None:
    """Return the one local file or folder of a drag; None for everything else."""
    urls = event.mimeData().urls() if event.mimeData().hasUrls() else []
    return Path(urls[0].toLocalFile()) if len(urls) == 1 and urls[0].isLocalFile() else None


def lines(record: StudyRecord) -> tuple[str, str]:
    """Return the two lines below a study's title: its sequences, and what is drawn."""
    roles = " · ".join(role.value for role in record.roles) or "not opened yet"
    parts = []
    if record.gland_ml is not None:
        parts.append(f"gland {record.gland_ml:.0f} ml")
    if record.tumour_ml:
        parts.append(f"tumour {record.tumour_ml:.1f} ml")
    return roles, " · ".join(parts)


def state_words(record: StudyRecord) -> str:
    """Return how far a study is, as it stands beside the title."""
    return str(record.state.value).capitalize()


class StudyList(QListWidget):
    """Arrows walk, Enter opens."""

    returned = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUniformItemSizes(True)
        self.setMinimumHeight(170)

    def keyPressEvent(self, event: Any) -> None:
        """Open on Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentItem() is not None:
            self.returned.emit(self.currentItem())
            return
        super().keyPressEvent(event)


class StudyDelegate(QStyledItemDelegate):
    """Draws one study on three lines."""

    def sizeHint(self, option: Any, index: Any) -> QSize:
        """Three lines and a little air."""
        return QSize(120, 3 * option.fontMetrics.height() + 14)

    def paint(self, painter: QPainter, option: Any, index: Any) -> None:
        """Draw icon, title and two lines; the open study has a bar at its left."""
        record = index.data(RECORD)
        if record is None:
            return
        painter.save()
        area = option.rect.adjusted(0, 1, 0, -1)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if index.data(OPEN):
            painter.fillRect(area, QColor("#2f4b63"))
            painter.fillRect(QRect(area.left(), area.top(), 3, area.height()), QColor("#5aa9d6"))
        elif selected or option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(area, QColor("#3d4653"))
        if selected and option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QColor("#5aa9d6"))
            painter.drawRect(area.adjusted(0, 0, -1, -1))
        height = option.fontMetrics.height()
        name, colour = PICTURES[record.state]
        _picture(name, colour).paint(painter, QRect(area.left() + 10, area.top() + 5, 16, 16))
        text = area.adjusted(34, 4, -6, -4)
        bold = QFont(option.font)
        bold.setBold(True)
        roles, volumes = lines(record)
        first, second, third = (
            QRect(text.left(), text.top() + line * (height + 2), text.width(), height) for line in range(3)
        )
        state = state_words(record)
        painter.setFont(option.font)
        room = painter.fontMetrics().horizontalAdvance(state) + 1
        _write(painter, first.adjusted(first.width() - room, 0, 0, 0), state, option.font, QColor(colour))
        _write(painter, first.adjusted(0, 0, -room - 8, 0), record.title, bold, QColor("#f0f1f2"))
        _write(painter, second, roles, option.font, FAINT)
        _write(painter, third, volumes, option.font, FAINT)
        painter.restore()


def _write(painter: QPainter, place: QRect, words: str, font: QFont, shade: QColor) -> None:
    painter.setFont(font)
    painter.setPen(shade)
    shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, place.width())
    painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter), shown)


@cache
def _picture(name: str, colour: str) -> QIcon:
    return icon(name, colour)
