"""The mask in hand: painting, undo, the brush, and its way to the disk. What a session is built on first."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from psygnal import Signal

from napari_parotid.history import BEGINNINGS, IN_PART, History, region_of
from napari_parotid.messages import Busy, Notice, describe
from napari_parotid.tools.lock import LOCK
from napari_parotid.tr import mark, tr
from napari_parotid.work import State, Work
from parotid_training.errors import ParotidError
from parotid_training.labels import Structure
from parotid_training.workspace.records import StudyState

if TYPE_CHECKING:
    from collections.abc import Callable

    from napari_parotid import checks
    from napari_parotid.doors import EngineDoor
    from napari_parotid.executor import Submit
    from napari_parotid.history import Region
    from parotid_training.study import Study
    from parotid_training.workspace.journal import Operation

RADIUS_MM = (0.5, 30.0)
"""Smallest and largest brush."""
READ_ONLY = mark("Another window has this workspace open: here you can look, but change nothing.")
TRY_AGAIN = mark("Close the other window, then press Try again.")
MARGIN_MM = (0.2, 20.0)
"""Least and most to grow or shrink by."""


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
    """Structure, radius, margin or locks."""
    edit_coming = Signal()
    """The mask is about to be changed: a stroke that is still being drawn ends first."""
    questions_changed = Signal(tuple)
    """`checks.Question`s that keep an acceptance waiting; empty when there are none."""

    EDITABLE: ClassVar[frozenset[State]] = frozenset({State.OPEN, State.PROPOSED, State.CORRECTING})

    def __init__(self, engine: EngineDoor, submit: Submit) -> None:
        self.engine = engine
        self.study: Study | None = None
        self.study_id = ""
        self.active_structure = Structure.GLAND
        self.radius_mm = 4.0
        self.margin_mm = 1.0
        """How far a structure is grown or shrunk."""
        self.locks: frozenset[Structure] = frozenset()
        """Structures that gain and lose no voxel, whatever is done to the other one."""
        self.questions: tuple[checks.Question, ...] = ()
        self._history: History | None = None
        self._unkept: dict[str, Callable[[], None]] = {}
        """What the workspace's records refused, by what it is; the latest of each."""
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
    def standing(self) -> State:
        """Where it stands, whatever is being opened or proposed meanwhile."""
        return self._work.standing

    @property
    def busy(self) -> Busy | None:
        """The work under way."""
        return self._work.busy

    @property
    def labels(self) -> np.ndarray | None:
        """The mask: uint8, shape of the reference's native grid, changed in place by painting."""
        return None if self._history is None else self._history.labels

    @property
    def read_only(self) -> bool:
        """Whether the workspace can only be looked at, because another window writes in it."""
        return bool(self.engine.store.read_only)

    @property
    def editable(self) -> bool:
        """Whether painting is allowed now."""
        return not self.read_only and self.state in self.EDITABLE and self._work.idle and self._history is not None

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

    def set_margin(self, margin_mm: float) -> None:
        """Choose how far a structure is grown or shrunk, in mm."""
        margin_mm = float(np.clip(margin_mm, *MARGIN_MM))
        if margin_mm != self.margin_mm:
            self.margin_mm = margin_mm
            self.brush_changed.emit()

    def set_lock(self, structure: Structure, locked: bool) -> None:
        """Keep a structure's voxels as they are, or let them be changed again."""
        locks = self.locks | {structure} if locked else self.locks - {structure}
        if locks != self.locks:
            self.locks = locks
            self.brush_changed.emit()

    def may_change(self, before: np.ndarray, after: np.ndarray | int) -> np.ndarray:
        """Return where the locks let labels become others, boolean: the rule that every tool is held to."""
        locks = [int(structure) for structure in self.locks]
        return ~(np.isin(before, locks) | np.isin(after, locks))

    def in_the_way(self, before: np.ndarray, after: np.ndarray | int) -> frozenset[Structure]:
        """Return which locks keep labels from becoming others."""
        return frozenset(lock for lock in self.locks if np.any(before == lock) or np.any(after == lock))

    def tell_locked(self, found: frozenset[Structure]) -> None:
        """Say that an edit had no effect, because these structures are locked."""
        if len(found) > 1:
            words = tr("The gland and the tumour are locked, so nothing changed.")
        elif Structure.GLAND in found:
            words = tr("The gland is locked, so nothing changed.")
        else:
            words = tr("The tumour is locked, so nothing changed.")
        keys = ", ".join(LOCK[structure].keys for structure in sorted(found))
        remedy = tr("Unlock them first (keys {keys}).", one="Unlock it first (key {keys}).", n=len(found), keys=keys)
        self.notice.emit(Notice(words, remedy))

    # -- correcting ------------------------------------------------------------------------------

    def record_stroke(self, operation: Operation) -> None:
        """Note a stroke that already happened in `labels`; what it did to a locked structure is put back."""
        if self._history is None:
            return
        if (heeded := self._heed_locks(operation)) is not None:
            self._edited(self._history.record(heeded))
        else:
            self.labels_changed.emit(region_of(operation.index, self._history.grid.shape))

    def apply(self, operation: Operation) -> None:
        """Do an edit, as far as the locks allow it."""
        if self._history is None or not self._may_edit():
            return
        self.edit_coming.emit()
        if (heeded := self._heed_locks(operation)) is not None:
            self._edited(self._history.apply(heeded))

    def change(
        self, make: Callable[[np.ndarray], Operation | None], doing: str, nothing: str, remedy: str = ""
    ) -> None:
        """Do an edit that takes a moment to work out, as one operation.

        Parameters
        ----------
        make
            Returns the edit, given a copy of the mask; called on another thread.
        doing
            What is done, in words that follow "while".
        nothing, remedy
            What the reader is told where there was nothing to do.
        """
        if self._history is None or not self._may_edit():
            return
        labels = self._history.labels.copy()

        def done(operation: Operation | None) -> None:
            assert self._history is not None, "another study would have made this stale"
            if operation is None:
                self.notice.emit(Notice(nothing, remedy))
            elif self._history.is_before(operation):
                self.apply(operation)
            else:  # a stroke was still being drawn
                self.notice.emit(Notice(tr("The mask changed meanwhile."), tr("Do it once more.")))

        self._work.run(lambda report, cancelled: make(labels), done, doing, lane="files")

    def undo(self) -> None:
        """Take the last edit back."""
        self._replay(History.undo)

    def redo(self) -> None:
        """Do the last undone edit again."""
        self._replay(History.redo)

    def _replay(self, step: Callable[[History], Region | None]) -> None:
        if self._history is None or not self._may_edit():
            return
        self.edit_coming.emit()
        if (region := step(self._history)) is not None:
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
            return describe(error, tr("saving the corrections"))
        return None

    def _heed_locks(self, operation: Operation) -> Operation | None:
        """Return what of an edit the locks allow; in the mask, all the rest is as it was before."""
        may = self.may_change(operation.before, operation.after)
        if may.all():
            return operation
        assert self._history is not None, "an edit belongs to a mask in hand"
        self._history.put_back(operation, ~may)
        if may.any():
            return replace(
                operation,
                # Where some of another mask was kept out, it has not taken the place of this one.
                kind=IN_PART if operation.kind in BEGINNINGS else operation.kind,
                index=operation.index[may],
                before=operation.before[may],
                after=operation.after[may],
            )
        self.tell_locked(self.in_the_way(operation.before, operation.after))
        return None

    def _edited(self, region: Region) -> None:
        if self._work.standing is not State.CORRECTING:
            # A stroke may end after the model was asked: that work ends in corrections, whatever comes of it.
            self._work.settle(State.CORRECTING)
            self._note(StudyState.IN_CORRECTION)
        self._set_questions(())
        self.labels_changed.emit(region)

    def _refuse_reader(self) -> bool:
        """Refuse what would change a workspace that can only be looked at."""
        if self.read_only:
            self._work.refuse(tr(READ_ONLY), tr(TRY_AGAIN))
        return self.read_only

    def _may_edit(self) -> bool:
        if self._refuse_reader():
            return False
        if self.state is State.ACCEPTED:
            self._work.refuse(tr("This study is accepted."), tr("Reopen it to correct it again."))
        return self.editable

    def _note(self, state: StudyState) -> None:
        store, study_id = self.engine.store, self.study_id
        self._keep("state", lambda: store.set_state(study_id, state))
        self.worklist_changed.emit()

    def _keep(self, what: str, write: Callable[[], None]) -> None:
        """Write into the workspace's records; a refusal is said, holds up nothing, and is tried again by and by."""
        self._unkept[what] = write
        try:
            self._keep_rest()
        except ParotidError as error:
            self.notice.emit(describe(error, tr("saving the corrections")))

    def _keep_rest(self) -> None:
        """Write what the workspace's records refused before; `ParotidError` if they still do."""
        for what, write in list(self._unkept.items()):
            write()
            del self._unkept[what]

    def _set_questions(self, questions: tuple[checks.Question, ...]) -> None:
        if questions != self.questions:
            self.questions = questions
            self.questions_changed.emit(questions)
