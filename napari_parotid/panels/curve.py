"""The lines of a round of learning: its error on the masks, and what held-out studies say of it meanwhile."""

from __future__ import annotations

from statistics import fmean
from typing import Any

import numpy as np
from qtpy.QtCore import QEvent, Qt
from qtpy.QtWidgets import QVBoxLayout, QWidget

from napari_parotid.looks import shade, tone
from napari_parotid.panels.common import sentence
from napari_parotid.tr import tr

Points = tuple[tuple[int, float], ...]
FEW = 20
"""So many steps at most are averaged at the beginning and now: one step's error says little, its pictures are few."""


class Curve(QWidget):
    """Two thin lines over the steps, each with a scale of its own: the error at the left, the Dice at the right.

    Under the mouse it tells the figures of that step.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.points: Points = ()
        self.held_out: Points = ()
        self.error, self.dice = sentence(), sentence()
        self._plot: _Plot | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        for label, shown in ((self.error, "mark"), (self.dice, "good")):
            tone(label, shown)
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            self._column.addWidget(label)
        self.setMouseTracking(True)
        self.setToolTip(
            tr(
                "How far the model is from what it learns from, your masks and synthetic heads, at each step (lower "
                "is better; the first figure and the last are means of some steps); and now and then how well it draws "
                "the gland of some held-out studies (overlap, 1 is perfect). The verdict counts all held-out studies."
            )
        )

    def set_points(self, points: Points, held_out: Points = ()) -> None:
        """Show these (step, loss) and (step, Dice)."""
        self.points, self.held_out = points, held_out
        self._say()
        if len(points) > 1:
            if self._plot is None:
                self._plot = _Plot()
                self._column.addWidget(self._plot.view)
                self._wear()
            self._plot.show(points, held_out)

    def _say(self, step: float | None = None) -> None:
        """Tell the figures of the beginning and of now; or those nearest to a step."""
        few = max(1, min(FEW, len(self.points) // 2))
        self.error.setText(_words(self.points, step, tr("Error while learning"), few))
        self.dice.setText(_words(self.held_out, step, tr("Overlap, held-out gland")))
        self.dice.setVisible(bool(self.held_out))

    def changeEvent(self, event: Any) -> None:
        """Follow theme and text size."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._wear()

    def _wear(self) -> None:
        if self._plot is not None:
            self._plot.wear(self)

    def mouseMoveEvent(self, event: Any) -> None:
        """Tell the figures under the mouse."""
        if self._plot is not None:
            self._say(self._plot.step_at(self._plot.view.mapFrom(self, event.position().toPoint())))

    def leaveEvent(self, event: Any) -> None:
        """Tell the beginning and now again."""
        super().leaveEvent(event)
        self._say()


class _Plot:
    """What pyqtgraph draws. Its ready-made plot, with menus nobody needs here, takes twice as long to make."""

    def __init__(self) -> None:
        import pyqtgraph

        self.view = pyqtgraph.GraphicsView(background=None)
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        # The wheel scrolls the panel.
        self.view.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._place = place = pyqtgraph.GraphicsLayout()
        place.setSpacing(0)
        self.view.setCentralItem(place)
        self._boxes = [pyqtgraph.ViewBox(enableMenu=False, enableMouse=False, defaultPadding=0.04) for _ in range(2)]
        left, right = self._boxes
        # There is no Dice above 1; one point alone would be shown in the middle of a scale that goes beyond.
        right.setLimits(yMin=0.0, yMax=1.02)
        self._axes = [pyqtgraph.AxisItem(side, linkView=box) for side, box in (("left", left), ("right", right))]
        self._axes.append(pyqtgraph.AxisItem("bottom", linkView=left))
        for axis in self._axes:
            # Figures at the ends reach beyond their axis: larger ones were left out.
            axis.setStyle(hideOverlappingLabels=False)
        for item, cell in ((self._axes[0], (0, 0)), (left, (0, 1)), (self._axes[1], (0, 2)), (self._axes[2], (1, 1))):
            place.addItem(item, *cell)
        # The second scale lies over the first.
        place.scene().addItem(right)
        right.setXLink(left)
        left.sigResized.connect(lambda: right.setGeometry(left.sceneBoundingRect()))
        self._lines = [pyqtgraph.PlotDataItem(), pyqtgraph.PlotDataItem(symbol="o", symbolSize=5)]
        for box, line in zip(self._boxes, self._lines, strict=True):
            box.addItem(line)

    def show(self, points: Points, held_out: Points) -> None:
        """Draw these."""
        for line, some in zip(self._lines, (points, held_out), strict=True):
            steps, values = np.array(some, float).reshape(-1, 2).T
            line.setData(steps, values)
        self._axes[1].setVisible(bool(held_out))
        both = [step for step, _ in (*points, *held_out)]
        self._boxes[0].setXRange(min(both), max(both), padding=0.02)

    def wear(self, widget: QWidget) -> None:
        """Take on the shades of now, and a widget's text size."""
        from pyqtgraph import mkPen

        height = widget.fontMetrics().height()
        self.view.setFixedHeight(5 * height + 16)
        # Room for the half of a figure that lies beyond the end of its axis.
        self._place.setContentsMargins(0, max(4, height // 2 - 4), 6, 0)
        colours = shade("mark"), shade("good"), shade("faint")
        for axis, colour in zip(self._axes, colours, strict=True):
            axis.setPen(mkPen(shade("line")))
            axis.setTextPen(mkPen(colour))
            axis.setStyle(tickFont=widget.font(), tickLength=-4, maxTickLevel=0)
        for line, colour in zip(self._lines, colours, strict=False):
            line.setPen(mkPen(colour, width=1.5))
        self._lines[1].setSymbolBrush(colours[1])
        self._lines[1].setSymbolPen(None)

    def step_at(self, place: Any) -> float:
        """Return the step at a pixel of the view."""
        return float(self._boxes[0].mapSceneToView(self.view.mapToScene(place)).x())


def _words(points: Points, step: float | None, what: str, few: int = 1) -> str:
    """Tell the figures nearest to a step; without one the means of the first few and of the last few."""
    if not points:
        return ""
    if step is not None:
        near, value = min(points, key=lambda point: abs(point[0] - step))
        return tr("{what}: {value:.2f} at step {step}", what=what, value=value, step=near)
    values = [value for _, value in points]
    if len(values) == 1:
        return tr("{what}: {value:.2f}, not measured again yet", what=what, value=values[0])
    start, now = fmean(values[:few]), fmean(values[-few:])
    return tr("{what}: {start:.2f}, now {now:.2f}", what=what, start=start, now=now)
