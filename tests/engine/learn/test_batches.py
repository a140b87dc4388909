from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from parotid_training.errors import ParotidError
from parotid_training.learn.batches import draw_batch
from parotid_training.learn.training_case import prepare_case
from parotid_training.model.networks import SegmenterConfig
from parotid_training.model.region import SLICE
from parotid_training.study import Study
from parotid_training.volume import LabelMap
from tests.engine.learn.toys import toy_case


def test_batches_hold_structures_and_match_their_images() -> None:
    cases = [toy_case(n) for n in range(3)]
    batch = draw_batch(cases, 40, 1, np.random.default_rng(0))
    assert batch.images.shape == (40, 4, 3, *SLICE)
    assert batch.target.shape == (40, *SLICE)
    holding = (batch.target > 0).flatten(1).any(dim=1).float().mean()
    assert holding > 0.6
    middle = batch.images[:, 0, 1]
    assert middle[batch.target == 1].mean() > middle[batch.target == 0].mean() + 1


def test_only_slices_that_are_meant_are_drawn(study_and_truth: tuple[Study, LabelMap]) -> None:
    study, truth = study_and_truth
    axis = truth.grid.canonical().native_axes[0]
    wrong = truth.array.copy()
    block = max(1, round(9 / truth.grid.spacing[axis]))
    kept = [n for n in range(wrong.shape[axis]) if n // block % 2]
    np.moveaxis(wrong, axis, 0)[[n for n in range(wrong.shape[axis]) if n not in kept]] = 2
    case = prepare_case("some", study, LabelMap(truth.grid, wrong), SegmenterConfig(), kept)
    assert case.done is not None
    assert 0 < sum(case.done) < len(case.done)
    whole = prepare_case("whole", study, truth, SegmenterConfig())
    # Where a working slice is only partly meant, its label is that part's alone.
    assert (case.label[case.meant] != whole.label[case.meant]).mean() < 0.002
    drawn = draw_batch([case], 60, 1, np.random.default_rng(0)).target
    assert not (drawn == 2).any(), "nothing of the slices that are not meant"
    assert (drawn == 1).any()
    with pytest.raises(ParotidError):
        prepare_case("none", study, truth, SegmenterConfig(), [])


def test_the_same_step_draws_the_same_batch() -> None:
    cases = [toy_case(n) for n in range(3)]
    one = draw_batch(cases, 4, 1, np.random.default_rng((1, 7)))
    two = draw_batch(cases, 4, 1, np.random.default_rng((1, 7)))
    assert (one.images == two.images).all()


def test_a_case_is_drawn_as_often_as_slices_of_it_are_meant() -> None:
    whole, some = toy_case(0, (True, True, True, True)), replace(toy_case(1), present=(True, False, True, True))
    some = replace(some, done=(True, False, False, False) * 3)
    drawn = draw_batch([whole, some], 400, 1, np.random.default_rng(0), size=(8, 8)).present[:, 1]
    assert 0.14 < (~drawn).float().mean() < 0.26, "a quarter of its slices beside all of the other's: a fifth"


def test_beyond_a_slice_lies_its_own_air_and_no_label() -> None:
    """A frame of another level would be a tissue that no scan shows, and that the network meets in training alone."""
    case = toy_case(0, (True, True, True, True))
    array = case.array.copy()
    floors = (-3.0, -1.5, -0.7, -2.0)
    for channel, floor in enumerate(floors):
        array[channel] = np.maximum(array[channel], floor)
        array[channel, :, 0, 0] = floor
    height, width = case.label.shape[1:]
    tissue = np.full(case.label.shape, 3, np.uint8)
    small = replace(case, array=array, tissue=tissue)
    batch = draw_batch([small], 6, 0, np.random.default_rng(0), size=(height + 20, width + 12))
    framed = batch.tissue == 0
    assert framed.sum() == 6 * ((height + 20) * (width + 12) - height * width)
    for channel, floor in enumerate(floors):
        shown = batch.images[:, channel, 0][framed]
        torch.testing.assert_close(shown, torch.full_like(shown, floor), atol=1e-3, rtol=0)
    assert not batch.target[framed].any()


def test_slices_drawn_together_are_of_one_scan_and_say_where_they_lie() -> None:
    cases = [toy_case(n, (True, n == 1, True, True)) for n in range(3)]
    batch = draw_batch(cases, 12, 1, np.random.default_rng(0), together=4)
    assert batch.where[:, 0].tolist() == [0] * 4 + [1] * 4 + [2] * 4
    for scan in range(3):
        assert len(set(batch.present[4 * scan : 4 * scan + 4, 1].tolist())) == 1
    mm, share = batch.where[:, 1], batch.where[:, 2]
    torch.testing.assert_close(mm, share * (len(cases[0].label) - 1) * cases[0].spacing[0])
