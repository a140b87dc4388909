"""Figures over labelled cases, by a segmenter whose mistakes are known."""

from __future__ import annotations

import csv
import json
import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from parotid_training.errors import CancelledError, ParotidError
from parotid_training.experiments.evaluation import _told, evaluate, tabulate
from parotid_training.experiments.labelled_cases import LabelledCase
from parotid_training.experiments.pictures import FOUND_RGB, TRUTH_RGB, case_strip, chosen_slices
from parotid_training.experiments.scoring import mean_of, score_structures
from parotid_training.progress import ignore_progress, never
from parotid_training.study import Proposal, Study
from parotid_training.volume import LabelMap, Volume
from tests.engine.experiments.toy_cases import labelled

if TYPE_CHECKING:
    from pathlib import Path


class Shifting:
    """Proposes the truth, moved by as many voxels as the case's turn says."""

    model_id = "shifting" * 8

    def __init__(self, truths: list[LabelMap]) -> None:
        self.truths, self.turn = truths, 0

    def propose(self, study: Study) -> Proposal:
        moved = np.roll(self.truths[self.turn % len(self.truths)].array, self.turn % len(self.truths), axis=0)
        self.turn += 1
        return Proposal(LabelMap(study.grid, moved), moved.astype(np.float16), self.model_id, {})


def run(tmp_path: Path, cancelled: Any = never) -> tuple[Any, list[tuple[Study, LabelMap]]]:
    loaded = [labelled(), labelled(tumour=True), labelled()]
    cases = [LabelledCase(f"case-{n}", lambda n=n: loaded[n]) for n in range(3)]  # type: ignore[misc]
    segmenter: Any = Shifting([truth for _, truth in loaded])
    return evaluate(segmenter, cases, "toys", tmp_path / "out", ignore_progress, cancelled), loaded


def test_every_figure_is_written_and_the_mean_is_that_of_the_rows(tmp_path: Path) -> None:
    result, _ = run(tmp_path)
    out = tmp_path / "out"
    with (out / "structures.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    gland = [float(row["dsc"]) for row in rows if row["structure"] == "gland"]
    assert gland[0] == 1.0
    assert gland[0] > gland[2] > 0.5
    summary = json.loads((out / "summary.json").read_text())
    assert summary["structures"]["gland"]["dsc"]["mean"] == pytest.approx(np.mean(gland))
    assert summary["structures"]["tumour"]["cases"] == 1
    assert summary["structures"]["tumour"]["cases_without"] == 2
    assert summary["structures"]["tumour"]["false_findings"] == 0
    assert len((out / "cases.csv").read_text().splitlines()) == 4
    assert "| gland | 3 |" in tabulate(result)
    assert (out / "summary.md").read_text() == tabulate(result)


def test_the_page_shows_three_cases_and_both_outlines(tmp_path: Path) -> None:
    run(tmp_path)
    with Image.open(tmp_path / "out" / "cases.png") as page:
        pixels = np.asarray(page)
    strip = case_strip("x", *_parts())
    assert pixels.shape == (3 * strip.height, strip.width, 3)
    colours = {tuple(rgb) for rgb in np.unique(pixels.reshape(-1, 3), axis=0)}
    assert {TRUTH_RGB[1], FOUND_RGB[1]} <= colours


def _parts() -> tuple[Volume, np.ndarray, np.ndarray]:
    study, truth = labelled()
    return study.sequences[0].volume, truth.array, np.roll(truth.array, 3, axis=1)


def test_it_can_be_cancelled_before_a_case(tmp_path: Path) -> None:
    with pytest.raises(CancelledError):
        run(tmp_path, lambda: True)


def test_slices_are_spread_over_the_structure() -> None:
    mask = np.zeros((20, 4, 4), bool)
    mask[5:15] = True
    assert chosen_slices(mask, 5) == [6, 8, 10, 12, 14]
    assert chosen_slices(np.zeros((10, 2, 2), bool), 2) == [2, 7]


def test_of_two_cases_the_page_names_the_best_and_the_worst(tmp_path: Path) -> None:
    result, _ = run(tmp_path)
    two = replace(result, structures=result.structures[:6])
    cases = [LabelledCase(f"case-{n}", labelled) for n in range(2)]
    assert [title.partition(":")[0] for title, _ in _told(two, cases)] == ["best", "worst"]


def test_a_folder_that_cannot_be_made_is_told_before_anything_is_measured(tmp_path: Path) -> None:
    (tmp_path / "out").touch()
    with pytest.raises(ParotidError, match="cannot be made"):
        run(tmp_path)


def test_a_false_finding_has_no_dice_to_average() -> None:
    _, truth = labelled()
    found = truth.array.copy()
    found[60:64, 90:94, 8:10] = 2
    tumour = next(row for row in score_structures(found, truth, "a") if row.structure == "tumour")
    assert (tumour.dsc, tumour.volume_ml) == (0.0, 0.0)
    assert tumour.proposed_ml == tumour.volume_error_ml > 0


def test_the_interval_holds_the_mean_and_narrows_with_more_cases() -> None:
    rng = np.random.default_rng(0)
    few, many = (mean_of(rng.normal(0.8, 0.1, n)) for n in (8, 200))
    assert few.low < few.value < few.high
    assert many.high - many.low < few.high - few.low
    # The standard error of 200 normal values: 1.96 * 0.1 / sqrt(200) on either side.
    assert many.high - many.low == pytest.approx(2 * 1.96 * 0.1 / math.sqrt(200), rel=0.2)
    assert mean_of([math.nan, math.inf]).cases == 0


def test_several_scans_of_a_patient_do_not_make_the_interval_narrower() -> None:
    values = np.random.default_rng(2).normal(0.8, 0.1, 12)
    once, often = mean_of(values), mean_of(np.repeat(values, 4), patients=[str(n // 4) for n in range(48)])
    assert (often.value, often.low, often.high) == pytest.approx((once.value, once.low, once.high))
    assert often.cases == 48
    as_if_apart = mean_of(np.repeat(values, 4))
    assert as_if_apart.high - as_if_apart.low < 0.7 * (once.high - once.low)
