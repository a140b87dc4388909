"""Endless training heads, made in worker processes while the network learns: patients painted as MR, and phantoms."""

from __future__ import annotations

import hashlib
import os
import time
from collections import OrderedDict
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from parotid_training.anatomy.labelled_ct import prepared_labelled_ct
from parotid_training.learn.painted import painted_case, split_patients, usable_patients
from parotid_training.learn.synthetic import synthetic_case
from parotid_training.learn.training_case import TrainingCase, load_case, save_case
from parotid_training.learn.unlabelled import unlabelled_cases
from parotid_training.progress import Cancelled, Report, ignore_progress, never

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Sequence as SequenceOf
    from pathlib import Path

    from parotid_training.model.networks import SegmenterConfig

OPENING = 32
"""Cases that the first step sees at most: a larger window fills while the training goes on."""
UNLABELLED_PAINTED = "OpenKBP patients painted as MR, without labels"
CLAIM_SECONDS = 60.0
"""After so long another run's claim on a case is given up as broken off."""


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


def make_shared(folder: Path, make: Callable[[int], TrainingCase], number: int) -> TrainingCase:
    """Case ``number``, made by whichever of several runs asks first and kept in ``folder`` for the others."""
    path, claim = folder / f"{number}.safetensors", folder / f"{number}.claim"
    asked = time.monotonic()
    while not path.is_file():
        try:
            os.close(os.open(claim, os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            if time.monotonic() - asked < CLAIM_SECONDS:
                time.sleep(0.02)
                continue
        case = make(number)
        save_case(path, case)
        return case
    return load_case(path)


def shared_folder(root: Path, *alike: object) -> Path:
    """Return a folder below ``root`` for cases made alike; made if it is not there."""
    folder = root / hashlib.sha256(repr(alike).encode()).hexdigest()[:12]
    folder.mkdir(parents=True, exist_ok=True)
    return folder


class CaseStream:
    """An endless stream of cases seen through a sliding window: each stays for a while and is then forgotten.

    Which cases a step sees depends on the step alone, not on how fast they were made, so that a resumed run
    repeats what an unbroken one does.

    Parameters
    ----------
    make
        Makes case number n; sent to the worker processes.
    window
        Cases to draw from at any step, at most; the first step has `OPENING`.
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
        end = min(self._window, OPENING) + int(step / self._pace)
        first = max(0, end - self._window)
        wanted = range(first, end)
        for number in range(first, end + self._ahead):
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
    tell: Callable[[str], None] = lambda words: None,
) -> tuple[CaseSource, str, tuple[str, ...]]:
    """Slices to pretrain on: real unlabelled studies below ``data``, or training patients of ``anatomy`` painted as MR.

    Parameters
    ----------
    tell
        Told how many studies were found, and why others are left out.

    Returns
    -------
    source, data, patients
        And what that is, in words; and the names of the patients painted, none of real ones.

    Raises
    ------
    ParotidError
        If there are none.
    """
    if data is not None:
        cases, left_out = unlabelled_cases(data, config, cache / "unlabelled", progress, cancelled)
        tell(f"{len(cases)} studies to learn from, {len(left_out)} folders left out.")
        for sentence in dict.fromkeys(left_out):
            tell(f"Left out ({left_out.count(sentence)}): {sentence}")
        return FixedCases(cases), f"{len(cases)} unlabelled studies", ()
    assert anatomy is not None
    training, _ = split_patients(anatomy)
    patients = usable_patients(training, cache / "ct", progress, cancelled)
    # Seeds apart from those of supervised runs, and no synthetic heads: their anatomy is schematic.
    make = partial(make_numbered, patients, cache / "ct", config, 1.0, 30_000_000_000 + 10_000_000 * seed)
    stream = CaseStream(make, window=192, steps_per_case=4.0, workers=workers)
    return stream, UNLABELLED_PAINTED, tuple(path.stem for path in patients)
