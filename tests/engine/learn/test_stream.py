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
