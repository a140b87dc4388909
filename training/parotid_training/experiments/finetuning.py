"""`parotid experiment finetuning`: what is learned from a few corrected cases of a new hospital, and what is forgotten.

Each cell learns from N cases by one recipe and is judged on patients nobody learned from, as the new hospital scans
them and as the base's patients were scanned. Cells are kept in a folder of runs, so that the command goes on where it
was stopped, in the middle of a cell too.
"""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from parotid_training.experiments.finetuning_report import write_report
from parotid_training.experiments.new_hospital import Patient, find_patients, scan_in_both
from parotid_training.experiments.resumable import begin_from, check_extras, titled
from parotid_training.learn.adapt import Adapter, blend
from parotid_training.learn.adapt import Recipe as Steps
from parotid_training.learn.evaluate import score_cases
from parotid_training.learn.job import MILD, REPLAY_SET, FinetuneSettings
from parotid_training.learn.scores import Scores, Source
from parotid_training.learn.synthetic import phantom_cases
from parotid_training.model.checkpoint import load_checkpoint, write_json
from parotid_training.model.networks import FIRST_LAYERS, SwinSegmenter
from parotid_training.model.predict import Segmenter
from parotid_training.model.runtime import tune_process, tune_thread
from parotid_training.progress import Cancelled, Report, part

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from parotid_training.learn.training_case import TrainingCase
    from parotid_training.model.networks import SegmenterConfig

CELLS, RESULT, STATE = "cells", "result.json", "state.safetensors"
BUDGETS = (1, 3, 5, 10, 20)
HALF_WAY = 0.5
_SHIPPED = FinetuneSettings()


@dataclass(frozen=True)
class Recipe:
    """What of the network learns, from where, and whether the base's cases are replayed.

    Parameters
    ----------
    stages
        What of the network learns (`leave_trainable`).
    replay
        Whether half of each batch are synthetic heads.
    starter
        Start from the base; otherwise from random weights.
    """

    stages: int
    replay: bool = True
    starter: bool = True

    @property
    def blends(self) -> tuple[float, ...]:
        """How far to go from the start to what was learned; each is judged. From random weights only all the way."""
        return (HALF_WAY, 1.0) if self.starter else (1.0,)


ALL_STAGES = 4
RECIPES: dict[str, Recipe] = {
    "first-layers": Recipe(FIRST_LAYERS),
    "decoder": Recipe(0),
    "last-stages": Recipe(2),
    "full": Recipe(ALL_STAGES),
    "decoder-no-replay": Recipe(0, replay=False),
    "full-no-replay": Recipe(ALL_STAGES, replay=False),
    "scratch": Recipe(ALL_STAGES, starter=False),
}


@dataclass(frozen=True)
class Sizes:
    """How much every cell learns and is judged on; recorded beside the cells. Defaults as shipped.

    Parameters
    ----------
    steps, batch, rate, replay, recall
        As in `FinetuneSettings`; no random start is recalled.
    pool
        Patients that cases are drawn from.
    judged
        Patients of the development split.
    """

    steps: int = _SHIPPED.steps
    batch: int = _SHIPPED.batch
    rate: float = _SHIPPED.rate
    replay: int = _SHIPPED.replay
    pool: int = 40
    judged: int = 8
    threads: int = 1
    recall: float = _SHIPPED.recall


@dataclass(frozen=True)
class Cell:
    """One learning: by a recipe of `RECIPES`, from so many cases, drawn by a seed."""

    recipe: str
    budget: int
    seed: int

    @property
    def name(self) -> str:
        """Folder of the cell."""
        return f"{self.recipe}-{self.budget}-cases-seed-{self.seed}" if self.budget else "nothing-learned"


NOTHING = Cell("", 0, 0)
"""The base as it is."""


@dataclass(frozen=True)
class Result:
    """The scores of a cell, one a share of the way from the start to what was learned."""

    cell: Cell
    scores: tuple[tuple[float, Scores], ...]


@dataclass(frozen=True)
class Plan:
    """What to run, and on what.

    Parameters
    ----------
    anatomy
        Folder of OpenKBP; None for synthetic heads.
    model
        Folder of the base.
    """

    anatomy: Path | None
    model: Path
    runs: Path
    cache: Path
    cells: tuple[Cell, ...]
    sizes: Sizes


@dataclass(frozen=True)
class _Setting:
    """What all cells share."""

    plan: Plan
    base: SwinSegmenter
    pool: tuple[Patient, ...]
    judged: tuple[tuple[Source, TrainingCase], ...]
    replay: Sequence[TrainingCase]

    def learned(self, cell: Cell) -> list[TrainingCase]:
        """Cases of a cell; those of a smaller budget are among those of a larger one."""
        order = np.random.default_rng((cell.seed, 13)).permutation(len(self.pool))[: cell.budget]
        return [self.pool[int(n)].case("new", self.plan.runs / "cases", self.base.config) for n in order]


