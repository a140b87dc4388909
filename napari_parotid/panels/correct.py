"""Correcting: what the mouse does, what is painted, how large, and how the mask is shown."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from qtpy.QtCore import QSignalBlocker, QSize, Qt, Signal
from qtpy.QtWidgets import QButtonGroup, QDoubleSpinBox, QGridLayout, QLabel, QSizePolicy, QSlider, QToolButton, QWidget
from superqt import QDoubleRangeSlider

from napari_parotid.changes import COLOURS as CHANGE_COLOURS
from napari_parotid.laying import COLOURS
from napari_parotid.mask_in_hand import MARGIN_MM, RADIUS_MM
from napari_parotid.panels.common import LeaveWheel, Panel, allow, button, icon, row, sentence, swatch, tool_button
from napari_parotid.tools import TOOLS
from napari_parotid.tr import tr
from napari_parotid.unsure import COLOUR as UNSURE_COLOUR
from parotid_training.labels import Structure

if TYPE_CHECKING:
    from collections.abc import Collection

    from napari_parotid.tools import Tool

EXCLUSIVE = ("mouse", "structure")
"""Groups of which one button is down."""
PRESSED = ("edit", "go", "whole", "margin")
"""Groups whose buttons do something once."""
SMALL = ("brush", "range", "lock", "edit", "show", "go", "whole", "margin")
"""Groups of small buttons, which have no room for words; their tips have."""
EDITING = ("structure", "lock", "brush", "range", "whole", "margin")
"""Groups that need a mask that may be edited; of the mouse's tools, all but the one that moves the picture do."""
LOOKING = ("pan_zoom", "mask", "outline", "find")
"""Tools that need a study to look at, and no more."""
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
    """Buttons for the tools, and what is set for them."""

    used = Signal(object)
    """A `Tool` whose button was pressed."""
    radius_chosen = Signal(float)
    range_chosen = Signal(float, float)
    margin_chosen = Signal(float)
    opacity_chosen = Signal(float)
    reopen_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Correct"), parent)
        # All of it is in reach on a low screen.
        self.column.setSpacing(4)
        self.accepted = self.add(sentence())
        self.reopen = self.add(
            button(
                tr("Reopen"),
                "fa6s.lock-open",
                tr("Correct it again; what was accepted stays in the history"),
                kind="action",
            )
        )
        self.reopen.clicked.connect(self.reopen_wanted)
        self.buttons: dict[str, QToolButton] = {}
        self._groups: dict[str, QButtonGroup] = {}
        self._tools("pan_zoom", "point", "paint", "erase")
        self._tools("fill", "lasso", "polygon", "seed")
        self._tools("gland", "lock_gland", "tumour", "lock_tumour", "undo", "redo")
        self.radius = QSlider(Qt.Orientation.Horizontal)
        self.radius.setRange(0, STEPS)
        self.radius.setToolTip(tr("Radius of the brush in millimetres (keys [ and ])"))
        self.radius_text = _Figure()
        self.radius.valueChanged.connect(lambda step: self.radius_chosen.emit(radius_of(step)))
        drawn = self._button("ball"), self._button("range")
        self.add(row(QLabel(tr("Brush")), self.radius, self.radius_text, *drawn, stretch=self.radius))
        self._add_range()
        self.opacity = QSlider(Qt.Orientation.Horizontal)
        self.opacity.setRange(0, 100)
        self.opacity.setToolTip(tr("How opaque the mask is shown (keys , and .; hold V to see the picture without it)"))
        self.opacity.valueChanged.connect(lambda percent: self.opacity_chosen.emit(percent / 100))
        shown = [self._button(name) for name in ("mask", "outline", "changes", "unsure", "find")]
        self.add(row(QLabel(tr("Opacity")), self.opacity, *shown, stretch=self.opacity))
        self.legend = self.add(sentence(""))
        self._tools("between", "smooth", "islands", "inside", "swap", "copy_up", "copy_down")
        self._add_margin()
        leave_wheel = LeaveWheel(self)
        for widget in (self.radius, self.opacity, self.range, self.margin):
            widget.installEventFilter(leave_wheel)
        self.set_editable(False)
        self.set_known(proposal=False, unsure=False)

    def _add_range(self) -> None:
        self.range = QDoubleRangeSlider(Qt.Orientation.Horizontal)
        self.range.setToolTip(tr("Lowest and highest signal that is drawn on, in the picture you drew on last"))
        self.range.valueChanged.connect(lambda both: self.range_chosen.emit(*both))
        self.range_text = _Figure()
        self.range_row = QWidget()
        self.range_row.setLayout(row(QLabel(tr("Range")), self.range, self.range_text, stretch=self.range))
        self.range_wait = sentence(tr("Draw on the tissue you mean: its signals become the range."), faint=True)
        for widget in (self.range_row, self.range_wait):
            self.add(widget)

    def _add_margin(self) -> None:
        self.margin = QDoubleSpinBox()
        self.margin.setRange(*MARGIN_MM)
        self.margin.setDecimals(1)
        self.margin.setSingleStep(0.5)
        self.margin.setSuffix(" mm")
        self.margin.setToolTip(tr("How far the chosen structure is grown or shrunk"))
        self.margin.valueChanged.connect(self.margin_chosen)
        self.margin.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.add(
            row(QLabel(tr("Size")), self._button("shrink"), self.margin, self._button("grow"), stretch=self.margin)
        )

    def _button(self, name: str) -> QToolButton:
        tool = next(tool for tool in TOOLS if tool.name == name)
        one = tool_button(tr(tool.title), _picture(tool), tool.hint, checkable=tool.group not in PRESSED)
        if tool.group in SMALL:
            one.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
            one.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        one.clicked.connect(lambda _=False, tool=tool: self.used.emit(tool))
        if tool.group not in self._groups:
            self._groups[tool.group] = QButtonGroup(self)
            self._groups[tool.group].setExclusive(tool.group in EXCLUSIVE)
        self._groups[tool.group].addButton(one)
        self.buttons[name] = one
        return one

    def _tools(self, *names: str) -> None:
        """Put the buttons of some tools side by side."""
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(2)
        for n, name in enumerate(names):
            one = self._button(name)
            # Columns of one width, from row to row; a lock stands close by its structure.
            grid.setColumnStretch(n, 0 if name.startswith("lock") else 1)
            grid.addWidget(one, 0, n, Qt.AlignmentFlag.AlignVCenter)
        self.add(grid)

    def set_editable(
        self,
        editable: bool,
        *,
        can_undo: bool = False,
        can_redo: bool = False,
        accepted: bool = False,
        approved: bool = False,
        has_study: bool = False,
        why_not: str = "",
    ) -> None:
        """Allow correcting, or say why not; where the study is accepted, say so and offer the way back."""
        approved_words = tr("Approved. Reopened, it is to be accepted and approved anew.")
        self.accepted.setText(approved_words if approved else tr("Accepted. Reopen it to correct it."))
        for widget in (self.accepted, self.reopen):
            widget.setVisible(accepted)
        self._tell_colours()
        why_nothing = "" if has_study else why_not
        for name in LOOKING:
            allow(self.buttons[name], has_study, why_nothing)
        allow(self.opacity, has_study, why_nothing)
        for tool in TOOLS:
            if tool.group in EDITING or (tool.group == "mouse" and tool.name != "pan_zoom"):
                allow(self.buttons[tool.name], editable, why_not)
        for widget in (self.radius, self.range_row, self.margin):
            allow(widget, editable, why_not)
        for name, can in (("undo", can_undo), ("redo", can_redo)):
            allow(self.buttons[name], editable and can, "" if editable else why_not)

    def set_known(self, *, proposal: bool, unsure: bool) -> None:
        """Say whether there is a proposal to compare with, and whether it says where it is unsure."""
        allow(self.buttons["changes"], proposal, tr("There is no proposal to compare with."))
        allow(self.buttons["unsure"], unsure, tr("There is no proposal that says where it is unsure."))

    def set_mode(self, mode: str) -> None:
        """Show what the mouse does; a napari mode without a button here leaves none pressed."""
        self._groups["mouse"].setExclusive(False)
        for tool in TOOLS:
            if tool.group == "mouse":
                self.buttons[tool.name].setChecked(tool.name == mode)
        self._groups["mouse"].setExclusive(True)

    def set_structure(self, structure: Structure) -> None:
        """Show what is painted."""
        self.buttons["tumour" if structure is Structure.TUMOUR else "gland"].setChecked(True)

    def set_locks(self, locks: Collection[Structure]) -> None:
        """Show which structures are locked."""
        for name, structure in (("lock_gland", Structure.GLAND), ("lock_tumour", Structure.TUMOUR)):
            locked = structure in locks
            self.buttons[name].setChecked(locked)
            self.buttons[name].setIcon(icon("fa6s.lock" if locked else "fa6s.lock-open"))

    def set_margin(self, margin_mm: float) -> None:
        """Show how far a structure is grown or shrunk."""
        with QSignalBlocker(self.margin):
            self.margin.setValue(margin_mm)

    def set_range(self, on: bool, values: tuple[float, float, float, float] | None) -> None:
        """Show the range of signals drawn on: low, high, lowest, highest; None while it is to be taken."""
        self.buttons["range"].setChecked(on)
        self.range_row.setVisible(on and values is not None)
        self.range_wait.setVisible(on and values is None)
        if values is not None:
            low, high, lowest, highest = values
            with QSignalBlocker(self.range):
                self.range.setRange(lowest, highest)
                self.range.setValue((max(low, lowest), min(high, highest)))
            self.range_text.setText(f"{low:.0f}–{high:.0f}")

    def set_radius(self, radius_mm: float) -> None:
        """Show the brush's radius."""
        self.radius_text.setText(f"{radius_mm:.1f} mm")
        if step_of(radius_mm) != self.radius.value():
            with QSignalBlocker(self.radius):
                self.radius.setValue(step_of(radius_mm))

    def set_display(
        self, *, opacity: float, outline: bool, visible: bool, ball: bool, changes: bool, unsure: bool
    ) -> None:
        """Show how the mask is shown and whether the brush is a ball."""
        with QSignalBlocker(self.opacity):
            self.opacity.setValue(round(100 * opacity))
        self.buttons["outline"].setChecked(outline)
        self.buttons["mask"].setChecked(visible)
        self.buttons["ball"].setChecked(ball)
        self.buttons["changes"].setChecked(changes)
        self.buttons["unsure"].setChecked(unsure)
        self._tell_colours()

    def _tell_colours(self) -> None:
        changes, unsure = (self.buttons[name].isChecked() for name in ("changes", "unsure"))
        self.legend.setText(_legend(changes=changes, unsure=unsure, accepted=not self.accepted.isHidden()))
        self.legend.setVisible(changes or unsure)


def _picture(tool: Tool) -> object:
    if tool.group == "structure":
        return swatch(COLOURS[Structure.TUMOUR if tool.name == "tumour" else Structure.GLAND])
    return icon(tool.icon)


class _Figure(QLabel):
    """The place for a figure beside a slider, wide enough for the longest one."""

    def sizeHint(self) -> QSize:
        """Return the size for the longest figure, in the text size of now."""
        return QSize(self.fontMetrics().horizontalAdvance("30.0 mm ") + 4, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Return the same: the slider gives way."""
        return self.sizeHint()


def _legend(*, changes: bool, unsure: bool, accepted: bool) -> str:
    added, removed = CHANGE_COLOURS.values()
    words = (tr("the mask"), tr("the model only")) if accepted else (tr("added"), tr("taken away"))
    shown = list(zip((added, removed), words, strict=True)) if changes else []
    shown += [(UNSURE_COLOUR, tr("unsure"))] if unsure else []
    return " &nbsp; ".join(f'<span style="color: {colour}">■</span> {words}' for colour, words in shown)
