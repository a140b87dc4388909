"""Reviewing and accepting: volumes, the reader's answers, questions, and the name under it."""

from __future__ import annotations

import time
from itertools import cycle
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QLabel, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from napari_parotid.looks import tone
from napari_parotid.panels.answer_boxes import AnswerBoxes
from napari_parotid.panels.common import Panel, allow, button, row, sentence
from napari_parotid.panels.scrolling import Capped
from napari_parotid.panels.volume_table import VolumeTable
from napari_parotid.tools.finish import NEXT
from napari_parotid.tr import tr

if TYPE_CHECKING:
    from napari_parotid.checks import Question
    from parotid_training.acceptance import AcceptedCase, Answer

READ_SECONDS = 1.0
"""So long after a question a press of Accept is the second half of a double click, not an answer."""
QUESTIONS_HIGH = 150
"""Pixels; more questions are scrolled through."""


class ReviewPanel(Panel):
    """The last look before a mask is kept."""

    accept_wanted = Signal(object, str, bool)
    """The answers, the comment, and whether to accept in spite of questions."""
    approve_wanted = Signal()
    reopen_wanted = Signal()
    report_wanted = Signal()
    next_wanted = Signal()
    who_changed = Signal(str)
    take_in_wanted = Signal(str)
    """The id of a case that was left out of learning and is to be learned from after all."""
    place_wanted = Signal(object)
    """A native voxel to go to."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Review and accept"), parent)
        # At 800 pixels every line here is taken from the tools above.
        self.column.setContentsMargins(8, 2, 8, 2)
        self.column.setSpacing(3)
        self.volumes: VolumeTable = self.add(VolumeTable())
        self.answers: AnswerBoxes = self.add(AnswerBoxes())
        # What was asked may be answered by it: it is asked anew.
        self.answers.changed.connect(lambda: self.set_questions(()))
        self._asked: tuple[Question, ...] = ()
        self._asked_at = 0.0
        self._case: AcceptedCase | None = None
        self._read_only = self._left_out = ""
        self._hand_on = False
        self._add_names()
        self._asking = Capped(lambda: QUESTIONS_HIGH)
        self.add(self._asking)
        self.stands = self.add(sentence())
        self.aside = self.add(sentence())
        tone(self.aside, "warn")
        self.take_in = self.add(
            button(tr("Take it in again"), "fa6s.rotate-left", tr("Let the model learn from this mask after all"))
        )
        self.take_in.clicked.connect(lambda: self.take_in_wanted.emit(self._left_out))
        self._add_buttons()
        self.set_questions(())
        self.set_state(can_accept=False, accepted=False, case=None)
        self.set_left_out("", "")
        self.set_answers((), "")
        self.volumes.show(None)

    def _add_names(self) -> None:
        self.comment = _Comment()
        # Its beginning says more than its end.
        self.comment.editingFinished.connect(lambda: self.comment.setCursorPosition(0))
        self.comment.setToolTip(tr("Kept with the study and shown in its report: write no names"))
        self.who = QLineEdit()
        self.who.setPlaceholderText(tr("Your name"))
        self.who.editingFinished.connect(lambda: self.who_changed.emit(self.who.text().strip()))
        self.who.editingFinished.connect(lambda: self.who.setCursorPosition(0))
        self.who.textChanged.connect(self._allow_approval)
        self.who.setToolTip(tr("Whose name stands under the mask"))
        named = self.add(row(QLabel(tr("Reader")), self.who, self.comment))
        for column, field in enumerate((self.who, self.comment), start=1):
            field.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            named.setStretch(column, 1)

    def _add_buttons(self) -> None:
        self.accept = button(
            tr("Accept"), "fa6s.check", tr("Keep this mask; the model may learn from it (A)"), kind="accept"
        )
        self.reopen = button(
            tr("Reopen"), "fa6s.lock-open", tr("Correct it again; what was accepted stays in the history")
        )
        self.approve = button(tr("Approve"), "fa6s.check-double", tr("Confirm this mask as a second person"))
        self.report = button(
            tr("Report…"), "fa6s.file-pdf", tr("Volumes, diameters and pictures as PDF and table (Ctrl+R)")
        )
        self.accept.clicked.connect(self.press_accept)
        self.reopen.clicked.connect(self.reopen_wanted)
        self.next = button(tr("Next study"), "fa6s.forward-step", NEXT.hint, kind="accept")
        self.next.clicked.connect(self.next_wanted)
        self.approve.clicked.connect(self._press_approve)
        self.report.clicked.connect(self.report_wanted)
        self.add(row(self.accept, self.next, self.report))
        self._afterwards = QWidget()
        self._afterwards.setLayout(row(self.approve, self.reopen))
        self.add(self._afterwards)

    def press_accept(self) -> None:
        """Ask for acceptance; a second time in spite of the questions, once there was time to read them."""
        if self._asked and time.monotonic() - self._asked_at < READ_SECONDS:
            return
        # The focus of what is greyed out by it Qt would give to the name, and the next key would replace that.
        self._hand_on = self.window().focusWidget() in (self.accept, self.comment, *self.answers.boxes.values())
        self._name_reader()
        self.accept_wanted.emit(*self._said, bool(self._asked))

    def _name_reader(self) -> None:
        # A press does not take the focus from the name on every system.
        if self.who.isModified():
            self.who_changed.emit(self.who.text().strip())

    def _press_approve(self) -> None:
        self._hand_on = self.window().focusWidget() is self.approve
        self._name_reader()
        self.approve_wanted.emit()

    @property
    def said_anew(self) -> tuple[tuple[Answer, ...], str] | None:
        """What is ticked and written; None where that is what `set_answers` showed."""
        now = self._said
        return None if now == self._shown else now

    @property
    def _said(self) -> tuple[tuple[Answer, ...], str]:
        return self.answers.given, self.comment.text().strip()

    def set_answers(self, answers: tuple[Answer, ...], comment: str) -> None:
        """Show what was said of a study before; nothing for a new one."""
        self.answers.show(answers)
        self.comment.setText(comment)
        self.comment.setCursorPosition(0)
        self._shown = self._said

    def set_who(self, who: str) -> None:
        """Show the reader's name: its beginning, and all of it in the tip."""
        self.who.setText(who)
        self.who.setCursorPosition(0)
        self.who.setToolTip(
            tr("{who}: whose name stands under the mask", who=who) if who else tr("Whose name stands under the mask")
        )

    def set_state(
        self,
        *,
        can_accept: bool,
        accepted: bool,
        case: AcceptedCase | None,
        has_study: bool = False,
        read_only: str = "",
        why_not: str = "",
    ) -> None:
        """Allow accepting, approving or reopening.

        Parameters
        ----------
        accepted
            Whether the mask shown is the accepted one.
        case
            Who stands for it.
        read_only
            Why nothing at all can be changed here; "" where it can.
        why_not
            Why nothing can be accepted now.
        """
        self._case, self._read_only = case, read_only
        allow(self.accept, can_accept, why_not)
        allow(self.reopen, not read_only, read_only)
        self._allow_approval()
        self.accept.setVisible(not accepted)
        self.next.setVisible(accepted)
        self._afterwards.setVisible(accepted)
        approved = case is not None and bool(case.approved_by)
        self.approve.setVisible(accepted and not approved)
        self.report.setEnabled(has_study)
        for widget in (*self.answers.boxes.values(), self.comment):
            allow(widget, can_accept, why_not)
        self.stands.setVisible(accepted and case is not None)
        if accepted and self._hand_on:
            # Qt would give the focus of the button that went to any other, Reopen among them.
            self.next.setFocus()
            self._hand_on = False
        if accepted and case is not None:
            self.stands.setText(_told(case))

    def set_left_out(self, case_id: str, sentence: str) -> None:
        """Say that the accepted mask in view was left out of learning, and why it was asked about; "" if it was not."""
        self._left_out = case_id
        for widget in (self.aside, self.take_in):
            widget.setVisible(bool(case_id))
        self.aside.setText(tr("Left out of learning: {sentence}", sentence=sentence))
        allow(self.take_in, not self._read_only, self._read_only)

    def _allow_approval(self, _: Any = None) -> None:
        """Let another one than who accepted approve."""
        who, why_not = self.who.text(), self._read_only
        if not why_not and (not who.strip() or (self._case is not None and self._case.is_by(who))):
            why_not = tr("Type the name of a second person at Reader: whoever accepted a mask cannot approve it.")
        allow(self.approve, not why_not, why_not)

    def set_questions(self, questions: tuple[Question, ...]) -> None:
        """Show what looks odd; accepting anyway is then one press away."""
        if questions and questions != self._asked:
            self._asked_at = time.monotonic()
            self._hand_on = False
        self._asked = questions
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        for question in questions:
            column.addWidget(self._question(question))
        self._asking.hold(holder)
        self._asking.setVisible(bool(questions))
        self.accept.setText(_accept_words(questions))

    def _question(self, question: Question) -> QWidget:
        text = sentence(question.words)
        # As high as its words at the width they get; by its own policy it would ask for what a narrower label takes.
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        text.setSizePolicy(policy)
        tone(text, "warn")
        if question.where is None:
            return text
        holder = QWidget()
        tip = (
            tr("Go to the next of these places; a ring marks it")
            if question.others
            else tr("Go to the place; a ring marks it")
        )
        show = button(tr("Show"), "", tip)
        show.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        places = cycle((question.where, *question.others))
        show.clicked.connect(lambda: self.place_wanted.emit(next(places)))
        holder.setLayout(row(text, show, stretch=text))
        return holder


