"""Which cells there are, whose labels they see, and what they start from."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from parotid_training.errors import ParotidError
from parotid_training.experiments.evaluation import Evaluation
from parotid_training.experiments.pretraining_cells import (
    ALL,
    ARMS,
    BUDGETS,
    SEEDS,
    TRANSFERS,
    Record,
    choose_labelled,
    plan_cells,
    read_results,
    read_start,
    save_result,
)
from parotid_training.experiments.scoring import CaseScore, StructureScore
from parotid_training.model.checkpoint import save_checkpoint
from parotid_training.model.config import NETWORKS
from parotid_training.model.networks import SwinSegmenter

PATIENTS = tuple(Path(f"train-pats_pt_{n}.npz") for n in range(144))


def test_the_whole_design_is_every_sensible_combination_once() -> None:
    cells = plan_cells(ARMS, TRANSFERS, BUDGETS, SEEDS, "runs/some")
    assert len({cell.name for cell in cells}) == len(cells) == 6 * 4 * 3
    assert {cell.transfer for cell in cells if cell.arm == "scratch"} == {""}
    # Paper mode does not touch the decoder, so that there is nothing of it to move.
    assert {cell.transfer for cell in cells if cell.arm == "paper"} == {"encoder"}
    assert {cell.transfer for cell in cells if cell.arm == "recommended"} == set(TRANSFERS)
    # ImageNet's weights have no decoder, a run has.
    imagenet = plan_cells(["supervised"], TRANSFERS, [5], [1], "imagenet:somewhere")
    assert [cell.transfer for cell in imagenet] == ["encoder"]


def test_what_cannot_be_run_is_refused() -> None:
    with pytest.raises(ParotidError, match="no weights to start from"):
        plan_cells(["supervised"], TRANSFERS, BUDGETS, SEEDS)
    with pytest.raises(ParotidError, match="nothing to train"):
        plan_cells(["paper"], ["encoder+decoder"], BUDGETS, SEEDS)
    with pytest.raises(ParotidError, match="only 144 labelled"):
        choose_labelled(PATIENTS, 145, 1)


def test_a_smaller_budget_is_among_a_larger_one_and_seeds_differ() -> None:
    for seed in SEEDS:
        five, ten, fifty, everyone = (choose_labelled(PATIENTS, budget, seed) for budget in (5, 10, 50, ALL))
        assert [len(set(chosen)) for chosen in (five, ten, fifty, everyone)] == [5, 10, 50, 144]
        assert set(five) < set(ten) < set(fifty) < set(everyone)
        assert five == choose_labelled(PATIENTS, 5, seed)
    assert len({choose_labelled(PATIENTS, 5, seed) for seed in SEEDS}) == len(SEEDS)


def test_starts_are_named_as_what_they_are(tmp_path: Path) -> None:
    assert read_start("scratch").words == read_start("").words == "random weights"
    assert "microsoft/swin-tiny" in read_start("imagenet").words
    local = read_start(f"imagenet:{tmp_path / 'swin'}")
    assert local.init == f"imagenet:{tmp_path / 'swin'}"
    # A folder in the right form need not hold the real weights.
    assert "format" in local.words
    network = SwinSegmenter(NETWORKS["tiny"])
    facts = {"command": "parotid train", "data": "phantoms", "patients": ["train-pats_pt_1", "train-pats_pt_2"]}
    save_checkpoint(tmp_path / "before" / "model", network, facts)
    start = read_start(str(tmp_path / "before"))
    assert start.init == read_start(str(tmp_path / "before" / "model")).init == str(tmp_path / "before" / "model")
    assert "the run before" in start.words
    assert "parotid train, phantoms" in start.words
    assert "which had seen 2 of the patients" in start.words
    assert start.patients == ("train-pats_pt_1", "train-pats_pt_2")
    save_checkpoint(tmp_path / "old", network, {"command": "parotid train"})
    assert "kept no list" in read_start(str(tmp_path / "old")).words
    with pytest.raises(ParotidError, match="readable model"):
        read_start(str(tmp_path / "nothing"))


def test_figures_come_back_as_they_were_kept(tmp_path: Path) -> None:
    record = Record("recommended", "encoder+decoder", ALL, 2, "words", ("a", "b"), ("c",))
    cases = (CaseScore("x", "", 0.5, 0.9, 0.4, math.nan, 0.6, 1.5),)
    rows = (StructureScore("x", "", "gland", 0.0, 0.0, math.inf, 30.0, 0.0, -30.0),)
    folder = tmp_path / "cells" / record.cell.name
    save_result(folder / "development", record, "development", Evaluation("model", "development", cases, rows))
    (result,) = read_results(tmp_path, "development")
    assert (result.record, result.model_id, result.structures) == (record, "model", rows)
    assert math.isnan(result.cases[0].published_hd)
    assert result.cases[0].published_dsc == 0.5
    assert read_results(tmp_path, "validation") == ()
