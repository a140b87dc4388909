"""Patients painted as MR a fixed number of times, every painting kept on disk: so that a budget counts patients."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Generator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from functools import lru_cache
from multiprocessing import get_context
from typing import TYPE_CHECKING, overload

import numpy as np

from parotid_training.anatomy.labelled_ct import prepared_labelled_ct
from parotid_training.learn.painted import PAINTER, painted_case
from parotid_training.learn.training_case import TrainingCase, load_case, save_case
from parotid_training.progress import Cancelled, Report, check

if TYPE_CHECKING:
    from pathlib import Path

    from parotid_training.model.networks import SegmenterConfig

POOL_SEED = 40_000_000_000
"""First painting seed of the pool, apart from those of training runs and of evaluation."""
HELD = 64
"""Cases held in memory; the others are read again when drawn (a few ms)."""


class KeptCases(Sequence[TrainingCase]):
    """Prepared cases on disk, read when drawn; a `CaseSource` that offers all of them at every step.

    Parameters
    ----------
    labelled
        False empties the labels, so that nothing can learn from them.
    """

    def __init__(self, paths: Sequence[Path], *, labelled: bool) -> None:
        self.paths = tuple(paths)
        self._labelled = labelled
        self._read = lru_cache(HELD)(self._load)

    def __len__(self) -> int:
        return len(self.paths)

    @overload
    def __getitem__(self, index: int) -> TrainingCase: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[TrainingCase]: ...

    def __getitem__(self, index: int | slice) -> TrainingCase | Sequence[TrainingCase]:
        if isinstance(index, slice):
            return KeptCases(self.paths[index], labelled=self._labelled)
        return self._read(self.paths[index])

    def at(self, step: int) -> Sequence[TrainingCase]:
        """All of them."""
        return self

    def close(self) -> None:
        """Nothing to let go of."""

    def _load(self, path: Path) -> TrainingCase:
        case = load_case(path)
        return case if self._labelled else replace(case, label=np.zeros_like(case.label), tissue=None)


@dataclass(frozen=True)
class Pool:
    """Where paintings are kept, and how many a patient has.

    Parameters
    ----------
    cache
        Folder of prepared CT (``ct``) and of paintings (``painted``).
    paintings
        Of each patient; the same ones whoever asks.
    workers
        Processes that paint; 1 paints in this one.
    """

    cache: Path
    config: SegmenterConfig
    paintings: int = 4
    workers: int = 1

    def cases(self, patients: Sequence[Path], *, labelled: bool, progress: Report, cancelled: Cancelled) -> KeptCases:
        """All paintings of some patients; those not painted before are painted now.

        Raises
        ------
        CancelledError
            If cancelled; what was painted stays.
        """
        wanted = [(patient, turn) for patient in patients for turn in range(self.paintings)]
        missing = [(patient, turn) for patient, turn in wanted if not self.place(patient, turn).is_file()]
        with closing(self._paint(missing)) as painted:
            for number, _ in enumerate(painted, 1):
                check(cancelled)
                progress(number / len(missing), f"Painting scan {number} of {len(missing)}")
        return KeptCases([self.place(patient, turn) for patient, turn in wanted], labelled=labelled)

    def place(self, patient: Path, turn: int) -> Path:
        """Where a painting is kept: beside those prepared alike, whatever the network's size."""
        config = self.config
        alike = (PAINTER, config.roles, config.in_plane_mm, config.slice_mm, config.thick_mm)
        key = hashlib.sha256(repr(alike).encode()).hexdigest()[:12]
        return self.cache / "painted" / key / f"{patient.stem}-{turn}.safetensors"

    def keep(self, patient: Path, turn: int) -> None:
        """Paint one scan and keep it. Its seed depends on the patient's name, not on who else is in the folder."""
        seed = POOL_SEED + 1000 * zlib.crc32(patient.stem.encode()) + turn
        case = painted_case(prepared_labelled_ct(patient, self.cache / "ct"), seed, self.config)
        save_case(self.place(patient, turn), case)

    def _paint(self, missing: Sequence[tuple[Path, int]]) -> Generator[None]:
        if self.workers < 2 or len(missing) < 2:
            for patient, turn in missing:
                self.keep(patient, turn)
                yield
            return
        # spawn: a forked child would inherit torch's threads in an unknown state
        with ProcessPoolExecutor(self.workers, mp_context=get_context("spawn")) as pool:
            try:
                yield from pool.map(self.keep, *zip(*missing, strict=True))
            finally:
                pool.shutdown(wait=False, cancel_futures=True)
