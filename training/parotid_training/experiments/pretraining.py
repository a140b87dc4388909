"""`parotid experiment pretraining`: whether pretraining helps the segmenter when few patients are labelled.

Each cell trains the same segmenter for the same steps on N labelled patients painted as MR; cells differ in where the
network starts. Contrastive pretraining is done once for each mode and seed, on all training patients without labels.
Everything is kept in a folder of runs, so that the command goes on where it was stopped.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from parotid_training.experiments.evaluation import score_all
from parotid_training.experiments.labelled_cases import LabelledCase, keep_apart, painted_cases
from parotid_training.experiments.painted_pool import Pool
from parotid_training.experiments.pretraining_cells import (
    CELLS,
    RESULT,
    Record,
    Start,
    choose_labelled,
    read_results,
    read_start,
    save_result,
)
from parotid_training.experiments.pretraining_report import write_report
from parotid_training.experiments.resumable import begin, check_extras, titled
from parotid_training.learn.painted import split_patients, usable_patients
from parotid_training.learn.pretrain import PretrainSettings, pretrain
from parotid_training.learn.start import MODEL, check_transfer
from parotid_training.learn.stream import UNLABELLED_PAINTED
from parotid_training.learn.train import TrainSettings, train_on
from parotid_training.model.checkpoint import DESCRIPTION
from parotid_training.model.predict import Segmenter
from parotid_training.model.runtime import tune_process, tune_thread
from parotid_training.progress import Cancelled, Report, part

if TYPE_CHECKING:
    from pathlib import Path

    from parotid_training.experiments.pretraining_cells import Cell, Sizes, Split

FOREVER = 1e7
"""Minutes: a cell must not end early, whatever the machine."""
PRETRAINED, TRAINING = "pretrained", "training"


@dataclass(frozen=True)
class Plan:
    """What to run, and on what.

    Parameters
    ----------
    anatomy
        Folder of OpenKBP.
    runs, cache
        Where cells are kept, and what was painted.
    split
        Patients to evaluate on. ``validation`` is for the report alone.
    start
        Weights of the supervised arm; see `read_start`.
    pretrain_init
        Where contrastive pretraining starts.
    """

    anatomy: Path
    runs: Path
    cache: Path
    cells: tuple[Cell, ...]
    sizes: Sizes
    split: Split = "development"
    start: str = ""
    pretrain_init: str = "scratch"


@dataclass(frozen=True)
class Setting:
    """What all cells share: who may be learned from, who is judged, and the paintings."""

    plan: Plan
    patients: tuple[Path, ...]
    judged: tuple[LabelledCase, ...]
    pool: Pool


def run(plan: Plan, out: Path, progress: Report, cancelled: Cancelled) -> str:
    """Run the cells that are not finished, one at a time; after each, write the report into ``out``.

    Returns
    -------
    The report's tables.

    Raises
    ------
    ParotidError
        If the folder of runs holds cells of other sizes, or something needed is not there.
    CancelledError
        If cancelled; finished cells stay, the broken one goes on with the next call.
    """
    check_extras("accelerate", "matplotlib")
    for cell in plan.cells:
        check_transfer(cell.transfer, plan.sizes.network)
    tune_process(plan.sizes.threads)
    tune_thread()
    plan = replace(plan, runs=plan.runs.resolve())
    begin(plan.runs, plan.sizes)
    setting = _set_up(plan, part(progress, 0.0, 0.02), cancelled)

    def report() -> str:
        """Write what is finished, of this call and of earlier ones."""
        return write_report(out, read_results(plan.runs, plan.split), plan.sizes, plan.split)

    waiting = [cell for cell in plan.cells if not (_folder(plan, cell) / plan.split / RESULT).is_file()]
    for number, cell in enumerate(waiting):
        share = 0.02 + 0.98 * number / len(waiting), 0.02 + 0.98 * (number + 1) / len(waiting)
        told = titled(part(progress, *share), f"{number + 1} of {len(waiting)}, {cell.name}")
        run_cell(setting, cell, told, cancelled)
        report()
    return report()


def run_cell(setting: Setting, cell: Cell, progress: Report, cancelled: Cancelled) -> None:
    """Train a cell, or continue it, and keep its figures."""
    plan, sizes = setting.plan, setting.plan.sizes
    folder = _folder(plan, cell)
    labelled = choose_labelled(setting.patients, cell.budget, cell.seed)
    start = _start(setting, cell)
    record = Record(
        cell.arm, cell.transfer, cell.budget, cell.seed, start.words, tuple(p.stem for p in labelled), start.patients
    )
    keep_apart((*record.labelled, *record.seen_before), setting.judged)
    begin(folder, record)
    if not (folder / TRAINING / MODEL / DESCRIPTION).is_file():
        if cell.arm in ("paper", "recommended"):
            _pretrain(setting, cell, part(progress, 0.0, 0.5), cancelled)
        source = setting.pool.cases(labelled, labelled=True, progress=part(progress, 0.5, 0.55), cancelled=cancelled)
        settings = TrainSettings(
            phantoms=0, development=0, steps=sizes.steps, batch=sizes.batch, rate=sizes.rate, seed=cell.seed,
            minutes=FOREVER, evaluate_every=100, threads=sizes.threads, init=start.init, transfer=cell.transfer,
            network=sizes.network, tissues=0.0,
        )  # fmt: skip
        data = f"{len(labelled)} OpenKBP patients painted as MR, {sizes.paintings} paintings of each"
        train_on(folder / TRAINING, settings, source, data, record.labelled, part(progress, 0.55, 0.85), cancelled)
    segmenter = Segmenter.load(folder / TRAINING / MODEL)
    evaluation = score_all(segmenter, setting.judged, plan.split, part(progress, 0.85, 1.0), cancelled)
    save_result(folder / plan.split, record, plan.split, evaluation)


def _set_up(plan: Plan, progress: Report, cancelled: Cancelled) -> Setting:
    training, _ = split_patients(plan.anatomy)
    patients = usable_patients(training, plan.cache / "ct", part(progress, 0.0, 0.8), cancelled)
    judged = painted_cases(plan.anatomy, plan.split, plan.cache, part(progress, 0.8, 1.0), cancelled)
    # Painting a study takes longer than proposing a mask for it, and every cell is judged on the same ones.
    held = tuple(LabelledCase(case.name, functools.cache(case.load)) for case in judged)
    pool = Pool(plan.cache, plan.sizes.network, plan.sizes.paintings, plan.sizes.workers)
    return Setting(plan, patients, held, pool)


def _start(setting: Setting, cell: Cell) -> Start:
    """Where a cell's network starts. Contrastive weights need not be there yet."""
    if cell.arm == "scratch":
        return read_start("scratch")
    if cell.arm == "supervised":
        return read_start(setting.plan.start)
    before = read_start(setting.plan.pretrain_init)
    pool = tuple(path.stem for path in setting.patients)
    words = f"contrastive pretraining ({cell.arm} mode) on {len(pool)} unlabelled patients, begun from {before.words}"
    everyone = tuple(dict.fromkeys((*pool, *before.patients)))
    return Start(str(_pretraining_folder(setting.plan, cell) / MODEL), words, everyone)


