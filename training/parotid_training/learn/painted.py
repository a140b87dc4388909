"""Endless training heads, made in worker processes while the network learns: patients painted as MR, and phantoms."""

from __future__ import annotations

import contextlib
from collections import OrderedDict
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from scipy import ndimage

from parotid_training.anatomy.from_ct import PaintingSettings, anatomy_from_ct
from parotid_training.anatomy.labelled_ct import keep_labelled_ct, prepared_labelled_ct
from parotid_training.anatomy.signal import paint, paint_random
from parotid_training.errors import ParotidError
from parotid_training.learn.data import TrainingCase, prepare_case, synthetic_case
from parotid_training.learn.unlabelled import unlabelled_cases
from parotid_training.progress import Cancelled, Report, check, ignore_progress, never
from parotid_training.study import Role, Sequence, Study
from parotid_training.volume import Volume

if TYPE_CHECKING:
    from collections.abc import Sequence as SequenceOf
    from pathlib import Path

    from numpy.typing import NDArray

    from parotid_training.anatomy.labelled_ct import LabelledCT
    from parotid_training.anatomy.shapes import Point
    from parotid_training.model.networks import SegmenterConfig

DEVELOPMENT_EVERY = 10
"""Every tenth training patient is kept for choosing, never trained on."""


def split_patients(folder: Path) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """Training and development patients of an OpenKBP folder; ``validation-*`` is in neither.

    Raises
    ------
    ParotidError
        If there are none.
    """
    paths = sorted(folder.glob("train-*.npz"), key=lambda path: (len(path.name), path.name))
    if not paths:
        raise ParotidError(
            f"No labelled CT was found in {folder.name}.", "Name the folder that holds OpenKBP's train-*.npz files."
        )
    kept = tuple(paths[DEVELOPMENT_EVERY - 1 :: DEVELOPMENT_EVERY])
    return tuple(path for path in paths if path not in kept), kept


def usable_patients(
    paths: SequenceOf[Path], cache: Path, progress: Report = ignore_progress, cancelled: Cancelled = never
) -> tuple[Path, ...]:
    """Those with a CT and plausible contours of both parotids; each is prepared once into ``cache``."""
    found = []
    for number, path in enumerate(paths):
        check(cancelled)
        progress(number / len(paths), "Preparing labelled CT")
        with contextlib.suppress(ParotidError):
            keep_labelled_ct(path, cache)
            found.append(path)
    return tuple(found)


def painted_case(ct: LabelledCT, seed: int, config: SegmenterConfig, *, plain: bool = False) -> TrainingCase:
    """One patient as one seed paints, turns and scans them.

    Parameters
    ----------
    plain
        True for evaluation: physical contrast, upright within reason, nothing cut, tumour in every other seed.
    """
    rng = np.random.default_rng((seed, 9))
    in_plane = float(rng.uniform(1.0, 1.5))
    slice_mm = float(rng.uniform(2.5, 6.0)) if rng.random() < 0.7 else 3.0
    settings = PaintingSettings()
    if plain:
        settings = PaintingSettings(seed % 2 == 0, (8.0, 40.0), 4.0, 2.0, (0.95, 1.05), 0.0, 0.0)
    box = _field_of_view(rng, plain)
    anatomy = anatomy_from_ct(ct, seed, (in_plane, in_plane, slice_mm), box, settings)
    thick = _thick_axis(rng, slice_mm)
    keep = np.True_ if plain else _cut(anatomy.structures.array.shape, rng)
    sequences = []
    for name in config.roles:
        role = Role(name)
        physical = plain or rng.random() < 0.65
        signal = paint(anatomy, role, rng) if physical else paint_random(anatomy, rng)
        signal = _acquire(signal, anatomy.grid.spacing, thick, rng)
        sequences.append(Sequence(role, Volume(anatomy.grid, np.where(keep, signal, np.float32(0.0)))))
    return prepare_case(f"{ct.name}-{seed}", Study(tuple(sequences)), anatomy.structures, config)


def _field_of_view(rng: np.random.Generator, plain: bool) -> tuple[Point, Point]:
    """Box of the scan: usually the whole glands, sometimes part of them, sometimes a brain scan without any."""
    low, high = float(rng.uniform(-110, -75)), float(rng.uniform(10, 75))
    kind = 1.0 if plain else rng.random()
    if kind < 0.08:
        low = float(rng.uniform(8, 25))
        high = low + float(rng.uniform(60, 90))
    elif kind < 0.25:
        low, high = (float(rng.uniform(-50, -15)), 75.0) if rng.random() < 0.5 else (-110.0, float(rng.uniform(-45, 0)))
    return (-95.0, -118.0, low), (95.0, 112.0, high)


def _cut(shape: tuple[int, ...], rng: np.random.Generator) -> NDArray[np.bool_]:
    """What is not blanked: defaced scans lack the front, narrow ones a side."""
    keep = np.ones(shape, dtype=bool)
    if rng.random() < 0.15:
        keep[:, : int(shape[1] * rng.uniform(0.05, 0.3))] = False
    if rng.random() < 0.1:
        keep[:, :, : int(shape[2] * rng.uniform(0.05, 0.2))] = False
    if rng.random() < 0.1:
        keep[:, :, -int(shape[2] * rng.uniform(0.05, 0.2)) :] = False
    return keep


