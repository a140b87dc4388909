"""The fine-tuning experiment: its cells, stopped and continued, and its report."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from parotid_training.__main__ import main
from parotid_training.errors import CancelledError, ParotidError
from parotid_training.experiments import finetuning as module
from parotid_training.experiments import finetuning_report
from parotid_training.experiments.finetuning import NOTHING, Cell, Plan, Result, Sizes, plan_cells, read_results, run
from parotid_training.experiments.finetuning_report import conclude, tabulate
from parotid_training.labels import Structure
from parotid_training.learn.scores import CaseScore, Scores
from parotid_training.progress import ignore_progress, never
from tests.engine.experiments.toy_clinic import toy_patients, toy_replay, write_base

if TYPE_CHECKING:
    from pathlib import Path

SIZES = Sizes(steps=4, batch=2, rate=1e-3, replay=1, pool=3, judged=1)


@pytest.fixture
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Plan:
    monkeypatch.setattr(module, "find_patients", toy_patients)
    monkeypatch.setattr(module, "phantom_cases", toy_replay)
    cells = plan_cells(["decoder", "full-no-replay"], [2], [1])
    return Plan(None, write_base(tmp_path / "base"), tmp_path / "runs", tmp_path / "cache", cells, SIZES)


def test_every_recipe_can_be_asked_for_and_has_a_colour(capsys: pytest.CaptureFixture[str]) -> None:
    assert len(finetuning_report.LINES) == len({*finetuning_report.LINES}) == len(module.RECIPES)
    with pytest.raises(SystemExit):
        main(["experiment", "finetuning", "--phantoms", "--recipes", "none of them"])
    assert str(list(module.RECIPES))[1:-1].replace("'", "") in capsys.readouterr().err.replace("'", "")


def test_cells_come_budget_by_budget_after_the_base_itself() -> None:
    cells = plan_cells(["decoder", "full"], [1, 5], [1, 2])
    assert cells[0] == NOTHING
    assert cells[1:4] == (Cell("decoder", 1, 1), Cell("full", 1, 1), Cell("decoder", 5, 1))
    assert len({cell.name for cell in cells}) == len(cells) == 9


def test_finished_cells_are_not_run_again_and_a_broken_one_goes_on(plan: Plan, tmp_path: Path) -> None:
    whole = replace(plan, runs=tmp_path / "whole")
    run(whole, tmp_path / "out", ignore_progress, never)
    expected = {result.cell: result for result in read_results(whole.runs)}
    assert len(expected) == 3
    assert [share for share, _ in expected[Cell("decoder", 2, 1)].scores] == [0.5, 1.0]
    text = (tmp_path / "out" / "finetuning.md").read_text("utf-8")
    assert "parotid experiment finetuning --phantoms" in text
    assert "--recipes decoder full-no-replay" in text
    assert (tmp_path / "out" / "finetuning.png").stat().st_size > 10_000
    rows = (tmp_path / "out" / "finetuning.csv").read_text().splitlines()
    assert (
        len(rows) == 1 + (1 + 2 + 2) * 2 * 2
    )  # (base, two cells half-way and all the way), two places, two structures

    learning: list[str] = []

    def stop_in_the_second_cell(fraction: float, words: str) -> None:
        learning.append(words)

    def second() -> bool:
        return any("full-no-replay" in words and "step 2" in words for words in learning)

    with pytest.raises(CancelledError):
        run(plan, tmp_path / "out", stop_in_the_second_cell, second)
    assert {result.cell.name for result in read_results(plan.runs)} == {"nothing-learned", "decoder-2-cases-seed-1"}
    learning.clear()
    run(plan, tmp_path / "out", stop_in_the_second_cell, never)
    steps = [words for words in learning if "step" in words]
    assert [words.rpartition("step ")[2] for words in steps] == ["3 of 4", "4 of 4"]
    assert {result.cell: result for result in read_results(plan.runs)} == expected


def test_other_sizes_are_refused_in_the_same_folder(plan: Plan, tmp_path: Path) -> None:
    plan = replace(plan, cells=(NOTHING,))
    run(plan, tmp_path / "out", ignore_progress, never)
    with pytest.raises(ParotidError, match="begun with other sizes"):
        run(replace(plan, sizes=replace(SIZES, steps=5)), tmp_path / "out", ignore_progress, never)


def test_what_is_gained_there_and_lost_here() -> None:
    def scores(new: float, base: float) -> Scores:
        rows = [("hold-out", new), ("base", base)]
        return Scores("m", tuple(CaseScore(f"p-{s}", s, Structure.GLAND, d, d) for s, d in rows))  # type: ignore[arg-type]

    results: list[Any] = [
        Result(NOTHING, ((1.0, scores(0.4, 0.8)),)),
        Result(Cell("full", 3, 1), ((0.5, scores(0.5, 0.79)), (1.0, scores(0.6, 0.7)))),
        Result(Cell("full", 3, 2), ((0.5, scores(0.5, 0.79)), (1.0, scores(0.7, 0.7)))),
    ]
    (told,) = conclude(results)
    assert told.startswith("3 cases: most gained by `full` at 1 (new +0.250; base -0.100)")
    assert told.endswith("least forgotten by `full` at 0.5 (new +0.100; base -0.010).")
    half, whole = tabulate(results).splitlines()[2:]
    assert half.startswith("| 3 | full | 0.5 | 2 | 0.500 (0.500-0.500) | +0.100 (+0.100 to +0.100) | - | - | -0.010")
    assert whole.startswith("| 3 | full | 1 | 2 | 0.650 (0.600-0.700) | +0.250 (+0.200 to +0.300) | - | - | -0.100")
