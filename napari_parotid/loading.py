"""What a worker thread does for the session: reading a study with all that was made of it, asking the model."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_parotid.tr import tr
from parotid_training.errors import AnotherPatientError, LayoutChangedError, ParotidError
from parotid_training.progress import check, part
from parotid_training.volume import LabelMap
from parotid_training.workspace.records import StudyState

if TYPE_CHECKING:
    from pathlib import Path

    from napari_parotid.doors import EngineDoor, JournalDoor
    from parotid_training.acceptance import AcceptedCase
    from parotid_training.io.opening import Opened
    from parotid_training.progress import Cancelled, Report
    from parotid_training.study import Proposal, Study
    from parotid_training.volume import Grid


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
    journaled
        Whether the history ends in this mask, and goes on from there.
    warnings
        What the reader should know of the images, one sentence each.
    case
        The last accepted one of this study, if there is one.
    """

    study_id: str
    study: Study
    labels: np.ndarray
    origin: Origin
    proposal: Proposal | None
    journal: JournalDoor
    journaled: bool = False
    warnings: tuple[str, ...] = ()
    case: AcceptedCase | None = None

    @property
    def drafted(self) -> str:
        """When a draft was last worked on, as ``14:32``; empty for all else."""
        if self.origin is not Origin.DRAFT or not self.journal.path.exists():
            return ""
        return moment(self.journal.path.stat().st_mtime)


@dataclass(frozen=True, eq=False)
class Fresh:
    """A study that is new to the worklist: as it was read, and what its images are known by."""

    opened: Opened
    images: tuple[str, ...]


def moment(seconds: float) -> str:
    """Return a time (seconds since the epoch) as a clock shows it: ``14:32``, with the day where that is not today."""
    then = time.localtime(seconds)
    today = time.strftime("%x", then) == time.strftime("%x")
    return time.strftime("%H:%M" if today else "%Y-%m-%d, %H:%M", then)


def writable(array: np.ndarray) -> np.ndarray:
    """Return a contiguous uint8 copy that painting may change."""
    return np.array(array, dtype=np.uint8, order="C", copy=True)


def read_path(engine: EngineDoor, path: Path, report: Report, cancelled: Cancelled) -> Any:
    """Read what lies at a path now.

    Folders are used again (a CD drive, an export folder): the latest study that was listed from this place and is
    not another patient's is meant.

    Returns
    -------
    Loaded or Fresh
        A study of the worklist as it was left, or one that is new to it.
    """
    from parotid_training.io.likeness import marks_of

    place = path.resolve()
    for record in reversed(engine.store.studies()):
        if record.source == place:
            with suppress(AnotherPatientError, LayoutChangedError):
                return load(engine, record.study_id, report, cancelled)
    opened = engine.open(path, report, cancelled)
    return Fresh(opened, marks_of(opened))


def load(engine: EngineDoor, study_id: str, report: Report, cancelled: Cancelled) -> Loaded:
    """Read a study of the worklist, and the latest mask made of it.

    An accepted mask goes before a draft, a draft before a proposal; a mask that does not lie on the
    study's grid (its reference was changed elsewhere) is set aside rather than bent.
    """
    opened = engine.open_record(study_id, part(report, 0.0, 0.9), cancelled)
    check(cancelled)
    if not engine.store.study(study_id).roles and not engine.store.read_only:
        # Listed without having been read (the demo's studies are): now its sequences are known.
        engine.store.set_layout(study_id, opened.study)
    report(0.9, tr("Looking for earlier work"))
    loaded = gather(engine, study_id, opened.study)
    if not engine.store.thumbnail(study_id).exists() and not engine.store.read_only:
        keep_thumbnail(engine, study_id, opened.study, LabelMap(opened.study.grid, loaded.labels))
    return replace(loaded, warnings=(*loaded.warnings, *opened.warnings))


