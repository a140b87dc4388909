"""Tables and colours of the reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parotid_training.experiments.scoring import Mean, mean_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Values = dict[tuple[int, str], float]
"""A figure of each (seed, patient)."""
COLOURS = ("#000000", "#E69F00", "#F0E442", "#56B4E9", "#009E73", "#D55E00", "#CC79A7", "#0072B2")
"""Told apart by the colour-blind (Okabe and Ito 2008)."""


def gain(mine: Values, theirs: Values) -> Mean:
    """Mean difference over the (seed, patient) pairs both have, with its 95 % interval by a paired bootstrap."""
    return mean_of(mine[pair] - theirs[pair] for pair in mine if pair in theirs)


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