def _told(case: AcceptedCase) -> str:
    """Say who stands for a mask, for how much of it, and in spite of what."""
    words = tr("Accepted by {who}, {when:%d %b %Y}.", who=case.who, when=case.when.astimezone())
    if (some := case.stood_for) is not None and some.numbers:
        words += tr(
            " Only axial slices {numbers} of {total} were checked.",
            one=" Only axial slice {numbers} of {total} was checked.",
            n=len(some.numbers),
            numbers=some.runs,
            total=some.total,
        )
    if case.from_file:
        words += tr(" It began with a mask from a file.")
    if case.in_spite_of:
        words += tr(" In spite of: {sentences}", sentences=" ".join(case.in_spite_of))
    if case.approved is None:
        return words + tr(" A second person can approve it.")
    return words + tr(
        " Approved by {approved_by}, {approved:%d %b %Y}.",
        approved_by=case.approved_by,
        approved=case.approved.astimezone(),
    )


def _accept_words(questions: tuple[Question, ...]) -> str:
    """Return what a press of the button says: yes to what is asked of the patient, and in spite of what looks odd."""
    if any(one.refuses for one in questions):
        return tr("Accept")
    answers, odd = (any((one.answer is None) is kind for one in questions) for kind in (False, True))
    if answers:
        return tr("Yes, accept anyway") if odd else tr("Yes, accept")
    return tr("Accept anyway") if odd else tr("Accept")


class _Comment(QLineEdit):
    """Says in as many words as it has room for that no names belong in it."""

    def resizeEvent(self, event: Any) -> None:
        """Follow the width."""
        super().resizeEvent(event)
        whole = tr("Comment (no names)")
        room = self.width() - 24 - self.fontMetrics().horizontalAdvance(whole)
        self.setPlaceholderText(whole if room >= 0 else tr("Comment"))
