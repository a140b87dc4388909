"""A hand on the canvas of a napari window."""

from __future__ import annotations

from typing import Any

from qtpy.QtCore import QEvent, QPointF, Qt
from qtpy.QtGui import QMouseEvent
from qtpy.QtWidgets import QApplication


def go_to(binding: Any, number: int) -> None:
    """Show this slice, counted from below."""
    _, height, width = binding.session.study.grid.canonical().shape
    binding.look_at((number, height // 2, width // 2))


class Mouse:
    """Presses and drags on the canvas, as a hand does; places are display voxels (row, column)."""

    def __init__(self, viewer: Any, layer: Any) -> None:
        self.canvas = viewer.window._qt_viewer.canvas
        self.layer = layer

    def place(self, row: float, column: float) -> QPointF:
        node = self.canvas.layer_to_visual[self.layer].node
        x, y = node.get_transform("visual", "canvas").map([column + 0.5, row + 0.5])[:2]
        return QPointF(float(x), float(y))

    def send(self, kind: Any, at: QPointF, button: Any, buttons: Any) -> None:
        native = self.canvas.native
        event = QMouseEvent(
            kind, at, QPointF(native.mapToGlobal(at.toPoint())), button, buttons, Qt.KeyboardModifier.NoModifier
        )
        QApplication.sendEvent(native, event)
        QApplication.processEvents()

    def stroke(self, *places: tuple[float, float]) -> None:
        left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
        points = [self.place(*place) for place in places]
        self.send(QEvent.Type.MouseMove, points[0], none, none)
        self.send(QEvent.Type.MouseButtonPress, points[0], left, left)
        for point in points[1:]:
            self.send(QEvent.Type.MouseMove, point, none, left)
        self.send(QEvent.Type.MouseButtonRelease, points[-1], left, none)
