"""The mask in hand: painting, undo, the brush, and its way to the disk. What a session is built on first."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from psygnal import Signal

from napari_parotid.messages import Busy, Notice, describe
from napari_parotid.work import State, Work
from parotid_training.errors import ParotidError
from parotid_training.labels import Structure
from parotid_training.workspace.records import StudyState

if TYPE_CHECKING:
    from napari_parotid import checks
    from napari_parotid.doors import EngineDoor, Submit
    from napari_parotid.history import History, Region
    from parotid_training.study import Study
    from parotid_training.workspace.journal import Operation

RADIUS_MM = (0.5, 30.0)
"""Smallest and largest brush."""


class MaskInHand:
    """A study's mask as a person corrects it.

    Parameters
    ----------
    engine
        The engine, with its workspace open.
    submit
        Hands work to another thread and its outcome back.
    """

    state_changed = Signal(State)
    labels_changed = Signal(object)
    """The box (three slices, native grid) in which the mask changed; None for all of it."""
    worklist_changed = Signal()
    notice = Signal(Notice)
    busy_changed = Signal(object)
    """A `Busy`, or None."""
    brush_changed = Signal()
    """Structure or radius."""
    questions_changed = Signal(tuple)
    """`checks.Question`s that keep an acceptance waiting; empty when there are none."""

    EDITABLE: ClassVar[frozenset[State]] = frozenset({State.OPEN, State.PROPOSED, State.CORRECTING})

    def __init__(self, engine: EngineDoor, submit: Submit) -> None:
        self.engine = engine
        self.study: Study | None = None
        self.study_id = ""
        self.active_structure = Structure.GLAND
        self.radius_mm = 4.0
        self.questions: tuple[checks.Question, ...] = ()
        self._history: History | None = None
        self._work = Work(submit)
        self._work.state_changed.connect(self.state_changed.emit)
        self._work.busy_changed.connect(self.busy_changed.emit)
        self._work.notice.connect(self.notice.emit)

    # -- what is in hand -------------------------------------------------------------------------

    @property
    def state(self) -> State:
        """Where the study in hand stands."""
        return self._work.state

    @property
    def busy(self) -> Busy | None:
        """The work under way."""
        return self._work.busy

    @property
    def labels(self) -> np.ndarray | None:
        """The mask: uint8, shape of the reference's native grid, changed in place by painting."""
        return None if self._history is None else self._history.labels

    @property
    def editable(self) -> bool:
        """Whether painting is allowed now."""
        return self.state in self.EDITABLE and self._work.idle and self._history is not None

    @property
    def locked(self) -> bool:
        """Whether the reference is fixed, because a person has worked on its grid."""
        return self._work.standing in (State.CORRECTING, State.ACCEPTED) or self.can_undo

    @property
    def can_undo(self) -> bool:
        """Whether an edit can be taken back."""
        return self._history is not None and self._work.standing is not State.ACCEPTED and self._history.can_undo

    @property
    def can_redo(self) -> bool:
        """Whether an undone edit can be done again."""
        return self._history is not None and self._work.standing is not State.ACCEPTED and self._history.can_redo

    def cancel(self) -> None:
        """Stop the work under way; everything stays as it was before it."""
        self._work.cancel()

    # -- the brush -------------------------------------------------------------------------------

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

    # -- correcting ------------------------------------------------------------------------------

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

    def saving(self) -> bool:
        """Whether an accepted mask is on its way to the disk; a notice says so."""
        return self._work.saving()

    def save(self) -> Notice | None:
        """Put all edits on the disk; why not, if it refuses. They stay in memory and are tried again."""
        try:
            if self._history is not None:
                self._history.flush()
        except ParotidError as error:
            return describe(error, "saving the corrections")
        return None

    def _edited(self, region: Region) -> None:
        if self._work.standing is not State.CORRECTING:
            # A stroke may end after the model was asked: that work ends in corrections, whatever comes of it.
            self._work.settle(State.CORRECTING)
            self._note(StudyState.IN_CORRECTION)
        self._set_questions(())
        self.labels_changed.emit(region)

    def _may_edit(self) -> bool:
        if self.state is State.ACCEPTED:
            self._work.refuse("This study is accepted.", "Reopen it to correct it again.")
        return self.editable

    def _note(self, state: StudyState) -> None:
        self.engine.store.set_state(self.study_id, state)
        self.worklist_changed.emit()

    def _set_questions(self, questions: tuple[checks.Question, ...]) -> None:
        if questions != self.questions:
            self.questions = questions
            self.questions_changed.emit(questions)
