"""Tables, intervals and text from made-up cells whose figures are known."""

from __future__ import annotations

import csv
import math
import shlex
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image
from scipy import stats

from parotid_training.__main__ import _parser
from parotid_training.experiments.pretraining_cells import ALL, Record, Result, Sizes
from parotid_training.experiments.pretraining_report import command, missing, write_report
from parotid_training.experiments.pretraining_tables import gain, tabulate, tabulate_published, values
from parotid_training.experiments.scoring import CaseScore, StructureScore
from parotid_training.model.config import NETWORKS

if TYPE_CHECKING:
    from pathlib import Path

RANDOM = "contrastive pretraining (recommended mode) on 144 unlabelled patients, begun from random weights"


def result(arm: str, budget: int, seed: int, dsc: list[float], start: str = "random weights") -> Result:
    """A cell that reached these gland DSC on its patients; the second of them has no tumour."""
    labelled = tuple(f"train-pats_pt_{n}" for n in range(budget or 144))
    transfer = "" if arm == "scratch" else "encoder"
    record = Record(arm, transfer, budget, seed, start, labelled, ())  # type: ignore[arg-type]
    cases, rows = [], []
    for number, value in enumerate(dsc):
        name = f"patient-{number}"
        tumour_ml = 0.0 if number == 1 else 4.0
        cases.append(CaseScore(name, "", value - 0.1, 0.99, value - 0.2, 3.0, value, 1.0))
        distance = 5.0 if value else math.inf
        rows.append(StructureScore(name, "", "gland", value, value, distance, 30.0, 30.0 * value, 0.0))
        rows.append(StructureScore(name, "", "tumour", value / 2, value, 8.0, tumour_ml, 2.0, 0.0))
    return Result(record, "model", tuple(cases), tuple(rows))


def some() -> list[Result]:
    return [
        result("scratch", 5, 1, [0.5, 0.6, 0.7]),
        result("scratch", 5, 2, [0.5, 0.6, 0.7]),
        result("recommended", 5, 1, [0.6, 0.8, 0.7], RANDOM),
        result("recommended", 50, 1, [0.9, 0.9, 0.0], RANDOM),
        result("scratch", ALL, 1, [0.9, 0.9, 0.9]),
    ]


def row(table: str, start: str) -> list[str]:
    (line,) = (line for line in table.splitlines() if line.startswith(start))
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_the_paired_bootstrap_is_that_of_scipy() -> None:
    rng = np.random.default_rng(4)
    pairs = [(1, f"patient-{n}") for n in range(48)]
    theirs = dict(zip(pairs, rng.uniform(0.3, 0.9, len(pairs)), strict=True))
    mine = {pair: value + rng.normal(0.03, 0.05) for pair, value in theirs.items()}
    differences = np.array([mine[pair] - theirs[pair] for pair in pairs])
    reference = stats.bootstrap((differences,), np.mean, method="percentile", n_resamples=20_000, rng=rng)
    found = gain(mine, dict(reversed(theirs.items())))
    assert found.value == pytest.approx(differences.mean())
    width = reference.confidence_interval.high - reference.confidence_interval.low
    assert found.low == pytest.approx(reference.confidence_interval.low, abs=0.06 * width)
    assert found.high == pytest.approx(reference.confidence_interval.high, abs=0.06 * width)
    # Paired: far narrower than if the patients' own differences in difficulty had entered.
    assert width < 0.2 * (1.96 * 2 * np.sqrt(2) * np.std(list(theirs.values())) / np.sqrt(len(pairs))) * 2


def test_a_seed_is_one_draw_however_many_patients_judge_it() -> None:
    theirs = {(seed, f"patient-{n}"): 0.5 for seed in (1, 2, 3) for n in range(40)}
    mine = {pair: value + {1: 0.0, 2: 0.1, 3: 0.2}[pair[0]] for pair, value in theirs.items()}
    found = gain(mine, theirs)
    assert (found.value, found.cases) == (pytest.approx(0.1), 120)
    assert (found.low, found.high) == (pytest.approx(0.0), pytest.approx(0.2))
    one = gain({pair: value for pair, value in mine.items() if pair[0] == 2}, theirs)
    assert (one.low, one.high) == (pytest.approx(0.1), pytest.approx(0.1))


def test_a_gain_worked_out_by_hand() -> None:
    mine = {(1, "a"): 0.6, (1, "b"): 0.9, (2, "a"): 0.1}
    theirs = {(1, "a"): 0.5, (1, "b"): 0.6, (3, "a"): 0.0}
    found = gain(mine, theirs)
    # Pairs of both: +0.1 and +0.3; of two values a bootstrap draws both alike every fourth time, on either side.
    assert (found.cases, found.value) == (2, pytest.approx(0.2))
    assert (found.low, found.high) == (pytest.approx(0.1), pytest.approx(0.3))
    assert gain(mine, {}).cases == 0


