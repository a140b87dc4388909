"""The learning: how far it is, what the gate said, and which versions there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QPointF, QRectF, QSignalBlocker, Qt, Signal
from qtpy.QtGui import QColor, QPainter, QPen, QPolygonF
from qtpy.QtWidgets import QComboBox, QWidget

from napari_parotid.messages import LearningState
from napari_parotid.panels.common import Panel, button, row, sentence, set_fraction, thin_bar

if TYPE_CHECKING:
    from napari_parotid.messages import LearningStatus

FAINT = QColor("#9aa3ae")
_COLOURS = {LearningState.PROMOTED: "#4cc38a", LearningState.REFUSED: "#f0b35a", LearningState.FAILED: "#ef7d88"}


class Curve(QWidget):
    """How far the model was from the accepted masks, step by step: a thin line with both its ends in figures."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.points: tuple[tuple[int, float], ...] = ()
        self.setFixedHeight(3 * self.fontMetrics().height() + 48)
        self.setToolTip("Training error at each step of the learning; the verdict is by studies held back from it")

    def set_points(self, points: tuple[tuple[int, float], ...]) -> None:
        """Show these (step, loss)."""
        self.points = points
        self.setVisible(len(points) > 1)
        self.update()

    @property
    def words(self) -> tuple[str, str, str]:
        """What stands above the line, and below its left and its right end."""
        (first, start), (last, now) = self.points[0], self.points[-1]
        return f"Training error: {start:.2f} at first, {now:.2f} now", f"step {first}", f"step {last}"

    def paintEvent(self, event: Any) -> None:
        """Draw the line between its words."""
        if len(self.points) < 2:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(FAINT)
        head, low, high = self.words
        line, flag = self.fontMetrics().height(), Qt.AlignmentFlag
        whole = self.rect().adjusted(0, 0, 0, -2)
        painter.drawText(whole, int(flag.AlignLeft | flag.AlignTop), head)
        painter.drawText(whole, int(flag.AlignLeft | flag.AlignBottom), low)
        painter.drawText(whole, int(flag.AlignRight | flag.AlignBottom), high)
        losses = [loss for _, loss in self.points]
        most, least = max(losses), min(losses)
        figures = f"{most:.2f}", f"{least:.2f}"
        left = max(self.fontMetrics().horizontalAdvance(figure) for figure in figures) + 8
        area = QRectF(left, line + 6, self.width() - left - 2, self.height() - 2 * line - 14)
        for figure, y in zip(figures, (area.top(), area.bottom()), strict=True):
            painter.drawText(QRectF(0, y - line / 2, left - 6, line), int(flag.AlignRight | flag.AlignVCenter), figure)
        painter.setPen(QPen(QColor("#4b5563"), 1))
        painter.drawPolyline(QPolygonF([area.topLeft(), area.bottomLeft(), area.bottomRight()]))
        painter.setPen(QPen(QColor("#5aa9d6"), 1.5))
        painter.drawPolyline(self._line(area, least, most))
        painter.end()

    def _line(self, area: QRectF, least: float, most: float) -> QPolygonF:
        first = self.points[0][0]
        across, up = max(self.points[-1][0] - first, 1), max(most - least, 1e-9)
        return QPolygonF(
            [
                QPointF(
                    area.left() + area.width() * (step - first) / across,
                    area.top() + area.height() * (most - loss) / up,
                )
                for step, loss in self.points
            ]
        )


class LearningPanel(Panel):
    """Follows the fine-tuning and lists the model versions."""

    learn_wanted = Signal()
    cancel_wanted = Signal()
    version_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Learning", parent)
        self.words = self.add(sentence())
        self.bar = self.add(thin_bar())
        self.curve = self.add(Curve())
        self.verdict = self.add(sentence())
        self.learn = button("Learn now", "fa6s.graduation-cap", "Let the model learn from all accepted studies")
        self.cancel = button("Cancel", "fa6s.xmark", "Stop learning; the version in use stays")
        self.learn.clicked.connect(self.learn_wanted)
        self.cancel.clicked.connect(self.cancel_wanted)
        self.add(row(self.learn, self.cancel, stretch=self.learn))
        self.versions = QComboBox()
        self.versions.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.use = button("Use", "", "Use this version from the next study on")
        self.use.clicked.connect(lambda: self.version_wanted.emit(self.versions.currentData()))
        self.versions.currentIndexChanged.connect(self._allow_use)
        self.add(row(self.versions, self.use, stretch=self.versions))
        self.column.addStretch(1)
        self._current = ""

    def set_status(self, status: LearningStatus) -> None:
        """Show where the learning stands."""
        running = status.state.running
        self.words.setText(status.words or _resting(status))
        self.bar.setVisible(running)
        set_fraction(self.bar, status.fraction)
        self.curve.set_points(status.losses)
        self.verdict.setText(status.verdict)
        self.verdict.setVisible(bool(status.verdict))
        self.verdict.setStyleSheet(f"color: {_COLOURS.get(status.state, '#9aa3ae')};")
        self.learn.setEnabled(not running)
        self.cancel.setVisible(running)
        self.cancel.setEnabled(status.can_cancel)
        self._list(status)

    def _list(self, status: LearningStatus) -> None:
        current = next((v.model_id for v in status.versions if v.current), "")
        # What came into use is shown; otherwise what a person had chosen in the list stays.
        chosen = self.versions.currentData() if current == self._current else current
        self._current = current
        listed = [self.versions.itemData(n) for n in range(self.versions.count())]
        if listed != [v.model_id for v in status.versions] or chosen != self.versions.currentData():
            with QSignalBlocker(self.versions):
                self.versions.clear()
                for version in status.versions:
                    self.versions.addItem(version.title, version.model_id)
                self.versions.setCurrentIndex(max(0, self.versions.findData(chosen)))
        for n, version in enumerate(status.versions):
            self.versions.setItemText(n, version.title + (" — in use" if version.current else ""))
            self.versions.setItemData(n, version.note, Qt.ItemDataRole.ToolTipRole)
        self._allow_use()

    def _allow_use(self) -> None:
        self.use.setEnabled(bool(self.versions.currentData()) and self.versions.currentData() != self._current)


def _resting(status: LearningStatus) -> str:
    waiting = status.waiting_cases
    if not waiting:
        return "Nothing new to learn from."
    return f"{waiting} new accepted stud{'ies' if waiting > 1 else 'y'} to learn from."
