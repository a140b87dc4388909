"""The lines of a round of learning: its training error, and what held-out studies say of it meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QPointF, QRectF, QSize, Qt
from qtpy.QtGui import QColor, QPainter, QPen, QPolygonF
from qtpy.QtWidgets import QSizePolicy, QWidget

from napari_parotid.looks import shade
from napari_parotid.tr import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

Points = tuple[tuple[int, float], ...]
_LEFT, _RIGHT = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight


class Curve(QWidget):
    """Two thin lines over the steps, each with a scale of its own: the error at the left, the Dice at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.points: Points = ()
        self.held_out: Points = ()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setToolTip(
            tr(
                "Training error at each step, and now and then the overlap (Dice) of the gland on studies held back; "
                "the verdict is by all of those"
            )
        )

    def sizeHint(self) -> QSize:
        """Return room for the lines and for the words above and below."""
        return QSize(120, (len(self.words) + 1) * self.fontMetrics().height() + 48)

    def set_points(self, points: Points, held_out: Points = ()) -> None:
        """Show these (step, loss) and (step, Dice)."""
        self.points, self.held_out = points, held_out
        self.setVisible(len(points) > 1)
        self.updateGeometry()
        self.update()

    @property
    def words(self) -> tuple[str, ...]:
        """What stands above the lines."""
        said = []
        if self.points:
            start, now = self.points[0][1], self.points[-1][1]
            said.append(tr("Training error: {start:.2f} at first, {now:.2f} now", start=start, now=now))
        if self.held_out:
            start, now = self.held_out[0][1], self.held_out[-1][1]
            said.append(tr("Held-out gland: {start:.2f} at first, {now:.2f} now", start=start, now=now))
        return tuple(said)

    def paintEvent(self, event: Any) -> None:
        """Draw the lines between their words."""
        if len(self.points) < 2:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = self.fontMetrics().height()
        width = self.fontMetrics().horizontalAdvance("0.00") + 8
        colours = shade("mark"), shade("good")
        for n, words in enumerate(self.words):
            self._write(painter, QRectF(0, n * line, self.width(), line), words, colours[n], _LEFT)
        top = len(self.words) * line + 6
        area = QRectF(width, top, self.width() - 2 * width, self.height() - top - line - 8)
        below = QRectF(0, self.height() - line - 2, self.width(), line)
        first, last = self._span
        self._write(painter, below, tr("step {first}", first=first), shade("faint"), _LEFT)
        self._write(painter, below, tr("step {last}", last=last), shade("faint"), _RIGHT)
        painter.setPen(QPen(shade("line"), 1))
        painter.drawPolyline(QPolygonF([area.topLeft(), area.bottomLeft(), area.bottomRight()]))
        for points, colour, side in zip((self.points, self.held_out), colours, (_LEFT, _RIGHT), strict=True):
            if points:
                self._draw(painter, area, points, colour, side)
        painter.end()

    @property
    def _span(self) -> tuple[int, int]:
        steps = [step for step, _ in (*self.points, *self.held_out)]
        return min(steps), max(steps)

    def _draw(self, painter: QPainter, area: QRectF, points: Points, colour: QColor, side: Qt.AlignmentFlag) -> None:
        """Draw one line, its scale at one side."""
        values = [value for _, value in points]
        least, most = min(values), max(values)
        line = self.fontMetrics().height()
        for value, y in {most: area.top(), least: area.bottom() if most > least else area.top()}.items():
            left = 0.0 if side is _LEFT else area.right() + 6
            place = QRectF(left, y - line / 2, area.left() - 6, line)
            self._write(painter, place, f"{value:.2f}", colour, _RIGHT if side is _LEFT else _LEFT)
        painter.setPen(QPen(colour, 1.5))
        placed = self._place(area, points, least, most)
        painter.drawPolyline(QPolygonF(placed))
        if side is _RIGHT:  # they are few
            painter.setBrush(colour)
            for dot in placed:
                painter.drawEllipse(dot, 2.5, 2.5)

    def _place(self, area: QRectF, points: Sequence[tuple[int, float]], least: float, most: float) -> list[QPointF]:
        first, last = self._span
        across, up = max(last - first, 1), max(most - least, 1e-9)
        return [
            QPointF(
                area.left() + area.width() * (step - first) / across,
                area.top() + area.height() * (most - value) / up,
            )
            for step, value in points
        ]

    @staticmethod
    def _write(painter: QPainter, place: QRectF, words: str, colour: QColor, side: Qt.AlignmentFlag) -> None:
        painter.setPen(colour)
        painter.drawText(place, int(side | Qt.AlignmentFlag.AlignVCenter), words)
