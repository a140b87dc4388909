"""The learning: how far it is, what the gate said, and which versions there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QSignalBlocker, Qt, Signal
from qtpy.QtWidgets import QMenu, QToolButton, QVBoxLayout, QWidget

from napari_parotid.looks import tone
from napari_parotid.messages import LearningState
from napari_parotid.panels import versions
from napari_parotid.panels.common import (
    Panel,
    allow,
    button,
    long_list,
    row,
    sentence,
    set_fraction,
    small_button,
    thin_bar,
    wrapped,
)
from napari_parotid.panels.curve import Curve
from napari_parotid.panels.question_box import QuestionBox
from napari_parotid.panels.scrolling import Capped
from napari_parotid.starting import StartRule
from napari_parotid.tr import tr
from parotid_training.learn.verdict import headline

if TYPE_CHECKING:
    from collections.abc import Callable

    from napari_parotid.messages import LearningStatus, Version
    from napari_parotid.version_history import Happening

_TONES = {LearningState.PROMOTED: "good", LearningState.REFUSED: "warn", LearningState.FAILED: "bad"}
UNLIMITED, LEAST = 10_000, 40
"""Heights, pixels."""
SHORT = 3
"""So many lines of a verdict are seen at once where room is short."""


class LearningPanel(Panel):
    """Follows the fine-tuning and lists the model versions."""

    learn_wanted = Signal()
    pause_wanted = Signal()
    resume_wanted = Signal()
    cancel_wanted = Signal()
    version_wanted = Signal(str)
    back_wanted = Signal()
    override_wanted = Signal(str, str)
    """The run whose refused version is to be used, and why."""
    export_wanted = Signal(str, object)
    import_wanted = Signal(object)
    rule_chosen = Signal(str)
    history_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Learning"), parent)
        self._status: LearningStatus | None = None
        self.room: Callable[[], int] = lambda: UNLIMITED
        """How high the whole panel may ask to be; what is said of the learning scrolls where that is too little."""
        self._tight = False
        said = QWidget()
        column = QVBoxLayout(said)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(self.column.spacing())
        self.question = QuestionBox(column, self)
        self.words, self.bar, self.curve, self.verdict = sentence(), thin_bar(), Curve(), sentence()
        self.unfold = small_button("fa6s.chart-line", tr("Show the curve of the learning, and all that was said"))
        self.unfold.setCheckable(True)
        self.unfold.toggled.connect(self._fold)
        column.addLayout(row(self.words, self.unfold, stretch=self.words))
        for widget in (self.bar, self.curve):
            column.addWidget(widget)
        self.details = small_button("fa6s.circle-info", tr("All reasons, and the figures behind them"))
        self.details.clicked.connect(self._compare)
        column.addLayout(row(self.verdict, self.details, stretch=self.verdict))
        self.said = Capped(self._room_to_say, said)
        self.column.addWidget(self.said, 1)
        self.learn = button(tr("Learn now"), "fa6s.graduation-cap", tr("Let the model learn from all accepted studies"))
        self.pause = button(tr("Pause"), "fa6s.pause", tr("Stop for now and keep what was learned so far"))
        self.cancel = button(tr("Cancel"), "fa6s.xmark", tr("Stop learning; the version in use stays"))
        self.learn.clicked.connect(self._learn_or_resume)
        self.pause.clicked.connect(self.pause_wanted)
        self.cancel.clicked.connect(self.cancel_wanted)
        self.versions = long_list()
        self.use = button(tr("Use"), "", tr("Use this version from the next study on"))
        self.use.clicked.connect(lambda: self._choose(self.versions.currentData()))
        self.versions.currentIndexChanged.connect(self._allow_use)
        self.more = small_button("fa6s.ellipsis-vertical", tr("Comparison, files of versions, and when to learn"))
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more.setMenu(self._menu())
        self.add(row(self.learn, self.pause, self.cancel, self.more))
        self.add(row(self.versions, self.use, stretch=self.versions))
        self.column.addStretch()
        self._current = ""
        self._fold()

    def set_tight(self, tight: bool) -> None:
        """Say whether room is short: what can wait then gives way to what is more important beside this panel."""
        if tight != self._tight:
            self._tight = tight
            self._fold()

    def _fold(self, _: Any = None) -> None:
        status = self._status
        # A question is more important than the line, and there is not room for both on a small screen.
        curve = status is not None and len(status.losses) > 1 and not status.questions
        folded = self._tight and not self.unfold.isChecked()
        self.unfold.setVisible(self._tight and (curve or bool(status and _said(status))))
        if status is not None and curve and not folded:
            self.curve.set_points(status.losses, status.held_out)
        self.curve.setVisible(curve and not folded)
        # While it learns no version is chosen; the menu has them all.
        running = status is not None and status.state.running
        for widget in (self.versions, self.use):
            widget.setVisible(not (folded and running))
        self.said.fit_soon()

    def _room_to_say(self) -> int:
        """Return the room less what never scrolls: the buttons must be in reach."""
        fixed: int = self.minimumSizeHint().height() - self.said.minimumHeight()
        room = self.room() - fixed
        if self._tight and not self.unfold.isChecked() and not (self._status and self._status.questions):
            above = self.unfold.sizeHint().height() + self.column.spacing()
            room = min(room, above + SHORT * self.verdict.fontMetrics().lineSpacing() + 2)
        return max(LEAST, room)

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        self.compare = menu.addAction(tr("Show the comparison…"), self._compare)
        self.overrule = menu.addAction(tr("Use the refused version all the same…"), self._overrule)
        menu.addAction(tr("Show all versions…"), self.history_wanted.emit)
        menu.addSeparator()
        self.left_out = menu.addMenu(tr("Take in a study that was left out"))
        self.left_out.setToolTipsVisible(True)
        self.back = menu.addAction(_back_to(None), self._go_back)
        menu.addAction(tr("Export the chosen version…"), self._export)
        self.bring_in = menu.addAction(tr("Import a version…"), self._import)
        menu.addSeparator()
        starts = menu.addMenu(tr("Learn by itself"))
        self.rules = {rule: starts.addAction("", lambda rule=rule: self.rule_chosen.emit(rule)) for rule in StartRule}
        for action in self.rules.values():
            action.setCheckable(True)
        return menu

    def set_status(self, status: LearningStatus) -> None:
        """Show where the learning stands."""
        self._status = status
        running, paused = status.state.running, status.state is LearningState.PAUSED
        self.question.set_questions(status.questions)
        self.words.setText(status.words or _resting(status))
        self.bar.setVisible(running)
        set_fraction(self.bar, status.fraction)
        goes_on = tr("It goes on when this window is closed; the next start shows what came of it") if running else ""
        for widget in (self.words, self.bar):
            widget.setToolTip(goes_on)
        said = _said(status)
        earlier = bool(said) and not status.verdict
        self.verdict.setText(tr("Last comparison: {verdict}", verdict=headline(said)) if earlier else headline(said))
        self.verdict.setToolTip(said)
        self.verdict.setVisible(bool(said))
        self.details.setVisible(bool(status.rows) and said == status.judged)
        tone(self.verdict, _TONES.get(status.state, "faint"))
        self.learn.setText(tr("Go on") if paused else tr("Learn now"))
        self.learn.setVisible(not running)
        allow(self.learn, not running)
        self.pause.setVisible(running)
        self.pause.setEnabled(status.can_pause)
        self.cancel.setVisible(running or paused)
        self.cancel.setEnabled(status.can_cancel)
        self.compare.setEnabled(bool(status.rows))
        self.overrule.setEnabled(bool(status.overrulable) and not running)
        before = next((v for v in status.versions if v.model_id == status.back_to), None)
        self.back.setText(_back_to(before))
        self.back.setEnabled(before is not None)
        self._list_left_out(status)
        for rule, action in self.rules.items():
            action.setText(rule.words(status.after))
            action.setChecked(rule is status.rule)
        self._list(status)
        self._fold()
        if status.why_not:
            for one in (self.learn, self.pause, self.cancel, self.use, self.question.use, self.question.leave):
                allow(one, False, status.why_not)
            for action in (self.overrule, self.back, self.bring_in, *self.rules.values()):
                action.setEnabled(False)

    def _list_left_out(self, status: LearningStatus) -> None:
        """Offer what the reader left out: an answer may be taken back."""
        self.left_out.setEnabled(bool(status.left_out) and not status.why_not)
        if [action.data() for action in self.left_out.actions()] == list(status.left_out):
            return  # it may be open just now
        self.left_out.clear()
        for one in status.left_out:
            taken_in = self.left_out.addAction(
                one.title, lambda case=one.case_id: self.question.answered.emit(case, True)
            )
            taken_in.setData(one)
            taken_in.setToolTip(tr(one.doubt.sentence))

    def show_history(self, lines: tuple[Happening, ...]) -> None:
        """Show what became of the model so far."""
        why_not = "" if self._status is None else self._status.why_not
        shown = versions.Timeline(lines, self._current, why_not, self)
        shown.version_wanted.connect(self._choose)
        shown.show()

    def learn_now(self) -> None:
        """Ask for a round; where it would bring nothing new, the reader is asked first."""
        if self._status is None or not self._status.nothing_new or versions.ask_again(self):
            self.learn_wanted.emit()

    def _choose(self, model_id: str) -> None:
        known = () if self._status is None else self._status.versions
        untried = next((version for version in known if version.model_id == model_id and version.untried), None)
        if self._may_change() and (untried is None or versions.ask_untried(self, _short(untried))):
            self.version_wanted.emit(model_id)

    def _go_back(self) -> None:
        if self._may_change():
            self.back_wanted.emit()

    def _may_change(self) -> bool:
        """Whether another version may come into use: what is being learned would be in vain, so the reader is asked."""
        return self._status is None or not self._status.state.running or versions.ask_in_vain(self)

    def _learn_or_resume(self) -> None:
        if self._status is not None and self._status.state is LearningState.PAUSED:
            self.resume_wanted.emit()
        else:
            self.learn_now()

    def _compare(self) -> None:
        if self._status is not None:
            versions.Comparison(self._status.judged, self._status.judged_by, self._status.rows, self).show()

    def _overrule(self) -> None:
        # Another round may end while the reader types: the reason is for the one that was shown.
        if (status := self._status) is not None and (why := versions.ask_why(self, status.judged)):
            self.override_wanted.emit(status.overrulable, why)

    def _export(self) -> None:
        known = () if self._status is None else self._status.versions
        for version in known:
            if version.model_id == self.versions.currentData():
                path = versions.ask_export(self, version.title, learned=not version.is_base)
                if path is not None:
                    self.export_wanted.emit(version.model_id, path)

    def _import(self) -> None:
        path = versions.ask_import(self)
        if path is not None:
            self.import_wanted.emit(path)

    def _list(self, status: LearningStatus) -> None:
        current = next((v.model_id for v in status.versions if v.current), "")
        # What came into use is shown; otherwise what a person had chosen in the list stays.
        chosen = self.versions.currentData() if current == self._current else current
        self._current = current
        listed = [self.versions.itemData(n) for n in range(self.versions.count())]
        if listed != [v.model_id for v in status.versions] or chosen != self.versions.currentData():
            with QSignalBlocker(self.versions):
                self.versions.clear()
                for version in status.versions:
                    self.versions.addItem(version.title, version.model_id)
                self.versions.setCurrentIndex(max(0, self.versions.findData(chosen)))
        for n, version in enumerate(status.versions):
            self.versions.setItemText(
                n, tr("{version} (in use)", version=_short(version)) if version.current else version.title
            )
            self.versions.setItemData(n, wrapped(version.note), Qt.ItemDataRole.ToolTipRole)
        self._allow_use()

    def _allow_use(self) -> None:
        may = self._status is None or not self._status.why_not
        chosen = self.versions.currentData()
        self.use.setEnabled(may and bool(chosen) and chosen != self._current)


def _said(status: LearningStatus) -> str:
    """Return the verdict to show: while a round has none yet that of the one before, which may have ended just now."""
    unfinished = status.state.running or status.state is LearningState.PAUSED
    return status.verdict or (status.judged if unfinished else "")


def _short(version: Version) -> str:
    """Return a version's title without its remark, which the tip gives in full."""
    return version.title.partition(" (")[0]


def _back_to(version: Version | None) -> str:
    if version is None:
        return tr("Go back to the version used before")
    return tr("Go back to {version}, used before", version=_short(version))


def _resting(status: LearningStatus) -> str:
    waiting = status.waiting_cases
    if not waiting:
        return tr("Nothing new to learn from.")
    return tr("{n} new accepted studies to learn from.", one="1 new accepted study to learn from.", n=waiting)
