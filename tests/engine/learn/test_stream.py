"""The endless stream of training cases."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

from parotid_training.learn import stream as module
from parotid_training.learn.stream import CaseStream
from parotid_training.model.networks import SegmenterConfig
from tests.engine.learn.toys import toy_case

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from parotid_training.learn.training_case import TrainingCase

CONFIG = SegmenterConfig()


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


def test_a_large_window_fills_as_the_training_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "OPENING", 2)
    with CaseStream(partial(toy_case), window=4, steps_per_case=1.0, workers=1) as stream:
        seen = [[case.name for case in stream.at(step)] for step in (0, 1, 5)]
    assert seen == [["toy-0", "toy-1"], ["toy-0", "toy-1", "toy-2"], ["toy-3", "toy-4", "toy-5", "toy-6"]]


def test_runs_that_share_make_each_case_once(tmp_path: Path) -> None:
    asked = list[int]()

    def make(number: int) -> TrainingCase:
        asked.append(number)
        return toy_case(number)

    folder = module.shared_folder(tmp_path, "alike")
    first, second = (module.make_shared(folder, make, 7) for _ in range(2))
    assert asked == [7]
    assert first.name == second.name == "toy-7"
    assert (first.array == second.array).all()


def test_a_case_that_another_run_claimed_and_never_made_is_made(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "7.claim").touch()
    monkeypatch.setattr(module, "CLAIM_SECONDS", 0.05)
    assert module.make_shared(tmp_path, toy_case, 7).name == "toy-7"
    assert (tmp_path / "7.safetensors").is_file()
