"""How good the shipped starter is on phantoms it has never seen: docs/results/starter.md.

The phantoms come from report seeds that neither trained nor chose anything. Every study goes the whole way of a
proposal, and is scored on its native grid.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from parotid_training.anatomy.phantom import make_phantom
from parotid_training.experiments.scoring import WHOLE, StructureScore, score_study, write_rows
from parotid_training.learn.train import REPORT_SEED
from parotid_training.model.predict import Segmenter
from parotid_training.model.runtime import tune_process
from parotid_training.progress import Cancelled, Report, check
from parotid_training.study import FED_ROLES, Role, Study

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

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


def run(model: Path, out: Path, count: int, progress: Report, cancelled: Cancelled) -> str:
    """Score a model and write ``starter.csv`` and ``starter.md`` into ``out``; returns the table."""
    tune_process()
    segmenter = Segmenter.load(model)
    rows: list[StructureScore] = []
    for number in range(count):
        seed = REPORT_SEED + number
        phantom = make_phantom(seed)
        for done, (name, roles) in enumerate(SUBSETS.items()):
            check(cancelled)
            progress((number + done / len(SUBSETS)) / count, f"Phantom {number + 1} of {count}")
            study = only(phantom.study, roles)
            rows += score_study(segmenter, study, phantom.label_map, f"phantom-{seed}", name)[2]
    out.mkdir(parents=True, exist_ok=True)
    write_rows(out / "starter.csv", rows)
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


def tabulate(rows: list[StructureScore]) -> str:
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
        mine = [row for row in rows if row.group == subset]
        gland = [row for row in mine if row.structure == "gland" and row.volume_ml > 0]
        whole = [row for row in mine if row.structure == WHOLE and row.volume_ml > 0]
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

**What this says and what it does not.** The figures are on synthetic heads; a quarter of what the starter learned
from was of that kind. On patients of labelled CT painted as MR: painted.md. No MR with parotid labels was at hand, so
nothing here is an accuracy on patients; real-scans.md says what was seen on real scans. The figures are not comparable
with published ones.
"""
