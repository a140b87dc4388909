"""The study: its sequences, their roles, and which of them carries the mask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import QSignalBlocker, Qt, QTimer, Signal
from qtpy.QtWidgets import (
    QApplication,
    QButtonGroup,
    QComboBox,
    QGridLayout,
    QLabel,
    QMenu,
    QRadioButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from napari_parotid.looks import tone
from napari_parotid.panels.common import Choice, Panel, button, icon, row, sentence
from napari_parotid.panels.scrolling import bring_into_view
from napari_parotid.pictures import titles
from napari_parotid.tr import mark, tr
from parotid_training.study import FED_ROLES, Role

if TYPE_CHECKING:
    from collections.abc import Mapping

    from napari_parotid.registration import Preview
    from parotid_training.study import Study
    from parotid_training.volume import Grid


ALIGN = mark("Align this sequence with the one the mask is drawn on; the result is shown before it is used")
NUDGES = (
    ("R", mark("Move it to the patient's right"), (-1.0, 0.0, 0.0)),
    ("L", mark("Move it to the patient's left"), (1.0, 0.0, 0.0)),
    ("A", mark("Move it forwards"), (0.0, -1.0, 0.0)),
    ("P", mark("Move it backwards"), (0.0, 1.0, 0.0)),
    ("S", mark("Move it up, towards the head"), (0.0, 0.0, 1.0)),
    ("I", mark("Move it down, towards the feet"), (0.0, 0.0, -1.0)),
)
"""Letters, tips, and directions in the patient (LPS)."""
NUDGE_MM, FAR_MM = 1.0, 5.0
"""How far a press moves a sequence, without and with Shift."""
DRAW = mark("Draw the mask on this sequence")
LOCKED = mark("The mask you corrected lies on the voxels of the sequence it was drawn on, and stays there.")


class StudyPanel(Panel):
    """Lists the sequences of the study in hand."""

    role_chosen = Signal(int, str)
    reference_chosen = Signal(int)
    align_wanted = Signal(int)
    nudge_wanted = Signal(int, object)
    """A sequence is to be moved by hand: its index, and by how much (LPS mm)."""
    preview_kept = Signal()
    preview_discarded = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Study"), parent)
        self.title = self.add(sentence(tr("No study is open.")))
        self.on = self.add(sentence(tr("Mask drawn on:"), faint=True))
        self._holder: QWidget = self.add(QWidget())
        self.roles: list[QComboBox] = []
        self.references: list[QRadioButton] = []
        self.align: list[QToolButton] = []
        self._details: list[QLabel] = []
        self._group: QButtonGroup | None = None
        self._study: Study | None = None
        self._shifts: Mapping[int, float] = {}
        self._locked, self._why_not, self._why_not_align = False, "", ""
        self.left_out = self.add(sentence(faint=True))
        self.preview = self.add(sentence())
        self.nudges = QWidget()
        letters = row()
        self.nudges.setLayout(letters)
        for letter, tip, way in NUDGES:
            one = button(letter, "", tr("{tip} by 1 mm, with Shift by 5 mm", tip=tr(tip)))
            one.setMinimumWidth(1)
            one.clicked.connect(lambda _=False, way=way: self._nudge(way))
            letters.addWidget(one)
        self.add(self.nudges)
        self._previewed = -1
        self.keep = button(tr("Keep"), "fa6s.check", tr("Use the aligned sequence"))
        self.discard = button(tr("Discard"), "fa6s.xmark", tr("Leave the sequence where the scanner put it"))
        self.add(row(self.keep, self.discard))
        self.keep.clicked.connect(self.preview_kept)
        self.discard.clicked.connect(self.preview_discarded)
        # Where the preview lies is known only once Qt has laid it out.
        self._reveal = QTimer(self, singleShot=True)
        self._reveal.timeout.connect(lambda: bring_into_view(self.preview, self.keep))
        self.column.addStretch(1)
        self.set_preview(None)
        self.set_left_out(())
        self.set_study(None, "", locked=False)

    def set_study(self, study: Study | None, title: str, *, locked: bool) -> None:
        """Show a study, or none."""
        count = 0 if study is None else len(study.sequences)
        if count != len(self.roles):
            self._make_rows(count)
        self._study, self._locked = study, locked
        self.on.setVisible(study is not None)
        if study is None:
            self.title.setText(tr("No study is open."))
            return
        self.title.setText(tr("{title} · {n} sequences", one="{title} · 1 sequence", title=title, n=count))
        self.references[study.reference].setChecked(True)
        for n, (sequence, role, details) in enumerate(zip(study.sequences, self.roles, self._details, strict=True)):
            role.setCurrentIndex(role.findData(sequence.role.value))
            for widget, what in ((self.references[n], DRAW), (self.align[n], ALIGN)):
                widget.setAccessibleName(f"{role.currentText()}: {tr(what)}")
            details.setText(describe_grid(sequence.volume.grid))
            details.setToolTip(_details(sequence.name, sequence.volume.grid))
        self._allow()

    def _make_rows(self, count: int) -> None:
        """Make a row for each sequence; they stay for the next study of as many, for new ones take a while."""
        self._holder.deleteLater()
        self._holder = QWidget()
        self.column.insertWidget(3, self._holder)
        self.roles, self.references, self.align, self._details = [], [], [], []
        self._group = QButtonGroup(self._holder)
        grid = QGridLayout(self._holder)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        for n in range(count):
            self._add_row(grid, n)

    def _add_row(self, grid: QGridLayout, n: int) -> None:
        chosen = QRadioButton()
        chosen.clicked.connect(lambda: self.reference_chosen.emit(n))
        assert self._group is not None
        self._group.addButton(chosen)
        role = Choice()
        for one in Role:
            role.addItem(tr(one.value), one.value)
        role.activated.connect(lambda line: self.role_chosen.emit(n, role.itemData(line)))
        role.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        details = QLabel()
        tone(details, "faint")
        align = QToolButton()
        align.setIcon(icon("fa6s.arrows-to-dot"))
        align.setAutoRaise(True)
        align.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        ways = QMenu(align)
        ways.addAction(tr("Align it by itself"), lambda: self.align_wanted.emit(n))
        ways.addAction(tr("Move it by hand…"), lambda: self.nudge_wanted.emit(n, (0.0, 0.0, 0.0)))
        align.setMenu(ways)
        for column, widget in enumerate((chosen, role, details, align)):
            grid.addWidget(widget, n, column)
        self.roles.append(role)
        self.references.append(chosen)
        self.align.append(align)
        self._details.append(details)

    def set_apart(self, shifts: Mapping[int, float]) -> None:
        """Mark the sequences that seem to lie elsewhere, with how far (mm) about."""
        self._shifts = shifts
        self._allow()

    def set_left_out(self, lines: tuple[str, ...]) -> None:
        """Say what of the folder could not be used; the reasons are in the tip."""
        self.left_out.setVisible(bool(lines))
        count = len(lines)
        self.left_out.setText(
            tr(
                "{n} parts of the folder left out (point here for why)",
                one="1 part of the folder left out (point here for why)",
                n=count,
            )
        )
        self.left_out.setToolTip("\n".join(lines[:30]))

    def set_locked(self, locked: bool, why_not: str = "", *, why_not_align: str = "") -> None:
        """Fix the reference, because the mask was corrected on its grid; or more than that, and say why."""
        self._locked, self._why_not, self._why_not_align = locked, why_not, why_not or why_not_align
        self._allow()

    def _allow(self) -> None:
        """Grey out what would be refused, and say why in its tip."""
        if self._study is None:
            return
        why_not, why_not_align = self._why_not, self._why_not_align
        for n, sequence in enumerate(self._study.sequences):
            is_reference, shift = n == self._study.reference, self._shifts.get(n)
            self.roles[n].setEnabled(not why_not)
            self.roles[n].setToolTip(why_not or _role_tip(sequence.role))
            fixed = why_not or (tr(LOCKED) if self._locked else "")
            with QSignalBlocker(self.references[n]):
                self.references[n].setEnabled(is_reference or not fixed)
            self.references[n].setToolTip(tr(DRAW) if is_reference or not fixed else fixed)
            self.align[n].setIcon(icon("fa6s.arrows-to-dot", "icon" if shift is None else "warn"))
            self.align[n].setEnabled(not is_reference and not why_not_align)
            off = "" if shift is None else tr("It seems to lie about {shift:.0f} mm off.", shift=shift)
            self.align[n].setToolTip(f"{off} {why_not_align or tr(ALIGN)}".strip())

    def _nudge(self, way: tuple[float, float, float]) -> None:
        far = bool(QApplication.keyboardModifiers() & Qt.KeyboardModifier.ShiftModifier)
        mm = FAR_MM if far else NUDGE_MM
        self.nudge_wanted.emit(self._previewed, tuple(mm * step for step in way))

    def set_preview(self, preview: Preview | None) -> None:
        """Show what an alignment found, with its two answers, however far the panel is scrolled."""
        for widget in (self.preview, self.nudges, self.keep, self.discard):
            widget.setVisible(preview is not None)
        if preview is not None:
            self._previewed = preview.index
            name = titles(self._study)[preview.index] if self._study is not None else ""
            self.preview.setText(preview.sentence(name))
            self.keep.setEnabled(not preview.stays)
            self._reveal.start(0)
        else:
            self._reveal.stop()


def describe_grid(grid: Grid) -> str:
    """Return plane and slice distance in a few letters."""
    planes = {"axial": tr("axial"), "coronal": tr("coronal"), "sagittal": tr("sagittal"), "3D": tr("3D")}
    return f"{planes[grid.plane]} {max(grid.spacing):.2g} mm"


def _details(name: str, grid: Grid) -> str:
    size = " × ".join(str(n) for n in grid.shape)
    spacing = " × ".join(f"{mm:.2g}" for mm in grid.spacing)
    oblique = tr(", tilted by {degrees:.1f}°", degrees=grid.obliquity_deg) if grid.obliquity_deg > 0.5 else ""
    return tr("{name}\n{size} voxels of {spacing} mm{oblique}", name=name, size=size, spacing=spacing, oblique=oblique)


def _role_tip(role: Role) -> str:
    return (
        tr("The model looks at this sequence")
        if role in FED_ROLES
        else tr("Shown to you; the model does not look at it")
    )
