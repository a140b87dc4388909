"""How many clicks a gland or a tumour needs: docs/results/clicks.md.

A simulated reader clicks into the middle of the largest error of one structure until Dice reaches `ENOUGH`, from the
proposal and from nothing. Beside it, the same number of brush strokes, each of which mends the largest error of one
slice without a fault: more than a hand does.
"""

from __future__ import annotations

import csv
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from parotid_training.labels import Structure
from parotid_training.learn.clicking import Poke, next_poke
from parotid_training.model.clicks import refine
from parotid_training.model.metrics import dice
from parotid_training.model.preprocess import prepare
from parotid_training.progress import Cancelled, Report, check
from parotid_training.study import Click
from parotid_training.volume import Grid, LabelMap

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from parotid_training.experiments.labelled_cases import LabelledCase
    from parotid_training.model.predict import Segmenter
    from parotid_training.model.preprocess import Prepared
    from parotid_training.model.refiner import Refiner

ENOUGH, MOST, SMALLEST_ML = 0.90, 10, 0.5


@dataclass(frozen=True)
class Course:
    """One structure of one case: Dice before, and after each click or stroke until it was enough."""

    case: str
    structure: str
    start: str
    by: str
    dsc: tuple[float, ...]
    seconds: tuple[float, ...]

    @property
    def needed(self) -> int | None:
        """Clicks or strokes to `ENOUGH`; None if `MOST` did not do."""
        return next((n for n, value in enumerate(self.dsc) if value >= ENOUGH), None)


def run(
    segmenter: Segmenter,
    refiner: Refiner,
    cases: Sequence[LabelledCase],
    data: str,
    out: Path,
    progress: Report,
    cancelled: Cancelled,
) -> str:
    """Click through all cases and write ``clicks.csv`` and ``clicks.md`` into ``out``; returns the table."""
    courses: list[Course] = []
    out.mkdir(parents=True, exist_ok=True)
    for number, case in enumerate(cases):
        study, truth = case.load()
        prepared = prepare(study, refiner.config)
        proposal = segmenter.propose(study).label_map
        for structure, where in _pieces(truth):
            for start, labels in (("proposal", proposal), ("nothing", _emptied(proposal))):
                check(cancelled)
                progress(number / len(cases), f"Case {number + 1} of {len(cases)}")
                name = structure.name.lower()
                truths = _only(truth, structure, where)
                by_click = _click(refiner, prepared, labels, truths, structure, where)
                by_stroke = _stroke(labels, truths, structure, where)
                courses.append(Course(case.name, name, start, "click", *by_click))
                courses.append(Course(case.name, name, start, "stroke", by_stroke, ()))
        _write(out / "clicks.csv", courses)
    table = tabulate(courses)
    about = TEXT.format(model=segmenter.model_id[:12], data=data, count=len(cases), table=table, most=MOST)
    (out / "clicks.md").write_text(about, "utf-8")
    return table


