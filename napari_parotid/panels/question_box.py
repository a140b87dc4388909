"""What is asked of a reader before a mask is learned from that no version agrees with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import QObject, Signal

from napari_parotid.looks import tone
from napari_parotid.panels.common import button, row, sentence
from napari_parotid.tr import tr

if TYPE_CHECKING:
    from qtpy.QtWidgets import QVBoxLayout, QWidget

    from parotid_training.workspace.screenings import Question


class QuestionBox(QObject):
    """A study that is not learned from before the reader has said whether its mask is meant.

    Its text and buttons stand in the panel's own column: a box of its own would not know how high a wrapped text is.
    """

    answered = Signal(str, bool)
    look_wanted = Signal(str)

    def __init__(self, column: QVBoxLayout, parent: QWidget) -> None:
        super().__init__(parent)
        self._question: Question | None = None
        self.text = sentence()
        column.addWidget(self.text)
        tone(self.text, "warn")
        self.look = button(
            tr("Look"), "", tr("Open the study, with what the model would draw against the accepted mask")
        )
        self.use = button(tr("Use it"), "", tr("The mask is as I mean it; let the model learn from it"))
        self.leave = button(tr("Leave out"), "", tr("Learn nothing from this mask; it stays accepted"))
        self.look.clicked.connect(self._look)
        self.use.clicked.connect(lambda: self._answer(True))
        self.leave.clicked.connect(lambda: self._answer(False))
        column.addLayout(row(self.look, self.use, self.leave))

    def set_questions(self, questions: tuple[Question, ...]) -> None:
        """Show one of these, the same as long as it is among them: it may be read just now. Gone if there is none."""
        shown = self._question
        same = [one for one in questions if shown is not None and one.case_id == shown.case_id]
        self._question = next(iter((*same, *questions)), None)
        if self._question is not None:
            more = tr("({n} more)", n=len(questions) - 1) if len(questions) > 1 else ""
            self.text.setText(
                tr(
                    "{title}: {sentence} Learn from it? {more}",
                    title=self._question.title,
                    sentence=tr(self._question.doubt.sentence),
                    more=more,
                ).strip()
            )
        for widget in (self.text, self.look, self.use, self.leave):
            widget.setVisible(self._question is not None)
            widget.setEnabled(True)

    def _look(self) -> None:
        if self._question is not None:
            self.look_wanted.emit(self._question.study_id)

    def _answer(self, use: bool) -> None:
        if self._question is not None:
            # Until the answer is kept: a second press would answer the same again.
            self.use.setEnabled(False)
            self.leave.setEnabled(False)
            self.answered.emit(self._question.case_id, use)
