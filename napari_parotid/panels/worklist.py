"""The worklist: the studies of the workspace, searched, sorted and filtered."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QSignalBlocker, Qt, Signal
from qtpy.QtWidgets import (
    QApplication,
    QComboBox,
    QLineEdit,
    QListWidgetItem,
    QSizePolicy,
    QWidget,
)

from napari_parotid.panels.common import Choice, Panel, button, row, sentence
from napari_parotid.panels.sorting import Order, fits, sort
from napari_parotid.panels.study_entry import (
    OPEN,
    RECORD,
    REMARK,
    THUMBNAIL,
    VERSION,
    StudyDelegate,
    lines,
    remark,
    share_words,
    state_words,
)
from napari_parotid.panels.study_list import StudyList
from napari_parotid.tr import capital, mark, tr
from parotid_training.workspace.records import StudyState

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from parotid_training.workspace.records import StudyRecord

NOBODY = mark("No studies yet. Add a folder with DICOM or NIfTI files, or drag one here.")
COMFORTABLE = 5
"""So many studies are to be seen at once, if there are so many."""
NONE_FITS = mark("No study fits what you look for.")


class WorklistPanel(Panel):
    """Lists the studies of the workspace. Signals up, `set_records` down.

    Parameters
    ----------
    thumbnail
        Where the small picture of a study lies, by its id; there may be none yet.
    """

    study_chosen = Signal(str)
    folder_dropped = Signal(object)
    """A `Path` dragged in."""
    add_wanted = Signal()
    report_wanted = Signal()

    def __init__(self, thumbnail: Callable[[str], Path] | None = None, parent: QWidget | None = None) -> None:
        self.search = QLineEdit()
        super().__init__(tr("Worklist"), parent, beside=self.search)
        self._thumbnail = thumbnail
        self._records: tuple[StudyRecord, ...] = ()
        self._open = ""
        self._versions: Mapping[str, str] = {}
        self._left_out: Mapping[str, str] = {}
        self.search.setPlaceholderText(tr("Find a study"))
        self.search.setClearButtonEnabled(True)
        self.search.setToolTip(tr("Name, state, sequence or version (Ctrl+F)"))
        self.search.textChanged.connect(self._show)
        self.search.returnPressed.connect(self._open_first)
        self.state, self.order = Choice(), Choice()
        self.state.setToolTip(tr("Show studies of one state only"))
        self.order.setToolTip(tr("In which order the studies stand"))
        for order in Order:
            self.order.addItem(tr(order.value), order)
        for box in (self.state, self.order):
            box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(8)
            box.currentIndexChanged.connect(self._show)
        self._filters = QWidget()
        filters = row(self.state, self.order)
        self._filters.setLayout(filters)
        self.list = StudyList(self)
        self.list.setAccessibleName(tr("Worklist"))
        self.list.setItemDelegate(StudyDelegate(self.list))
        self.list.itemClicked.connect(self._choose)
        self.list.returned.connect(self._choose)
        self.empty = sentence(tr(NOBODY), faint=True)
        self.add(self._filters)
        self.add(self.empty)
        self.column.addWidget(self.list, 1)
        self.add_study = button(tr("Add study…"), "fa6s.folder-plus", tr("Open a folder of DICOM or NIfTI files"))
        self.add_study.clicked.connect(self.add_wanted)
        self.report = button(
            tr("Report of all…"), "fa6s.file-pdf", tr("Volumes and diameters of all accepted studies, as PDF and table")
        )
        self.report.clicked.connect(self.report_wanted)
        self.add(row(self.add_study, self.report))
        self.setAcceptDrops(True)
        self._chosen = ("", 0.0)
        self.set_records((), "")

    def set_records(
        self,
        records: Sequence[StudyRecord],
        study_id: str,
        versions: Mapping[str, str] | None = None,
        left_out: Mapping[str, str] | None = None,
    ) -> None:
        """Show these studies, with the open one marked.

        Parameters
        ----------
        records
            Oldest first.
        study_id
            The open study; "" for none.
        versions
            Titles of the model versions by their id.
        left_out
            Why studies were asked about that a reader left out of learning, by their id.
        """
        self._records, self._versions, self._left_out = tuple(records), versions or {}, left_out or {}
        came, self._open = study_id != self._open, study_id
        self._count_states()
        self.search.setEnabled(bool(records))
        self._filters.setVisible(bool(records))
        self.report.setVisible(bool(records))
        self._show()
        if came and study_id:
            self.list.setCurrentRow(self.ids().index(study_id) if study_id in self.ids() else -1)

    @property
    def comfortable(self) -> int:
        """How high it must be for a reader to choose at ease, pixels."""
        rows = min(COMFORTABLE, self.list.count()) * max(0, self.list.sizeHintForRow(0))
        high: int = self.minimumSizeHint().height() + max(0, rows - self.list.minimumHeight())
        return high

    def ids(self) -> list[str]:
        """Return the studies shown, from above."""
        return [self.list.item(n).data(RECORD).study_id for n in range(self.list.count())]

    def _count_states(self) -> None:
        kept = self.state.currentData()
        with QSignalBlocker(self.state):
            self.state.clear()
            self.state.addItem(tr("All ({n})", n=len(self._records)), None)
            for state in StudyState:
                count = sum(record.state is state for record in self._records)
                if count or state == kept:
                    self.state.addItem(f"{capital(tr(state.value))} ({count})", state)
            self.state.setCurrentIndex(max(0, self.state.findData(kept)) if kept is not None else 0)

    def _show(self, _: Any = None) -> None:
        wanted, words = self.state.currentData(), self.search.text()
        shown = [
            record
            for record in sort(self._records, Order(self.order.currentData()))
            if wanted in (None, record.state) and fits(record, words, self._version(record))
        ]
        items = [self.list.item(n) for n in range(self.list.count())]
        if self.ids() != [record.study_id for record in shown]:
            # Filled anew only where it must be: the place it is scrolled to is lost by that.
            current = self.list.currentItem()
            kept = current.data(RECORD).study_id if current is not None else ""
            self.list.clear()
            items = [QListWidgetItem(self.list) for _ in shown]
            for item, record in zip(items, shown, strict=True):
                item.setData(RECORD, record)
                if record.study_id == kept:
                    self.list.setCurrentItem(item)
        for item, record in zip(items, shown, strict=True):
            self._fill(item, record)
        self.empty.setText(tr(NONE_FITS if self._records else NOBODY))
        self.empty.setVisible(not shown)
        self.list.setVisible(bool(shown))
        # The place of the hidden list must not be shared out among the rest.
        self.column.setStretch(self.column.indexOf(self.empty), 0 if shown else 1)

    def _fill(self, item: QListWidgetItem, record: StudyRecord) -> None:
        version = self._version(record)
        item.setData(RECORD, record)
        item.setData(OPEN, record.study_id == self._open)
        item.setData(THUMBNAIL, self._picture_of(record.study_id))
        item.setData(VERSION, version)
        left_out = self._left_out.get(record.study_id, "")
        remarked = remark(record, left_out=bool(left_out))
        item.setData(REMARK, remarked)
        tip = [f"{record.title}: {tr(record.state.value)}"]
        if record.stood_for is not None:
            tip.append(tr("* Of a mask checked in {slices} only", slices=share_words(record)))
        tip += [tr("Accepted in spite of: {sentence}", sentence=sentence) for sentence in record.in_spite_of]
        if record.from_file:
            tip.append(tr("Began with a mask from a file"))
        if left_out:
            tip.append(tr("Left out of learning: {sentence}", sentence=left_out))
        if version:
            tip.append(tr("Proposed by {version}", version=version))
        unsure = None if record.from_file else record.unsure
        if unsure == 1.0:
            tip.append(tr("The model drew nothing"))
        elif unsure is not None:
            tip.append(tr("The model was unsure of {share:.0%} of its proposal", share=unsure))
        tip.append(tr("Added {day:%d %B %Y}", day=record.added))
        item.setToolTip("\n".join(tip))
        # What a screen reader says.
        words = (record.title, state_words(record), remarked, *lines(record), version)
        heard = ", ".join(filter(None, words))
        item.setData(int(Qt.ItemDataRole.AccessibleTextRole), heard)

    def _version(self, record: StudyRecord) -> str:
        return self._versions.get(record.model_id, "").partition(" (")[0]

    def _picture_of(self, study_id: str) -> tuple[str, int] | None:
        """Return a small picture's file and when it was made; None where there is none."""
        if self._thumbnail is None:
            return None
        path = self._thumbnail(study_id)
        try:
            return str(path), path.stat().st_mtime_ns
        except OSError:
            return None

    def _open_first(self) -> None:
        if self.list.count():
            self.list.setCurrentRow(0)
            # The keys that follow are tools, not words to look for.
            self.list.setFocus()
            self._choose(self.list.item(0))

    def keyPressEvent(self, event: Any) -> None:
        """Go from the search to the list."""
        if event.key() == Qt.Key.Key_Down and self.list.count():
            self.list.setFocus()
            self.list.setCurrentRow(max(0, self.list.currentRow()))
            return
        super().keyPressEvent(event)

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
