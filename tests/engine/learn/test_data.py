from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from parotid_training.errors import CancelledError, ParotidError
from parotid_training.learn.data import (
    SLICE,
    draw_batch,
    load_case,
    phantom_cases,
    prepare_case,
    random_head_case,
    save_case,
)
from parotid_training.model.networks import SegmenterConfig
from parotid_training.study import Role, Sequence, Study
from parotid_training.volume import Grid, LabelMap, Volume
from tests.engine.learn.toys import toy_case

if TYPE_CHECKING:
    from pathlib import Path


def test_a_case_comes_back_from_disk(tmp_path: Path) -> None:
    case = replace(toy_case(0, (True, False, True, True)), done=(True, False) * 6)
    save_case(tmp_path / "case.safetensors", case)
    back = load_case(tmp_path / "case.safetensors")
    np.testing.assert_array_equal(back.array, case.array)
    np.testing.assert_array_equal(back.label, case.label)
    assert (back.name, back.present, back.spacing, back.done) == (case.name, case.present, case.spacing, case.done)


def test_a_study_with_one_sequence_has_one_channel_present(study_and_truth: tuple[Study, LabelMap]) -> None:
    case = prepare_case("one", *study_and_truth, SegmenterConfig())
    assert case.present == (True, False, False, False)
    assert case.array[0].any()
    assert not case.array[1:].any()
    gland = case.array[0][case.label == 1].astype(float).mean()
    assert gland > case.array[0][case.label == 0].astype(float).mean() + 1


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


def test_of_thin_slices_those_that_hold_most_of_what_is_meant_are_drawn() -> None:
    thin = Grid((40, 40, 60), np.diag([3.0, 3.0, 1.0, 1.0]))
    rng = np.random.default_rng(0)
    study = Study((Sequence(Role.T1W, Volume(thin, rng.normal(100, 20, thin.shape).astype(np.float32))),))
    slices, wrong = [10, 31, 45], np.full(thin.shape, 2, np.uint8)
    wrong[:, :, slices] = 1
    case = prepare_case("three", study, LabelMap(thin, wrong), SegmenterConfig(), slices)
    assert 3 <= case.meant.size <= 6
    found = case.label[case.meant][:, 10:-10, 10:-10]
    assert (found == 1).all(), "nothing of the slices next to them"
    heights = (case.meant + 0.5) * case.spacing[0]
    assert all(min(abs(height - s - 0.5) for s in slices) <= 3 for height in heights)


def test_the_same_step_draws_the_same_batch() -> None:
    cases = [toy_case(n) for n in range(3)]
    one = draw_batch(cases, 4, 1, np.random.default_rng((1, 7)))
    two = draw_batch(cases, 4, 1, np.random.default_rng((1, 7)))
    assert (one.images == two.images).all()


def test_phantoms_are_cached_and_cancellable(tmp_path: Path) -> None:
    config = SegmenterConfig()
    first = phantom_cases([5], config, tmp_path)[0]
    assert (first.label == 1).sum() > 500
    written = next(tmp_path.iterdir())
    stamp = written.stat().st_mtime_ns
    again = phantom_cases([5], config, tmp_path)[0]
    np.testing.assert_array_equal(again.array, first.array)
    assert written.stat().st_mtime_ns == stamp
    with pytest.raises(CancelledError):
        phantom_cases([5, 6], config, tmp_path, cancelled=lambda: True)


def test_random_contrast_keeps_the_truth_and_changes_the_looks() -> None:
    case = random_head_case(7, SegmenterConfig())
    assert case.present == (True,) * 4
    assert 20 < (case.label > 0).sum() * np.prod(case.spacing) / 1000 < 130
    contrast = [
        [channel[c.label == 1].astype(float).mean() for channel in c.array]
        for c in (case, random_head_case(9, SegmenterConfig()))
    ]
    assert np.abs(np.subtract(*contrast)).max() > 0.3
