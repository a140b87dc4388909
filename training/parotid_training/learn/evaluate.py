"""Score a network on prepared cases, at the working resolution."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from parotid_training.labels import FOREGROUND, Structure
from parotid_training.learn.scores import CaseScore, Scores, Source
from parotid_training.model.metrics import dice, surface_dice
from parotid_training.model.postprocess import clean
from parotid_training.model.preprocess import Frame, Prepared
from parotid_training.model.region import head_of
from parotid_training.progress import Cancelled, check, never
from parotid_training.volume import Grid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from parotid_training.learn.training_case import TrainingCase
    from parotid_training.model.predict import Segmenter


def predict_case(segmenter: Segmenter, case: TrainingCase) -> NDArray[np.uint8]:
    """Labels (Z, Y, X) on the case's working grid, after the same clean-up as a proposal."""
    return look_at_case(segmenter, case)[0]


def look_at_case(segmenter: Segmenter, case: TrainingCase) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Labels as of `predict_case`, and the class probabilities (classes, Z, Y, X) they were made from."""
    grid = Grid(case.label.shape, np.diag([*case.spacing, 1.0]))
    prepared = Prepared(case.array.astype(np.float32), case.present, Frame(grid.canonical(), grid))
    probability = segmenter.probabilities(prepared)
    kept = clean(probability, head_of(prepared.array, prepared.present), case.spacing)
    label = np.minimum(probability.argmax(axis=0), np.where(kept.tumour, Structure.TUMOUR, Structure.GLAND))
    return np.where(kept.structures, label, 0).astype(np.uint8), probability


def score_cases(
    segmenter: Segmenter, cases: Sequence[tuple[Source, TrainingCase]], cancelled: Cancelled = never
) -> Scores:
    """Dice and surface Dice (2 mm) of every structure on every case."""
    rows = []
    for source, case in cases:
        check(cancelled)
        found = predict_case(segmenter, case)
        for structure in FOREGROUND:
            mine, truth = found == structure, case.label == structure
            overlap, outline = dice(mine, truth), surface_dice(mine, truth, case.spacing)
            rows.append(CaseScore(case.name, source, structure, overlap, outline, bool(truth.any())))
    return Scores(segmenter.model_id, tuple(rows))


def mean_dice(scores: Scores) -> dict[str, float]:
    """Mean Dice per structure over the cases that have it."""
    result = {}
    for structure in FOREGROUND:
        values = [row.dsc for row in scores.cases if row.structure is structure and row.present]
        result[structure.name.lower()] = float(np.mean(values)) if values else float("nan")
    return result
