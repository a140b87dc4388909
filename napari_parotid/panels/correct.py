"""Correcting: what the mouse does, what is painted, how large, and how the mask is shown."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from qtpy.QtCore import QSignalBlocker, Qt, Signal
from qtpy.QtWidgets import QButtonGroup, QGridLayout, QLabel, QSlider, QToolButton, QWidget

from napari_parotid.laying import COLOURS
from napari_parotid.panels.common import Panel, button, icon, primary, row, sentence, swatch, tool_button
from napari_parotid.session import RADIUS_MM
from napari_parotid.tools import TOOLS
from parotid_training.labels import Structure

if TYPE_CHECKING:
    from napari_parotid.tools import Tool

EXCLUSIVE = ("mouse", "structure")
"""Groups of which one button is down."""
PRESSED = ("edit", "go")
"""Groups whose buttons do something once."""
STEPS = 100
"""Positions of the radius slider, evenly spaced in the logarithm: small brushes need the finer steps."""


def radius_of(step: int) -> float:
    """Return the radius (mm) at a position of the slider."""
    low, high = (math.log(r) for r in RADIUS_MM)
    return math.exp(low + (high - low) * step / STEPS)


def step_of(radius_mm: float) -> int:
    """Return the slider's position for a radius (mm)."""
    low, high = (math.log(r) for r in RADIUS_MM)
    return round(STEPS * (math.log(radius_mm) - low) / (high - low))


class CorrectPanel(Panel):
    """Buttons for the tools, and two sliders."""

    used = Signal(object)
    """A `Tool` whose button was pressed."""
    radius_chosen = Signal(float)
    opacity_chosen = Signal(float)
    reopen_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Correct", parent)
        self.accepted = self.add(sentence("Accepted. Reopen it to correct it."))
        self.reopen = self.add(
            primary(
                button("Reopen", "fa6s.lock-open", "Correct it again; what was accepted stays in the history"),
                "#2f6f8f",
            )
        )
        self.reopen.clicked.connect(self.reopen_wanted)
        self.buttons: dict[str, QToolButton] = {}
        self._mouse, *_ = self._tools("mouse")
        self._tools("structure", "edit")
        self.radius = QSlider(Qt.Orientation.Horizontal)
        self.radius.setRange(0, STEPS)
        self.radius.setToolTip("Radius of the brush in millimetres (keys [ and ])")
        self.radius_text = QLabel()
        self.radius_text.setMinimumWidth(58)
        self.radius.valueChanged.connect(lambda step: self.radius_chosen.emit(radius_of(step)))
        self.add(row(QLabel("Brush"), self.radius, self.radius_text, stretch=self.radius))
        self._tools("show", "go")
        self.opacity = QSlider(Qt.Orientation.Horizontal)
        self.opacity.setRange(0, 100)
        self.opacity.setToolTip("How opaque the mask is shown")
        self.opacity.valueChanged.connect(lambda percent: self.opacity_chosen.emit(percent / 100))
        self.add(row(QLabel("Opacity"), self.opacity, stretch=self.opacity))
        self.set_editable(False)

    def _tools(self, *groups: str) -> list[QButtonGroup]:
        """Put the buttons of some groups side by side."""
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(2)
        made = []
        for name in groups:
            made.append(QButtonGroup(self))
            made[-1].setExclusive(name in EXCLUSIVE)
            for tool in TOOLS:
                if tool.group == name:
                    one = tool_button(tool.title, _picture(tool), tool.hint, checkable=name not in PRESSED)
                    one.clicked.connect(lambda _=False, tool=tool: self.used.emit(tool))
                    made[-1].addButton(one)
                    # Columns of one width, from row to row.
                    grid.setColumnStretch(grid.count(), 1)
                    grid.addWidget(one, 0, grid.count())
                    self.buttons[tool.name] = one
        self.add(grid)
        return made

    def set_editable(
        self,
        editable: bool,
        *,
        can_undo: bool = False,
        can_redo: bool = False,
        accepted: bool = False,
        has_study: bool = False,
    ) -> None:
        """Allow correcting; where the study is accepted, say so and offer the way back."""
        for widget in (self.accepted, self.reopen):
            widget.setVisible(accepted)
        self.buttons["find"].setEnabled(has_study)
        for name in ("paint", "erase", "fill", "gland", "tumour", "ball"):
            self.buttons[name].setEnabled(editable)
        self.radius.setEnabled(editable)
        self.buttons["undo"].setEnabled(editable and can_undo)
        self.buttons["redo"].setEnabled(editable and can_redo)

    def set_mode(self, mode: str) -> None:
        """Show what the mouse does; a napari mode without a button here leaves none pressed."""
        self._mouse.setExclusive(False)
        for tool in TOOLS:
            if tool.group == "mouse":
                self.buttons[tool.name].setChecked(tool.name == mode)
        self._mouse.setExclusive(True)

    def set_structure(self, structure: Structure) -> None:
        """Show what is painted."""
        self.buttons["tumour" if structure is Structure.TUMOUR else "gland"].setChecked(True)

    def set_radius(self, radius_mm: float) -> None:
        """Show the brush's radius."""
        self.radius_text.setText(f"{radius_mm:.1f} mm")
        if step_of(radius_mm) != self.radius.value():
            with QSignalBlocker(self.radius):
                self.radius.setValue(step_of(radius_mm))

    def set_display(self, *, opacity: float, outline: bool, visible: bool, ball: bool) -> None:
        """Show how the mask is shown and whether the brush is a ball."""
        with QSignalBlocker(self.opacity):
            self.opacity.setValue(round(100 * opacity))
        self.buttons["outline"].setChecked(outline)
        self.buttons["mask"].setChecked(visible)
        self.buttons["ball"].setChecked(ball)


def _picture(tool: Tool) -> object:
    if tool.group == "structure":
        return swatch(COLOURS[Structure.TUMOUR if tool.name == "tumour" else Structure.GLAND])
    return icon(tool.icon)
