"""Every figure of one proposal against its truth, on the native grid, and what they come to over many cases."""

from __future__ import annotations

import csv
import math
import time
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from parotid_training.labels import FOREGROUND, Structure
from parotid_training.model.metrics import (
    class_mean_accuracy,
    dice,
    hd95_mm,
    published,
    surface_dice,
    volume_error_ml,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from parotid_training.model.predict import Segmenter
    from parotid_training.study import Study
    from parotid_training.volume import LabelMap

WHOLE = "gland with tumour"
"""The gland together with a tumour inside it: what a reader calls the parotid."""
RESAMPLES = 2000


@dataclass(frozen=True)
class StructureScore:
    """One structure of one case.

    Parameters
    ----------
    case
        Name of the case; never a patient's.
    group
        What distinguishes this proposal of the case from others of it (which sequences it was made from).
    structure
        ``gland``, ``tumour`` or `WHOLE`.
    dsc, surface_dice_2mm, hd95_mm
        NaN where neither has the structure; 0, 0 and infinite where one has it.
    volume_ml, proposed_ml, volume_error_ml
        Of the truth, of the proposal, and the second less the first.
    """

    case: str
    group: str
    structure: str
    dsc: float
    surface_dice_2mm: float
    hd95_mm: float
    volume_ml: float
    proposed_ml: float
    volume_error_ml: float


@dataclass(frozen=True)
class CaseScore:
    """The figures of one case over all structures; see `parotid_training.model.metrics.Published`."""

    case: str
    group: str
    published_dsc: float
    published_mpa: float
    published_miou: float
    published_hd: float
    class_mean_accuracy: float
    seconds: float


@dataclass(frozen=True)
class Mean:
    """A mean over cases with its 95 % interval (percentile bootstrap over the cases, or over their patients)."""

    value: float
    low: float
    high: float
    cases: int

    def __str__(self) -> str:
        if not self.cases:
            return "-"
        return f"{self.value:.3f} ({self.low:.3f}-{self.high:.3f})"


def score_study(
    segmenter: Segmenter, study: Study, truth: LabelMap, case: str, group: str = ""
) -> tuple[NDArray[np.uint8], CaseScore, tuple[StructureScore, ...]]:
    """Propose a mask the whole way, as the app does, and compare it with the truth.

    Returns
    -------
    found
        The proposal, of the truth's shape.
    """
    start = time.perf_counter()
    found = segmenter.propose(study).label_map.array
    seconds = time.perf_counter() - start
    paper = published(found, truth.array)
    whole = CaseScore(
        case, group, paper.dsc, paper.mpa, paper.miou, paper.hd, class_mean_accuracy(found, truth.array), seconds
    )
    return found, whole, score_structures(found, truth, case, group)


def score_structures(
    found: NDArray[np.uint8], truth: LabelMap, case: str, group: str = ""
) -> tuple[StructureScore, ...]:
    """Compare gland, tumour, and the gland with the tumour inside it."""
    pairs = [(s.name.lower(), found == s, truth.array == s) for s in FOREGROUND]
    pairs.append((WHOLE, found >= Structure.GLAND, truth.array >= Structure.GLAND))
    ml, spacing = truth.grid.voxel_ml, truth.grid.spacing
    return tuple(
        StructureScore(
            case,
            group,
            name,
            dice(mine, true),
            surface_dice(mine, true, spacing),
            hd95_mm(mine, true, spacing),
            float(true.sum() * ml),
            float(mine.sum() * ml),
            volume_error_ml(mine, true, spacing),
        )
        for name, mine, true in pairs
    )


def mean_of(values: Iterable[float], seed: int = 0, patients: Iterable[str] | None = None) -> Mean:
    """Mean and interval of what is finite; the caller says what an infinite distance means.

    Parameters
    ----------
    patients
        Whose each value is, where a patient may have several: the bootstrap then draws patients. None: one each.
    """
    listed = list(values)
    whose = map(str, range(len(listed))) if patients is None else patients
    together: dict[str, list[float]] = {}
    for value, patient in zip(listed, whose, strict=True):
        if math.isfinite(value):
            together.setdefault(patient, []).append(value)
    if not together:
        return Mean(math.nan, math.nan, math.nan, 0)
    sums, counts = (np.array([of(found) for found in together.values()]) for of in (math.fsum, len))
    drawn = np.random.default_rng(seed).integers(counts.size, size=(RESAMPLES, counts.size))
    low, high = np.percentile(sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1), (2.5, 97.5))
    return Mean(float(sums.sum() / counts.sum()), float(low), float(high), int(counts.sum()))


def write_rows(path: Path, rows: Sequence[Any]) -> None:
    """Write dataclasses of one kind as CSV."""
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        names = [field.name for field in fields(rows[0])] if rows else []
        writer.writerow(names)
        writer.writerows([getattr(row, name) for name in names] for row in rows)
