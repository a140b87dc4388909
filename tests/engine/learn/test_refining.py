"""Training the network that answers clicks."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from parotid_training.errors import CancelledError
from parotid_training.labels import Structure
from parotid_training.learn import refining
from parotid_training.learn.refining import RefiningSettings, draw_sample, refining_loss, train_refiner
from parotid_training.learn.stream import FixedCases
from parotid_training.learn.training_case import TrainingCase
from parotid_training.model.refiner import Refiner, RefinerConfig, load_refiner

SETTINGS = RefiningSettings(steps=6, save_every=2, threads=1, network=RefinerConfig(box=(8, 32, 32), filters=(4, 8, 8)))


class NoProposal:
    """A segmenter that is not asked."""

    model_id = "none"


def case(seed: int, *, tumour: bool = False) -> TrainingCase:
    rng = np.random.default_rng(seed)
    z, y, x = np.ogrid[:12, :60, :60]
    label = ((((z - 6) * 3) ** 2 + (y - 30) ** 2 + (x - 22) ** 2) < 13**2).astype(np.uint8)
    if tumour:
        label[(((z - 6) * 3) ** 2 + (y - 30) ** 2 + (x - 22) ** 2) < 7**2] = 2
    array = rng.normal(0, 0.3, (4, *label.shape)) + 1.5 * (label > 0)
    return TrainingCase(f"made up {seed}", array.astype(np.float16), (True,) * 4, label, (3.0, 1.5, 1.5))


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refining, "predict_case", lambda segmenter, case: np.roll(case.label, 3, axis=1))


def segmenter() -> Any:
    return NoProposal()


def test_a_broken_run_ends_as_an_unbroken_one(tmp_path: Path) -> None:
    source = FixedCases((case(0), case(1, tumour=True)))
    whole = train_refiner(tmp_path / "whole", SETTINGS, source, segmenter())
    asked: list[bool] = []

    def stop() -> bool:
        asked.append(True)
        return len(asked) > 3

    with pytest.raises(CancelledError):
        train_refiner(tmp_path / "broken", SETTINGS, source, segmenter(), cancelled=stop)
    broken = train_refiner(tmp_path / "broken", SETTINGS, source, segmenter())
    mine, theirs = load_refiner(whole).state_dict(), load_refiner(broken).state_dict()
    assert all(torch.equal(mine[name], theirs[name]) for name in mine)
    steps = [json.loads(line)["step"] for line in (tmp_path / "broken" / "curve.jsonl").read_text().splitlines()]
    assert steps == [2, 4, 6]


def test_a_sample_holds_its_structure_and_a_wrong_mask_of_it() -> None:
    rng, kinds = np.random.default_rng(0), set()
    for _ in range(30):
        settings = replace(SETTINGS, tumour=0.5)
        sample = draw_sample(case(0, tumour=True), segmenter(), {}, settings, rng)
        assert sample is not None
        assert sample.truth.any()
        assert (sample.start != sample.truth).any()
        assert not (sample.start & sample.other).any()
        kinds.add(bool(sample.start.any()))
    assert kinds == {True, False}


def test_a_scan_without_a_gland_gives_no_sample() -> None:
    empty = replace(case(0), label=np.zeros((12, 60, 60), np.uint8))
    assert draw_sample(empty, segmenter(), {}, SETTINGS, np.random.default_rng(0)) is None


def test_a_proposal_is_asked_for_once() -> None:
    asked: dict[str, Any] = {}
    settings, rng = replace(SETTINGS, empty=0.0, proposed=1.0, tumour=0.0), np.random.default_rng(0)
    first = draw_sample(case(0), segmenter(), asked, settings, rng)
    assert first is not None
    assert list(asked) == ["made up 0"]
    asked["made up 0"] = np.full_like(case(0).label, Structure.TUMOUR)
    again = draw_sample(case(0), segmenter(), asked, settings, rng)
    assert again is not None
    assert not again.start.any()
    assert again.other.any()


def test_the_loss_is_least_where_the_answer_is_right() -> None:
    truth = torch.zeros(1, 4, 8, 8)
    truth[:, 1:3, 2:6, 2:6] = 1
    right, wrong = (truth - 0.5) * 20, (0.5 - truth) * 20
    nothing = torch.full_like(truth, -10.0)
    assert refining_loss(right, truth) < 0.01 < refining_loss(nothing, truth) < refining_loss(wrong, truth)


def test_mask_clicks_and_truth_are_of_one_side_turned_over_or_not() -> None:
    rng, turned = np.random.default_rng(0), set()
    settings = replace(SETTINGS, empty=0.0, proposed=0.0, tumour=0.0, answers=(1.0,))
    for step in range(12):
        sample = draw_sample(case(0), segmenter(), {}, settings, rng)
        assert sample is not None
        inputs, (truth,) = refining._batch([sample], Refiner(SETTINGS.network).eval(), settings, rng, step)
        mask, adds, removes = inputs[0, 4] > 0.5, inputs[0, 6] == 1, inputs[0, 7] == 1
        assert (truth[adds] == 1).all()
        assert not mask[adds].any()
        assert (truth[removes] == 0).all()
        assert mask[removes].all()
        turned.add(not torch.equal(truth, torch.from_numpy(sample.truth).float()))
    assert turned == {True, False}
