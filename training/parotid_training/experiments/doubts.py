"""Which measure of doubt finds a proposal's errors, and the proposals that need most work."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage, stats

from parotid_training.learn.evaluate import look_at_case
from parotid_training.model.metrics import dice
from parotid_training.model.unsure import hesitation, unsure
from parotid_training.progress import Cancelled, Report, check

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from parotid_training.learn.scores import Source
    from parotid_training.learn.training_case import TrainingCase
    from parotid_training.model.predict import Segmenter

NEAR = 3
"""Errors are looked for this many voxels around what is drawn or true: far from it every measure is right."""


@dataclass(frozen=True)
class Doubting:
    """How well one measure of doubt does.

    Parameters
    ----------
    passes
        How often the network looks.
    finds
        Area under the ROC curve of wrong voxels near the structures, mean over the cases.
    ranks
        Spearman's correlation over the cases of `hesitation` with what the proposal lacks to DSC 1 (gland with tumour).
    """

    measure: str
    passes: int
    finds: float
    ranks: float


def entropy(shares: NDArray[np.float32]) -> NDArray[np.float32]:
    """Entropy of (classes, ...) probabilities, as a share of the largest possible."""
    logs = np.log(np.maximum(shares, 1e-9))
    return np.asarray(-(shares * logs).sum(axis=0) / np.log(len(shares)), dtype=np.float32)


def compare_doubts(
    segmenter: Segmenter, judged: Sequence[tuple[Source, TrainingCase]], progress: Report, cancelled: Cancelled
) -> tuple[Doubting, ...]:
    """Compare margin and entropy, of one look and of two (the second at the mirrored head)."""
    measures: tuple[tuple[str, Callable[[NDArray[np.float32]], NDArray[np.float32]]], ...] = (
        ("margin", unsure), ("entropy", entropy),
    )  # fmt: skip
    found: dict[tuple[str, int], list[tuple[float, float]]] = {}
    lacking = []
    for number, (_, case) in enumerate(judged):
        check(cancelled)
        progress(number / len(judged), f"Doubt, case {number + 1} of {len(judged)}")
        labels, once = look_at_case(segmenter, case)
        mirrored = replace(case, array=np.ascontiguousarray(case.array[..., ::-1]))
        twice = np.asarray((once + look_at_case(segmenter, mirrored)[1][..., ::-1]) / 2, dtype=np.float32)
        lacking.append(1 - dice(labels > 0, case.label > 0))
        near = ndimage.binary_dilation((labels > 0) | (case.label > 0), iterations=NEAR)
        for name, measure in measures:
            for passes, shares in ((1, once), (2, twice)):
                doubt = measure(shares)
                total = hesitation(np.round(255 * doubt).astype(np.uint8), labels)
                found.setdefault((name, passes), []).append((area(doubt[near], (labels != case.label)[near]), total))
    return tuple(
        Doubting(name, passes, float(np.nanmean([a for a, _ in rows])), _rank([t for _, t in rows], lacking))
        for (name, passes), rows in found.items()
    )


def area(values: NDArray[np.float32], positive: NDArray[np.bool_]) -> float:
    """Area under the ROC curve: how often a positive has the larger value; NaN where all are alike."""
    yes, no = int(positive.sum()), int((~positive).sum())
    if not yes or not no:
        return float("nan")
    ranks = stats.rankdata(values)[positive].sum()
    return float((ranks - yes * (yes + 1) / 2) / (yes * no))


def _rank(one: Sequence[float], other: Sequence[float]) -> float:
    if len(set(one)) < 2 or len(set(other)) < 2:
        return float("nan")
    return float(stats.spearmanr(one, other).statistic)