def _pretrain(setting: Setting, cell: Cell, progress: Report, cancelled: Cancelled) -> None:
    """Pretrain as a cell needs it, unless another cell of its mode and seed had it done."""
    plan, sizes = setting.plan, setting.plan.sizes
    folder = _pretraining_folder(plan, cell)
    settings = PretrainSettings(
        mode="paper" if cell.arm == "paper" else "recommended",
        init=read_start(plan.pretrain_init).init,
        steps=sizes.pretrain_steps,
        batch=sizes.pretrain_batch,
        rate=sizes.pretrain_rate,
        warm_up=max(1, sizes.pretrain_steps // 6),
        seed=cell.seed,
        precision=sizes.precision,
        minutes=FOREVER,
        threads=sizes.threads,
        network=sizes.network,
        data=UNLABELLED_PAINTED,
    )
    begin(folder, settings)
    if (folder / MODEL / DESCRIPTION).is_file():
        return
    source = setting.pool.cases(
        setting.patients, labelled=False, progress=part(progress, 0.0, 0.4), cancelled=cancelled
    )
    names = tuple(path.stem for path in setting.patients)
    pretrain(folder, settings, source, part(progress, 0.4, 1.0), cancelled, names)


def _folder(plan: Plan, cell: Cell) -> Path:
    return plan.runs / CELLS / cell.name


def _pretraining_folder(plan: Plan, cell: Cell) -> Path:
    return plan.runs / PRETRAINED / f"{cell.arm}-seed-{cell.seed}"
