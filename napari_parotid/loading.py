"""What a worker thread does for the session: reading a study with all that was made of it, asking the model."""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from parotid_training.progress import check, part
from parotid_training.volume import LabelMap
from parotid_training.workspace.store import StudyState

if TYPE_CHECKING:
    from pathlib import Path

    from napari_parotid.doors import EngineDoor, JournalDoor
    from parotid_training.progress import Cancelled, Report
    from parotid_training.study import Proposal, Study


class Origin(StrEnum):
    """Where the mask shown on opening comes from."""

    NOTHING = "nothing"
    PROPOSAL = "proposal"
    DRAFT = "draft"
    ACCEPTED = "accepted"


@dataclass(frozen=True, eq=False)
class Loaded:
    """A study as it is shown on opening.

    Parameters
    ----------
    study_id
        Its id in the workspace.
    study
        The images.
    labels
        Shape of the study's grid, writable and contiguous: the mask to go on with.
    origin
        What that mask is.
    proposal
        What the model said, if it was asked before.
    journal
        The history of edits, open.
    """

    study_id: str
    study: Study
    labels: np.ndarray
    origin: Origin
    proposal: Proposal | None
    journal: JournalDoor

    @property
    def drafted(self) -> str:
        """When a draft was last worked on, as `` of 14:32``; empty for all else."""
        last = self.journal.last_edit if self.origin is Origin.DRAFT else None
        return "" if last is None else time.strftime(" of %H:%M", time.localtime(last))


def writable(array: np.ndarray) -> np.ndarray:
    """Return a contiguous uint8 copy that painting may change."""
    return np.array(array, dtype=np.uint8, order="C", copy=True)


def load(engine: EngineDoor, study_id: str, report: Report, cancelled: Cancelled) -> Loaded:
    """Read a study of the worklist, and the latest mask made of it.

    An accepted mask goes before a draft, a draft before a proposal; a mask that does not lie on the
    study's grid (its reference was changed elsewhere) is left aside rather than bent.
    """
    study = engine.open_record(study_id, part(report, 0.0, 0.9), cancelled)
    check(cancelled)
    report(0.9, "Looking for earlier work")
    return gather(engine, study_id, study)


def gather(engine: EngineDoor, study_id: str, study: Study) -> Loaded:
    """Put a study together with the mask, the proposal and the journal kept for it."""
    store = engine.store
    proposal = store.load_proposal(study_id)
    if proposal is not None and not proposal.label_map.grid.same_as(study.grid):
        proposal = None
    journal = store.journal(study_id)
    found: tuple[Origin, LabelMap | None] = (Origin.NOTHING, None)
    if store.study(study_id).state == StudyState.ACCEPTED:
        found = (Origin.ACCEPTED, accepted_mask(engine, study_id))
    elif (draft := journal.restore()) is not None and journal.can_undo:
        found = (Origin.DRAFT, draft)
    elif proposal is not None:
        found = (Origin.PROPOSAL, proposal.label_map)
    origin, mask = found
    if mask is None or mask.array.shape != study.grid.shape:
        return Loaded(study_id, study, np.zeros(study.grid.shape, np.uint8), Origin.NOTHING, proposal, journal)
    return Loaded(study_id, study, writable(mask.array), origin, proposal, journal)


def accepted_mask(engine: EngineDoor, study_id: str) -> LabelMap | None:
    """Return the current accepted mask of a study."""
    from parotid_training.io.casefolder import read_case_folder

    for case in engine.store.cases():
        if case.study_id == study_id:
            label_map: LabelMap = read_case_folder(engine.store.case_folder(case.case_id))[1]
            return label_map
    return None


def add(engine: EngineDoor, path: Path, study: Study, patient_id: str) -> str:
    """Put a newly read study into the worklist; one that is there already is returned, not doubled."""
    store = engine.store
    for record in store.studies():
        if record.source is not None and record.source.resolve() == path.resolve():
            return str(record.study_id)
    title = f"Study {len(store.studies()) + 1}"
    study_id = str(store.add_study(path, patient_key=store.patient_key(patient_id), title=title).study_id)
    store.set_layout(study_id, study.roles, study.reference)
    return study_id


def propose(engine: EngineDoor, study_id: str, study: Study, report: Report, cancelled: Cancelled) -> Proposal:
    """Ask the model in use and keep its answer in the workspace."""
    proposal = engine.propose(study, report, cancelled)
    check(cancelled)
    engine.store.save_proposal(study_id, proposal)
    return proposal


def read_mask(path: Path, study: Study) -> LabelMap:
    """Read an existing mask, brought to the study's reference grid."""
    from parotid_training.io.nifti import read_label_map

    label_map: LabelMap = read_label_map(path, study.grid)
    return label_map
