"""Clicks that correct: a reader points at what is missing or too much, and what is connected to it follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from psygnal import Signal

from napari_parotid.history import difference
from napari_parotid.messages import Level, Notice
from napari_parotid.study_in_hand import StudyInHand
from napari_parotid.tr import tr
from parotid_training.labels import Structure
from parotid_training.study import Click
from parotid_training.volume import LabelMap

if TYPE_CHECKING:
    from collections.abc import Iterable

    from napari_parotid.doors import EngineDoor
    from napari_parotid.executor import Submit
    from napari_parotid.history import Region
    from parotid_training.workspace.journal import Operation

Point = tuple[float, float, float]


class ClicksInHand(StudyInHand):
    """A study whose mask answers clicks.

    The network sees the mask in hand and the clicks that led to it. Whatever else changes the mask ends that row of
    clicks: the next one begins with the mask as it then is.

    Parameters
    ----------
    engine, submit
        As in `MaskInHand`.
    """

    clicks_changed = Signal()
    """`clicks` are others than before."""

    def __init__(self, engine: EngineDoor, submit: Submit) -> None:
        super().__init__(engine, submit)
        self._clicks: tuple[Click, ...] = ()
        self._answered: tuple[Click, ...] = ()
        self._clicked: Structure | None = None
        self._begun: np.ndarray | None = None
        """The mask before the row."""
        self._row = 0
        """Number of the row: an answer that comes after its row has ended says nothing of the next one."""
        self._answering = self._waiting = self._own_edit = False
        self._clicks_told: tuple[Click, ...] = ()
        """The clicks that were told of last."""
        self.study_changed.connect(self._forget_clicks)
        self.proposal_changed.connect(self._forget_clicks)
        self._work.busy_changed.connect(self._ended)

    @property
    def clicks(self) -> tuple[Click, ...]:
        """The row of clicks: those that the mask answers, and those it is about to."""
        # One whose answer was cancelled or failed is as if it had never been made.
        return self._clicks if self._answering else self._answered

    @property
    def hears_clicks(self) -> bool:
        """Whether a click is answered now, or once what is under way is done: getting ready, or another answer."""
        return self.editable or self._answering

    def ready_for_clicks(self) -> None:
        """Prepare the first answer ahead, if nothing else is under way: it would take a second longer than the next."""
        study = self.study
        if study is None or not self.editable:
            return

        def done(_: None) -> None:
            if self._waiting:
                self._answer()

        self._answering, self._waiting, self._clicks = True, False, self._answered
        self._work.run(
            lambda report, cancelled: self.engine.ready_for_clicks(study, report, cancelled),
            done,
            tr("getting ready for clicks"),
        )

    def click(self, points: Iterable[Point], *, adds: bool) -> None:
        """Correct the structure in hand by a click, or by the points of a scribble.

        Parameters
        ----------
        points
            LPS mm.
        adds
            Whether they belong to the structure.
        """
        made = tuple(Click(point, adds) for point in points)
        if self.study is None or self._history is None or not made:
            return
        self._waiting = self._answering
        if not self._waiting and not self._may_edit():
            return
        if self._clicked is not self.active_structure:
            self._forget_clicks()
            self._clicked = self.active_structure
            self._waiting = self._answering
        self._clicks = (*self.clicks, *made)
        # One that comes while another is answered is answered next, together with those that come meanwhile.
        if self._waiting:
            self._tell()
        else:
            self._answer()

    def _answer(self) -> None:
        assert self.study is not None
        assert self._history is not None
        assert self._clicked is not None
        study, structure, clicks, row = self.study, self._clicked, self._clicks, self._row
        answered = len(self._answered)
        new = clicks[answered:]
        self._waiting = False
        before = self._history.labels.copy()
        if not answered or self._begun is None:
            self._begun = before
        begun = self._begun

        def work(report: Any, cancelled: Any) -> tuple[Operation | None, bool]:
            answer = self.engine.refine(study, LabelMap(study.grid, before), clicks, structure, answered, begun)
            return difference("click", before, np.ascontiguousarray(answer.labels)), answer.agreed

        def done(result: tuple[Operation | None, bool]) -> None:
            operation, agreed = result
            locked = frozenset() if operation is None else self._locked_at(new, operation)
            if row == self._row:
                if locked:
                    self._clicks = (*self._answered, *self._clicks[len(clicks) :])
                else:
                    self._answered = clicks
                self._tell()
            if locked:
                # The rest of the answer follows from what is not to be.
                self.tell_locked(locked)
            elif operation is not None and not self._is_before(operation):
                self.notice.emit(Notice(tr("The mask changed meanwhile."), tr("Do it once more.")))
            elif operation is not None:
                self._own_edit = True
                try:
                    self.apply(operation)
                finally:
                    self._own_edit = False
                if not agreed:
                    self.notice.emit(_disagreement(structure, adds=new[-1].adds))
            if self._waiting:
                self._answer()
            elif operation is None:
                self.notice.emit(Notice(tr("The click changed nothing."), tr("Click elsewhere, or paint."), Level.INFO))

        self._answering = True
        self._work.run(work, done, tr("answering the click"))
        self._tell()

    def _locked_at(self, clicks: tuple[Click, ...], answer: Operation) -> frozenset[Structure]:
        """Return which locks keep an answer from all the places that were clicked; none if from some only."""
        assert self.study is not None
        grid = self.study.grid
        places = np.rint(grid.to_index([click.point for click in clicks])).astype(int)
        at = np.isin(answer.index, np.ravel_multi_index(tuple(places.T), grid.shape, mode="clip"))
        before, after = answer.before[at], answer.after[at]
        return frozenset() if self.may_change(before, after).any() else self.in_the_way(before, after)

    def _is_before(self, operation: Operation) -> bool:
        return self._history is not None and self._history.is_before(operation)

    def _ended(self, busy: Any) -> None:
        if busy is None:
            self._answering = False
            self._tell()

    def _edited(self, region: Region) -> None:
        if not self._own_edit:
            self._forget_clicks()
        super()._edited(region)

    def _forget_clicks(self) -> None:
        self._clicked, self._clicks, self._answered, self._waiting = None, (), (), False
        self._begun = None
        self._row += 1
        self._tell()

    def _tell(self) -> None:
        if self.clicks != self._clicks_told:
            self._clicks_told = self.clicks
            self.clicks_changed.emit()


def _disagreement(structure: Structure, *, adds: bool) -> Notice:
    """Say that the network sees another thing than was clicked: nothing follows from the click."""
    gland = structure is Structure.GLAND
    if adds:
        drawn = tr("The model sees no gland there: only the place you clicked was drawn.")
        if not gland:
            drawn = tr("The model sees no tumour there: only the place you clicked was drawn.")
        return Notice(drawn, tr("Paint the rest."))
    erased = tr("The model sees gland there: only the place you clicked was erased.")
    if not gland:
        erased = tr("The model sees tumour there: only the place you clicked was erased.")
    return Notice(erased, tr("Erase the rest."))
