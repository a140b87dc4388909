"""The row over the pictures: hanging, plane, crosshair, window, fit; two rows where it is narrow."""

from __future__ import annotations

from typing import Any

from qtpy.QtCore import QSize, Qt, Signal
from qtpy.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

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


def _group(*buttons: QWidget) -> QWidget:
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(4)
    for button in buttons:
        row.addWidget(button)
    return holder


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
        self._first, self._second = QHBoxLayout(), QHBoxLayout()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(4)
        for row in (self._first, self._second):
            row.setSpacing(16)
            rows.addLayout(row)
        self._groups = [
            _group(*self._hangings.values()),
            _group(*self._planes.values()),
            _group(self.crosshair, self.window_button, self.fit),
        ]
        for group in self._groups:
            self._first.addWidget(group)
        self._hint = QLabel(tr("Wheel: slice · Ctrl + wheel: zoom · right drag: window · middle drag: pan"))
        tone(self._hint, "faint")
        # Said where there is room; it must never make the window wider.
        self._hint.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._first.addWidget(self._hint, 1)
        self._second.addStretch(1)

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

    def minimumSizeHint(self) -> QSize:
        """Return the width of the wider row of two."""
        first, second, third = (group.minimumSizeHint().width() for group in self._groups)
        return QSize(max(first + second + self._first.spacing(), third), super().minimumSizeHint().height())

    def resizeEvent(self, event: Any) -> None:
        """Go on in a second row where one is too short, and leave the hint out where it would be cut off."""
        super().resizeEvent(event)
        needed = sum(group.minimumSizeHint().width() + self._first.spacing() for group in self._groups)
        last, narrow = self._groups[-1], needed > self.width()
        if narrow != (self._second.indexOf(last) >= 0):
            for row in (self._first, self._second):
                row.removeWidget(last)
            (self._second if narrow else self._first).insertWidget(0 if narrow else 2, last)
        words = self._hint.fontMetrics().horizontalAdvance(self._hint.text())
        # Hidden by its height, so that the layout keeps its place.
        self._hint.setMaximumHeight(1000 if words <= self.width() - needed - 8 else 0)

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
