"""`parotid evaluate`: a model version against labelled cases; table, rows, summary and a page of pictures."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from parotid_training.errors import ParotidError
from parotid_training.experiments.pictures import case_strip, save_page
from parotid_training.experiments.scoring import (
    WHOLE,
    CaseScore,
    Mean,
    StructureScore,
    mean_of,
    score_study,
    write_rows,
)
from parotid_training.model.checkpoint import write_json
from parotid_training.progress import Cancelled, Report, check, part

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from PIL.Image import Image

    from parotid_training.experiments.labelled_cases import LabelledCase
    from parotid_training.model.predict import Segmenter

MEASURES = ("dsc", "surface_dice_2mm", "hd95_mm", "volume_error_ml")


@dataclass(frozen=True)
class Evaluation:
    """All figures of one model on one set of cases."""

    model_id: str
    data: str
    cases: tuple[CaseScore, ...]
    structures: tuple[StructureScore, ...]


def evaluate(
    segmenter: Segmenter, cases: Sequence[LabelledCase], data: str, out: Path, progress: Report, cancelled: Cancelled
) -> Evaluation:
    """Propose every case, compare, and write the figures.

    Into ``out`` go ``cases.csv`` and ``structures.csv`` (every figure), ``summary.json`` and ``summary.md`` (means with
    intervals), and ``cases.png`` (best, median and worst case).
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ParotidError(
            "The folder for the figures cannot be made.", "Choose another one with --out, one that may be written to."
        ) from error
    result = score_all(segmenter, cases, data, part(progress, 0.0, 0.9), cancelled, out)
    write_json(out / "summary.json", summary(result))
    (out / "summary.md").write_text(tabulate(result), "utf-8")
    strips = [_picture(segmenter, *chosen, part(progress, 0.9, 1.0)) for chosen in _told(result, cases)]
    if strips:
        save_page(out / "cases.png", strips)
    return result


def score_all(
    segmenter: Segmenter,
    cases: Sequence[LabelledCase],
    data: str,
    progress: Report,
    cancelled: Cancelled,
    out: Path | None = None,
) -> Evaluation:
    """Propose every case and compare; with ``out``, the rows are written there as they come."""
    whole: list[CaseScore] = []
    structures: list[StructureScore] = []
    for number, case in enumerate(cases):
        check(cancelled)
        progress(number / len(cases), f"Case {number + 1} of {len(cases)}")
        study, truth = case.load()
        _, of_case, of_structures = score_study(segmenter, study, truth, case.name, case.patient)
        whole.append(of_case)
        structures += of_structures
        if out is not None:  # an evaluation that is stopped leaves what it has
            write_rows(out / "cases.csv", whole)
            write_rows(out / "structures.csv", structures)
    return Evaluation(segmenter.model_id, data, tuple(whole), tuple(structures))


def summary(result: Evaluation) -> dict[str, Any]:
    """Means with intervals, per structure and over the cases, as JSON values."""
    structures: dict[str, Any] = {}
    for name in _names(result):
        rows = [row for row in result.structures if row.structure == name]
        present = [row for row in rows if row.volume_ml > 0]
        figures: dict[str, Any] = {m: _plain(_mean(present, m)) for m in MEASURES}
        figures["cases"] = len(present)
        figures["missed"] = sum(row.proposed_ml == 0 for row in present)
        figures["cases_without"] = len(rows) - len(present)
        figures["false_findings"] = sum(row.proposed_ml > 0 for row in rows if row.volume_ml == 0)
        structures[name] = figures
    over = ("published_dsc", "published_mpa", "published_miou", "published_hd", "class_mean_accuracy", "seconds")
    return {
        "model": result.model_id,
        "data": result.data,
        "structures": structures,
        "cases": {name: _plain(_mean(result.cases, name)) for name in over},
    }


def tabulate(result: Evaluation) -> str:
    """Return the table in Markdown: means over the cases that have the structure, 95 % interval in brackets."""
    lines = [
        f"Model `{result.model_id[:12]}`, {len(result.cases)} cases: {result.data}.",
        "",
        "| structure | cases | DSC | surface Dice 2 mm | HD95 mm | volume error ml | missed | false findings |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name in _names(result):
        rows = [row for row in result.structures if row.structure == name]
        present = [row for row in rows if row.volume_ml > 0]
        empty = [row for row in rows if row.volume_ml == 0]
        missed, false = sum(row.proposed_ml == 0 for row in present), sum(row.proposed_ml > 0 for row in empty)
        # What was missed has no distance: its mean is over the others.
        without = {"hd95_mm": f" without {missed} missed" if missed else ""}
        figures = " | ".join(f"{_mean(present, m)}{without.get(m, '')}" for m in MEASURES)
        lines.append(f"| {name} | {len(present)} | {figures} | {missed} of {len(present)} | {false} of {len(empty)} |")
    as_published = [
        f"{title} {_mean(result.cases, name)}"
        for title, name in (
            ("DSC", "published_dsc"), ("MIoU", "published_miou"),
            ("MPA", "published_mpa"), ("HD (voxels)", "published_hd"),
        )
    ]  # fmt: skip
    lines += ["", f"As the paper counts: {', '.join(as_published)}."]
    accuracy, seconds = _mean(result.cases, "class_mean_accuracy"), _mean(result.cases, "seconds")
    lines += [f"Class-mean accuracy {accuracy}. A proposal took {seconds.value:.1f} s on average.", ""]
    return "\n".join(lines)


def _mean(rows: Sequence[CaseScore] | Sequence[StructureScore], measure: str) -> Mean:
    """Mean over the cases; the interval is one over patients."""
    return mean_of((getattr(row, measure) for row in rows), patients=[row.group or row.case for row in rows])


def _names(result: Evaluation) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row.structure for row in result.structures))


def _plain(mean: Mean) -> dict[str, Any]:
    return {
        name: None if math.isnan(value) else value
        for name, value in (("mean", mean.value), ("low", mean.low), ("high", mean.high))
    } | {"cases": mean.cases}


def _told(result: Evaluation, cases: Sequence[LabelledCase]) -> list[tuple[str, LabelledCase]]:
    """Best, median and worst case by the gland with its tumour; fewer where there are fewer cases."""
    named = {case.name: case for case in cases}
    rows = [row for row in result.structures if row.structure == WHOLE and math.isfinite(row.dsc)]
    ranked = sorted(rows, key=lambda row: -row.dsc)
    if not ranked:
        return []
    # Of few cases the worst is named before the median.
    places = {0: "best", len(ranked) - 1: "worst"}
    places.setdefault(len(ranked) // 2, "median")
    return [
        (f"{places[n]}: {ranked[n].case}, gland with tumour DSC {ranked[n].dsc:.3f}", named[ranked[n].case])
        for n in sorted(places)
    ]


def _picture(segmenter: Segmenter, title: str, case: LabelledCase, progress: Report) -> Image:
    progress(0.0, "Drawing the pictures")
    study, truth = case.load()
    found = segmenter.propose(study).label_map.array
    legend = f"{title}    (truth blue, proposal orange)"
    return case_strip(legend, study.sequences[study.reference].volume, truth.array, found)
