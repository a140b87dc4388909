"""Reviewing and accepting: volumes, the reader's answers, questions, and the name under it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QCheckBox, QGridLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from napari_parotid.panels.common import Panel, button, primary, row, sentence
from napari_parotid.tools.finish import NEXT
from parotid_training.study import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from napari_parotid.checks import Question

_ROWS = (
    ("gland", "Gland (ml)", "Gland without the tumour, as in the worklist"),
    ("tumour", "Tumour (ml)", "Tumour by itself, not counted to the gland"),
)
_SIDES = {
    "right": ("right", "The patient's right"),
    "left": ("left", "The patient's left"),
    "unknown": ("midline", "Too near the midline to be called right or left"),
}
"""Heading and tip of each column; the last one is shown only where there is something in it."""


class ReviewPanel(Panel):
    """The last look before a mask is kept."""

    accept_wanted = Signal(object, bool)
    """The answers, and whether to accept in spite of questions."""
    reopen_wanted = Signal()
    next_wanted = Signal()
    who_changed = Signal(str)
    place_wanted = Signal(object)
    """A native voxel to go to."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Review and accept", parent)
        self.heads: dict[str, QLabel] = {}
        self.cells: dict[tuple[str, str], QLabel] = {}
        self.add(self._table())
        self.no_tumour = QCheckBox("There is no tumour")
        self.gland_absent = QCheckBox("A gland is absent (e.g. after surgery)")
        self.not_readable = QCheckBox("The images cannot be read")
        for box in (self.no_tumour, self.gland_absent, self.not_readable):
            self.add(box)
        self.who = QLineEdit()
        self.who.setPlaceholderText("Your name or initials")
        self.who.editingFinished.connect(lambda: self.who_changed.emit(self.who.text().strip()))
        self.add(row(QLabel("Reader"), self.who, stretch=self.who))
        self._questions = QVBoxLayout()
        self._questions.setSpacing(2)
        self._asked: tuple[Question, ...] = ()
        self.add(self._questions)
        self.accept = button("Accept", "fa6s.check", "Keep this mask; the model may learn from it (A)")
        self.reopen = button("Reopen", "fa6s.lock-open", "Correct it again; what was accepted stays in the history")
        primary(self.accept, "#2c7a5b")
        self.accept.clicked.connect(self.press_accept)
        self.reopen.clicked.connect(self.reopen_wanted)
        self.next = primary(button("Next study", "fa6s.forward-step", NEXT.hint), "#2c7a5b")
        self.next.clicked.connect(self.next_wanted)
        self.add(row(self.accept, self.next, self.reopen, stretch=self.accept))
        self.set_state(can_accept=False, accepted=False)
        self.set_volumes(None)

    def _table(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        for column, (side, (title, tip)) in enumerate(_SIDES.items(), start=1):
            head = QLabel(title)
            head.setToolTip(tip)
            head.setAlignment(Qt.AlignmentFlag.AlignRight)
            grid.addWidget(head, 0, column)
            self.heads[side] = head
        for line, (name, title, tip) in enumerate(_ROWS, start=1):
            words = QLabel(title)
            words.setToolTip(tip)
            grid.addWidget(words, line, 0)
            for column, side in enumerate(_SIDES, start=1):
                cell = QLabel("–")
                cell.setAlignment(Qt.AlignmentFlag.AlignRight)
                cell.setToolTip(tip)
                grid.addWidget(cell, line, column)
                self.cells[name, side] = cell
        return grid

    @property
    def answers(self) -> tuple[Answer, ...]:
        """What the reader says of the study besides the mask."""
        if self.not_readable.isChecked():
            return (Answer.NOT_READABLE,)
        answers = [Answer.ANNOTATED]
        if self.no_tumour.isChecked():
            answers.append(Answer.NO_TUMOUR)
        if self.gland_absent.isChecked():
            answers.append(Answer.GLAND_ABSENT)
        return tuple(answers)

    def press_accept(self) -> None:
        """Ask for acceptance; a second time in spite of the questions."""
        self.accept_wanted.emit(self.answers, bool(self._asked))

    def reset(self) -> None:
        """Take the answers back: another study is open."""
        for box in (self.no_tumour, self.gland_absent, self.not_readable):
            box.setChecked(False)

    def set_volumes(self, volumes: Mapping[str, Mapping[str, float]] | None) -> None:
        """Show millilitres per structure and side."""
        for (name, side), cell in self.cells.items():
            value = 0.0 if volumes is None else volumes[name][side]
            cell.setText(f"{value:.1f}" if value else "–")
        unsure = volumes is not None and any(volumes[name]["unknown"] for name, _, _ in _ROWS)
        for widget in (self.heads["unknown"], *(self.cells[name, "unknown"] for name, _, _ in _ROWS)):
            widget.setVisible(unsure)

    def set_who(self, who: str) -> None:
        """Show the reader's name."""
        self.who.setText(who)

    def set_state(self, *, can_accept: bool, accepted: bool) -> None:
        """Allow accepting or reopening."""
        self.accept.setEnabled(can_accept)
        self.accept.setVisible(not accepted)
        self.reopen.setVisible(accepted)
        self.next.setVisible(accepted)
        for box in (self.no_tumour, self.gland_absent, self.not_readable):
            box.setEnabled(can_accept)

    def set_questions(self, questions: tuple[Question, ...]) -> None:
        """Show what looks odd; accepting anyway is then one press away."""
        self._asked = questions
        while self._questions.count():
            old = self._questions.takeAt(0).widget()
            old.hide()
            old.deleteLater()
        for question in questions:
            self._questions.addWidget(self._question(question))
        self.accept.setText("Accept anyway" if questions else "Accept")

    def _question(self, question: Question) -> QWidget:
        text = sentence(question.sentence)
        text.setStyleSheet("color: #f0b35a;")
        if question.where is None:
            return text
        holder = QWidget()
        show = QPushButton("Show")
        show.setToolTip("Go to the slice")
        show.clicked.connect(lambda: self.place_wanted.emit(question.where))
        holder.setLayout(row(text, show, stretch=text))
        return holder
