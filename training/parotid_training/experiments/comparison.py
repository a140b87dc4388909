"""`parotid compare`: two versions measured on the same cases, structure by structure and pair by pair."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from parotid_training.errors import ParotidError
from parotid_training.experiments.scoring import mean_of
from parotid_training.experiments.tables import markdown, signed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    Row = dict[str, str]
    Rows = Mapping[tuple[str, str], Row]

MEASURES = {"dsc": "DSC", "surface_dice_2mm": "surface Dice 2 mm"}


def compare(before: Path, after: Path) -> str:
    """Return a table in Markdown of what changed between two evaluations of the same cases.

    Differences are paired, the same structure of the same case, over the cases that have it; their 95 % intervals are
    drawn over patients (`scoring.mean_of`).

    Parameters
    ----------
    before, after
        Folders that `parotid evaluate` wrote.

    Raises
    ------
    ParotidError
        If there are no figures in one of them, or not of the same cases.
    """
    old, new = _read(before), _read(after)
    if _truth(old) != _truth(new):
        raise ParotidError(
            "The two folders do not hold figures of the same cases.",
            "Measure both versions on the same cases, with the same options.",
        )
    lines = [_line(name, old, new) for name in dict.fromkeys(structure for _, structure in old)]
    titles = [f"{title}{what}" for title in MEASURES.values() for what in (" before, after", " changed")]
    return markdown(["structure", "cases", *titles, "missed before, after", "false findings before, after"], lines)


def _read(folder: Path) -> Rows:
    """Return the rows of an evaluation by case and structure."""
    try:
        with (folder / "structures.csv").open(newline="", encoding="utf-8") as stream:
            rows = {(row["case"], row["structure"]): row for row in csv.DictReader(stream)}
    except (OSError, KeyError) as error:
        raise ParotidError(
            f"There are no figures in {folder.name}.", "Name a folder that parotid evaluate wrote."
        ) from error
    return rows


def _truth(rows: Rows) -> dict[tuple[str, str], str]:
    """What tells whether the same was measured: the true volume of each structure of each case."""
    return {key: row["volume_ml"] for key, row in rows.items()}


def _line(structure: str, old: Rows, new: Rows) -> list[str]:
    """Return one structure's line."""
    keys = [key for key in old if key[1] == structure]
    there = [key for key in keys if float(old[key]["volume_ml"]) > 0]
    patients = [old[key]["group"] or key[0] for key in there]
    cells = [structure, str(len(there))]
    for measure in MEASURES:
        pairs = [(float(old[key][measure]), float(new[key][measure])) for key in there]
        cells.append(", ".join(f"{mean_of(values).value:.3f}" for values in zip(*pairs, strict=True)) or "-")
        cells.append(signed(mean_of((last - first for first, last in pairs), patients=patients)))
    missed, false = (
        [sum((float(rows[key]["proposed_ml"]) > 0) is found for key in chosen) for rows in (old, new)]
        for chosen, found in ((there, False), ([key for key in keys if key not in there], True))
    )
    return [*cells, f"{missed[0]}, {missed[1]}", f"{false[0]}, {false[1]}"]
