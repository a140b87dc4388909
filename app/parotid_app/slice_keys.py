"""The keys that step slices, where the keyboard's focus lies on a button."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QEvent, QObject, Qt
from qtpy.QtWidgets import QAbstractButton, QApplication, QRadioButton

from napari_parotid.views.gestures import STEP_KEYS

if TYPE_CHECKING:
    from collections.abc import Callable

    from qtpy.QtWidgets import QWidget


class SliceKeys(QObject):
    """Takes these keys for the pictures where a button has the focus: it has no use for them, a list or a slider has.

    Parameters
    ----------
    window
        The window; its native one is watched, where only few events pass.
    step
        Goes so many slices on.
    """

    def __init__(self, window: QWidget, step: Callable[[int], None]) -> None:
        super().__init__(window)
        self._window, self._step = window, step
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: Any) -> bool:
        """Step where the keys have no other use."""
        if watched is self._window:
            if event.type() == QEvent.Type.Show:
                self._window.windowHandle().installEventFilter(self)
            return False
        if event.type() != QEvent.Type.KeyPress or event.key() not in STEP_KEYS or not _on_a_button():
            return False
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        self._step(STEP_KEYS[event.key()])
        return True


def _on_a_button() -> bool:
    """Whether the keyboard acts on a button; of radio buttons the arrows choose one."""
    focus = QApplication.focusWidget()
    return (
        isinstance(focus, QAbstractButton)
        and not isinstance(focus, QRadioButton)
        and QApplication.activePopupWidget() is None
    )