def tabulate(courses: Sequence[Course]) -> str:
    """Markdown table over structures, starts, and ways of correcting."""
    lines = [
        "| structure | from | by | count | DSC before | after 1 | after 3 | after 5 "
        f"| median to {ENOUGH:.2f} | within 3 | within {MOST} |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for key in dict.fromkeys((c.structure, c.start, c.by) for c in courses):
        rows = [c for c in courses if (c.structure, c.start, c.by) == key]
        after = [f"{np.mean([c.dsc[min(n, len(c.dsc) - 1)] for c in rows]):.3f}" for n in (0, 1, 3, 5)]
        needed = [MOST + 1 if c.needed is None else c.needed for c in rows]
        median = float(np.median(needed))
        middle = f"more than {MOST}" if median > MOST else f"{median:g}"
        within = [f"{np.mean([n <= limit for n in needed]):.0%}" for limit in (3, MOST)]
        lines.append(f"| {' | '.join(key)} | {len(rows)} | {' | '.join(after)} | {middle} | {' | '.join(within)} |")
    seconds = [s for c in courses for s in c.seconds]
    slow = np.percentile(seconds, 95)
    lines += ["", f"A click was answered in {np.median(seconds):.2f} s (median; 95th percentile {slow:.2f} s)."]
    return "\n".join(lines) + "\n"


def _pieces(truth: LabelMap) -> list[tuple[Structure, NDArray[np.bool_]]]:
    """Each gland and each tumour, with the half of the head that it is judged in (display axes)."""
    shown = truth.grid.canonical().to_display(truth.array)
    columns = np.flatnonzero((shown > 0).any(axis=(0, 1)))
    middle = (columns[0] + columns[-1]) // 2 if columns.size else 0
    found = []
    for structure in (Structure.GLAND, Structure.TUMOUR):
        for side in (np.s_[: middle + 1], np.s_[middle + 1 :]):
            where = np.zeros(shown.shape, bool)
            where[:, :, side] = True
            if ((shown == structure) & where).sum() * truth.grid.voxel_ml >= SMALLEST_ML:
                found.append((structure, where))
    return found


def _only(truth: LabelMap, structure: Structure, where: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return np.asarray((truth.grid.canonical().to_display(truth.array) == structure) & where)


def _emptied(labels: LabelMap) -> LabelMap:
    return LabelMap(labels.grid, np.zeros_like(labels.array))


def _click(
    refiner: Refiner,
    prepared: Prepared,
    labels: LabelMap,
    truth: NDArray[np.bool_],
    structure: Structure,
    where: NDArray[np.bool_],
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    view = labels.grid.canonical()
    clicks: tuple[Click, ...] = ()
    begun = labels.array
    mask = (view.to_display(labels.array) == structure) & where
    course, seconds = [dice(mask, truth)], []
    while course[-1] < ENOUGH and len(clicks) < MOST:
        poke = next_poke(truth, mask, view.scale)
        if poke is None:
            break
        clicks = (*clicks, _as_click(poke, labels.grid))
        began = time.perf_counter()
        answer = refine(refiner, prepared, labels, clicks, structure, len(clicks) - 1, begun)
        labels = LabelMap(labels.grid, answer.labels)
        seconds.append(time.perf_counter() - began)
        mask = (view.to_display(labels.array) == structure) & where
        course.append(dice(mask, truth))
    return tuple(course), tuple(seconds)


def _as_click(poke: Poke, grid: Grid) -> Click:
    x, y, z = grid.to_patient(grid.canonical().to_native_index(poke.place))
    return Click((float(x), float(y), float(z)), poke.adds)


def _stroke(
    labels: LabelMap, truth: NDArray[np.bool_], structure: Structure, where: NDArray[np.bool_]
) -> tuple[float, ...]:
    """Mend the largest wrong region of a single slice, again and again."""
    mask = (labels.grid.canonical().to_display(labels.array) == structure) & where
    course = [dice(mask, truth)]
    while course[-1] < ENOUGH and len(course) <= MOST:
        flat = np.zeros((3, 3, 3), bool)
        flat[1] = True
        regions = [ndimage.label(part, structure=flat)[0] for part in (truth & ~mask, mask & ~truth)]
        sizes = [np.bincount(region.ravel())[1:] for region in regions]
        kind = int(np.argmax([size.max(initial=0) for size in sizes]))
        if not sizes[kind].size:
            break
        mask = mask ^ (regions[kind] == int(sizes[kind].argmax()) + 1)
        course.append(dice(mask, truth))
    return tuple(course)


def _write(path: Path, courses: Sequence[Course]) -> None:
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow([name for name in asdict(courses[0]) if name != "dsc"] + [f"dsc_{n}" for n in range(MOST + 1)])
        for c in courses:
            seconds = " ".join(f"{s:.3f}" for s in c.seconds)
            writer.writerow([c.case, c.structure, c.start, c.by, seconds, *(f"{value:.4f}" for value in c.dsc)])


TEXT = """# Clicks

How many clicks make a gland or a tumour good enough (DSC {{enough}}), and how far the same number of strokes gets.

    parotid experiment clicks --anatomy OPENKBP

{count} cases: {data}. Proposals by model `{model}`. The simulated reader clicks into the middle of the largest
error, in the slice where it is largest, at most {most} times. A brush stroke mends the largest error of one slice
without a fault, which no hand does. A structure under 0.5 ml on a side is left out. Glands and tumours are
counted by side.

{table}""".replace("{{enough}}", f"{ENOUGH:.2f}")
