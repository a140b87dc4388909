"""docs/results/pretraining.md: what was compared, on whom, from which starts, what came out and what is missing."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from parotid_training.experiments.pretraining_cells import (
    ARMS,
    BUDGETS,
    RANDOM_WEIGHTS,
    SEEDS,
    Cell,
    Sizes,
)
from parotid_training.experiments.pretraining_tables import TITLES, draw, tabulate, tabulate_published, write_csv
from parotid_training.model.config import NETWORKS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from parotid_training.experiments.pretraining_cells import Record, Result, Split

NAME = "pretraining"
SIZES = ("steps", "batch", "rate", "pretrain_steps", "pretrain_batch", "pretrain_rate", "precision", "paintings")


def write_report(out: Path, results: Sequence[Result], sizes: Sizes, split: Split) -> str:
    """Write ``pretraining.md``, ``pretraining.png`` and ``pretraining.csv``; returns the tables.

    Any number of finished cells will do; the text says which of the whole design are missing.
    """
    if not results:
        return "No cell is finished yet."
    out.mkdir(parents=True, exist_ok=True)
    write_csv(out / f"{NAME}.csv", results)
    draw(out / f"{NAME}.png", results, split)
    main, published = tabulate(results), tabulate_published(results)
    text = TEXT.format(
        judged=_judged(results, split),
        command=command(results, sizes, split),
        training=_training(sizes),
        starts="\n".join(f"- {line}" for line in starts(results)),
        main=main,
        published=published,
        gaps="\n".join(f"- {line}" for line in missing(results)) or "Nothing of the design is missing.",
    )
    (out / f"{NAME}.md").write_text(text, "utf-8")
    return f"{main}\n\n{published}"


def starts(results: Iterable[Result]) -> list[str]:
    """Say of each arm what its network really started from."""
    found: dict[str, set[str]] = {}
    for result in results:
        found.setdefault(TITLES[result.record.cell.variant], set()).add(result.record.start)
    lines = [f"{title}: {'; '.join(sorted(found[title]))}." for title in TITLES.values() if title in found]
    if not any("ImageNet" in words for all_words in found.values() for words in all_words):
        lines.append("No ImageNet weights were used anywhere: no arm replicates the published start.")
    return lines


def missing(results: Iterable[Result]) -> list[str]:
    """Say what of the whole design is not there, a line an arm."""
    there = {result.record.cell for result in results}
    lines = []
    for variant, title in TITLES.items():
        gaps = []
        for budget in BUDGETS:
            seeds = [seed for seed in SEEDS if Cell(*variant, budget, seed) not in there]
            which = "" if len(seeds) == len(SEEDS) else f" (seed {', '.join(map(str, seeds))})"
            gaps += [f"{budget or 'all'} patients{which}"] if seeds else []
        if gaps:
            lines.append(f"{title}: {', '.join(gaps)}")
    return lines


def command(results: Iterable[Result], sizes: Sizes, split: Split) -> str:
    """Return the command that makes these cells again."""
    records = [result.record for result in results]
    cells = [record.cell for record in records]
    budgets = sorted({cell.budget for cell in cells}, key=lambda budget: budget or math.inf)
    flags: dict[str, Sequence[object]] = {
        "arms": [arm for arm in ARMS if any(cell.arm == arm for cell in cells)],
        "transfer": sorted({cell.transfer for cell in cells} - {""}),
        "budgets": [budget or "all" for budget in budgets],
        "seeds": sorted({cell.seed for cell in cells}),
        "start": ["WEIGHTS"] if any(cell.arm == "supervised" for cell in cells) else [],
        "pretrain-init": ["WEIGHTS"] if any(_begun_elsewhere(record) for record in records) else [],
        "network": [name for name, config in NETWORKS.items() if config == sizes.network and config != Sizes().network],
    }
    for name in SIZES:
        if getattr(sizes, name) != getattr(Sizes(), name):
            flags[name.replace("_", "-")] = [getattr(sizes, name)]
    if split != "development":
        flags["report"] = [split]
    spoken = [f"--{name} {' '.join(map(str, values))}" for name, values in flags.items() if values]
    return " \\\n        ".join(["parotid experiment pretraining --anatomy OPENKBP", *spoken])


def _begun_elsewhere(record: Record) -> bool:
    return record.arm in ("paper", "recommended") and not record.start.endswith(RANDOM_WEIGHTS)


def _judged(results: Sequence[Result], split: Split) -> str:
    patients = {case.case for result in results for case in result.cases}
    if split == "validation":
        return f"{len(patients)} `validation-*` patients, opened for this report only"
    return f"{len(patients)} `train-*` patients kept apart as the development split (`validation-*` was not opened)"


def _training(sizes: Sizes) -> str:
    name = next((name for name, config in NETWORKS.items() if config == sizes.network), "other")
    return (
        f"network `{name}`; {sizes.steps} steps of {sizes.batch} slices on labels, the same for every arm; "
        f"contrastive pretraining {sizes.pretrain_steps} steps of {sizes.pretrain_batch} slices; "
        f"{sizes.paintings} paintings a patient by painter {sizes.painter}"
    )


TEXT = """# Does pretraining help with few labelled patients?

OpenKBP patients (planning CT with contours) painted as MR; judged on {judged}.
Each of those is painted once, and every cell is judged on the same studies, on the native grid after the whole way of a
proposal. Made by

    {command}

Same for all cells: {training}.
The labelled patients are drawn by the seed, those of a smaller budget among those of a larger one; pretraining sees all
training patients without labels. No patient judged was among those learned from; nothing was chosen on the way. Every
figure of every patient is in `pretraining.csv`.

What each arm really started from:

{starts}

![DSC against the number of labelled patients](pretraining.png)

{main}

Means over (seed, patient) where the structure is there, 95 % interval in brackets. "Over scratch" is the mean
difference to scratch at the same budget, paired by seed and patient, with the interval of a paired bootstrap that draws
seeds (each with all its patients) and patients. An interval that holds 0 shows no difference; one below 0 says that the
start did harm. Three seeds are few to draw from, and one is none. HD95 leaves out what was missed.

## As the paper counts

{published}

DSC and MIoU are means over gland and tumour, MPA counts the background (an empty mask reaches 0.98), HD is a 95th
percentile in voxels; definitions in `parotid_training.model.metrics.Published`.

## Not run

{gaps}

**What this says and what it does not.** The figures are on CT painted as MR, not on patients' MR, after
short trainings: they compare the starts with each other and are no accuracy to expect on patients. They are not
comparable with published ones.
"""
