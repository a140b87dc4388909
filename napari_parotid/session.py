"""The session: one study at a time, from opening to acceptance. The one mutable object of the interface.

No Qt and no napari: the executor comes in as an argument, so that tests pass a synchronous one. All methods
are called, and all signals emitted, on one thread.
"""

from __future__ import annotations

import getpass
from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from psygnal import Signal

from napari_parotid import checks, loading
from napari_parotid.history import History, Region, difference
from napari_parotid.learning import LearningDesk, LearningSettings
from napari_parotid.loading import Origin
from napari_parotid.messages import Busy, LearningStatus, Level, Notice, describe
from napari_parotid.registration import Preview, align
from parotid_training.errors import ParotidError
from parotid_training.labels import Structure
from parotid_training.study import FED_ROLES, Answer, Role, Study
from parotid_training.volume import LabelMap
from parotid_training.workspace.records import StudyState

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from napari_parotid.doors import EngineDoor, Submit, Task
    from parotid_training.study import Proposal
    from parotid_training.workspace.journal import Operation

RADIUS_MM = (0.5, 30.0)
"""Smallest and largest brush."""


class State(StrEnum):
    """Where the study in hand stands."""

    EMPTY = "empty"
    OPENING = "opening"
    OPEN = "open"
    PROPOSING = "proposing"
    PROPOSED = "proposed"
    CORRECTING = "correcting"
    ACCEPTED = "accepted"


