"""Scores that the gate decides on, against MONAI's."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pytest
import torch
from monai.metrics import DiceMetric, compute_surface_dice

from parotid_training.learn.evaluate import score_cases
from tests.engine.learn.toys import toy_case

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from parotid_training.learn.training_case import TrainingCase
    from parotid_training.model.predict import Segmenter


class Fixed:
    """Draws what it is told to."""

    model_id = "fixed"

    def __init__(self, label: NDArray[np.uint8]) -> None:
        self.label = label

    def probabilities(self, prepared: Any) -> NDArray[np.float32]:
        return np.stack([(self.label == k) * 0.85 + 0.05 for k in range(3)]).astype(np.float32)


def scored(drawn: NDArray[np.uint8], case: TrainingCase) -> Any:
    return score_cases(cast("Segmenter", Fixed(drawn)), [("hold-out", case)]).cases


def one_hot(mask: NDArray[np.bool_]) -> torch.Tensor:
    return torch.from_numpy(np.stack([~mask, mask])[None]).float()


@pytest.mark.filterwarnings("ignore:monai.metrics.utils get_mask_edges:FutureWarning")
def test_scores_are_monais_of_the_cleaned_mask() -> None:
    case = toy_case(0)
    wanted = np.roll(case.label, (1, 2, 0), (0, 1, 2))
    drawn = wanted.copy()
    drawn[9:11, 20:24, 58:62] = 1  # an island, which no reader sees
    rows = {row.structure: row for row in scored(drawn, case)}
    for structure in (1, 2):
        mine, true = (one_hot(mask == structure) for mask in (wanted, case.label))
        assert rows[structure].dsc == pytest.approx(DiceMetric(include_background=False)(mine, true).item(), abs=1e-6)
        outline = compute_surface_dice(mine, true, [2.0], spacing=case.spacing).item()
        assert 0.3 < outline < 0.99
        assert rows[structure].surface_dice == pytest.approx(outline, abs=1e-6)
        assert rows[structure].present


def test_what_is_not_there_has_no_score_or_is_a_false_finding() -> None:
    case = toy_case(0)
    healthy = replace(case, label=np.minimum(case.label, 1))
    for drawn, false in ((case.label, True), (healthy.label, False)):
        row = scored(drawn, healthy)[1]
        assert (row.structure, row.present, row.false_finding) == (2, False, false)
        assert row.dsc == 0.0 if false else math.isnan(row.dsc)
