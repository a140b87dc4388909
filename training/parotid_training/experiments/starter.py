"""What the shipped starter makes of each selection of sequences: docs/results/starter.md and missing.md.

On phantoms from report seeds, which neither trained nor chose anything, and on patients painted as MR. Every study
goes the whole way of a proposal, and is scored on its native grid.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from parotid_training.experiments.scoring import WHOLE, StructureScore, score_study, write_rows
from parotid_training.model.predict import Segmenter
from parotid_training.model.runtime import tune_process
from parotid_training.progress import Cancelled, Report, check
from parotid_training.study import FED_ROLES, Role, Study

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from parotid_training.experiments.labelled_cases import LabelledCase

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


def run(
    model: Path, cases: Sequence[LabelledCase], out: Path, painted: bool, progress: Report, cancelled: Cancelled
) -> str:
    """Score a model on every selection of sequences, write it into ``out`` and return the table.

    Parameters
    ----------
    painted
        Whether the cases are patients painted as MR (``missing.md``) or phantoms (``starter.md``); a ``.csv`` beside.
    """
    tune_process()
    segmenter = Segmenter.load(model)
    rows: list[StructureScore] = []
    for number, case in enumerate(cases):
        study, truth = case.load()
        for done, (name, roles) in enumerate(SUBSETS.items()):
            check(cancelled)
            progress((number + done / len(SUBSETS)) / len(cases), f"Case {number + 1} of {len(cases)}")
            rows += score_study(segmenter, only(study, roles), truth, case.name, name)[2]
    out.mkdir(parents=True, exist_ok=True)
    name, text = ("missing", MISSING) if painted else ("starter", STARTER)
    write_rows(out / f"{name}.csv", rows)
    table = tabulate(rows)
    each = len(cases) // max(1, len({case.patient for case in cases}))
    paintings = f" --paintings {each}" if painted and each > 1 else ""
    told = text.format(model=segmenter.model_id[:12], count=len(cases), table=table, paintings=paintings)
    (out / f"{name}.md").write_text(told, "utf-8")
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
    """Markdown table: means over the cases that have the structure; tumour detection beside it."""
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


STARTER = """# The starter on synthetic heads

Model `{model}`; {count} phantoms from report seeds (never trained on, never chosen by), 0.5 x 0.5 x 4 mm, scored on
the native grid after the whole way of a proposal. Means over the phantoms that have the structure. Made by

    parotid experiment starter --out docs/results --count {count}

{table}

**What this says and what it does not.** The figures are on synthetic heads; a tenth to a quarter of what the starter
learned from was of that kind. On patients of labelled CT painted as MR: painted.md and missing.md. No MR with parotid
labels was at hand, so nothing here is an accuracy on patients; real-scans.md says what was seen on real scans. The
figures are not comparable with published ones.
"""

MISSING = """# What a missing sequence costs

Model `{model}`; {count} scans of OpenKBP patients of the development split painted as MR (never learned from), each
proposed from every selection of its sequences and scored on the native grid. Means over the scans that have the
structure. Made by

    parotid experiment starter --anatomy OPENKBP{paintings} --out docs/results

{table}

**What this says and what it does not.** The images are painted from planning CT, so every sequence shows the same
anatomy exactly, without motion between them; on patients' MR one more sequence may help more, or less.
"""
