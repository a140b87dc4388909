"""The session: one study at a time, from opening to acceptance. The one mutable object of the interface.

It is made of four layers: the mask in hand (`mask_in_hand`), the study it lies on (`study_in_hand`), the clicks it
answers (`clicks_in_hand`), and here what brings studies in and takes accepted masks out. No Qt and no napari: the
executor comes in as an argument, so that tests pass a synchronous one. All methods are called, and all signals emitted,
on one thread.
"""

from __future__ import annotations

import getpass
import time
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from psygnal import Signal

from napari_parotid import checks, loading
from napari_parotid.clicks_in_hand import ClicksInHand
from napari_parotid.history import History
from napari_parotid.learning import LearningDesk, LearningSettings
from napari_parotid.loading import Origin
from napari_parotid.mask_in_hand import RADIUS_MM, TRY_AGAIN
from napari_parotid.messages import LearningStatus, Level, Notice
from napari_parotid.reading_time import ReadingClock
from napari_parotid.tr import tr
from napari_parotid.work import State
from parotid_training.acceptance import Acceptance, Answer
from parotid_training.errors import ParotidError
from parotid_training.labels import Structure
from parotid_training.model.report import body_midline_mm
from parotid_training.volume import LabelMap
from parotid_training.workspace.records import StudyState

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from napari_parotid.doors import EngineDoor, Submit
    from parotid_training.acceptance import AcceptedCase
    from parotid_training.progress import Cancelled, Report

__all__ = ["RADIUS_MM", "Session", "State"]


REMIND_SECONDS = 30.0
"""How often it is said again that corrections are not on the disk."""
KEEP_SECONDS = 15.0
"""So much reading time goes to the disk at once."""


