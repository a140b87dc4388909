from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from parotid_training.errors import CancelledError
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
from tests.engine.learn.toys import toy_case

if TYPE_CHECKING:
    from pathlib import Path

    from parotid_training.study import Study
    from parotid_training.volume import LabelMap


def test_a_case_comes_back_from_disk(tmp_path: Path) -> None:
    case = toy_case(0, (True, False, True, True))
    save_case(tmp_path / "case.safetensors", case)
    back = load_case(tmp_path / "case.safetensors")
    np.testing.assert_array_equal(back.array, case.array)
    np.testing.assert_array_equal(back.label, case.label)
    assert (back.name, back.present, back.spacing) == (case.name, case.present, case.spacing)


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