def test_the_table_compares_like_with_like() -> None:
    table = tabulate(some())
    lines = table.splitlines()[2:]
    assert [line.split(" | ")[0].strip("| ") for line in lines] == ["5", "5", "50", "144"]
    recommended = row(table, "| 5 | contrastive (recommended), encoder |")
    assert recommended[2] == "1"
    assert recommended[3].startswith("0.700 ")
    # Seed 2 of scratch has no partner; the pairs of seed 1 are +0.1, +0.2 and 0.
    assert recommended[4].startswith("+0.100 (+0.000 to +0.200")
    # The tumour of the second patient is not there to be found: left out of the mean, and a false one.
    assert recommended[5].startswith("0.325 ")
    assert recommended[-2:] == ["0 of 2", "1 of 1"]
    assert row(table, "| 5 | scratch |")[2:5] == ["1, 2", "0.600 (0.500-0.700)", ""]
    # Nothing to compare with at 50 patients; one gland of three was missed, its distance is left out.
    fifty = row(table, "| 50 |")
    assert fifty[4] == "-"
    assert fifty[8] == "5.0 (5.0-5.0)"
    assert fifty[9] == "1 of 3"


def test_the_published_figures_stand_in_a_table_of_their_own() -> None:
    found = row(tabulate_published(some()), "| 5 | contrastive (recommended), encoder |")
    assert [cell.split()[0] for cell in found[2:]] == ["0.600", "+0.100", "0.500", "0.990", "3.000", "0.700"]


def test_values_are_of_those_who_have_the_structure() -> None:
    assert values([some()[0]], "tumour", "dsc") == {(1, "patient-0"): 0.25, (1, "patient-2"): 0.35}


def test_a_report_of_some_cells_says_what_it_is_and_what_is_missing(tmp_path: Path) -> None:
    table = write_report(tmp_path / "out", some(), Sizes(), "development")
    text = (tmp_path / "out" / "pretraining.md").read_text()
    assert all(part in text for part in table.split("\n\n"))
    assert f"- contrastive (recommended), encoder: {RANDOM}." in text
    assert "No ImageNet weights were used anywhere" in text
    assert "3 `train-*` patients kept apart" in text
    assert "- scratch: 5 patients (seed 3), 10 patients, 50 patients, all patients (seed 2, 3)" in text
    assert "- contrastive (paper mode), encoder: 5 patients, 10 patients, 50 patients, all patients\n" in text
    with Image.open(tmp_path / "out" / "pretraining.png") as picture:
        assert picture.width > 900
    with (tmp_path / "out" / "pretraining.csv").open() as stream:
        lines = list(csv.DictReader(stream))
    assert len(lines) == 15
    (line,) = (
        one for one in lines if (one["arm"], one["labelled"], one["patient"]) == ("recommended", "50", "patient-2")
    )
    assert (line["gland_dsc"], line["gland_hd95_mm"], line["published_mpa"]) == ("0.0", "inf", "0.99")


def test_other_starts_and_the_validation_split_are_named(tmp_path: Path) -> None:
    start = "ImageNet weights (microsoft/swin-tiny-patch4-window7-224, from the model hub)"
    write_report(tmp_path, [*some(), result("supervised", 5, 1, [0.7], start)], Sizes(), "validation")
    text = (tmp_path / "pretraining.md").read_text()
    assert f"- supervised start, encoder: {start}." in text
    assert "No ImageNet weights" not in text
    assert "3 `validation-*` patients, opened for this report only" in text


def test_without_a_cell_an_old_report_stays(tmp_path: Path) -> None:
    (tmp_path / "pretraining.md").write_text("old")
    assert write_report(tmp_path, [], Sizes(), "development") == "No cell is finished yet."
    assert (tmp_path / "pretraining.md").read_text() == "old"


def test_nothing_is_missing_from_the_whole_design() -> None:
    every = [result("scratch", budget, seed, [0.5]) for budget in (5, 10, 50, ALL) for seed in (1, 2, 3)]
    assert not any(line.startswith("scratch:") for line in missing(every))


def test_the_command_in_the_report_asks_for_the_same_cells() -> None:
    sizes = Sizes(steps=40, pretrain_rate=1e-3, network=NETWORKS["tiny"])
    spoken = command(some(), sizes, "validation")
    options = _parser().parse_args(shlex.split(spoken.replace("\\\n", " "))[1:])
    assert (options.arms, options.transfer) == (["scratch", "recommended"], ["encoder"])
    assert (options.budgets, options.seeds) == ([5, 50, ALL], [1, 2])
    assert (options.steps, options.pretrain_rate, options.network) == (40, 1e-3, "tiny")
    assert (options.batch, options.report) == (None, "validation")
    assert "--start" not in spoken
    begun = result("paper", 5, 1, [0.5], "contrastive pretraining (paper mode) ..., begun from ImageNet weights")
    started = command([begun, result("supervised", 5, 1, [0.5])], Sizes(), "development")
    assert "--pretrain-init WEIGHTS" in started
    assert "--start WEIGHTS" in started


def test_budgets_are_numbers_of_patients_or_all(capsys: pytest.CaptureFixture[str]) -> None:
    plain = ["experiment", "pretraining", "--anatomy", "x"]
    assert _parser().parse_args(plain).report == "development"
    assert _parser().parse_args([*plain, "--budgets", "5", "all"]).budgets == [5, ALL]
    for wrong in ("0", "-3", "some"):
        with pytest.raises(SystemExit):
            _parser().parse_args([*plain, "--budgets", wrong])
    assert "'some' is neither a number of patients nor all" in capsys.readouterr().err
    assert _parser().parse_args(["experiment", "starter", "--out", "x"]).count == 20
