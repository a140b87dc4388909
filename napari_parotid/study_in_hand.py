"""The study in hand: its sequences, what they show and where they lie, and what the model proposes from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from psygnal import Signal

from napari_parotid import loading
from napari_parotid.history import FROM_FILE, FROM_MODEL, History, difference
from napari_parotid.mask_in_hand import MaskInHand
from napari_parotid.messages import Notice
from napari_parotid.registration import Preview, align, nudge
from napari_parotid.tr import tr
from napari_parotid.work import State
from parotid_training.study import FED_ROLES, Role, Study

if TYPE_CHECKING:
    from pathlib import Path

    from napari_parotid.doors import EngineDoor
    from napari_parotid.executor import Submit
    from napari_parotid.history import Region
    from parotid_training.study import Proposal
    from parotid_training.volume import LabelMap


class StudyInHand(MaskInHand):
    """The mask's study.

    Parameters
    ----------
    engine, submit
        As in `MaskInHand`.
    """

    study_changed = Signal()
    """Another study, another reference or another role; the layers are built anew."""
    proposal_changed = Signal()
    compared = Signal()
    """The model's own mask of an accepted study is there, to be looked at beside that."""
    registration_changed = Signal(object)
    """A `Preview` to keep or discard, or None."""

    def __init__(self, engine: EngineDoor, submit: Submit) -> None:
        super().__init__(engine, submit)
        self.proposal: Proposal | None = None
        self.beside: Proposal | None = None
        """What the model says now of a mask that stays accepted: to look at, nothing is made of it."""
        self.preview: Preview | None = None
        self._told_from_file = False
        self._proposals: dict[int, Proposal | None] = {}
        """What was proposed, by how often the model's mask was put over corrections until then."""

    # -- sequences -------------------------------------------------------------------------------

    def set_role(self, index: int, role: Role) -> None:
        """Say what a sequence shows; the model is asked again while nothing was corrected."""
        if self.study is None or self.study.sequences[index].role is role:
            return
        if self._fixed():
            self.study_changed.emit()
            return
        if self._work.saving():
            self.study_changed.emit()
            return
        fed = self.study.sequences[index].role in FED_ROLES or role in FED_ROLES
        # The pictures are made anew: without the preview that is being asked about.
        self._set_preview(None)
        self._lay_out(self.study.with_role(index, role))
        if fed:
            self._ask_again()

    def set_reference(self, index: int) -> None:
        """Choose the sequence on whose grid the mask lies; refused after the first edit."""
        if self.study is None or index == self.study.reference:
            return
        if self._refuse_reader():
            self.study_changed.emit()
            return
        if self.locked:
            self._work.refuse(
                tr("The sequence the mask is drawn on cannot change any more: you have corrected the mask."),
                tr("Go on with this sequence, and accept the mask on it."),
            )
            self.study_changed.emit()
            return
        if self._work.saving():
            self.study_changed.emit()
            return
        self._work.stop()
        # It was aligned to the reference of before.
        self._set_preview(None)
        self._set_questions(())
        study = self.study.with_reference(index)
        journal = self.engine.store.journal(self.study_id)
        self.proposal = None
        self._proposals, self._told_from_file = {}, False
        self._history = History(study.grid, np.zeros(study.grid.shape, np.uint8), journal, started=False)
        self._work.stand(State.OPEN)
        self._lay_out(study)
        self.labels_changed.emit(None)
        self.propose()

    def register(self, index: int) -> None:
        """Align a sequence to the reference (rigidly); the result is shown before it is used."""
        if self.study is None or index == self.study.reference or self._fixed() or self._work.occupied():
            return
        study = self.study
        self._work.run(
            lambda report, cancelled: align(study, index, report, cancelled),
            self._set_preview,
            tr("aligning the sequence"),
        )

    def nudge(self, index: int, shift_mm: tuple[float, float, float]) -> None:
        """Move a sequence by hand, in patient mm (LPS), from where it is shown now; shown before it is used."""
        if self.study is None or index == self.study.reference or self._fixed() or self._work.occupied():
            return
        shown = self.preview.moved if self.preview is not None and self.preview.index == index else None
        self._set_preview(nudge(self.study, index, shown or self.study.sequences[index].volume, shift_mm))

    def keep_registration(self) -> None:
        """Use the aligned sequence."""
        if self.preview is None or self.study is None or self._fixed() or self._work.saving():
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

    def _fixed(self) -> bool:
        """Refuse what would change the sequences of a study that is accepted, or can only be looked at."""
        if self._refuse_reader():
            return True
        accepted = self._work.standing is State.ACCEPTED
        if accepted:
            self._work.refuse(tr("This study is accepted; its sequences stay as they were."), tr("Reopen it first."))
        return accepted

    def _lay_out(self, study: Study) -> None:
        self.study = study
        store, study_id = self.engine.store, self.study_id
        self._keep("layout", lambda: store.set_layout(study_id, study))
        self.study_changed.emit()

    def _ask_again(self) -> None:
        if self.locked:
            self.notice.emit(Notice(tr("Your corrections were kept."), tr("Press Propose to ask the model again.")))
        else:
            self.propose()

    def _set_preview(self, preview: Preview | None) -> None:
        if preview is not self.preview:
            self.preview = preview
            self.registration_changed.emit(preview)

    # -- proposing -------------------------------------------------------------------------------

    def propose(self) -> None:
        """Ask the model in use; over corrections its answer is one edit that can be undone."""
        if self.study is None or self._history is None or self._refuse_reader():
            return
        if self._work.standing is State.ACCEPTED:
            self._work.refuse(tr("This study is accepted."), tr("Reopen it to have it proposed again."))
            return
        study_id, study, before = self.study_id, self.study, self.proposal
        if not self._work.begin(State.PROPOSING):
            return

        def done(proposal: Proposal) -> None:
            assert self._history is not None
            # They were asked of another mask.
            self._set_questions(())
            after = proposal.label_map.array
            whole = True
            if self.locked:
                operation = difference(FROM_MODEL, self._history.labels, np.ascontiguousarray(after))
                self._work.stand(State.CORRECTING)
                if operation is not None:
                    heeded = self._heed_locks(operation)
                    whole = heeded is operation
                    if heeded is not None:
                        self._history.apply(heeded)
            else:
                self._history.labels[...] = after
                self._history.begin()
                self._proposals.clear()
                self._work.stand(State.PROPOSED)
            if whole:
                self.proposal = self._proposals[self._history.proposed] = proposal
            else:
                # A lock kept some of it out: the mask is still a correction of what it was before.
                self._keep_proposal()
            self._told_from_file = self.from_file
            self.worklist_changed.emit()
            self.labels_changed.emit(None)
            self.proposal_changed.emit()

        self._work.run(
            lambda report, cancelled: loading.propose_again(self.engine, study_id, study, before, report, cancelled),
            done,
            tr("proposing a mask"),
        )

    @property
    def from_file(self) -> bool:
        """Whether the mask began as a file's, not as the model's."""
        return self._history is not None and self._history.from_file

    def _edited(self, region: Region) -> None:
        super()._edited(region)
        if self.from_file is not self._told_from_file:
            self._told_from_file = self.from_file
            self.proposal_changed.emit()
        self._follow_proposal()

    def _follow_proposal(self) -> None:
        """Go back to the proposal that was corrected before another one was asked for, when that is taken back.

        Of one that was asked for before the program was started again, what it took the place of is not known.
        """
        assert self._history is not None, "it was edited"
        known = self._proposals.get(self._history.proposed)
        if known is self.proposal:
            return
        self.proposal = known
        self.proposal_changed.emit()
        self._keep_proposal()

    def _keep_proposal(self) -> None:
        """Have the workspace keep the proposal that is corrected, in the place of what was asked for since."""
        store, study_id, known = self.engine.store, self.study_id, self.proposal

        def keep(report: Any, cancelled: Any) -> None:
            if study_id == self.study_id and known is not self.proposal:
                return  # undone or done again meanwhile: what is so now is kept after this
            if known is None:
                store.forget_proposal(study_id)
            else:
                store.save_proposal(study_id, known)

        self._work.submit(
            keep,
            lambda _: self.worklist_changed.emit(),
            lambda error: None,  # it is said of the corrections that the disk refuses
            lane="files",
            must_finish=True,
        )

    @property
    def compared_with(self) -> Proposal | None:
        """What the mask is compared with."""
        return self.proposal if self.beside is None else self.beside

    def compare(self) -> None:
        """See what the model would draw now beside an accepted mask, which stays as it is."""
        if self.study is None or self._work.saving():
            return
        if self._work.standing is not State.ACCEPTED:
            remedy = "" if self.read_only else tr("Accept it anew first.")
            self._work.refuse(tr("The accepted mask is not in view: the study was reopened."), remedy)
            return
        if not self._work.idle:  # on its way already
            return
        study, model = self.study, self.engine.store.current_model()

        def done(proposal: Proposal) -> None:
            self.beside = proposal
            self.proposal_changed.emit()
            self.compared.emit()

        for known in (self.beside, self.proposal):
            if known is not None and known.model_id == model.model_id:
                done(known)
                return

        def told(step: str) -> str:
            return tr("{step}, to show what {version} would draw beside the accepted mask", step=step, version=version)

        version = model.title.partition(" (")[0]
        self._work.run(
            lambda report, cancelled: self.engine.propose(study, report, cancelled),
            done,
            tr("proposing a mask"),
            told=told,
        )

    def start_from_mask(self, path: Path) -> None:
        """Begin with an existing mask (NIfTI on any grid of the study), as one edit that can be undone."""
        if self.study is None or not self._may_edit():
            return
        study = self.study

        def done(label_map: LabelMap) -> None:
            assert self._history is not None
            operation = difference(FROM_FILE, self._history.labels, np.ascontiguousarray(label_map.array))
            may = np.True_ if operation is None else self.may_change(operation.before, operation.after)
            # The refusal of a file that was chosen before would still stand there; of what is locked, `apply` may.
            if np.all(may):
                self.notice.emit(Notice(tr("The mask from the file is in place.")))
            elif np.any(may):
                self.notice.emit(Notice(tr("The mask from the file is in place, but for what is locked.")))
            if operation is not None:
                self.apply(operation)

        self._work.run(
            lambda report, cancelled: loading.read_mask(path, study), done, tr("opening the mask"), lane="files"
        )
