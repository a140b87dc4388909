"""The row over the pictures: hanging, plane, crosshair, window, fit."""

from __future__ import annotations

from typing import Any

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QMenu, QPushButton, QSizePolicy, QToolButton, QWidget

from napari_parotid.looks import icon, tone
from napari_parotid.tr import mark, tr
from napari_parotid.views.hanging import Hanging
from napari_parotid.views.orientation import Plane
from napari_parotid.views.windowing import Preset

ICONS = {
    Hanging.SEQUENCES: "fa6s.table-cells-large",
    Hanging.PLANES: "fa6s.cube",
    Hanging.ONE: "fa6s.expand",
}
HANGING_TIPS = {
    Hanging.SEQUENCES: mark("The sequences side by side"),
    Hanging.PLANES: mark("One sequence in three planes, and the mask in 3D"),
    Hanging.ONE: mark("One large picture (or double click on a picture)"),
}
HANGING_KEY = "D"
CROSSHAIR_KEY = "M"
TIPS = {
    Preset.AUTO: mark("Window set from the image (double right click on a picture: this picture only)"),
    Preset.SOFT: mark("Brighter: differences between muscle and gland"),
    Preset.BRIGHT: mark("Darker: differences within bright tissue, such as fat or fluid"),
    Preset.FULL: mark("From the lowest to the highest signal"),
}


class ViewBar(QWidget):
    """Signals up, setters down."""

    hanging_chosen = Signal(Hanging)
    plane_chosen = Signal(Plane)
    crosshair_chosen = Signal(bool)
    preset_chosen = Signal(Preset)
    fit_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hangings = {one: self._tool(ICONS[one], f"{tr(HANGING_TIPS[one])} ({HANGING_KEY})") for one in Hanging}
        hangings = QButtonGroup(self)
        for hanging, button in self._hangings.items():
            hangings.addButton(button)
            button.clicked.connect(lambda _=False, one=hanging: self.hanging_chosen.emit(one))
        self._planes = {plane: self._button(tr(plane.value), tr(plane.tip)) for plane in Plane}
        self._group = QButtonGroup(self)
        for plane, push in self._planes.items():
            push.setCheckable(True)
            self._group.addButton(push)
            push.clicked.connect(lambda _=False, one=plane: self.plane_chosen.emit(one))
        self.crosshair = self._tool(
            "fa6s.crosshairs",
            tr(
                "Mark the same place in all pictures ({key}). Shift + click, or a click with Move, goes there",
                key=CROSSHAIR_KEY,
            ),
        )
        self.crosshair.clicked.connect(self.crosshair_chosen)
        self.window_button = self._button(tr("Window ▾"), tr("Choose black and white from the image"))
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        for n, preset in enumerate(Preset):
            line = menu.addAction(f"{tr(preset.value)}\tF{5 + n}")
            line.setToolTip(tr(TIPS[preset]))
            line.triggered.connect(lambda _=False, one=preset: self.preset_chosen.emit(one))
        self.window_button.setMenu(menu)
        self.fit = self._button(tr("Fit"), tr("Show the whole slice (F2)"))
        self.fit.clicked.connect(self.fit_asked)
        self._place()
        self.set_hanging(Hanging.SEQUENCES, Plane.AXIAL)

    def _place(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for group in (self._hangings.values(), self._planes.values(), (self.crosshair, self.window_button, self.fit)):
            for button in group:
                layout.addWidget(button)
            layout.addSpacing(12)
        self._hint = QLabel(tr("Wheel: slice · Ctrl + wheel: zoom · right drag: window · middle drag: pan"))
        tone(self._hint, "faint")
        # Said where there is room; it must never make the window wider.
        self._hint.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(self._hint, 1)

    def set_hanging(self, hanging: Hanging, plane: Plane) -> None:
        """Mark the hanging in use, and the plane where there is one."""
        self._hangings[hanging].setChecked(True)
        # A group of buttons has one down, until it is told that it need not.
        self._group.setExclusive(False)
        for one, button in self._planes.items():
            button.setChecked(one is plane and hanging is not Hanging.PLANES)
        self._group.setExclusive(True)

    def set_crosshair(self, shown: bool) -> None:
        """Mark whether the place is marked."""
        self.crosshair.setChecked(shown)

    def resizeEvent(self, event: Any) -> None:
        """Leave the hint out where it would be cut off."""
        super().resizeEvent(event)
        words = self._hint.fontMetrics().horizontalAdvance(self._hint.text())
        room = self.width() - self.fit.geometry().right() - 24
        # Hidden by its height, so that the layout keeps its place.
        self._hint.setMaximumHeight(1000 if words <= room else 0)

    @staticmethod
    def _tool(icon_name: str, tip: str) -> QToolButton:
        button = QToolButton()
        button.setIcon(icon(icon_name))
        button.setCheckable(True)
        button.setToolTip(tip)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setProperty("kind", "tool")
        return button

    @staticmethod
    def _button(words: str, tip: str) -> QPushButton:
        button = QPushButton(words)
        button.setToolTip(tip)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button