class Session(ClicksInHand):
    """Opens, proposes, corrects, accepts and learns.

    Parameters
    ----------
    engine
        The engine, with its workspace open.
    submit
        Hands work to another thread and its outcome back.
    learning
        When accepted cases start a fine-tuning.
    """

    learning_changed = Signal(LearningStatus)
    model_changed = Signal(str)
    case_changed = Signal()
    """The study was accepted or approved."""

    def __init__(self, engine: EngineDoor, submit: Submit, learning: LearningSettings | None = None) -> None:
        super().__init__(engine, submit)
        self.who = _user()
        self.left_out: tuple[str, ...] = ()
        """What of the opened folder could not be used, one line each."""
        self.ask_patient: Callable[[], str] | None = None
        """Asked for a patient's id where the files hold none (NIfTI); "" if nobody knows."""
        self.case: AcceptedCase | None = None
        """The last accepted case of the study in hand."""
        self.clock = ReadingClock()
        """Touched at every movement of the reader's hands."""
        self._read = 0.0
        self.reading_order: Callable[[], Sequence[str]] | None = None
        """Ids of the studies as the reader sees them listed; None for the order of arrival."""
        self._problem, self._told = "", 0.0
        self._version: int = engine.store.version
        self._desk = LearningDesk(engine, submit, learning or LearningSettings())
        self._desk.changed.connect(self.learning_changed.emit)
        self._desk.model_changed.connect(self.model_changed.emit)
        self._desk.notice.connect(self.notice.emit)
        # Learning that waits until nobody works is told who does.
        for signal in (self.study_changed, self.labels_changed, self.brush_changed):
            signal.connect(self._touch)

    @property
    def record(self) -> Any:
        """The study's record in the worklist, None if nothing is open."""
        return self.engine.store.study(self.study_id) if self.study_id else None

    @property
    def records(self) -> tuple[Any, ...]:
        """The worklist."""
        return tuple(self.engine.store.studies())

    @property
    def rounds(self) -> LearningDesk:
        """The rounds of learning and the versions: what can be done with them."""
        return self._desk

    @property
    def learning(self) -> LearningStatus:
        """Where the learning stands."""
        return self._desk.status

    # -- opening ---------------------------------------------------------------------------------

    def open_path(self, path: Path) -> None:
        """Read a folder or file, put it into the worklist and open it; one that is there already is opened again."""

        def done(read: Any) -> None:
            if isinstance(read, loading.Loaded):
                self._show(read)
                return
            if self.read_only:
                raise ParotidError(tr("This study is not in the worklist, and cannot be added now."), tr(TRY_AGAIN))
            patient_id = read.study.patient_id
            if patient_id is None and self.ask_patient is not None:
                patient_id = self.ask_patient()
            study_id = loading.add(self.engine, path, read.study, patient_id or "")
            self.worklist_changed.emit()
            loaded = loading.gather(self.engine, study_id, read.study)
            warnings = (*loaded.warnings, *read.warnings)
            self._show(replace(loaded, warnings=warnings), loading.left_out(read))

        if not self._work.begin(State.OPENING):
            return
        self._work.run(
            self._after_saving(lambda report, cancelled: loading.read_path(self.engine, path, report, cancelled)),
            done,
            tr("opening the study"),
            lane="files",
        )

    def open_study(self, study_id: str, then: Callable[[], None] | None = None) -> None:
        """Open a study of the worklist, and then go on with it."""

        def done(loaded: loading.Loaded) -> None:
            self._show(loaded)
            if then is not None:
                then()

        if not self._work.begin(State.OPENING):
            return
        self._work.run(
            self._after_saving(lambda report, cancelled: loading.load(self.engine, study_id, report, cancelled)),
            done,
            tr("opening the study"),
            lane="files",
        )

    def look_over(self, study_id: str) -> None:
        """Open a study to see the model's own mask beside the one that was accepted."""
        if study_id == self.study_id and self.state is not State.OPENING:
            self.compare()
        else:
            self.open_study(study_id, then=self.compare)

    def open_next(self) -> None:
        """Open the next study of the worklist that is not accepted."""
        records = {record.study_id: record for record in self.records}
        ids = list(records) if self.reading_order is None else [one for one in self.reading_order() if one in records]
        start = ids.index(self.study_id) + 1 if self.study_id in ids else 0
        for study_id in (*ids[start:], *ids[:start]):
            if not records[study_id].state.is_accepted and study_id != self.study_id:
                self.open_study(study_id)
                return
        self.notice.emit(Notice(tr("There is no other study to read."), tr("Open a folder to add one.")))

    def close(self) -> None:
        """Put the study away, its journal on the disk; refused while it is being accepted or the disk is full."""
        history = self._history
        if history is None:
            self.end()
            return
        if self._work.saving():
            return

        def done(_: Any) -> None:
            # On its way to the disk on another thread: `end` would wait for it on this one.
            self._take_time(self._keep_time)
            self.end()

        self._work.stop()
        self._work.run(
            lambda report, cancelled: history.flush(),
            done,
            tr("saving the corrections"),
            lane="files",
            can_cancel=False,
        )

    def end(self) -> None:
        """Put the study away whatever happens: what the disk refuses (`save` tells) is lost."""
        self._work.stop()
        # At once: there may be no thread any more to hand it to.
        with suppress(ParotidError):
            self._take_time(lambda study_id, who, seconds: self.engine.store.add_reading_time(study_id, who, seconds))
        self._put_away()
        self._work.stand(State.EMPTY)
        self.study_changed.emit()

    def _after_saving(self, read: Callable[[Report, Cancelled], Any]) -> Callable[[Report, Cancelled], Any]:
        """Put the edits in hand on the disk on the way, where it holds up nobody; a refusal ends the opening."""
        history = self._history

        def work(report: Report, cancelled: Cancelled) -> Any:
            if history is not None:
                history.flush()
            return read(report, cancelled)

        return work

    def _show(self, loaded: loading.Loaded, left_out: tuple[str, ...] = ()) -> None:
        if self._history is not None:
            # For what was drawn since the reading began; a refusal ends the opening, and the study stays in hand.
            self._history.flush()
        self._take_time(self._keep_time)
        self._put_away()
        self.left_out = left_out
        self.study, self.study_id = loaded.study, loaded.study_id
        self.proposal, self.case = loaded.proposal, loaded.case
        # Asked for again: opening the same study a second time has just closed its journal.
        journal = self.engine.store.journal(loaded.study_id)
        self._history = History(loaded.study.grid, loaded.labels, journal, started=loaded.journaled)
        states = {
            Origin.NOTHING: State.OPEN,
            Origin.PROPOSAL: State.PROPOSED,
            Origin.DRAFT: State.CORRECTING,
            Origin.ACCEPTED: State.ACCEPTED,
        }
        self._work.stand(states[loaded.origin])
        self.study_changed.emit()
        self.labels_changed.emit(None)
        self.proposal_changed.emit()
        if loaded.origin is Origin.DRAFT and not self.read_only:
            restored = (
                tr("Your unfinished work of {when} was restored.", when=loaded.drafted)
                if loaded.drafted
                else tr("Your unfinished work was restored.")
            )
            self.notice.emit(Notice(restored, tr("Go on correcting.")))
        elif loaded.origin is Origin.NOTHING and not self.read_only:
            self.propose()
        for warning in loaded.warnings:
            self.notice.emit(Notice(warning, "", Level.WARNING))
        if aside := loaded.journal.tell_damage():
            self._work.refuse(
                tr(
                    "Part of your work on this study could not be read; the damaged file was kept as {aside}.",
                    aside=aside,
                ),
                tr("Look the mask over before you go on."),
            )

    def _put_away(self) -> None:
        with suppress(ParotidError):
            self._keep_rest()
        self._unkept.clear()
        if self._history is not None:
            self._history.close()
        self._history = None
        self.study, self.study_id, self.case = None, "", None
        self.proposal = self.beside = None
        # A lock forgotten in one study would be a riddle in the next.
        for structure in self.locks:
            self.set_lock(structure, False)
        self.set_structure(Structure.GLAND)
        self._set_questions(())
        self._set_preview(None)

    # -- accepting -------------------------------------------------------------------------------

    def accept(
        self, answers: tuple[Answer, ...] = (Answer.ANNOTATED,), *, comment: str = "", anyway: bool = False
    ) -> None:
        """Stand for the mask. Questions about it are asked first; ``anyway`` answers them all with yes."""
        if self.study is None or self._history is None or not self._may_edit():
            return
        if not self.who.strip():
            self._work.refuse(tr("Nobody is named as the reader."), tr("Type your name, then accept."))
            return
        if anyway:
            said = (question.answer for question in self.questions)
            answers = (*answers, *(answer for answer in said if answer is not None and answer not in answers))
        self._set_questions(())
        study_id, study, who = self.study_id, self.study, self.who
        label_map = LabelMap(study.grid, self._history.labels.copy())
        history, proposal = self._history, self.proposal
        model_id = proposal.model_id if proposal is not None else ""

        def keep(report: Any, cancelled: Any) -> Any:
            if anyway and Answer.NO_TUMOUR in answers and (label_map.array == Structure.TUMOUR).any():
                raise ParotidError(
                    tr("You say there is no tumour, but one is drawn."), tr("Take the tick away, or erase the tumour.")
                )
            slices = checks.slices_meant(label_map, None if proposal is None else proposal.label_map, answers)
            if not anyway:
                report(0.0, tr("Looking the mask over"))
                image = study.sequences[study.reference].volume
                if questions := checks.check(label_map, image, answers, body_midline_mm(image), slices):
                    return questions
            report(0.3, tr("Saving the accepted mask"))
            history.flush()
            case = self.engine.store.accept(
                study_id, study, label_map, Acceptance(who, answers, comment=comment, model_id=model_id, slices=slices)
            )
            loading.keep_thumbnail(self.engine, study_id, study, label_map)
            return case

        def done(outcome: Any) -> None:
            if isinstance(outcome, tuple):
                self._set_questions(outcome)
                return
            self.case = outcome
            self._unkept.pop("state", None)
            self._work.stand(State.ACCEPTED)
            self.case_changed.emit()
            self.worklist_changed.emit()
            self.notice.emit(Notice(tr("Accepted. The mask is kept in the workspace.")))
            if Answer.NOT_READABLE not in answers:
                self._desk.accepted()

        self._work.run(keep, done, tr("saving the accepted mask"), lane="files", can_cancel=False)

    def approve(self) -> None:
        """Stand for the accepted mask as a second person."""
        if self.state is not State.ACCEPTED or self._refuse_reader() or self._work.occupied():
            return
        study_id, who = self.study_id, self.who

        def ask(report: Any, cancelled: Any) -> Any:
            try:
                return self.engine.store.approve(study_id, who)
            except ParotidError as refusal:
                return refusal

        def done(outcome: Any) -> None:
            if isinstance(outcome, ParotidError):
                self._work.refuse(tr(outcome.sentence), tr(outcome.remedy))
                return
            self.case = outcome
            # First: whoever shows the case may have more to say.
            self.notice.emit(Notice(tr("Approved by {approved_by}.", approved_by=outcome.approved_by)))
            self.case_changed.emit()
            self.worklist_changed.emit()

        self._work.run(
            ask,
            done,
            tr("approving the study"),
            lane="files",
            can_cancel=False,
        )

    def reopen(self) -> None:
        """Correct an accepted study again; what was accepted stays in the history."""
        if self.state is not State.ACCEPTED or self._history is None or self._refuse_reader():
            return
        if self._work.saving():
            return
        # The model's own mask, if it is being looked for, would lie over the correction.
        self._work.stop()
        self._history.go_on()
        self._work.stand(State.CORRECTING)
        if self.beside is not None:
            # What is corrected is compared with what it began with.
            self.beside = None
            self.proposal_changed.emit()
        self._note(StudyState.IN_CORRECTION)

    # -- learning --------------------------------------------------------------------------------

    def _touch(self, _: Any = None) -> None:
        self._desk.touch()

    def learn(self) -> None:
        """Fine-tune on the accepted cases now."""
        self._desk.start()

    def cancel_learning(self) -> None:
        """Stop the fine-tuning; the version in use stays."""
        self._desk.cancel()

    def rollback(self, model_id: str = "") -> None:
        """Use an earlier version from the next study on; without an id, the one used before."""
        self._desk.rollback(model_id, self.who)

    def poll(self) -> None:
        """Read what the learning said, and whether strokes reach the disk; a timer calls this."""
        self._desk.poll()
        if self.read_only:
            self._look_again()
        if self._work.idle:  # an acceptance on its way says itself where the study stands
            with suppress(ParotidError):
                self._keep_rest()
        problem = "" if self._history is None else self._history.problem
        if problem and (problem != self._problem or time.monotonic() > self._told + REMIND_SECONDS):
            # Said again as long as it stands: a later notice takes its place on the screen.
            self._told = time.monotonic()
            self.notice.emit(
                Notice(
                    tr("Your corrections cannot be saved: {why}.", why=problem),
                    tr("Free space on the disk, or connect its drive again. Your work is kept until then."),
                    Level.ERROR,
                )
            )
        self._problem = problem
        if self.study is not None:
            self._read += self.clock.take()
            if self._read >= KEEP_SECONDS:
                self._take_time(self._keep_time)

    def _look_again(self) -> None:
        """Show what the window that writes has done since."""
        version = self.engine.store.version
        if version != self._version:
            self._version = version
            self._desk.look_again()
            self.worklist_changed.emit()

    # -- reading time ----------------------------------------------------------------------------

    def _take_time(self, keep: Callable[[str, str, float], None]) -> None:
        """Hand on what was read of the study in hand since it was handed on last; moments do not count."""
        seconds = self._read + self.clock.take()
        self._read = 0.0
        if self.study_id and seconds >= 1.0 and not self.read_only:
            keep(self.study_id, self.who, seconds)

    def _keep_time(self, study_id: str, who: str, seconds: float) -> None:
        self._work.submit(
            lambda report, cancelled: self.engine.store.add_reading_time(study_id, who, seconds),
            lambda _: None,
            lambda error: None,  # it is said of the corrections that the disk refuses
            lane="files",
            must_finish=True,
        )


def _user() -> str:
    """Name of the computer's user as a first guess at the reader; empty where the system knows none (containers)."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return ""
