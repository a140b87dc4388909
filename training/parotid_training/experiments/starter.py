"""How good the shipped starter is on phantoms it has never seen: docs/results/starter.md.

The phantoms come from report seeds that neither trained nor chose anything. Every study goes the whole way of a
proposal, and is scored on its native grid.
"""

from __future__ import annotations

import csv
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from parotid_training.anatomy.phantom import make_phantom
from parotid_training.labels import FOREGROUND, Structure
from parotid_training.learn.train import REPORT_SEED
from parotid_training.model.metrics import dice, hd95_mm, surface_dice
from parotid_training.model.predict import Segmenter
from parotid_training.model.runtime import tune_process
from parotid_training.progress import Cancelled, Report, check
from parotid_training.study import FED_ROLES, Role, Study

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from parotid_training.volume import LabelMap

SUBSETS: dict[str, tuple[Role, ...]] = {
    "all four": FED_ROLES,
    "without T1w+Gd": (Role.T1W, Role.T2W, Role.STIR),
    "without T1w": (Role.T2W, Role.STIR, Role.T1W_GD),
    "without T2w": (Role.T1W, Role.STIR, Role.T1W_GD),
    "without STIR": (Role.T1W, Role.T2W, Role.T1W_GD),
    "T1w alone": (Role.T1W,),
    "T2w alone": (Role.T2W,),
    "STIR alone": (Role.STIR,),
}


@dataclass(frozen=True)
class Row:
    """One structure of one phantom, proposed from one subset of its sequences."""

    seed: int
    subset: str
    structure: str
    dsc: float
    surface_dice_2mm: float
    hd95_mm: float
    volume_ml: float
    proposed_ml: float
    seconds: float


def run(model: Path, out: Path, count: int, progress: Report, cancelled: Cancelled) -> str:
    """Score a model and write ``starter.csv`` and ``starter.md`` into ``out``; returns the table."""
    tune_process()
    segmenter = Segmenter.load(model)
    rows: list[Row] = []
    for number in range(count):
        seed = REPORT_SEED + number
        phantom = make_phantom(seed)
        for done, (name, roles) in enumerate(SUBSETS.items()):
            check(cancelled)
            progress((number + done / len(SUBSETS)) / count, f"Phantom {number + 1} of {count}")
            study = only(phantom.study, roles)
            rows += score(segmenter, study, phantom.label_map, seed, name)
    out.mkdir(parents=True, exist_ok=True)
    with (out / "starter.csv").open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(Row.__dataclass_fields__)
        writer.writerows([getattr(row, name) for name in Row.__dataclass_fields__] for row in rows)
    table = tabulate(rows)
    (out / "starter.md").write_text(TEXT.format(model=segmenter.model_id[:12], count=count, table=table), "utf-8")
    return table


def only(study: Study, roles: Iterable[Role]) -> Study:
    """Leave out the sequences of other roles; the reference stays, its role hidden if it is not among them.

    The mask must stay on the same grid, so that subsets are compared voxel by voxel.
    """
    kept = []
    for n, sequence in enumerate(study.sequences):
        if sequence.role in roles:
            kept.append(sequence)
        elif n == study.reference:
            kept.append(replace(sequence, role=Role.OTHER))
    return Study(tuple(kept), kept.index(next(s for s in kept if s.volume.grid is study.grid)))


def score(segmenter: Segmenter, study: Study, truth: LabelMap, seed: int, subset: str) -> list[Row]:
    """Propose and compare, per structure and for the gland with the tumour inside it."""
    start = time.perf_counter()
    found = segmenter.propose(study).label_map.array
    seconds = time.perf_counter() - start
    pairs = [(s.name.lower(), found == s, truth.array == s) for s in FOREGROUND]
    pairs.append(("gland with tumour", found >= Structure.GLAND, truth.array >= Structure.GLAND))
    ml, spacing = truth.grid.voxel_ml, truth.grid.spacing
    return [
        Row(
            seed,
            subset,
            name,
            dice(mine, true),
            surface_dice(mine, true, spacing),
            hd95_mm(mine, true, spacing),
            float(true.sum() * ml),
            float(mine.sum() * ml),
            seconds,
        )
        for name, mine, true in pairs
    ]


def tabulate(rows: list[Row]) -> str:
    """Markdown table: means over phantoms that have the structure; tumour detection beside it."""
    columns = (
        "sequences",
        "gland DSC",
        "gland surface Dice 2 mm",
        "gland HD95 mm",
        "gland with tumour DSC",
        "tumour DSC",
        "tumours found",
        "false tumours",
    )
    lines = [f"| {' | '.join(columns)} |", "|---" * len(columns) + "|"]
    for subset in SUBSETS:
        mine = [row for row in rows if row.subset == subset]
        gland = [row for row in mine if row.structure == "gland" and row.volume_ml > 0]
        whole = [row for row in mine if row.structure == "gland with tumour" and row.volume_ml > 0]
        tumour = [row for row in mine if row.structure == "tumour" and row.volume_ml > 0]
        healthy = [row for row in mine if row.structure == "tumour" and row.volume_ml == 0]
        lines.append(
            f"| {subset} | {_mean(row.dsc for row in gland)} | {_mean(row.surface_dice_2mm for row in gland)} "
            f"| {_mean((row.hd95_mm for row in gland), 1)} | {_mean(row.dsc for row in whole)} "
            f"| {_mean(row.dsc for row in tumour)} | {sum(row.dsc > 0.1 for row in tumour)} of {len(tumour)} "
            f"| {sum(row.proposed_ml > 0 for row in healthy)} of {len(healthy)} |"
        )
    return "\n".join(lines)


def _mean(values: Iterable[float], digits: int = 3) -> str:
    listed = list(values)
    finite = [value for value in listed if np.isfinite(value)]
    infinite = len(listed) - len(finite)
    if not finite:
        return "-"
    return f"{np.mean(finite):.{digits}f}" + (f" ({infinite} missed)" if infinite else "")


TEXT = """# The starter on synthetic heads

Model `{model}`; {count} phantoms from report seeds (never trained on, never chosen by), 0.5 x 0.5 x 4 mm, scored on
the native grid after the whole way of a proposal. Means over the phantoms that have the structure. Made by

    parotid experiment starter --out docs/results --count {count}

{table}

**What this says and what it does not.** The figures are on synthetic heads of the kind the starter was trained on. No
MR with parotid labels was at hand, so nothing here is an accuracy on patients; on real scans the starter is a rough
first draft, as MODEL_CARD.md describes. They are not comparable with published ones.
"""
