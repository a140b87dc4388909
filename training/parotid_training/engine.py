"""What a session needs of the engine, behind one object.

torch is imported when a proposal is first asked for, and what reads images when one is first read, so that a window
opens without waiting for them.
"""

from __future__ import annotations

import time
import weakref
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from parotid_assets import BASE_MODEL, REFINER
from parotid_training.progress import Cancelled, Report, ignore_progress, never, part
from parotid_training.workspace.folder import OpenElsewhereError
from parotid_training.workspace.jobs import Jobs
from parotid_training.workspace.priority import inference_first
from parotid_training.workspace.store import Store

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np

    from parotid_training.io.find import Finding
    from parotid_training.io.opening import Opened
    from parotid_training.labels import Structure
    from parotid_training.model.predict import Segmenter
    from parotid_training.model.preprocess import Prepared, Resolution
    from parotid_training.model.refiner import Refiner
    from parotid_training.study import Click, Proposal, Refined, Study
    from parotid_training.volume import LabelMap


class Engine:
    """The workspace, the reader, the model in use and the learning.

    Parameters
    ----------
    store
        An open workspace. Proposals may be asked for from one thread at a time.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self.jobs = Jobs(store)
        self._segmenter: Segmenter | None = None
        self._refiner: Refiner | None = None
        self._proposed: _Kept | None = None
        self._pointed: _Kept | None = None

    @classmethod
    def enter(cls, workspace: Path) -> Engine:
        """Open a workspace as `at` does; one in which another window works can be looked at.

        Raises
        ------
        ParotidError
            As `at`.
        """
        try:
            return cls.at(workspace)
        except OpenElsewhereError:
            return cls.at(workspace, read_only=True)

    @classmethod
    def at(cls, workspace: Path, *, read_only: bool = False) -> Engine:
        """Open a workspace (made if absent), with the shipped base model in it and unfinished runs settled.

        Parameters
        ----------
        read_only
            Only look at one that is there, while another program may be writing in it.

        Raises
        ------
        OpenElsewhereError
            If another program writes in it.
        ParotidError
            If it cannot be written, or read.
        """
        if read_only:
            return cls(Store.open(workspace, read_only=True))
        store = Store.open(workspace)
        try:
            store.ensure_base(BASE_MODEL)
            engine = cls(store)
            # Whoever polls is told how a run ended that nobody watched.
            engine.jobs.take_up()
        except BaseException:
            store.close()
            raise
        return engine

    def close(self) -> None:
        """Let go of the workspace; a running child process goes on and is picked up at the next start."""
        self.jobs.close()
        self.store.close()

    def inspect(self, path: Path, progress: Report = ignore_progress, cancelled: Cancelled = never) -> Finding:
        """Find the series in a folder without reading voxels."""
        from parotid_training.io.find import find_series

        return find_series(path, progress, cancelled)

    def open(self, path: Path, progress: Report = ignore_progress, cancelled: Cancelled = never) -> Opened:
        """Read a folder or file as one study."""
        from parotid_training.io.opening import open_study

        return open_study(path, progress=progress, cancelled=cancelled)

    def open_record(self, study_id: str, progress: Report = ignore_progress, cancelled: Cancelled = never) -> Opened:
        """Read a study of the worklist again, with the roles and reference it was given and aligned as it was left.

        An alignment of a series that has changed since is forgotten.

        Returns
        -------
        Opened
            Its warnings are those that were not given before.

        Raises
        ------
        AnotherPatientError
            If its folder holds another patient's images now; known from the headers, before a voxel is read.
        ParotidError
            If its files are gone or no longer form a study.
        """
        from parotid_training.reopening import reopen

        return reopen(self.store, study_id, progress, cancelled)

    def propose(self, study: Study, progress: Report = ignore_progress, cancelled: Cancelled = never) -> Proposal:
        """Propose with the model in use; the network stays loaded until another version is promoted."""
        from parotid_training.model.checkpoint import load_checkpoint
        from parotid_training.model.room import segmenter_of, where_there_is_room
        from parotid_training.model.runtime import best_device, tune_process

        current = self.store.current_model()
        if self._segmenter is None or self._segmenter.model_id != current.model_id:
            progress(0.0, "Loading the model")
            tune_process()
            folder = self.store.model_folder(current.model_id)
            self._segmenter = segmenter_of(*load_checkpoint(folder, current.model_id))
        segmenter = self._segmenter
        with inference_first(self.store.path):
            progress(0.0, "Preparing the sequences")
            start = time.perf_counter()
            prepared = self._proposed = self._prepare(study, segmenter.model.config, cancelled)
            took = time.perf_counter() - start
            rest = part(progress, 0.2, 1.0)
            proposal = where_there_is_room(
                segmenter, lambda: segmenter.propose(study, rest, cancelled, prepared.prepared)
            )
            if segmenter.device != best_device():
                # The graphics card may have room for the next one.
                self._segmenter = None
            return replace(proposal, seconds={**proposal.seconds, "prepare": took})

    def ready_for_clicks(self, study: Study, progress: Report = ignore_progress, cancelled: Cancelled = never) -> None:
        """Load and prepare what `refine` needs, so that the first click does not wait for it."""
        from parotid_training.model.refiner import load_refiner
        from parotid_training.model.runtime import tune_process

        progress(0.0, "Getting ready for clicks")
        if self._refiner is None:
            tune_process()
            self._refiner = load_refiner(REFINER)
        # Kept apart from what is proposed: proposals ahead for other studies must not make the next click wait.
        self._pointed = self._prepare(study, self._refiner.config, cancelled)

    def refine(
        self,
        study: Study,
        labels: LabelMap,
        clicks: tuple[Click, ...],
        structure: Structure,
        answered: int,
        begun: np.ndarray,
    ) -> Refined:
        """Answer a reader's clicks (`model.clicks.refine`).

        Raises
        ------
        ParotidError
            If no sequence of the study can feed the network.
        """
        from parotid_training.model.clicks import refine

        self.ready_for_clicks(study)
        assert self._refiner is not None
        assert self._pointed is not None
        with inference_first(self.store.path):
            return refine(self._refiner, self._pointed.prepared, labels, clicks, structure, answered, begun)

    def _prepare(self, study: Study, resolution: Resolution, cancelled: Cancelled = never) -> _Kept:
        """Bring a study to a working grid, unless it is there already."""
        from parotid_training.model.preprocess import alike, prepare

        for kept in (self._pointed, self._proposed):
            if kept is not None and kept.study() is study and alike(kept.resolution, resolution):
                return kept
        return _Kept(weakref.ref(study), resolution, prepare(study, resolution, cancelled))


@dataclass(frozen=True, eq=False)
class _Kept:
    """A study on a working grid; the study itself, ten times as large, is not kept by it."""

    study: weakref.ref[Study]
    resolution: Resolution
    prepared: Prepared
