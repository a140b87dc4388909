"""What a radiologist's mouse and keys do on a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QEvent, QObject, QPointF, Qt
from qtpy.QtGui import QMouseEvent
from qtpy.QtWidgets import QAbstractSpinBox, QApplication, QLineEdit

from napari_parotid.views.windowing import Preset

if TYPE_CHECKING:
    from collections.abc import Callable

    from napari_parotid.views.canvas import StudyCanvas

ZOOM_STEP = 1.2
"""Factor of one notch of the wheel."""
STILL = 4
"""Pixels that a hand may move between press and release of a click."""
BY_KEYS = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
STEP_KEYS = {
    Qt.Key.Key_Up: 1,
    Qt.Key.Key_Down: -1,
    Qt.Key.Key_PageUp: 1,
    Qt.Key.Key_PageDown: -1,
}
"""Slices to go, towards the head (or the back, or the left) counted positive."""


class Gestures(QObject):
    """Takes the events that belong to reading images from a picture; the rest goes to napari.

    Wheel: slice. Ctrl + wheel: zoom. Right drag: window. Middle drag: pan. Double click: this picture alone.
    Shift + click, or a click with the tool that moves the picture: this place in all pictures.
    The left button belongs to napari's tools otherwise.

    Parameters
    ----------
    canvas
        The picture; its child from then on.
    """

    def __init__(self, canvas: StudyCanvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._wheel = 0.0
        self._drag: tuple[Qt.MouseButton, QPointF] | None = None
        self._click: QPointF | None = None
        """Where the left button was pressed in what may become a click."""
        canvas.native.installEventFilter(self)

    def release(self) -> None:
        """Take no more events."""
        self._canvas.native.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take what belongs to reading images; the rest goes to napari."""
        handler = _HANDLERS.get(event.type())
        return handler(self, event) if handler is not None and watched is self._canvas.native else False

    def _resized(self, event: Any) -> bool:
        self._canvas.fit_overlay(event.size())
        return False

    def _wheeled(self, event: Any) -> bool:
        notches = event.angleDelta().y() / 120.0
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._canvas.zoom(ZOOM_STEP**notches, event.position())
            return True
        # A trackpad sends many small turns; one slice a notch.
        self._wheel = notches if self._wheel * notches < 0 else self._wheel + notches
        steps = int(self._wheel)
        self._wheel -= steps
        if steps:
            self._canvas.stepped.emit(steps)
        return True

    def _pressed(self, event: Any) -> bool:
        if event.button() in (Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton):
            self._drag = (event.button(), event.position())
            self._canvas.native.setFocus()
            return True
        if event.button() == Qt.MouseButton.LeftButton:
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self._drag = (event.button(), event.position())
                self._canvas.pointed.emit(self._canvas.to_world(event.position()))
                return True
            self._click = event.position() if self._moves_picture() else None
        return False

    def _moved(self, event: Any) -> bool:
        if self._click is not None and (event.position() - self._click).manhattanLength() > STILL:
            self._click = None
        if self._drag is not None and not event.buttons() & self._drag[0]:
            # It was let go where nobody told us, such as over a dialog that opened meanwhile.
            self._drag = None
        if self._drag is None:
            if event.buttons() & Qt.MouseButton.LeftButton and self._moves_picture():
                self._canvas.zoomed.emit()
            return False
        button, last = self._drag
        moved = event.position() - last
        self._drag = (button, event.position())
        if button == Qt.MouseButton.LeftButton:
            self._canvas.pointed.emit(self._canvas.to_world(event.position()))
        elif button == Qt.MouseButton.MiddleButton:
            self._canvas.pan(moved)
        elif (window := self._canvas.window) is not None:
            self._canvas.set_window(window.dragged(moved.x(), moved.y()))
            self._canvas.windowed.emit()
        return True

    def _released(self, event: Any) -> bool:
        if self._drag is not None and event.button() == self._drag[0]:
            self._drag = None
            return True
        if self._click is not None and event.button() == Qt.MouseButton.LeftButton:
            at, self._click = self._click, None
            self._canvas.pointed.emit(self._canvas.to_world(at))
        return False

    def _double_clicked(self, event: Any) -> bool:
        if event.button() == Qt.MouseButton.RightButton:
            self._canvas.set_preset(Preset.AUTO)
            self._canvas.windowed.emit()
            return True
        plain = event.button() == Qt.MouseButton.LeftButton and not event.modifiers()
        if plain and self._moves_picture():
            self._canvas.maximise_asked.emit()
            return True
        if plain and str(getattr(self._canvas.viewer.layers.selection.active, "mode", "")) == "polygon":
            return False  # it closes napari's polygon
        # Two quick dabs of the brush are two dabs, and so are two quick pans; Qt calls the second one a double click.
        press = QMouseEvent(
            QEvent.Type.MouseButtonPress,
            event.position(),
            event.globalPosition(),
            event.button(),
            event.buttons(),
            event.modifiers(),
        )
        QApplication.sendEvent(self._canvas.native, press)
        return True

    def _moves_picture(self) -> bool:
        """Whether the left button moves the picture rather than painting on it."""
        active = self._canvas.viewer.layers.selection.active
        return active is None or str(getattr(active, "mode", "pan_zoom")) == "pan_zoom"

    def _key(self, event: Any) -> bool:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            # napari's own (3D, grid, transpose, new layer) would take the picture apart; menus come before this.
            return True
        step = STEP_KEYS.get(event.key())
        if step is not None and not event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self._canvas.stepped.emit(step)
            return True
        return False

    def _entered(self, event: Any) -> bool:
        # Keys work where the mouse is, unless something is being typed.
        if not isinstance(QApplication.focusWidget(), QLineEdit | QAbstractSpinBox):
            self._canvas.native.setFocus()
        return False

    def _focused(self, event: Any) -> bool:
        # Where the mouse is it needs no mark; keys that came by Tab do.
        self._canvas.overlay.set_focused(event.reason() in BY_KEYS)
        return False

    def _unfocused(self, event: Any) -> bool:
        self._canvas.overlay.set_focused(False)
        return False

    def _left(self, event: Any) -> bool:
        self._canvas.hovered.emit(None)
        return False


_HANDLERS: dict[QEvent.Type, Callable[[Gestures, Any], bool]] = {
    QEvent.Type.Resize: Gestures._resized,
    QEvent.Type.Wheel: Gestures._wheeled,
    QEvent.Type.MouseButtonPress: Gestures._pressed,
    QEvent.Type.MouseMove: Gestures._moved,
    QEvent.Type.MouseButtonRelease: Gestures._released,
    QEvent.Type.MouseButtonDblClick: Gestures._double_clicked,
    QEvent.Type.KeyPress: Gestures._key,
    QEvent.Type.Enter: Gestures._entered,
    QEvent.Type.Leave: Gestures._left,
    QEvent.Type.FocusIn: Gestures._focused,
    QEvent.Type.FocusOut: Gestures._unfocused,
}