def gather(engine: EngineDoor, study_id: str, study: Study) -> Loaded:
    """Put a study together with the mask, the proposal and the journal kept for it."""
    store = engine.store
    state = store.study(study_id).state
    proposal = store.load_proposal(study_id)
    if proposal is not None and not lies_on(proposal.label_map, study.grid):
        proposal = None
    journal = store.journal(study_id)
    draft = journal.restore()
    # A reopened study is in correction before its first edit.
    drafted = draft is not None and (journal.can_undo or state == StudyState.IN_CORRECTION)
    warnings: tuple[str, ...] = ()
    if draft is not None and drafted and not lies_on(draft, study.grid) and not store.read_only:
        # The next stroke would begin the journal anew, over work that may be wanted back.
        aside = journal.set_aside()
        warnings = (
            tr("Your earlier work does not fit the images as they are now; it was kept aside as {aside}.", aside=aside),
        )
    found: list[tuple[Origin, LabelMap | None]] = []
    case = store.case_of(study_id)
    if state.is_accepted and case is not None:
        try:
            found.append((Origin.ACCEPTED, accepted_mask(engine, case)))
        except ParotidError:
            # The edits that led to it, or else the proposal, are kept elsewhere.
            damaged = tr(
                "The accepted files of this study are damaged. Look over the mask shown here, then accept it anew."
            )
            warnings = (*warnings, damaged)
    if drafted:
        found.append((Origin.DRAFT, draft))
    if proposal is not None:
        found.append((Origin.PROPOSAL, proposal.label_map))
    for origin, mask in found:
        if mask is not None and lies_on(mask, study.grid):
            # An accepted mask is the last of the edits that led to it, and they can still be taken back.
            journaled = origin is Origin.DRAFT or (
                origin is Origin.ACCEPTED and drafted and draft is not None and np.array_equal(draft.array, mask.array)
            )
            return Loaded(study_id, study, writable(mask.array), origin, proposal, journal, journaled, warnings, case)
    empty = np.zeros(study.grid.shape, np.uint8)
    return Loaded(study_id, study, empty, Origin.NOTHING, proposal, journal, False, warnings, case)


def lies_on(mask: LabelMap, grid: Grid) -> bool:
    """Whether a kept mask lies on this grid, within what NIfTI's single precision leaves of an affine."""
    return mask.grid.same_as(grid, tolerance_mm=0.05)


def accepted_mask(engine: EngineDoor, case: AcceptedCase) -> LabelMap:
    """Return the mask of an accepted case."""
    from parotid_training.io.casefolder import read_case_folder

    return read_case_folder(engine.store.case_folder(case.case_id))[1]


def keep_thumbnail(engine: EngineDoor, study_id: str, study: Study, label_map: LabelMap) -> None:
    """Keep a small picture of a mask for the worklist; one that cannot be kept is no reason to stop."""
    from parotid_training.report.picture import thumbnail

    with suppress(ParotidError):
        content = thumbnail(study.sequences[study.reference].volume, label_map)
        engine.store.save_thumbnail(study_id, content)


def add(engine: EngineDoor, path: Path, fresh: Fresh, patient_id: str) -> str:
    """Put a newly read study into the worklist; without a patient id it counts as a patient of its own."""
    store = engine.store
    key = store.patient_key(patient_id) if patient_id.strip() else ""
    study_id = str(store.add_study(path, patient_key=key, title="", images=fresh.images).study_id)
    store.set_layout(study_id, fresh.opened.study)
    return study_id


def left_out(opened: Any) -> tuple[str, ...]:
    """Return what of an opened folder cannot be used, one line each, for the screen only."""
    finding = opened.finding
    unfit = [f"{info.name}: {tr(info.why_not)}" for info in finding.series if not info.usable]
    unasked = [
        tr("{name}: a scout or an auxiliary image, not shown.", name=info.name)
        if info.auxiliary
        else tr("{name}: not among the sequences that this study was listed with.", name=info.name)
        for n, info in enumerate(finding.series)
        if info.usable and n not in opened.chosen
    ]
    return (*unfit, *unasked, *(f"{left.what}: {tr(left.sentence)} {tr(left.remedy)}" for left in finding.left_out))


def propose(engine: EngineDoor, study_id: str, study: Study, report: Report, cancelled: Cancelled) -> Proposal:
    """Ask the model in use and keep its answer in the workspace."""
    proposal = engine.propose(study, report, cancelled)
    check(cancelled)
    engine.store.save_proposal(study_id, proposal)
    keep_thumbnail(engine, study_id, study, proposal.label_map)
    return proposal


def propose_again(
    engine: EngineDoor, study_id: str, study: Study, before: Proposal | None, report: Report, cancelled: Cancelled
) -> Proposal:
    """Propose as `propose` does; an answer that is cancelled while it is kept gives its place back to the one before.

    What is corrected would else stand, opened again, beside a proposal that it never came from.
    """
    proposal = propose(engine, study_id, study, report, cancelled)
    if cancelled():
        if before is None:
            engine.store.forget_proposal(study_id)
        else:
            engine.store.save_proposal(study_id, before)
            keep_thumbnail(engine, study_id, study, before.label_map)
        check(cancelled)
    return proposal


def read_mask(path: Path, study: Study) -> LabelMap:
    """Read an existing mask, brought to the study's reference grid."""
    from parotid_training.io.nifti import read_label_map

    return read_label_map(path, [sequence.volume.grid for sequence in study.sequences], study.grid)
