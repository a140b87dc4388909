"""The row over the pictures: plane, window, fit."""

from __future__ import annotations

from typing import Any

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from napari_parotid.tr import mark, tr
from napari_parotid.views.orientation import Plane
from napari_parotid.views.windowing import Preset

TIPS = {
    Preset.AUTO: mark("Window set from the image (double right click on a picture: this picture only)"),
    Preset.SOFT: mark("Brighter: differences between muscle and gland"),
    Preset.BRIGHT: mark("Darker: differences within bright tissue, such as fat or fluid"),
    Preset.FULL: mark("From the lowest to the highest signal"),
}


class ViewBar(QWidget):
    """Signals up; `set_plane` down."""

    plane_chosen = Signal(Plane)
    preset_chosen = Signal(Preset)
    fit_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._planes = {plane: self._button(tr(plane.value), tr(plane.tip)) for plane in Plane}
        group = QButtonGroup(self)
        for plane, button in self._planes.items():
            button.setCheckable(True)
            group.addButton(button)
            button.clicked.connect(lambda _=False, one=plane: self.plane_chosen.emit(one))
        self._presets = {preset: self._button(tr(preset.value), tr(TIPS[preset])) for preset in Preset}
        for preset, button in self._presets.items():
            button.clicked.connect(lambda _=False, one=preset: self.preset_chosen.emit(one))
        self.fit = self._button(tr("Fit"), tr("Show the whole slice (F2)"))
        self.fit.clicked.connect(self.fit_asked)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for button in self._planes.values():
            layout.addWidget(button)
        layout.addSpacing(16)
        layout.addWidget(QLabel(tr("Window")))
        for button in self._presets.values():
            layout.addWidget(button)
        layout.addSpacing(16)
        layout.addWidget(self.fit)
        self._hint = QLabel(tr("Wheel: slice · Ctrl + wheel: zoom · right drag: window · middle drag: pan"))
        self._hint.setStyleSheet("color: #9aa3ae;")
        # Said where there is room; it must never make the window wider.
        self._hint.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(self._hint, 1)
        self.set_plane(Plane.AXIAL)

    def set_plane(self, plane: Plane) -> None:
        """Mark the plane shown."""
        self._planes[plane].setChecked(True)

    def resizeEvent(self, event: Any) -> None:
        """Leave the hint out where it would be cut off."""
        super().resizeEvent(event)
        words = self._hint.fontMetrics().horizontalAdvance(self._hint.text())
        room = self.width() - self.fit.geometry().right() - 12
        # Hidden by its height, so that the layout keeps its place.
        self._hint.setMaximumHeight(1000 if words <= room else 0)

    @staticmethod
    def _button(words: str, tip: str) -> QPushButton:
        button = QPushButton(words)
        button.setToolTip(tip)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return button
