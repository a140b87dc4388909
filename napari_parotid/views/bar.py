"""The row over the pictures: plane, window, fit."""

from __future__ import annotations

from typing import Any

from qtpy.QtCore import QEvent, QSize, Qt, Signal
from qtpy.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QLayout,
    QMenu,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from napari_parotid.looks import tone
from napari_parotid.views.orientation import Plane
from napari_parotid.views.windowing import Preset

TIPS = {
    Preset.AUTO: "Window set from the image (double right click on a picture: this picture only)",
    Preset.SOFT: "Brighter: differences between muscle and gland",
    Preset.BRIGHT: "Darker: differences within bright tissue, such as fat or fluid",
    Preset.FULL: "From the lowest to the highest signal",
}


class ViewBar(QWidget):
    """Signals up; `set_plane` down."""

    plane_chosen = Signal(Plane)
    preset_chosen = Signal(Preset)
    fit_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._planes = {plane: self._button(plane.value, f"Show {plane.value.lower()} slices") for plane in Plane}
        group = QButtonGroup(self)
        for plane, button in self._planes.items():
            button.setCheckable(True)
            group.addButton(button)
            button.clicked.connect(lambda _=False, one=plane: self.plane_chosen.emit(one))
        self._presets = {preset: self._button(preset.value, TIPS[preset]) for preset in Preset}
        for preset, button in self._presets.items():
            button.clicked.connect(lambda _=False, one=preset: self.preset_chosen.emit(one))
        self.fit = self._button("Fit", "Show the whole slice (F2)")
        self.fit.clicked.connect(self.fit_asked)
        layout = QHBoxLayout(self)
        # It folds, so that its narrowest is not that of its row.
        layout.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for button in self._planes.values():
            layout.addWidget(button)
        layout.addSpacing(16)
        self._window = QLabel("Window")
        self._folded = self._button("Window ▾", "Choose the window of the pictures")
        self._folded.setMenu(self._preset_menu())
        for widget in (self._window, *self._presets.values(), self._folded):
            layout.addWidget(widget)
        layout.addSpacing(16)
        layout.addWidget(self.fit)
        self._hint = QLabel("Wheel: slice · Ctrl + wheel: zoom · right drag: window · middle drag: pan")
        tone(self._hint, "faint")
        # Said where there is room; it must never make the window wider.
        self._hint.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(self._hint, 1)
        self.set_plane(Plane.AXIAL)

    def set_plane(self, plane: Plane) -> None:
        """Mark the plane shown."""
        self._planes[plane].setChecked(True)

    def _preset_menu(self) -> QMenu:
        menu = QMenu(self)
        for preset in Preset:
            action = menu.addAction(preset.value, lambda one=preset: self.preset_chosen.emit(one))
            action.setToolTip(TIPS[preset])
        return menu

    def minimumSizeHint(self) -> QSize:
        """Return what the folded row takes: it must never make the window wider than a small screen."""
        parts = (*self._planes.values(), self._folded, self.fit)
        return QSize(sum(one.sizeHint().width() + 4 for one in parts) + 32, super().minimumSizeHint().height())

    def _fold(self) -> None:
        """Show the windows side by side where there is room, else behind one button."""
        side_by_side = (self._window, *self._presets.values())
        parts = (*self._planes.values(), *side_by_side, self.fit)
        fits = sum(one.sizeHint().width() + 4 for one in parts) + 32 <= self.width()
        for widget in side_by_side:
            widget.setVisible(fits)
        self._folded.setVisible(not fits)

    def changeEvent(self, event: Any) -> None:
        """Follow the size of the text."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange) and hasattr(self, "_hint"):
            self._fold()

    def resizeEvent(self, event: Any) -> None:
        """Leave the hint out where it would be cut off."""
        super().resizeEvent(event)
        self._fold()
        words = self._hint.fontMetrics().horizontalAdvance(self._hint.text())
        room = self.width() - self.fit.geometry().right() - 12
        # Hidden by its height, so that the layout keeps its place.
        self._hint.setMaximumHeight(1000 if words <= room else 0)

    @staticmethod
    def _button(words: str, tip: str) -> QPushButton:
        button = QPushButton(words)
        button.setToolTip(tip)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button
