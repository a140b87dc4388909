"""Layers and a hand for the linked pictures alone, without a study."""

from __future__ import annotations

import numpy as np
from qtpy.QtCore import QEvent, QPoint, QPointF, Qt
from qtpy.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from qtpy.QtWidgets import QApplication

from parotid_training.volume import Grid

NONE = Qt.KeyboardModifier.NoModifier
LEFT = Qt.MouseButton.LeftButton
AXIAL = Grid((60, 70, 16), np.array([[1.0, 0, 0, -30], [0, 1.0, 0, -35], [0, 0, 4, -20], [0, 0, 0, 1.0]]))
SAGITTAL = Grid((70, 60, 16), np.array([[0, 0, 4, -30], [1.0, 0, 0, -35], [0, -1.0, 0, 30], [0, 0, 0, 1.0]]))
LEFT_HANDED = Grid((60, 70, 16), np.array([[-1.0, 0, 0, 30], [0, 1.0, 0, -35], [0, 0, 4, -20], [0, 0, 0, 1.0]]))


def fill(canvases, grid, arrays):
    """Show arrays (native axes) as the layers of a study would be shown."""
    view = grid.canonical()
    canvases.show_study(grid, [f"Sequence {n}" for n in range(len(arrays))], 0)
    for canvas, array in zip(canvases.canvases, arrays, strict=False):
        canvas.viewer.add_image(
            view.to_display(array), scale=view.scale, translate=view.translate, contrast_limits=(0, 100)
        )


def mouse(canvas, kind, x, y, button, held=None):
    at = QPointF(x, y)
    moved = kind == QEvent.Type.MouseMove
    event = QMouseEvent(kind, at, at, Qt.MouseButton.NoButton if moved else button, held or button, NONE)
    QApplication.sendEvent(canvas.native, event)


def drag(canvas, start, end, button):
    mouse(canvas, QEvent.Type.MouseButtonPress, *start, button)
    mouse(canvas, QEvent.Type.MouseMove, *end, button)
    mouse(canvas, QEvent.Type.MouseButtonRelease, *end, button, Qt.MouseButton.NoButton)


def wheel(canvas, turns, modifiers=NONE, at=None):
    where = at or QPointF(canvas.native.rect().center())
    phase = Qt.ScrollPhase.NoScrollPhase
    event = QWheelEvent(
        where, where, QPoint(), QPoint(0, 120 * turns), Qt.MouseButton.NoButton, modifiers, phase, False
    )
    QApplication.sendEvent(canvas.native, event)


def press_key(canvas, key, modifiers=NONE):
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(canvas.native, QKeyEvent(kind, key, modifiers))


def click(canvas, x, y, modifiers=NONE):
    """Press and let go the left button."""
    for kind, held in ((QEvent.Type.MouseButtonPress, LEFT), (QEvent.Type.MouseButtonRelease, Qt.MouseButton.NoButton)):
        at = QPointF(x, y)
        QApplication.sendEvent(canvas.native, QMouseEvent(kind, at, at, LEFT, held, modifiers))
