from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from parotid_training.learn.training_case import load_case, prepare_case, save_case
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
