"""`parotid evaluate`: a model version against labelled cases; table, rows, summary and a page of pictures."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from parotid_training.acceptance import Answer
from parotid_training.anatomy.labelled_ct import prepared_labelled_ct
from parotid_training.anatomy.phantom import make_phantom
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
from parotid_training.io.casefolder import DESCRIPTION, read_case_description, read_case_folder
from parotid_training.io.nifti import read_label_map
from parotid_training.io.opening import open_study
from parotid_training.io.roles import looks_like_mask
from parotid_training.learn.painted import painted_study, split_patients, usable_patients, volumetric_study
from parotid_training.learn.train import REPORT_SEED
from parotid_training.model.checkpoint import write_json
from parotid_training.progress import Cancelled, Report, check, part

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from PIL.Image import Image

    from parotid_training.model.predict import Segmenter
    from parotid_training.study import Study
    from parotid_training.volume import LabelMap

PAINTED_REPORT_SEED = 920_000
NEXT_PAINTING = 1_001
"""Between the seeds of two paintings of a patient; odd, for every other seed has a tumour."""
MEASURES = ("dsc", "surface_dice_2mm", "hd95_mm", "volume_error_ml")


@dataclass(frozen=True)
class LabelledCase:
    """A case to be read only when its turn comes.

    Parameters
    ----------
    patient
        Whose it is, where several cases are one patient's; "" where it stands for itself.
    """

    name: str
    load: Callable[[], tuple[Study, LabelMap]] = field(repr=False)
    patient: str = ""


@dataclass(frozen=True)
class Evaluation:
    """All figures of one model on one set of cases."""

    model_id: str
    data: str
    cases: tuple[CaseScore, ...]
    structures: tuple[StructureScore, ...]


_NO_TRUTH = {Answer.NOT_READABLE, Answer.SOME_SLICES}


def folder_cases(root: Path) -> tuple[LabelledCase, ...]:
    """Cases below a folder: accepted cases, or one folder a patient with its sequences and one NIfTI named as a mask.

    Of a study that was accepted several times the latest counts; one that its reader could not read, or of which only
    some slices are stood for, does not.

    Raises
    ------
    ParotidError
        If there are none, or a folder holds several masks.
    """
    found = []
    accepted: dict[str, tuple[str, Path, tuple[str, ...]]] = {}
    for folder in (root, *sorted(path for path in root.rglob("*") if path.is_dir())):
        name = str(folder.relative_to(root)) if folder != root else folder.name
        if (folder / DESCRIPTION).is_file():
            facts = read_case_description(folder)["facts"]
            study, when = str(facts.get("study", name)), str(facts.get("accepted", ""))
            if when >= accepted.get(study, ("", folder, ()))[0]:
                accepted[study] = when, folder, tuple(facts.get("answers", ()))
            continue
        masks = [path for path in sorted(folder.glob("*.nii*")) if looks_like_mask(path.name)]
        if len(masks) > 1:
            raise ParotidError(f"{name} holds {len(masks)} masks.", "Leave the one to compare with, move the others.")
        if masks:
            found.append(LabelledCase(name, partial(_read_labelled, folder, masks[0])))
    found += [
        LabelledCase(folder.name, partial(read_case_folder, folder))
        for _, folder, answers in accepted.values()
        if _NO_TRUTH.isdisjoint(answers)
    ]
    if not found:
        raise ParotidError(
            "No labelled case was found in this folder.",
            "Give each patient a folder with the sequences and one mask file (mask.nii.gz).",
        )
    return tuple(sorted(found, key=lambda case: case.name))


def painted_cases(
    anatomy: Path,
    split: str,
    cache: Path,
    progress: Report,
    cancelled: Cancelled,
    paintings: int = 1,
    *,
    volumetric: bool = False,
) -> tuple[LabelledCase, ...]:
    """OpenKBP patients painted as MR: ``development`` (of train-*) or ``validation``.

    Parameters
    ----------
    paintings
        Scans of each patient; the first are the same however many are asked for.
    volumetric
        Whether each is an MPRAGE alone without tumour (`learn.painted.volumetric_study`) instead of all four sequences,
        every other one with a tumour.
    """
    if split == "development":
        paths = split_patients(anatomy)[1]
    else:
        paths = tuple(sorted(anatomy.glob("validation-*.npz"), key=lambda path: (len(path.name), path.name)))
    usable = usable_patients(paths, cache / "ct", progress, cancelled)
    if not usable:
        raise ParotidError(f"No labelled CT of the {split} split was found.", "Name the folder that holds OpenKBP.")

    def load(path: Path, seed: int) -> tuple[Study, LabelMap]:
        ct = prepared_labelled_ct(path, cache / "ct")
        return volumetric_study(ct, seed) if volumetric else painted_study(ct, seed, plain=True)

    return tuple(
        LabelledCase(
            path.stem if turn == 0 else f"{path.stem}-{turn + 1}",
            partial(load, path, PAINTED_REPORT_SEED + n + turn * NEXT_PAINTING),
            path.stem,
        )
        for turn in range(paintings)
        for n, path in enumerate(usable)
    )


def phantom_studies(count: int) -> tuple[LabelledCase, ...]:
    """Synthetic heads from report seeds, which neither trained nor chose anything."""

    def load(seed: int) -> tuple[Study, LabelMap]:
        phantom = make_phantom(seed)
        return phantom.study, phantom.label_map

    return tuple(LabelledCase(f"phantom-{n}", partial(load, REPORT_SEED + n)) for n in range(count))


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
        figures = " | ".join(str(_mean(present, m)) for m in MEASURES)
        missed, false = sum(row.proposed_ml == 0 for row in present), sum(row.proposed_ml > 0 for row in empty)
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


def _read_labelled(folder: Path, mask: Path) -> tuple[Study, LabelMap]:
    study = open_study(folder).study
    return study, read_label_map(mask, [sequence.volume.grid for sequence in study.sequences], study.grid)
