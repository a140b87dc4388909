"""The cells of the pretraining experiment: which there are, what each starts from and learns from, what came out."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from parotid_training.errors import ParotidError
from parotid_training.experiments.scoring import CaseScore, StructureScore
from parotid_training.learn.painted import PAINTER
from parotid_training.learn.start import IMAGENET, MODEL, Transfer, model_folder, patients_behind
from parotid_training.model.checkpoint import read_description, write_json
from parotid_training.model.config import NETWORKS, SegmenterConfig

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from parotid_training.experiments.evaluation import Evaluation

Split = Literal["development", "validation"]
Arm = Literal["scratch", "supervised", "paper", "recommended"]
Variant = tuple[Arm, Transfer | Literal[""]]
"""Arm and transfer: a line of the figure."""
ALL = 0
"""As a budget: every labelled training patient."""
ARMS: tuple[Arm, ...] = ("scratch", "supervised", "paper", "recommended")
TRANSFERS: tuple[Transfer, ...] = ("encoder", "encoder+decoder")
BUDGETS, SEEDS = (5, 10, 50, ALL), (1, 2, 3)
RANDOM_WEIGHTS = "random weights"
CELLS, RESULT = "cells", "result.json"


@dataclass(frozen=True)
class Cell:
    """One training of the table.

    Parameters
    ----------
    transfer
        What is taken over from the start; "" from scratch.
    budget
        Number of labelled training patients; `ALL` for all of them.
    """

    arm: Arm
    transfer: Transfer | Literal[""]
    budget: int
    seed: int

    @property
    def variant(self) -> Variant:
        """What the cell is apart from budget and seed."""
        return self.arm, self.transfer

    @property
    def name(self) -> str:
        """Folder of the cell."""
        what = "-".join(part for part in self.variant if part)
        return f"{what}-{self.budget or 'all'}-patients-seed-{self.seed}"


@dataclass(frozen=True)
class Sizes:
    """How much every cell trains; the same for all arms, and recorded beside the cells.

    Parameters
    ----------
    steps, batch, rate
        Of the supervised training.
    pretrain_steps, pretrain_batch, pretrain_rate, precision
        Of contrastive pretraining.
    paintings
        Scans painted of each patient.
    painter
        By which painter (`learn.painted.PAINTER`): cells of several are not mixed.
    """

    steps: int = 300
    batch: int = 8
    rate: float = 8e-4
    pretrain_steps: int = 600
    pretrain_batch: int = 32
    pretrain_rate: float = 5e-4
    precision: Literal["no", "bf16"] = "no"
    paintings: int = 4
    threads: int = 2
    workers: int = 1
    network: SegmenterConfig = NETWORKS["small"]
    painter: int = PAINTER


@dataclass(frozen=True)
class Start:
    """Weights to begin with, named as what they are.

    Parameters
    ----------
    init
        As `parotid_training.learn.start.start_network` takes it.
    words
        What the weights are, in words for the report.
    patients
        Patients they learned from, with or without labels, as far as is recorded.
    """

    init: str
    words: str
    patients: tuple[str, ...] = ()


@dataclass(frozen=True)
class Record:
    """What a cell was made of; written into its folder before it trains.

    Parameters
    ----------
    start
        Words of its `Start`.
    labelled
        Patients whose labels it learned from.
    seen_before
        Patients its start had learned from.
    """

    arm: Arm
    transfer: Transfer | Literal[""]
    budget: int
    seed: int
    start: str
    labelled: tuple[str, ...]
    seen_before: tuple[str, ...]

    @property
    def cell(self) -> Cell:
        """The cell."""
        return Cell(self.arm, self.transfer, self.budget, self.seed)


@dataclass(frozen=True)
class Result:
    """The figures of a finished cell on one split."""

    record: Record
    model_id: str
    cases: tuple[CaseScore, ...]
    structures: tuple[StructureScore, ...]


def plan_cells(
    arms: Iterable[Arm], transfers: Iterable[Transfer], budgets: Iterable[int], seeds: Iterable[int], start: str = ""
) -> tuple[Cell, ...]:
    """Cells of a selection, seed by seed and budget by budget, so that arms can be compared early.

    The arms differ in what can be transferred: paper mode leaves the decoder untouched, ImageNet's weights have none.

    Raises
    ------
    ParotidError
        If the supervised arm is wanted without weights, or nothing is left.
    """
    arms, transfers, budgets = tuple(arms), tuple(transfers), tuple(budgets)
    if "supervised" in arms and not start:
        raise ParotidError(
            "The supervised arm has no weights to start from.",
            "Name them: --start imagenet, --start imagenet:FOLDER or --start RUN, the folder of a supervised run.",
        )
    decoders = {"recommended"} if start.startswith("imagenet") else {"recommended", "supervised"}
    nothing: tuple[Literal[""], ...] = ("",)
    variants: list[Variant] = [
        (arm, transfer)
        for arm in arms
        for transfer in (nothing if arm == "scratch" else transfers)
        if transfer != "encoder+decoder" or arm in decoders
    ]
    cells = tuple(Cell(*variant, budget, seed) for seed in seeds for budget in budgets for variant in variants)
    if not cells:
        raise ParotidError(
            "There is nothing to train: these starts have no decoder to transfer.", "Add --transfer encoder."
        )
    return cells


def choose_labelled(patients: Sequence[Path], budget: int, seed: int) -> tuple[Path, ...]:
    """Patients whose labels a cell may see; those of a smaller budget are among those of a larger one.

    Raises
    ------
    ParotidError
        If there are fewer.
    """
    if budget > len(patients):
        raise ParotidError(
            f"There are only {len(patients)} labelled training patients, not {budget}.", "Choose smaller --budgets."
        )
    order = np.random.default_rng((seed, 11)).permutation(len(patients))
    return tuple(patients[int(n)] for n in order[: budget or len(patients)])


def read_start(where: str) -> Start:
    """Say what weights a flag names: ``scratch``, ``imagenet``, ``imagenet:FOLDER``, a run or a model folder.

    Raises
    ------
    ParotidError
        If the folder holds no model.
    """
    if where in ("", "scratch"):
        return Start("scratch", RANDOM_WEIGHTS)
    if where == "imagenet":
        return Start(where, f"ImageNet weights ({IMAGENET}, from the model hub)")
    if where.startswith("imagenet:"):
        folder = Path(where.partition(":")[2]).resolve()
        return Start(f"imagenet:{folder}", f"weights in ImageNet's format from the folder {folder.name}")
    folder = model_folder(where).resolve()
    description = read_description(folder)
    facts = description.get("facts", {})
    patients = patients_behind(str(folder))
    name = folder.parent.name if folder.name == MODEL else folder.name
    known = f"{len(patients)} of the patients" if patients else "patients of whom it kept no list"
    words = (
        f"the run {name} (model {description['model_id'][:12]}: {facts.get('command', 'unknown command')}, "
        f"{facts.get('data', 'data not recorded')}), which had seen {known}"
    )
    return Start(str(folder), words, patients)


def save_result(folder: Path, record: Record, split: Split, evaluation: Evaluation) -> None:
    """Write a cell's figures atomically: the cell is finished."""
    folder.mkdir(parents=True, exist_ok=True)
    values = {
        "record": asdict(record),
        "split": split,
        "model_id": evaluation.model_id,
        "cases": [_plain(row) for row in evaluation.cases],
        "structures": [_plain(row) for row in evaluation.structures],
    }
    write_json(folder / RESULT, values)


def read_results(runs: Path, split: Split) -> tuple[Result, ...]:
    """Every finished cell below a folder of runs."""
    found = []
    for path in sorted(runs.glob(f"{CELLS}/*/{split}/{RESULT}")):
        values: dict[str, Any] = json.loads(path.read_text("utf-8"))
        record: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in values["record"].items()}
        found.append(
            Result(
                Record(**record),
                values["model_id"],
                tuple(_row(CaseScore, row) for row in values["cases"]),
                tuple(_row(StructureScore, row) for row in values["structures"]),
            )
        )
    return tuple(found)


def _plain(row: Any) -> dict[str, Any]:
    """Return a row as JSON values; JSON knows no infinity, so that and NaN become words."""
    values = asdict(row)
    return {n: str(v) if isinstance(v, float) and not math.isfinite(v) else v for n, v in values.items()}


def _row(kind: Any, values: dict[str, Any]) -> Any:
    floats = {item.name for item in fields(kind) if item.type == "float"}
    return kind(**{name: float(value) if name in floats else value for name, value in values.items()})