def _thick_axis(rng: np.random.Generator, slice_mm: float) -> tuple[int, float]:
    """Axis along which the slices are thick, and how thick (mm)."""
    axis = int(rng.choice(3, p=(0.7, 0.15, 0.15)))
    return axis, slice_mm if axis == 0 else float(rng.uniform(1.0, 5.0))


def _acquire(
    signal: NDArray[np.float32],
    spacing: tuple[float, float, float],
    thick: tuple[int, float],
    rng: np.random.Generator,
) -> NDArray[np.float32]:
    """Blur as a finite matrix and thick slices do."""
    fwhm = np.full(3, float(rng.uniform(0.8, 2.2)))
    fwhm[0] = 0.0
    axis, thickness = thick
    fwhm[axis] = max(fwhm[axis], thickness if axis else 0.6 * thickness)
    sigma = fwhm / 2.355 / np.array(spacing)
    return np.asarray(ndimage.gaussian_filter(signal, sigma, truncate=2.5), dtype=np.float32)


class CaseSource(Protocol):
    """Where training slices come from: at every step a number of cases to draw from."""

    def at(self, step: int) -> SequenceOf[TrainingCase]:
        """Cases of a step; the same step always gives the same ones."""

    def close(self) -> None:
        """Let go of processes."""


@dataclass(frozen=True)
class FixedCases:
    """The same cases at every step."""

    cases: tuple[TrainingCase, ...]

    def at(self, step: int) -> SequenceOf[TrainingCase]:
        """All of them."""
        return self.cases

    def close(self) -> None:
        """Nothing to let go of."""


def make_mixed(
    patients: tuple[Path, ...], cache: Path, config: SegmenterConfig, share: float, seed: int
) -> TrainingCase:
    """Case ``seed`` of an endless mixture: a painted patient with probability ``share``, else a synthetic head."""
    rng = np.random.default_rng((seed, 10))
    if patients and rng.random() < share:
        path = patients[int(rng.integers(len(patients)))]
        return painted_case(prepared_labelled_ct(path, cache), seed, config)
    return synthetic_case(seed, config)


def make_numbered(
    patients: tuple[Path, ...], cache: Path, config: SegmenterConfig, share: float, first: int, number: int
) -> TrainingCase:
    """Case ``number`` of a stream whose seeds begin at ``first``."""
    return make_mixed(patients, cache, config, share, first + number)


class CaseStream:
    """An endless stream of cases seen through a sliding window: each stays for a while and is then forgotten.

    Which cases a step sees depends on the step alone, not on how fast they were made, so that a resumed run
    repeats what an unbroken one does.

    Parameters
    ----------
    make
        Makes case number n; sent to the worker processes.
    window
        Cases to draw from at any step.
    steps_per_case
        After so many steps one case leaves and one comes.
    """

    def __init__(self, make: partial[TrainingCase], window: int, steps_per_case: float, workers: int) -> None:
        self._make, self._window, self._pace = make, window, steps_per_case
        # spawn: a forked child would inherit torch's threads in an unknown state
        self._pool = ProcessPoolExecutor(max(1, workers), mp_context=get_context("spawn"))
        self._ahead = 2 * max(1, workers)
        self._coming: dict[int, Future[TrainingCase]] = {}
        self._here: OrderedDict[int, TrainingCase] = OrderedDict()

    def at(self, step: int) -> SequenceOf[TrainingCase]:
        """Cases of a step; waits for those not made yet."""
        first = int(step / self._pace)
        wanted = range(first, first + self._window)
        for number in range(first, first + self._window + self._ahead):
            if number not in self._here and number not in self._coming:
                self._coming[number] = self._pool.submit(self._make, number)
        for number in [n for n in self._here if n < first]:
            del self._here[number]
        for number in wanted:
            if number not in self._here:
                self._here[number] = self._coming.pop(number).result()
        return [self._here[number] for number in wanted]

    def close(self) -> None:
        """End the worker processes."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def __enter__(self) -> CaseStream:
        """Use as a context."""
        return self

    def __exit__(self, *_: Any) -> None:
        """Close."""
        self.close()


def unlabelled_source(
    data: Path | None,
    anatomy: Path | None,
    config: SegmenterConfig,
    cache: Path,
    seed: int,
    workers: int,
    progress: Report = ignore_progress,
    cancelled: Cancelled = never,
) -> CaseSource:
    """Slices to pretrain on: real unlabelled studies below ``data``, or training patients of ``anatomy`` painted as MR.

    Raises
    ------
    ParotidError
        If there are none.
    """
    if data is not None:
        return FixedCases(unlabelled_cases(data, config, cache / "unlabelled", progress, cancelled)[0])
    assert anatomy is not None
    training, _ = split_patients(anatomy)
    patients = usable_patients(training, cache / "ct", progress, cancelled)
    # Seeds apart from those of supervised runs, and no synthetic heads: their anatomy is schematic.
    make = partial(make_numbered, patients, cache / "ct", config, 1.0, 30_000_000_000 + 10_000_000 * seed)
    return CaseStream(make, window=48, steps_per_case=1.0, workers=workers)
