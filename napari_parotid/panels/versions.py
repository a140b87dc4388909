"""What is asked and shown about model versions beside the learning panel: the comparison, reasons, files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QMessageBox,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from napari_parotid.looks import points, shade
from napari_parotid.panels import files
from napari_parotid.panels.common import allow, ask_text, open_wide, sentence, wrapped
from napari_parotid.tr import mark, tr
from parotid_training.labels import Structure
from parotid_training.learn.gate import READERS
from parotid_training.learn.verdict import MISSED, headline
from parotid_training.workspace.parcel import SUFFIX, WARNING

if TYPE_CHECKING:
    from pathlib import Path

    from napari_parotid.version_history import Happening
    from parotid_training.learn.verdict import Row

TIMELINE = (mark("When"), mark("Version"), mark("Learned from"), mark("Judged by"), mark("What came of it"))
HEAD = ("", mark("Studies"), mark("Before"), mark("New"), mark("Change"), "")
_WHAT = {
    "DSC": mark("overlap (Dice)"),
    "surface Dice": mark("outline within 2 mm"),
    "worst case DSC": mark("overlap, the study that lost most"),
    MISSED: mark("not found"),
    "false findings": mark("drawn where there is none"),
}
FALSE_FINDINGS = "false findings"  # no words
_COUNTS = (MISSED, FALSE_FINDINGS)
_NAMES = {Structure.GLAND: mark("Gland"), Structure.TUMOUR: mark("Tumour")}
_WHERE = {"hold-out": mark("your held-out studies"), "base": mark("the built-in set")}


def cells(row: Row) -> tuple[str, ...]:
    """Return a line of the comparison as a reader sees it."""
    name = f"{tr(_NAMES[row.structure])}: {tr(_WHAT.get(row.measure, row.measure))}, {tr(_WHERE[row.source])}"
    if row.measure in _COUNTS:
        return name, str(row.cases), f"{row.incumbent:.0f}", f"{row.candidate:.0f}", "", _mark(row)
    change = f"{row.candidate - row.incumbent:+.3f}"
    if row.low is not None and row.high is not None:
        change += "  " + tr("({low:+.3f} to {high:+.3f})", low=row.low, high=row.high)
    return name, str(row.cases), f"{row.incumbent:.3f}", f"{row.candidate:.3f}", change, _mark(row)


def _mark(row: Row) -> str:
    return tr("ok") if row.passed else tr("not good enough")


class _TableWindow(QDialog):
    """A table in a window that is as high as its rows, as far as the screen holds them.

    Parameters
    ----------
    heads
        What stands over the columns, as a reader sees it.
    figures
        The columns that hold figures, which stand at the right.
    """

    def __init__(
        self, heads: tuple[str, ...], rows: list[tuple[str, ...]], figures: range, parent: QWidget | None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.column = QVBoxLayout(self)
        # Qt takes wrapped words for as high as a narrow column of them is.
        self.column.setSizeConstraint(QVBoxLayout.SizeConstraint.SetNoConstraint)
        self.table = QTableWidget(len(rows), len(heads))
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.verticalHeader().hide()
        for m, head in enumerate(heads):
            self.table.setHorizontalHeaderItem(m, _item(head, figure=m in figures))
            for n, texts in enumerate(rows):
                self.table.setItem(n, m, _item(texts[m], figure=m in figures))
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)

    def showEvent(self, event: Any) -> None:
        """Take the height of the rows, which is known once the columns have their widths."""
        super().showEvent(event)
        lacking = self.table.verticalHeader().length() - self.table.viewport().height()
        self.resize(self.width(), min(self.height() + lacking, self.screen().availableSize().height() - 60))

    def _add_buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        self.column.addWidget(buttons)
        return buttons


def _item(text: str, *, figure: bool) -> QTableWidgetItem:
    item = QTableWidgetItem(text)
    side = Qt.AlignmentFlag.AlignRight if figure else Qt.AlignmentFlag.AlignLeft
    item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
    return item


class Comparison(_TableWindow):
    """The table behind a verdict: the version in use beside the new one.

    Parameters
    ----------
    verdict, judged_by, rows
        Of a `LearningStatus`.
    """

    def __init__(self, verdict: str, judged_by: str, rows: tuple[Row, ...], parent: QWidget | None = None) -> None:
        super().__init__(tuple(tr(head) for head in HEAD), [cells(row) for row in rows], range(1, 5), parent)
        self.setWindowTitle(tr("Comparison of the last round of learning"))
        open_wide(self, 1040, 420)
        self.table.setSelectionMode(QTableWidget.SelectionMode.NoSelection)
        self.table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        for n, row in enumerate(rows):
            for m in range(len(HEAD) if not row.passed else 0):
                self.table.item(n, m).setForeground(shade("warn"))
        self.table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.column.addWidget(sentence(verdict))
        self.column.addWidget(sentence(judged_by, faint=True))
        self.column.addWidget(self.table, 1)
        words = tr(
            "Overlap and outline go from 0 to 1, which is perfect; what is not found, or drawn where there is none, is "
            'a number of studies. In brackets: what the change may really be, with 90 % confidence. "Before" is the '
            "version in use on your studies, and the shipped version on the built-in set. Where a mask was accepted as "
            "it was proposed, {readers:.2f} is enough: two readers do not agree more closely. A structure that neither "
            "version finds is left out of the means.",
            readers=READERS,
        )
        self.column.addWidget(sentence(words, faint=True))
        self._add_buttons()


class Timeline(_TableWindow):
    """What became of the model so far, newest first; each version in it can be used again."""

    version_wanted = Signal(str)

    def __init__(self, lines: tuple[Happening, ...], current: str, why_not: str, parent: QWidget | None = None) -> None:
        self._lines, self._current, self._why_not = lines, current, why_not
        rows = [_told(line, in_use=bool(line.model_id) and line.model_id == current) for line in lines]
        super().__init__(tuple(tr(head) for head in TIMELINE), rows, range(0), parent)
        self.setWindowTitle(tr("Versions and rounds of learning"))
        open_wide(self, 1000, 460)
        self.table.setWordWrap(True)
        for n, line in enumerate(lines):
            self.table.item(n, len(TIMELINE) - 1).setToolTip(wrapped(line.words))
        # Qt forgets the sides' padding when it asks how high wrapped words are, and cuts the last line off.
        self.table.setStyleSheet("QTableView::item { padding: 3px 0px; }")
        self.table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QTableWidget.SelectionMode.SingleSelection)
        head = self.table.horizontalHeader()
        for names in (2, 3):
            # There may be many: they are wrapped.
            head.setSectionResizeMode(names, QHeaderView.ResizeMode.Interactive)
            head.resizeSection(names, round(points(160)))
        head.setSectionResizeMode(4, QHeaderView.ResizeMode.Stretch)
        self.column.addWidget(self.table, 1)
        buttons = self._add_buttons()
        self.use = buttons.addButton(tr("Use this version"), QDialogButtonBox.ButtonRole.ActionRole)
        self.use.setToolTip(tr("Use this version from the next study on"))
        self.use.clicked.connect(self._use)
        self.table.itemSelectionChanged.connect(self._allow)
        self._allow()

    def _chosen(self) -> str:
        rows = self.table.selectionModel().selectedRows()
        return self._lines[rows[0].row()].model_id if rows else ""

    def _allow(self) -> None:
        chosen = self._chosen()
        allow(self.use, bool(chosen) and chosen != self._current and not self._why_not, self._why_not)

    def _use(self) -> None:
        self.version_wanted.emit(self._chosen())
        self.accept()


def _told(line: Happening, *, in_use: bool) -> tuple[str, ...]:
    title = tr("{version} (in use)", version=line.title.partition(" (")[0]) if in_use else line.title
    when = tr("{when:%d %b %Y %H:%M}", when=line.when.astimezone())
    return when, title, ", ".join(line.learned), ", ".join(line.held_out), headline(line.words)


def ask_again(parent: QWidget) -> bool:
    """Ask whether to learn although nothing new was accepted: only the reader knows what else became new."""
    words = tr(
        "Nothing new was accepted since the last round of learning. Unless the program or its settings changed since, "
        "it would bring the same version again."
    )
    return _ask(parent, tr("Learn all the same?"), words, tr("Learn now"))


def ask_in_vain(parent: QWidget) -> bool:
    """Ask whether to change the version in use while one is being learned, which then cannot be compared with it."""
    words = tr("A round of learning is running. If another version comes into use now, what it learns is not used.")
    return _ask(parent, tr("Use another version now?"), words, tr("Use it now"))


def ask_untried(parent: QWidget, version: str) -> bool:
    """Ask whether to use a version that came from a file: nothing here has shown yet what it can do."""
    words = tr(
        "{version} was imported and never compared on studies of this workspace: it may draw worse than the version "
        "in use.",
        version=version,
    )
    return _ask(parent, tr("Use it all the same?"), words, tr("Use it"))


def _ask(parent: QWidget, title: str, words: str, deed: str) -> bool:
    """Ask before a deed; to leave it is the default."""
    box = QMessageBox(QMessageBox.Icon.Question, title, words, parent=parent)
    go_on = box.addButton(deed, QMessageBox.ButtonRole.AcceptRole)
    stay = box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(stay)
    box.exec()
    return box.clickedButton() is go_on


def ask_why(parent: QWidget, verdict: str) -> str:
    """Ask why a refused version is to be used all the same; "" if the reader thinks better of it."""
    words = tr("{verdict}\n\nWhy is it to be used all the same? The reason is kept.", verdict=verdict)
    return ask_text(parent, tr("Use the refused version?"), words)


def ask_export(parent: QWidget, title: str, *, learned: bool) -> Path | None:
    """Ask where to write a version; of one that learned here it is first said what its weights may hold."""
    if learned:
        words = f"{tr('Export {version}?', version=title)}\n\n{tr(WARNING)}"
        box = QMessageBox(QMessageBox.Icon.Warning, tr("Export this version?"), words, parent=parent)
        go_on = box.addButton(tr("Export…"), QMessageBox.ButtonRole.AcceptRole)
        stay = box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(stay)
        box.exec()
        if box.clickedButton() is not go_on:
            return None
    return files.ask_file_to_write(parent, tr("Export this version"), f"{title}{SUFFIX}", _files(), SUFFIX)


def _files() -> str:
    return tr("Model version (*{ending})", ending=SUFFIX)


def ask_import(parent: QWidget) -> Path | None:
    """Ask for a version's file."""
    return files.ask_file(parent, tr("Import a version"), _files())
