"""Figures of the pretraining experiment over its cells: tables with paired intervals, a picture, every case as CSV."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, NamedTuple

from parotid_training.experiments.scoring import Mean, mean_of
from parotid_training.experiments.tables import COLOURS, Values, gain, markdown, signed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from parotid_training.experiments.pretraining_cells import Result, Split, Variant

TITLES: dict[Variant, str] = {
    ("scratch", ""): "scratch",
    ("supervised", "encoder"): "supervised start, encoder",
    ("supervised", "encoder+decoder"): "supervised start, encoder and decoder",
    ("supervised", "mirrored"): "supervised start, encoder and its mirror image",
    ("paper", "encoder"): "contrastive (paper mode), encoder",
    ("paper", "mirrored"): "contrastive (paper mode), encoder and its mirror image",
    ("recommended", "encoder"): "contrastive (recommended), encoder",
    ("recommended", "encoder+decoder"): "contrastive (recommended), encoder and decoder",
    ("recommended", "mirrored"): "contrastive (recommended), encoder and its mirror image",
}
SCRATCH: Variant = ("scratch", "")
PUBLISHED = ("published_dsc", "published_miou", "published_mpa", "published_hd", "class_mean_accuracy")
DETAILS = ("dsc", "surface_dice_2mm", "hd95_mm", "volume_error_ml")
"""What of a patient goes into the CSV: scores, and no measure of the patient (the data's licence)."""


class Group(NamedTuple):
    """Results of one budget and arm, and those it is compared with.

    Parameters
    ----------
    patients
        Number of labelled patients.
    here, scratch
        A result a seed, of the arm and of scratch at the same budget.
    """

    patients: int
    variant: Variant
    here: list[Result]
    scratch: list[Result]


def groups(results: Iterable[Result]) -> list[Group]:
    """Results by budget, then arm; what has none is left out."""
    found: dict[tuple[int, int], dict[Variant, list[Result]]] = {}
    for result in results:
        place = len(result.record.labelled), result.record.budget
        found.setdefault(place, {}).setdefault(result.record.cell.variant, []).append(result)
    return [
        Group(patients, variant, arms[variant], arms.get(SCRATCH, []))
        for (patients, _), arms in sorted(found.items())
        for variant in TITLES
        if variant in arms
    ]


def values(results: Iterable[Result], structure: str, measure: str) -> Values:
    """A measure of one structure for each (seed, patient) that has it."""
    return {
        (result.record.seed, row.case): float(getattr(row, measure))
        for result in results
        for row in result.structures
        if row.structure == structure and row.volume_ml > 0
    }


def over_patients(found: Values) -> Mean:
    """Mean of values by (seed, patient); its interval draws patients, for those of several seeds are the same."""
    return mean_of(found.values(), patients=(patient for _, patient in found))


def values_published(results: Iterable[Result], measure: str) -> Values:
    """A figure over all structures for each (seed, patient)."""
    return {(result.record.seed, row.case): float(getattr(row, measure)) for result in results for row in result.cases}


def tabulate(results: Sequence[Result]) -> str:
    """Markdown table of every budget and arm: per structure, with what is gained over scratch."""
    columns = (
        "labelled patients", "arm", "seeds", "gland DSC", "over scratch", "tumour DSC", "over scratch",
        "gland surface Dice 2 mm", "gland HD95 mm", "glands missed", "tumours missed", "false tumours",
    )  # fmt: skip
    rows = []
    for patients, variant, here, scratch in groups(results):
        gland, tumour = (values(here, name, "dsc") for name in ("gland", "tumour"))
        gains = (gain(mine, values(scratch, n, "dsc")) for n, mine in (("gland", gland), ("tumour", tumour)))
        told = ["" if variant == SCRATCH else signed(found) for found in gains]
        rows.append((
            patients, TITLES[variant], _seeds(here), over_patients(gland), told[0], over_patients(tumour),
            told[1], over_patients(values(here, "gland", "surface_dice_2mm")),
            _millimetres(over_patients(values(here, "gland", "hd95_mm"))), _missed(here, "gland"),
            _missed(here, "tumour"), _false(here),
        ))  # fmt: skip
    return markdown(columns, rows)


def tabulate_published(results: Sequence[Result]) -> str:
    """Markdown table of the figures as the paper counts them, and the class-mean accuracy beside its MPA."""
    columns = (
        "labelled patients", "arm", "DSC", "over scratch", "MIoU", "MPA", "HD (voxels)", "class-mean accuracy",
    )  # fmt: skip
    rows = []
    for patients, variant, here, scratch in groups(results):
        dsc, miou, mpa, hd, accuracy = (values_published(here, name) for name in PUBLISHED)
        more = "" if variant == SCRATCH else signed(gain(dsc, values_published(scratch, PUBLISHED[0])))
        means = (over_patients(found) for found in (miou, mpa, hd, accuracy))
        rows.append((patients, TITLES[variant], over_patients(dsc), more, *means))
    return markdown(columns, rows)


def write_csv(path: Path, results: Sequence[Result]) -> None:
    """Write one line a cell and patient: every structure's figures, and those as published."""
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        structures = list(dict.fromkeys(row.structure for result in results for row in result.structures))
        named = [f"{name.replace(' ', '_')}_{detail}" for name in structures for detail in DETAILS]
        writer.writerow(["arm", "transfer", "labelled", "seed", "patient", *named, *PUBLISHED])
        for result in results:
            record = result.record
            rows = {(row.case, row.structure): row for row in result.structures}
            for case in result.cases:
                details = [getattr(rows[case.case, name], detail) for name in structures for detail in DETAILS]
                whole = [getattr(case, name) for name in PUBLISHED]
                cell = (record.arm, record.transfer, len(record.labelled), record.seed, case.case)
                writer.writerow([*cell, *details, *whole])


def draw(path: Path, results: Sequence[Result], split: Split) -> None:
    """Draw DSC of gland and tumour against the number of labelled patients, a line an arm, with intervals."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 4.2), layout="constrained")
    for place, structure in enumerate(("gland", "tumour"), 1):
        axes = figure.add_subplot(1, 2, place)
        for number, ((variant, title), colour) in enumerate(zip(TITLES.items(), COLOURS, strict=True)):
            points = [
                (group.patients, over_patients(values(group.here, structure, "dsc")))
                for group in groups(results)
                if group.variant == variant
            ]
            points = [(patients, mean) for patients, mean in points if mean.cases]
            if not points:
                continue
            # Moved apart a little, so that intervals do not hide each other.
            x = [patients * 1.025 ** (number - 2.5) for patients, _ in points]
            y = [mean.value for _, mean in points]
            spread = [[m.value - m.low for _, m in points], [m.high - m.value for _, m in points]]
            axes.errorbar(x, y, spread, label=title, color=colour, marker="o", markersize=4, capsize=3)
        ticks = sorted({len(result.record.labelled) for result in results})
        axes.set_xscale("log")
        axes.set_xticks(ticks, [str(tick) for tick in ticks])
        axes.minorticks_off()
        axes.set(xlabel="labelled patients", ylabel=f"{structure} DSC, {split} patients")
        axes.grid(visible=True, alpha=0.3)
    figure.legend(*figure.axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=3, fontsize=8)
    figure.savefig(path, dpi=130)


def _seeds(results: Iterable[Result]) -> str:
    return ", ".join(str(seed) for seed in sorted(result.record.seed for result in results))


def _missed(results: Iterable[Result], structure: str) -> str:
    found = values(results, structure, "proposed_ml").values()
    return f"{sum(ml == 0 for ml in found)} of {len(found)}"


def _false(results: Iterable[Result]) -> str:
    """Tumours proposed where there is none."""
    empty = [r for result in results for r in result.structures if r.structure == "tumour" and r.volume_ml == 0]
    return f"{sum(row.proposed_ml > 0 for row in empty)} of {len(empty)}"


def _millimetres(mean: Mean) -> str:
    return f"{mean.value:.1f} ({mean.low:.1f}-{mean.high:.1f})" if mean.cases else "-"