def plan_cells(recipes: Iterable[str], budgets: Iterable[int], seeds: Iterable[int]) -> tuple[Cell, ...]:
    """Cells of a selection, after the base as it is; budget by budget, so that recipes can be compared early."""
    recipes, budgets = tuple(recipes), tuple(budgets)
    return (NOTHING, *(Cell(recipe, budget, seed) for seed in seeds for budget in budgets for recipe in recipes))


def run(plan: Plan, out: Path, progress: Report, cancelled: Cancelled) -> str:
    """Run the cells that are not finished, one at a time; after each, write the report into ``out``.

    Returns
    -------
    The report's table.

    Raises
    ------
    ParotidError
        If the folder of runs holds cells of other sizes, or there are too few patients.
    CancelledError
        If cancelled; the broken cell goes on with the next call.
    """
    check_extras("matplotlib")
    tune_process(plan.sizes.threads)
    tune_thread()
    base, model_id = load_checkpoint(plan.model)
    data = begin_from(plan.runs, model_id, plan.anatomy, plan.sizes)
    setting = _set_up(plan, base, part(progress, 0.0, 0.1), cancelled)
    waiting = [cell for cell in plan.cells if not (_folder(plan, cell) / RESULT).is_file()]

    def report() -> str:
        return write_report(out, read_results(plan.runs), plan.sizes, model_id, data)

    for number, cell in enumerate(waiting):
        share = 0.1 + 0.9 * number / len(waiting), 0.1 + 0.9 * (number + 1) / len(waiting)
        told = titled(part(progress, *share), f"{number + 1} of {len(waiting)}, {cell.name}")
        run_cell(setting, cell, told, cancelled)
        report()
    return report()


def run_cell(setting: _Setting, cell: Cell, progress: Report, cancelled: Cancelled) -> None:
    """Learn as a cell does, or go on with it, and keep its scores."""
    folder = _folder(setting.plan, cell)
    folder.mkdir(parents=True, exist_ok=True)
    judging = part(progress, 0.7, 1.0)
    if cell == NOTHING:
        scores = [(1.0, _judge(setting, setting.base, judging, cancelled))]
    else:
        recipe = RECIPES[cell.recipe]
        start = copy.deepcopy(setting.base) if recipe.starter else _random(setting.base.config, cell.seed)
        learned = _learn(setting, cell, copy.deepcopy(start), folder / STATE, part(progress, 0.0, 0.7), cancelled)
        scores = []
        for share in recipe.blends:
            mixed = copy.deepcopy(learned)
            blend(mixed, start, share)
            scores.append((share, _judge(setting, mixed, judging, cancelled)))
    values = {"cell": [cell.recipe, cell.budget, cell.seed], "scores": [[s, found.to_json()] for s, found in scores]}
    write_json(folder / RESULT, values)
    (folder / STATE).unlink(missing_ok=True)


def read_results(runs: Path) -> tuple[Result, ...]:
    """Every finished cell below a folder of runs."""
    found = []
    for path in sorted(runs.glob(f"{CELLS}/*/{RESULT}")):
        values: dict[str, Any] = json.loads(path.read_text("utf-8"))
        recipe, budget, seed = values["cell"]
        scores = tuple((float(share), Scores.from_json(rows)) for share, rows in values["scores"])
        found.append(Result(Cell(recipe, budget, seed), scores))
    return tuple(found)


def _set_up(plan: Plan, base: SwinSegmenter, progress: Report, cancelled: Cancelled) -> _Setting:
    sizes, kept = plan.sizes, plan.runs / "cases"
    pool, judged = find_patients(plan.anatomy, plan.cache, sizes.pool, sizes.judged, part(progress, 0, 0.5), cancelled)
    replay = phantom_cases(REPLAY_SET[: sizes.replay], base.config, kept, 1, part(progress, 0.5, 1.0), cancelled)
    return _Setting(plan, base, pool, scan_in_both(judged, kept, base.config), replay)


def _learn(
    setting: _Setting, cell: Cell, start: SwinSegmenter, state: Path, progress: Report, cancelled: Cancelled
) -> SwinSegmenter:
    """Return the averaged weights at the end of a cell's steps."""
    recipe, sizes = RECIPES[cell.recipe], setting.plan.sizes
    recall = sizes.recall if recipe.starter else 0.0
    steps = Steps(sizes.steps, sizes.batch, sizes.rate, recipe.stages, cell.seed, MILD, recall)
    adapter = Adapter(start, setting.learned(cell), setting.replay if recipe.replay else (), steps)
    adapter.resume(state, cell.name)
    for step in adapter.steps(state, cell.name, cancelled):
        progress(step.number / sizes.steps, f"step {step.number} of {sizes.steps}")
    return adapter.average


def _judge(setting: _Setting, model: SwinSegmenter, progress: Report, cancelled: Cancelled) -> Scores:
    progress(0.0, "judging")
    return score_cases(Segmenter(model, ""), setting.judged, cancelled)


def _random(config: SegmenterConfig, seed: int) -> SwinSegmenter:
    import torch

    torch.manual_seed(seed)
    return SwinSegmenter(config)


def _folder(plan: Plan, cell: Cell) -> Path:
    return plan.runs / CELLS / cell.name
