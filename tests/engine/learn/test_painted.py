"""Painted training cases and the endless stream of them."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pytest

from parotid_training.anatomy.labelled_ct import read_labelled_ct
from parotid_training.errors import CancelledError, ParotidError
from parotid_training.learn import painted as module
from parotid_training.learn.painted import (
    CaseStream,
    _field_of_view,
    painted_case,
    split_patients,
    usable_patients,
)
from parotid_training.model.networks import SegmenterConfig
from tests.engine.anatomy.toy_ct import write_toy_ct
from tests.engine.learn.toys import toy_case

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = SegmenterConfig()


@pytest.fixture
def patients(tmp_path: Path) -> Path:
    for number in range(1, 12):
        write_toy_ct(tmp_path / f"train-pats_pt_{number}.npz", contours=number != 3)
    (tmp_path / "validation-pats_pt_12.npz").touch()
    return tmp_path


def test_development_patients_are_never_trained_on_and_validation_is_in_neither(patients: Path) -> None:
    training, development = split_patients(patients)
    assert [path.stem for path in development] == ["train-pats_pt_10"]
    assert len(training) == 10
    assert not {*training} & {*development}
    assert not any("validation" in path.name for path in (*training, *development))


def test_a_folder_without_patients_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ParotidError, match="No labelled CT"):
        split_patients(tmp_path)


def test_unusable_patients_are_left_out(patients: Path) -> None:
    paths = sorted(patients.glob("train-*_[234].npz"))
    found = usable_patients(paths, patients / "cache")
    assert [path.stem for path in found] == ["train-pats_pt_2", "train-pats_pt_4"]
    with pytest.raises(CancelledError):
        usable_patients(paths, patients / "cache", cancelled=lambda: True)


def test_a_painted_case_is_ready_to_train_on(tmp_path: Path) -> None:
    write_toy_ct(tmp_path / "toy.npz")
    ct = read_labelled_ct(tmp_path / "toy.npz")
    case = painted_case(ct, 2, CONFIG, plain=True)
    assert case.present == (True,) * 4
    assert case.spacing[1:] == (1.5, 1.5)
    assert set(np.unique(case.label)) == {0, 1, 2}
    again = painted_case(ct, 2, CONFIG, plain=True)
    np.testing.assert_array_equal(case.array, again.array)


def test_some_scans_are_brain_scans_that_hold_no_gland() -> None:
    boxes = [_field_of_view(np.random.default_rng(seed), False) for seed in range(300)]
    assert 0.03 < np.mean([low[2] > 0 for low, _ in boxes]) < 0.15
    assert all(_field_of_view(np.random.default_rng(seed), True)[0][2] <= -75 for seed in range(20))


def test_the_mixture_keeps_its_share(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(module, "prepared_labelled_ct", lambda path, cache: path)
    monkeypatch.setattr(module, "painted_case", lambda ct, seed, config: ct)
    monkeypatch.setattr(module, "synthetic_case", lambda seed, config: "synthetic")
    patients = tmp_path / "a", tmp_path / "b"
    drawn = [module.make_mixed(patients, tmp_path, CONFIG, 0.7, seed) for seed in range(400)]
    assert 0.2 < drawn.count("synthetic") / 400 < 0.4
    assert abs(drawn.count(patients[0]) - drawn.count(patients[1])) < 60


def slow_case(number: int) -> object:
    time.sleep(0.01 * (number % 3))
    return toy_case(number)


def test_a_step_sees_the_same_cases_however_it_was_reached() -> None:
    with CaseStream(partial(slow_case), window=3, steps_per_case=2.0, workers=2) as stream:
        walked = [[case.name for case in stream.at(step)] for step in range(7)]
    with CaseStream(partial(slow_case), window=3, steps_per_case=2.0, workers=1) as stream:
        jumped = [case.name for case in stream.at(6)]
    assert walked[6] == jumped == ["toy-3", "toy-4", "toy-5"]
    assert walked[0] == walked[1] == ["toy-0", "toy-1", "toy-2"]
