"""Tables and colours of the reports."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from parotid_training.experiments.scoring import RESAMPLES, Mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Values = dict[tuple[int, str], float]
"""A figure of each (seed, patient)."""
COLOURS = ("#000000", "#E69F00", "#F0E442", "#56B4E9", "#009E73", "#D55E00", "#CC79A7", "#0072B2", "#888888")
"""Told apart by the colour-blind (Okabe and Ito 2008, and grey)."""


def gain(mine: Values, theirs: Values) -> Mean:
    """Mean difference over the (seed, patient) pairs both have, with its 95 % interval.

    A paired bootstrap that draws seeds and patients, each with all that belongs to it: what one seed's labelled
    patients are worth is one draw, however many patients it is judged by.
    """
    shared = [pair for pair in mine if pair in theirs and math.isfinite(mine[pair] - theirs[pair])]
    if not shared:
        return Mean(math.nan, math.nan, math.nan, 0)
    seeds, patients = (list(dict.fromkeys(pair[n] for pair in shared)) for n in (0, 1))
    differences, there = np.zeros((len(seeds), len(patients))), np.zeros((len(seeds), len(patients)))
    for seed, patient in shared:
        place = seeds.index(seed), patients.index(patient)
        differences[place] = mine[seed, patient] - theirs[seed, patient]
        there[place] = 1.0
    rng = np.random.default_rng(0)
    of_seeds, of_patients = (rng.multinomial(n, [1 / n] * n, RESAMPLES) for n in (len(seeds), len(patients)))
    weights = np.einsum("rs,sp,rp->r", of_seeds, there, of_patients)
    sums = np.einsum("rs,sp,rp->r", of_seeds, differences, of_patients)
    low, high = np.percentile(sums[weights > 0] / weights[weights > 0], (2.5, 97.5))
    return Mean(float(differences.sum() / there.sum()), float(low), float(high), len(shared))


def signed(mean: Mean) -> str:
    """Write a mean difference with its interval."""
    if mean.cases < 2:
        return f"{mean.value:+.3f} (one pair)" if mean.cases else "-"
    return f"{mean.value:+.3f} ({mean.low:+.3f} to {mean.high:+.3f})"


def markdown(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table in Markdown."""
    lines = [f"| {' | '.join(columns)} |", "|---" * len(columns) + "|"]
    return "\n".join(lines + [f"| {' | '.join(str(cell) for cell in row)} |" for row in rows])


def reduced(sizes: object, full: object, names: Iterable[str]) -> str:
    """Say in which sizes a run falls short of the design, or goes beyond it; "" where it is the whole design."""
    pairs = [(name, getattr(sizes, name), getattr(full, name)) for name in names]
    told = [f"{name.replace('_', ' ')} {mine} (design: {theirs})" for name, mine, theirs in pairs if mine != theirs]
    return f"Not the whole design: {', '.join(told)}." if told else ""
