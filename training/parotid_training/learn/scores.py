"""How well a model version did on each structure of each case, as the gate compares it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

from parotid_training.labels import Structure

Source = Literal["hold-out", "base"]
SOURCES: tuple[Source, ...] = ("hold-out", "base")


@dataclass(frozen=True)
class CaseScore:
    """How well one structure of one case was segmented.

    Parameters
    ----------
    case_id
        The accepted case, or the name of a case of the shipped base set.
    source
        ``"hold-out"``: accepted cases kept out of the training. ``"base"``: the shipped base set.
    dsc, surface_dice
        0..1. Where the annotation has not the structure: both NaN if the model leaves it out as well, 0 if it draws it.
    present
        Whether the annotation has the structure. Where it has not, there is nothing to average: only whether
        the model draws one all the same.
    """

    case_id: str
    source: Source
    structure: Structure
    dsc: float
    surface_dice: float
    present: bool = True

    @property
    def false_finding(self) -> bool:
        """Whether the model drew a structure that is not there."""
        return not self.present and not math.isnan(self.dsc)


@dataclass(frozen=True)
class Scores:
    """All scores of one model version."""

    model_id: str
    cases: tuple[CaseScore, ...]

    def to_json(self) -> dict[str, Any]:
        """Return JSON values; NaN becomes null."""
        rows = [
            {
                "case": case.case_id,
                "source": case.source,
                "structure": int(case.structure),
                "dsc": None if math.isnan(case.dsc) else case.dsc,
                "surface_dice": None if math.isnan(case.surface_dice) else case.surface_dice,
                "present": case.present,
            }
            for case in self.cases
        ]
        return {"model_id": self.model_id, "cases": rows}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Scores:
        """Read what `to_json` wrote.

        Raises
        ------
        ValueError, KeyError, TypeError
            If the values are not scores.
        """
        cases = []
        for row in values["cases"]:
            if row["source"] not in SOURCES:
                raise ValueError(f"unknown source {row['source']!r}")
            dsc, surface = (math.nan if row[key] is None else float(row[key]) for key in ("dsc", "surface_dice"))
            structure, present = Structure(row["structure"]), bool(row["present"])
            cases.append(CaseScore(str(row["case"]), row["source"], structure, dsc, surface, present))
        return cls(str(values["model_id"]), tuple(cases))