class Session:
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

    study_changed = Signal()
    """Another study, another reference or another role; the layers are built anew."""
    state_changed = Signal(State)
    labels_changed = Signal(object)
    """The box (three slices, native grid) in which the mask changed; None for all of it."""
    proposal_changed = Signal()
    worklist_changed = Signal()
    notice = Signal(Notice)
    busy_changed = Signal(object)
    """A `Busy`, or None."""
    learning_changed = Signal(LearningStatus)
    model_changed = Signal(str)
    brush_changed = Signal()
    """Structure or radius."""
    questions_changed = Signal(tuple)
    """`checks.Question`s that keep an acceptance waiting; empty when there are none."""
    registration_changed = Signal(object)
    """A `Preview` to keep or discard, or None."""

    EDITABLE: ClassVar[frozenset[State]] = frozenset({State.OPEN, State.PROPOSED, State.CORRECTING})

    def __init__(self, engine: EngineDoor, submit: Submit, learning: LearningSettings | None = None) -> None:
        self.engine = engine
        self.state = State.EMPTY
        self.study: Study | None = None
        self.study_id = ""
        self.proposal: Proposal | None = None
        self.active_structure = Structure.GLAND
        self.radius_mm = 4.0
        self.who = _user()
        self.questions: tuple[checks.Question, ...] = ()
        self.preview: Preview | None = None
        self.busy: Busy | None = None
        self.left_out: tuple[str, ...] = ()
        """What of the opened folder could not be used, one line each."""
        self.ask_patient: Callable[[], str] | None = None
        """Asked for a patient's id where the files hold none (NIfTI); "" if nobody knows."""
        self._submit = submit
        self._history: History | None = None
        self._task: Task | None = None
        self._generation = 0
        self._resting = State.EMPTY
        self._problem = ""
        self._desk = LearningDesk(engine, submit, learning or LearningSettings())
        self._desk.changed.connect(self.learning_changed.emit)
        self._desk.model_changed.connect(self.model_changed.emit)
        self._desk.notice.connect(self.notice.emit)

    # -- what is in hand -------------------------------------------------------------------------

    @property
    def labels(self) -> np.ndarray | None:
        """The mask: uint8, shape of the reference's native grid, changed in place by painting."""
        return None if self._history is None else self._history.labels

    @property
    def record(self) -> Any:
        """The study's record in the worklist, None if nothing is open."""
        return self.engine.store.study(self.study_id) if self.study_id else None

    @property
    def records(self) -> tuple[Any, ...]:
        """The worklist."""
        return tuple(self.engine.store.studies())

    @property
    def learning(self) -> LearningStatus:
        """Where the learning stands."""
        return self._desk.status

    @property
    def editable(self) -> bool:
        """Whether painting is allowed now."""
        return self.state in self.EDITABLE and self._task is None and self._history is not None

    @property
    def locked(self) -> bool:
        """Whether the reference is fixed, because a person has worked on its grid."""
        return self._standing in (State.CORRECTING, State.ACCEPTED) or self.can_undo

    @property
    def can_undo(self) -> bool:
        """Whether an edit can be taken back."""
        return self._history is not None and self._standing is not State.ACCEPTED and self._history.can_undo

    @property
    def can_redo(self) -> bool:
        """Whether an undone edit can be done again."""
        return self._history is not None and self._standing is not State.ACCEPTED and self._history.can_redo

    @property
    def _standing(self) -> State:
        """Where the study in hand stands, whatever is being opened or proposed meanwhile."""
        return self._resting if self.state in (State.OPENING, State.PROPOSING) else self.state

    # -- opening ---------------------------------------------------------------------------------

    def open_path(self, path: Path) -> None:
        """Read a folder or file, put it into the worklist and open it; one that is there already is opened again."""

        def done(read: Any) -> None:
            if isinstance(read, loading.Loaded):
                self._show(read)
                return
            patient_id = read.study.patient_id
            if patient_id is None and self.ask_patient is not None:
                patient_id = self.ask_patient()
            study_id = loading.add(self.engine, path, read.study, patient_id or "")
            self.worklist_changed.emit()
            loaded = loading.gather(self.engine, study_id, read.study)
            self._show(replace(loaded, warnings=tuple(read.warnings)), loading.left_out(read))

        if not self._begin(State.OPENING):
            return
        self._run(
            lambda report, cancelled: loading.read_path(self.engine, path, report, cancelled),
            done,
            "opening the study",
            lane="files",
        )

    def open_study(self, study_id: str) -> None:
        """Open a study of the worklist."""
        if not self._begin(State.OPENING):
            return
        self._run(
            lambda report, cancelled: loading.load(self.engine, study_id, report, cancelled),
            self._show,
            "opening the study",
            lane="files",
        )

    def open_next(self) -> None:
        """Open the next study of the worklist that is not accepted."""
        records = self.records
        ids = [record.study_id for record in records]
        start = ids.index(self.study_id) + 1 if self.study_id in ids else 0
        for record in (*records[start:], *records[:start]):
            if record.state != StudyState.ACCEPTED and record.study_id != self.study_id:
                self.open_study(record.study_id)
                return
        self.notice.emit(Notice("There is no other study to read.", "Open a folder to add one."))

    def close(self) -> None:
        """Put the study away, its journal on the disk; refused while it is being accepted or the disk is full."""
        if self._saving():
            return
        trouble = self.save()
        if trouble is not None:
            self.notice.emit(trouble)
            return
        self.end()

    def save(self) -> Notice | None:
        """Put all edits on the disk; why not, if it refuses. They stay in memory and are tried again."""
        try:
            if self._history is not None:
                self._history.flush()
        except ParotidError as error:
            return describe(error, "saving the corrections")
        return None

    def end(self) -> None:
        """Put the study away whatever happens: what the disk refuses (`save` tells) is lost."""
        self._stop()
        self._put_away()
        self._set_state(State.EMPTY)
        self.study_changed.emit()

    def _show(self, loaded: loading.Loaded, left_out: tuple[str, ...] = ()) -> None:
        if self._history is not None:
            # A refusal ends the opening: the study with unsaved edits stays in hand.
            self._history.flush()
        self._put_away()
        self.left_out = left_out
        self.study, self.study_id = loaded.study, loaded.study_id
        self.proposal = loaded.proposal
        # Asked for again: opening the same study a second time has just closed its journal.
        journal = self.engine.store.journal(loaded.study_id)
        self._history = History(loaded.study.grid, loaded.labels, journal, started=loaded.origin is Origin.DRAFT)
        states = {
            Origin.NOTHING: State.OPEN,
            Origin.PROPOSAL: State.PROPOSED,
            Origin.DRAFT: State.CORRECTING,
            Origin.ACCEPTED: State.ACCEPTED,
        }
        self._set_state(states[loaded.origin])
        self.study_changed.emit()
        self.labels_changed.emit(None)
        self.proposal_changed.emit()
        if loaded.origin is Origin.DRAFT:
            self.notice.emit(Notice(f"Your unfinished work{loaded.drafted} was restored.", "Go on correcting."))
        elif loaded.origin is Origin.NOTHING:
            self.propose()
        for warning in loaded.warnings:
            self.notice.emit(Notice(warning, "", Level.WARNING))
        if aside := loaded.journal.tell_damage():
            self._refuse(
                f"Part of your work on this study could not be read; the damaged file was kept as {aside}.",
                "Look the mask over before you go on.",
            )

    def _put_away(self) -> None:
        if self._history is not None:
            self._history.close()
        self._history = None
        self.study, self.study_id, self.proposal = None, "", None
        self._set_questions(())
        self._set_preview(None)

    # -- sequences -------------------------------------------------------------------------------

    def set_role(self, index: int, role: Role) -> None:
        """Say what a sequence shows; the model is asked again while nothing was corrected."""
        if self.study is None or self.study.sequences[index].role is role:
            return
        if self._standing is State.ACCEPTED:
            self._refuse("This study is accepted; its sequences stay as they were.", "Reopen it first.")
            self.study_changed.emit()
            return
        if self._saving():
            self.study_changed.emit()
            return
        fed = self.study.sequences[index].role in FED_ROLES or role in FED_ROLES
        self._lay_out(self.study.with_role(index, role))
        if fed:
            self._ask_again()

    def set_reference(self, index: int) -> None:
        """Choose the sequence on whose grid the mask lies; refused after the first edit."""
        if self.study is None or index == self.study.reference:
            return
        if self.locked:
            self._refuse(
                "The reference cannot change any more: the mask you corrected lies on its grid.",
                "Go on with this reference, and accept the mask on it.",
            )
            self.study_changed.emit()
            return
        if self._saving():
            self.study_changed.emit()
            return
        self._stop()
        # It was aligned to the reference of before.
        self._set_preview(None)
        study = self.study.with_reference(index)
        if self._history is not None:
            self._history.close()
        journal = self.engine.store.journal(self.study_id)
        self.proposal = None
        self._history = History(study.grid, np.zeros(study.grid.shape, np.uint8), journal, started=False)
        self._set_state(State.OPEN)
        self._lay_out(study)
        self.labels_changed.emit(None)
        self.propose()

    def register(self, index: int) -> None:
        """Align a sequence to the reference (rigidly); the result is shown before it is used."""
        if self.study is None or index == self.study.reference or self._occupied():
            return
        study = self.study
        self._run(
            lambda report, cancelled: align(study, index, report, cancelled), self._set_preview, "aligning the sequence"
        )

    def keep_registration(self) -> None:
        """Use the aligned sequence."""
        if self.preview is None or self.study is None or self._saving():
            return
        preview = self.preview
        # Laid out before the preview ends, so that its picture stays instead of being made anew.
        self._lay_out(self.study.with_aligned(preview.index, preview.moved))
        self._set_preview(None)
        if self.study.sequences[preview.index].role in FED_ROLES:
            self._ask_again()

    def discard_registration(self) -> None:
        """Leave the sequence where its headers put it."""
        self._set_preview(None)

    def _lay_out(self, study: Study) -> None:
        self.study = study
        self.engine.store.set_layout(self.study_id, study)
        self.study_changed.emit()

    def _ask_again(self) -> None:
        if self.locked:
            self.notice.emit(Notice("Your corrections were kept.", "Press Propose to ask the model again."))
        else:
            self.propose()

    def _set_preview(self, preview: Preview | None) -> None:
        if preview is not self.preview:
            self.preview = preview
            self.registration_changed.emit(preview)

    # -- proposing -------------------------------------------------------------------------------

    def propose(self) -> None:
        """Ask the model in use; over corrections its answer is one edit that can be undone."""
        if self.study is None or self._history is None:
            return
        if self._standing is State.ACCEPTED:
            self._refuse("This study is accepted.", "Reopen it to have it proposed again.")
            return
        study_id, study = self.study_id, self.study
        if not self._begin(State.PROPOSING):
            return

        def done(proposal: Proposal) -> None:
            assert self._history is not None
            self.proposal = proposal
            after = proposal.label_map.array
            if self.locked:
                operation = difference("propose", self._history.labels, np.ascontiguousarray(after))
                self._set_state(State.CORRECTING)
                if operation is not None:
                    self._history.apply(operation)
            else:
                self._history.labels[...] = after
                self._history.begin()
                self._set_state(State.PROPOSED)
            self.worklist_changed.emit()
            self.labels_changed.emit(None)
            self.proposal_changed.emit()

        self._run(
            lambda report, cancelled: loading.propose(self.engine, study_id, study, report, cancelled),
            done,
            "proposing a mask",
        )

    def start_from_mask(self, path: Path) -> None:
        """Begin with an existing mask (NIfTI on any grid of the study), as one edit that can be undone."""
        if self.study is None or not self._may_edit():
            return
        study = self.study

        def done(label_map: LabelMap) -> None:
            assert self._history is not None
            operation = difference("open mask", self._history.labels, np.ascontiguousarray(label_map.array))
            if operation is not None:
                self.apply(operation)

        self._run(lambda report, cancelled: loading.read_mask(path, study), done, "opening the mask", lane="files")

    # -- correcting ------------------------------------------------------------------------------

    def set_structure(self, structure: Structure) -> None:
        """Choose what is painted."""
        if structure is not self.active_structure:
            self.active_structure = structure
            self.brush_changed.emit()

    def set_radius(self, radius_mm: float) -> None:
        """Choose the brush's radius in mm."""
        radius_mm = float(np.clip(radius_mm, *RADIUS_MM))
        if radius_mm != self.radius_mm:
            self.radius_mm = radius_mm
            self.brush_changed.emit()

    def record_stroke(self, operation: Operation) -> None:
        """Note a stroke that already happened in `labels`."""
        if self._history is None:
            return
        self._edited(self._history.record(operation))

    def apply(self, operation: Operation) -> None:
        """Do an edit."""
        if self._history is None or not self._may_edit():
            return
        self._edited(self._history.apply(operation))

    def undo(self) -> None:
        """Take the last edit back."""
        if self._history is not None and self._may_edit() and (region := self._history.undo()) is not None:
            self._edited(region)

    def redo(self) -> None:
        """Do the last undone edit again."""
        if self._history is not None and self._may_edit() and (region := self._history.redo()) is not None:
            self._edited(region)

    def _edited(self, region: Region) -> None:
        if self._standing is not State.CORRECTING:
            # A stroke may end after the model was asked: that work ends in corrections, whatever comes of it.
            self._resting = State.CORRECTING
            if self.state not in (State.OPENING, State.PROPOSING):
                self._set_state(State.CORRECTING)
            self._note(StudyState.IN_CORRECTION)
        self._set_questions(())
        self.labels_changed.emit(region)

    def _may_edit(self) -> bool:
        if self.state is State.ACCEPTED:
            self._refuse("This study is accepted.", "Reopen it to correct it again.")
        return self.editable

    # -- accepting -------------------------------------------------------------------------------

    def accept(self, answers: tuple[Answer, ...] = (Answer.ANNOTATED,), *, anyway: bool = False) -> None:
        """Stand for the mask. Questions about it are asked first; ``anyway`` answers them all with yes."""
        if self.study is None or self._history is None or not self._may_edit():
            return
        study_id, study = self.study_id, self.study
        label_map = LabelMap(study.grid, self._history.labels.copy())
        if not anyway:
            self._set_questions(checks.check(label_map, study.sequences[study.reference].volume, answers))
            if self.questions:
                return
        self._set_questions(())
        trouble = self.save()
        if trouble is not None:
            self.notice.emit(trouble)
            return
        model_id = self.proposal.model_id if self.proposal is not None else ""

        def keep(report: Any, cancelled: Any) -> Any:
            report(0.0, "Saving the accepted mask")
            return self.engine.store.accept(
                study_id, study, label_map, model_id=model_id, who=self.who, answers=answers
            )

        def done(case: Any) -> None:
            self._set_state(State.ACCEPTED)
            self.worklist_changed.emit()
            self.notice.emit(Notice("Accepted. The mask is kept in the workspace."))
            self._desk.accepted()

        self._run(keep, done, "saving the accepted mask", lane="files", can_cancel=False)

    def reopen(self) -> None:
        """Correct an accepted study again; what was accepted stays in the history."""
        if self.state is not State.ACCEPTED or self._history is None:
            return
        self._history.begin()
        self._set_state(State.CORRECTING)
        self._note(StudyState.IN_CORRECTION)

    # -- learning --------------------------------------------------------------------------------

    def learn(self) -> None:
        """Fine-tune on the accepted cases now."""
        self._desk.start()

    def cancel_learning(self) -> None:
        """Stop the fine-tuning; the version in use stays."""
        self._desk.cancel()

    def rollback(self, model_id: str = "") -> None:
        """Use an earlier version from the next study on; without an id, the one used before."""
        self._desk.rollback(model_id)

    def poll(self) -> None:
        """Read what the learning said, and whether strokes reach the disk; a timer calls this."""
        self._desk.poll()
        problem = "" if self._history is None else self._history.problem
        if problem and problem != self._problem:
            self.notice.emit(
                Notice(f"Your corrections cannot be saved: {problem}.", "Free space on the disk.", Level.ERROR)
            )
        self._problem = problem

    # -- work under way --------------------------------------------------------------------------

    def cancel(self) -> None:
        """Stop the work under way; everything stays as it was before it."""
        if self.busy is not None and self.busy.can_cancel:
            self._stop()

    def _begin(self, state: State) -> bool:
        if self._saving():
            return False
        self._stop()
        self._resting = self.state
        self._set_state(state)
        return True

    def _run(
        self,
        work: Callable[[Any, Any], Any],
        done: Callable[[Any], None],
        doing: str,
        *,
        lane: str = "compute",
        can_cancel: bool = True,
    ) -> None:
        """Start work; what comes back after another work was begun is dropped."""
        self._generation += 1
        generation = self._generation
        if self.state not in (State.OPENING, State.PROPOSING):
            self._resting = self.state
        finished = False

        def stale() -> bool:
            return generation != self._generation

        def arrived(result: Any) -> None:
            nonlocal finished
            finished = True
            if stale():
                return
            self._idle()
            try:
                done(result)
            except Exception as error:  # a refusal may also come late, e.g. from the workspace
                gave_up(error)

        def failed(error: BaseException) -> None:
            nonlocal finished
            finished = True
            if not stale():
                self._idle()
                gave_up(error)

        def gave_up(error: BaseException) -> None:
            self._set_state(self._resting)
            self.notice.emit(describe(error, doing))

        def report(fraction: float, words: str) -> None:
            if not stale() and not finished:
                self._set_busy(Busy(words, fraction, can_cancel))

        self._set_busy(Busy(doing[:1].upper() + doing[1:], None, can_cancel))
        task = self._submit(work, arrived, failed, progress=report, lane=lane)
        if not finished:  # a synchronous executor is done by now
            self._task = task
            self._set_busy(self.busy)

    def _saving(self) -> bool:
        """Refuse what would disturb an acceptance on its way to the disk."""
        saving = self.busy is not None and not self.busy.can_cancel
        if saving:
            self._refuse("The accepted mask is just being saved.", "Try again in a moment.")
        return saving

    def _stop(self) -> None:
        """Let work under way die; the state it was begun in comes back."""
        self._generation += 1
        if self._task is not None:
            self._task.cancel()
            self._idle()
            self._set_state(self._resting)

    def _idle(self) -> None:
        self._task = None
        self._set_busy(None)

    def _occupied(self) -> bool:
        if self._task is not None:
            self._refuse("Other work is under way.", "Wait for it, or cancel it.")
        return self._task is not None

    def _set_busy(self, busy: Busy | None) -> None:
        self.busy = busy
        self.busy_changed.emit(busy)

    def _set_state(self, state: State) -> None:
        if state is not self.state:
            self.state = state
            self.state_changed.emit(state)

    def _set_questions(self, questions: tuple[checks.Question, ...]) -> None:
        if questions != self.questions:
            self.questions = questions
            self.questions_changed.emit(questions)

    def _note(self, state: StudyState) -> None:
        self.engine.store.set_state(self.study_id, state)
        self.worklist_changed.emit()

    def _refuse(self, sentence: str, remedy: str) -> None:
        self.notice.emit(Notice(sentence, remedy, Level.WARNING))


def _user() -> str:
    """Name of the computer's user as a first guess at the reader; empty where the system knows none (containers)."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return ""
