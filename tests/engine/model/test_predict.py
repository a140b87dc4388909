from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch

from parotid_training.errors import CancelledError
from parotid_training.model.metrics import dice
from parotid_training.model.networks import SegmenterConfig, SwinSegmenter
from parotid_training.model.predict import Segmenter, to_native_mask
from parotid_training.model.preprocess import prepare, sample_labels
from parotid_training.study import Role, Sequence, Study
from parotid_training.volume import Grid, Volume
from tests.engine.learn.toys import SMALL

if TYPE_CHECKING:
    from parotid_training.study import Study
    from parotid_training.volume import LabelMap

CONFIG = SegmenterConfig()


class Brightness(torch.nn.Module):
    """Calls gland what is brighter than the head in T1: the truth of the ball-shaped head."""

    config = CONFIG

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        middle = x[:, 1:2]
        return torch.cat([torch.zeros_like(middle), 8 * (middle - 1.0), torch.full_like(middle, -20.0)], dim=1)


@pytest.fixture
def segmenter() -> Segmenter:
    return Segmenter(Brightness(), "bright", torch.device("cpu"))  # type: ignore[arg-type]


def test_the_mask_lands_on_the_native_grid(study_and_truth: tuple[Study, LabelMap], segmenter: Segmenter) -> None:
    study, truth = study_and_truth
    proposal = segmenter.propose(study)
    assert proposal.label_map.grid is study.grid
    assert proposal.label_map.array.dtype == np.uint8
    assert dice(proposal.label_map.array == 1, truth.array == 1) > 0.9
    assert proposal.probability.shape == study.grid.shape
    assert proposal.probability[truth.array == 1].mean() > 0.8
    assert set(proposal.seconds) == {"prepare", "network", "native"}


def test_doubt_lies_where_two_answers_are_as_likely(
    study_and_truth: tuple[Study, LabelMap], segmenter: Segmenter
) -> None:
    proposal = segmenter.propose(study_and_truth[0])
    assert proposal.unsure is not None
    assert proposal.unsure.shape == proposal.label_map.grid.shape
    # Two classes only: the lead of one over the other is how far the foreground is from one half.
    lead = np.abs(2 * proposal.probability.astype(np.float32) - 1)
    drawn = proposal.probability > 0
    np.testing.assert_allclose(proposal.unsure[drawn] / 255, 1 - lead[drawn], atol=0.01)
    assert proposal.unsure.max() > 200
    assert proposal.unsure[~drawn].max() < 10


def test_cancelling_stops(study_and_truth: tuple[Study, LabelMap], segmenter: Segmenter) -> None:
    with pytest.raises(CancelledError):
        segmenter.propose(study_and_truth[0], cancelled=lambda: True)


def test_slices_far_from_any_structure_are_not_looked_at_and_change_nothing(segmenter: Segmenter) -> None:
    grid = Grid((90, 110, 120), np.diag([2.0, 2.0, 3.0, 1.0]))
    signal = np.full(grid.shape, 100.0, np.float32)
    signal[40:60, 40:60, 50:65] = 200.0
    study = Study((Sequence(Role.T1W, Volume(grid, signal)),))
    looked: list[int] = []
    forward = segmenter.model.forward

    def count(x: torch.Tensor) -> torch.Tensor:
        looked.append(len(x))
        return forward(x)

    segmenter.model.forward = count  # type: ignore[method-assign]
    probability = segmenter.probabilities(prepare(study, CONFIG))
    assert sum(looked) < 0.6 * probability.shape[1]
    holding = (probability[1] > 0.5).any(axis=(1, 2))
    np.testing.assert_array_equal(np.flatnonzero(holding), np.arange(50, 65))
    np.testing.assert_allclose(probability.sum(axis=0), 1.0, atol=1e-5)


def test_a_picture_of_a_few_pixels_is_looked_at_as_well() -> None:
    torch.manual_seed(0)
    segmenter = Segmenter(SwinSegmenter(SMALL), "model")
    signal = np.random.default_rng(0).normal(100, 20, (14, 12, 6)).astype(np.float32)
    study = Study((Sequence(Role.T1W, Volume(Grid((14, 12, 6), np.diag([1.5, 1.5, 3.0, 1.0])), signal)),))
    assert segmenter.propose(study).label_map.array.shape == (14, 12, 6)


def test_tumour_and_gland_land_where_they_are_and_an_island_is_left_out(
    study_and_truth: tuple[Study, LabelMap],
) -> None:
    study, truth = study_and_truth
    index = np.stack(np.meshgrid(*[np.arange(n) for n in study.grid.shape], indexing="ij"), axis=-1)
    place = study.grid.to_patient(index)
    wanted = truth.array.copy()
    wanted[np.linalg.norm(place - (50, 5, 0), axis=-1) < 9] = 2
    island = np.linalg.norm(place - (5, -40, 0), axis=-1) < 6
    prepared = prepare(study, CONFIG)
    labels = sample_labels(np.where(island, 1, wanted).astype(np.uint8), study.grid, prepared.frame.grid)
    shares = np.stack([(labels == k) * 0.85 + 0.05 for k in range(3)]).astype(np.float32)
    found, _, _ = to_native_mask(shares, prepared)
    assert dice(found == 2, wanted == 2) > 0.85
    assert dice(found == 1, wanted == 1) > 0.9
    assert not found[island].any()
