"""The panels of one session, joined to it. Who builds a window decides where they stand."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QObject, QTimer

from napari_parotid.lying import LieWatch
from napari_parotid.mask_in_hand import READ_ONLY
from napari_parotid.messages import Level, Notice
from napari_parotid.panels.busy import BusyBar, NoticeBar
from napari_parotid.panels.common import allow
from napari_parotid.panels.correct import CorrectPanel
from napari_parotid.panels.learning import LearningPanel
from napari_parotid.panels.propose import ProposePanel
from napari_parotid.panels.review import ReviewPanel
from napari_parotid.panels.study import StudyPanel
from napari_parotid.reporting import Reporter
from napari_parotid.said import Said
from napari_parotid.starting import StartRule
from napari_parotid.tr import mark, tr
from napari_parotid.version_history import history
from napari_parotid.volume_count import VolumeCount
from napari_parotid.work import State
from parotid_training.study import Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from napari_parotid.executor import Submit
    from napari_parotid.layers import LayerBinding
    from napari_parotid.messages import LearningStatus
    from napari_parotid.session import Session
    from napari_parotid.workbench import Workbench

POLL_MS = 500
BUSY = mark("Other work is under way")


class Desk(QObject):
    """All panels of a session.

    Parameters
    ----------
    session, binding, bench
        What the panels show and act on.
    submit
        Where volumes are counted and reports written.
    ask_mask, ask_report
        Ask the reader for a mask's file, and for where to write a report; None if they think better of it.
    parent
        Qt owner.
    """

    def __init__(
        self,
        session: Session,
        binding: LayerBinding,
        bench: Workbench,
        submit: Submit,
        ask_mask: Callable[[], Any],
        ask_report: Callable[[], Any],
        parent: Any = None,
    ) -> None:
        super().__init__(parent)
        self.session, self.binding, self.bench = session, binding, bench
        self._ask_mask, self._ask_report = ask_mask, ask_report
        self.reporter = Reporter(session, submit)
        self.lying = LieWatch(session, submit, self)
        self.lying.changed.connect(self._show_lying)
        self.volumes = VolumeCount(session, submit, self)
        self._shown = ""
        self._said = Said(session.engine)
        self._reader = ""
        """Whose name stood there before one was typed beside the accepted mask in view; "" if none was."""
        self.busy, self.notice = BusyBar(), NoticeBar()
        self.study, self.propose, self.correct = StudyPanel(), ProposePanel(), CorrectPanel()
        self.review, self.learning = ReviewPanel(), LearningPanel()
        self._poll = QTimer(self, interval=POLL_MS)
        self._poll.timeout.connect(session.poll)
        self._poll.start()
        self._slots: list[tuple[Any, Callable[..., Any]]] = [
            (session.study_changed, self._show_study),
            (session.state_changed, self._show_state),
            (session.labels_changed, self._show_state),
            (session.proposal_changed, self._show_model),
            (session.model_changed, self._show_model),
            (session.busy_changed, self._show_busy),
            (session.notice, self.notice.set_notice),
            (session.brush_changed, self._show_brush),
            (session.questions_changed, self.review.set_questions),
            (session.registration_changed, self.study.set_preview),
            (session.learning_changed, self._show_learning),
            (binding.mode_changed, self.correct.set_mode),
            (binding.display_changed, self._show_display),
            (bench.accept_wanted, self.review.press_accept),
            (session.case_changed, self._show_case),
            (session.compared, self._show_compared),
            (self.reporter.notice, self._pass_on),
        ]
        for signal, slot in self._slots:
            signal.connect(slot)
        self._join_up()
        self._show_study()
        self._show_brush()
        self._show_display()
        self.correct.set_mode(binding.mode)
        self.review.set_who(session.who)
        self._show_learning(session.learning)

    def disconnect_all(self) -> None:
        """Let go of the session; the panels may be destroyed afterwards, or already be."""
        for signal, slot in self._slots:
            signal.disconnect(slot)
        self._slots = []
        self.reporter.cancel()
        self.lying.disconnect_all()
        self.volumes.disconnect_all()
        with suppress(RuntimeError):  # the Qt half is gone, and its timers with it
            self._poll.stop()

    def _join_up(self) -> None:
        session = self.session
        self.busy.cancelled.connect(session.cancel)
        self.study.role_chosen.connect(lambda n, role: session.set_role(n, Role(role)))
        self.study.reference_chosen.connect(session.set_reference)
        self.study.align_wanted.connect(session.register)
        self.study.nudge_wanted.connect(session.nudge)
        self.study.preview_kept.connect(session.keep_registration)
        self.study.preview_discarded.connect(session.discard_registration)
        self.propose.mask_wanted.connect(self._start_from_mask)
        self.propose.propose_wanted.connect(session.propose)
        self.correct.used.connect(self.bench.use)
        self.correct.reopen_wanted.connect(session.reopen)
        self.correct.radius_chosen.connect(session.set_radius)
        self.correct.opacity_chosen.connect(self.binding.set_opacity)
        self.correct.range_chosen.connect(self.binding.set_range)
        self.correct.margin_chosen.connect(session.set_margin)
        self.review.accept_wanted.connect(
            lambda answers, comment, anyway: session.accept(answers, comment=comment, anyway=anyway)
        )
        self.volumes.counted.connect(self.review.volumes.show)
        self.review.approve_wanted.connect(session.approve)
        self.review.report_wanted.connect(self.report_study)
        self.review.reopen_wanted.connect(session.reopen)
        self.review.next_wanted.connect(self.bench.next_study)
        self.review.who_changed.connect(self._set_who)
        self.review.place_wanted.connect(self.binding.point_out)
        self.learning.learn_wanted.connect(session.learn)
        self.learning.cancel_wanted.connect(session.cancel_learning)
        self.learning.version_wanted.connect(session.rollback)
        self._join_learning()

    def _join_learning(self) -> None:
        session, panel, rounds = self.session, self.learning, self.session.rounds
        panel.pause_wanted.connect(rounds.pause)
        panel.resume_wanted.connect(rounds.resume)
        panel.back_wanted.connect(session.rollback)
        panel.override_wanted.connect(lambda run, why: rounds.override(run, why, session.who))
        panel.export_wanted.connect(rounds.export)
        panel.import_wanted.connect(rounds.bring_in)
        panel.history_wanted.connect(lambda: panel.show_history(history(session.engine.store)))
        panel.rule_chosen.connect(lambda rule: rounds.set_rule(StartRule(rule)))
        panel.question.look_wanted.connect(session.look_over)
        panel.question.answered.connect(lambda case, use: rounds.answer(case, use, session.who))
        self.review.take_in_wanted.connect(lambda case: rounds.answer(case, True, session.who))

    # -- session -> panels -----------------------------------------------------------------------

    def _show_study(self) -> None:
        session = self.session
        record = session.record
        self.study.set_study(session.study, record.title if record is not None else "", locked=session.locked)
        self.study.set_left_out(session.left_out)
        self._show_lying()
        if session.study_id != self._shown:
            self._keep_said()
            self._shown = session.study_id
            # Who was named to approve the study before is not this one's reader.
            self._give_back_reader()
            self.notice.leave()
            case = session.case
            kept = (case.answers, case.comment) if case else ((), "")
            unfinished = session.state is not State.ACCEPTED and self._said.of(session.study_id)
            self.review.set_answers(*(unfinished or kept))
            self.review.volumes.show(None)
        self._show_state()

    def _keep_said(self) -> None:
        """Keep what was ticked and written of the study in view, where it differs from what was known of it."""
        if self._shown and not self.session.read_only and (said := self.review.said_anew):
            self._said.keep(self._shown, said)

    def _show_case(self) -> None:
        """Show what was accepted: of a question that was answered by accepting anyway, the answer too."""
        case = self.session.case
        if case is not None:
            self.review.set_answers(case.answers, case.comment)
            self._said.keep(self.session.study_id, None)
        if case is not None and case.approved_by and self._reader:
            # Who approves is named for that; the next mask is the reader's again.
            self._give_back_reader()
            words = tr("Approved by {by}. The reader is {who} again.", by=case.approved_by, who=self.session.who)
            self.notice.set_notice(Notice(words))
        self._show_state()

    @property
    def reader(self) -> str:
        """Who reads, also while a second person is named to approve."""
        return self._reader or self.session.who

    def _give_back_reader(self) -> None:
        if self._reader:
            self.session.who, self._reader = self._reader, ""
            self.review.set_who(self.session.who)

    def _show_compared(self) -> None:
        """Show what the model would draw against the accepted mask, that was asked about."""
        self.binding.set_changes_shown(True)
        self.notice.set_notice(
            Notice(
                tr("Blue is other or more than the model would draw; orange-red only the model draws."),
                "" if self.session.read_only else tr("Then say in the panel Learning whether to learn from it."),
            )
        )

    def _show_lying(self) -> None:
        self.study.set_apart({one.index: one.shift_mm for one in self.lying.found})

    def _show_state(self, _: Any = None) -> None:
        session = self.session
        editable = session.editable
        accepted = session.state is State.ACCEPTED
        if editable and session.study_id == self._shown:
            # Reopened: whoever is named goes on correcting.
            self._reader = ""
        read_only = tr(READ_ONLY) if session.read_only else ""
        why_not = read_only or ("" if editable else _why_not(session.state))
        self.correct.set_editable(
            editable,
            can_undo=session.can_undo,
            can_redo=session.can_redo,
            accepted=accepted,
            approved=session.case is not None and bool(session.case.approved_by),
            has_study=session.study is not None,
            why_not=why_not,
        )
        self.correct.set_known(proposal=session.compared_with is not None, unsure=self.binding.unsure.known)
        allow(self.correct.reopen, not read_only, read_only)
        self.propose.set_enabled(editable, why_not)
        self.propose.set_accepted(accepted)
        self.review.set_state(
            can_accept=editable,
            accepted=accepted,
            case=session.case,
            has_study=session.study is not None,
            read_only=read_only,
            why_not=why_not,
        )
        case_id = session.case.case_id if accepted and session.case is not None else ""
        aside = next((one for one in session.learning.left_out if one.case_id == case_id), None)
        self.review.set_left_out(*(("", "") if aside is None else (case_id, tr(aside.doubt.sentence))))
        fixed = read_only or (why_not if accepted else "")
        self.study.set_locked(session.locked, fixed, why_not_align=tr(BUSY) if session.busy is not None else "")

    def _show_busy(self, busy: Any) -> None:
        self.busy.set_busy(busy)
        self._show_state()

    def _show_brush(self) -> None:
        self.correct.set_structure(self.session.active_structure)
        self.correct.set_radius(self.session.radius_mm)
        self.correct.set_margin(self.session.margin_mm)
        self.correct.set_locks(self.session.locks)

    def _show_display(self) -> None:
        binding = self.binding
        self.correct.set_display(
            opacity=binding.opacity,
            outline=binding.outline,
            visible=binding.mask_visible,
            ball=binding.brush_3d,
            changes=binding.changes.shown,
            unsure=binding.unsure.shown,
        )
        self.correct.set_range(binding.range_on, binding.range)

    def _show_model(self, _: Any = None) -> None:
        self._show_state()
        proposal, versions = self.session.proposal, self.session.learning.versions
        shown = next((v for v in versions if v.current), None)
        seconds = None
        if proposal is not None:
            shown = next((v for v in versions if v.model_id == proposal.model_id), shown)
            seconds = sum(proposal.seconds.values()) or None
        if shown is not None:
            self.propose.set_model(
                shown.title,
                is_starter=shown.is_base,
                caution=shown.caution,
                proposed=proposal is not None,
                from_file=self.session.from_file,
                seconds=seconds,
            )

    def _show_learning(self, status: LearningStatus) -> None:
        self.learning.set_status(status)
        self._show_model()

    def _pass_on(self, notice: Notice) -> None:
        # psygnal tries `emit` out with a number, before it takes it for a slot.
        self.session.notice.emit(notice)

    # -- panels -> session -----------------------------------------------------------------------

    def _set_who(self, who: str) -> None:
        before, self.session.who = self.session.who, who or self.session.who
        if self.session.state is State.ACCEPTED and self.session.who != before:
            self._reader = self._reader or before
        self.review.set_who(self.session.who)

    def report_study(self) -> None:
        """Report on the study in hand, where the reader says."""
        path = self.asked_of_study(self._ask_report)
        if path is not None:
            self.reporter.report_study(path)

    def asked_of_study(self, ask: Callable[[], Any]) -> Any:
        """Return what the reader answers of the study in hand; None if another one came while they were asked."""
        session, study_id = self.session, self.session.study_id
        answer = ask() if session.study is not None else None
        if answer is not None and session.study_id != study_id:
            session.notice.emit(
                Notice(
                    tr("Another study was opened meanwhile, so nothing was done."),
                    tr("Go to the study you mean, and do it once more."),
                    Level.WARNING,
                )
            )
            return None
        return answer

    def _start_from_mask(self) -> None:
        path = self.asked_of_study(self._ask_mask)
        if path is not None:
            self.session.start_from_mask(path)


def _why_not(state: State) -> str:
    return {
        State.EMPTY: tr("Open a study first"),
        State.ACCEPTED: tr("This study is accepted; reopen it first"),
    }.get(state, tr(BUSY))
