"""Two evaluations laid side by side."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from parotid_training.__main__ import main
from parotid_training.errors import ParotidError
from parotid_training.experiments.comparison import compare
from parotid_training.experiments.scoring import StructureScore, write_rows

if TYPE_CHECKING:
    from pathlib import Path


def score(case: str, structure: str, dsc: float, proposed_ml: float, volume_ml: float = 20.0) -> StructureScore:
    return StructureScore(case, case[0], structure, dsc, dsc / 2, 3.0, volume_ml, proposed_ml, 0.0)


BEFORE = [
    score("a1", "gland", 0.80, 19.0),
    score("a2", "gland", 0.70, 19.0),
    score("b1", "gland", 0.60, 19.0),
    score("a1", "tumour", 0.50, 4.0, 5.0),
    score("a2", "tumour", float("nan"), 1.0, 0.0),
    score("b1", "tumour", 0.00, 0.0, 5.0),
]
AFTER = [
    score("a1", "gland", 0.82, 19.0),
    score("a2", "gland", 0.72, 19.0),
    score("b1", "gland", 0.70, 19.0),
    score("a1", "tumour", 0.40, 4.0, 5.0),
    score("a2", "tumour", float("nan"), 0.0, 0.0),
    score("b1", "tumour", 0.20, 1.0, 5.0),
]


def written(folder: Path, rows: list[StructureScore]) -> Path:
    folder.mkdir()
    write_rows(folder / "structures.csv", rows)
    return folder


def test_pairs_are_compared_and_intervals_drawn_over_patients(tmp_path: Path) -> None:
    table = compare(written(tmp_path / "before", BEFORE), written(tmp_path / "after", AFTER))
    gland, tumour = (line.split(" | ") for line in table.splitlines()[2:])
    assert gland[:3] == ["| gland", "3", "0.700, 0.747"]
    # Patient a's two cases gained 0.02 each, b's one 0.10: drawn alone, either is a whole sample.
    assert gland[3] == "+0.047 (+0.020 to +0.100)"
    assert gland[4:] == ["0.350, 0.373", "+0.023 (+0.010 to +0.050)", "0, 0", "0, 0 |"]
    assert tumour[1:4] == ["2", "0.250, 0.300", "+0.050 (-0.100 to +0.200)"]
    assert tumour[6:] == ["1, 0", "1, 0 |"]


def test_other_cases_are_not_compared(tmp_path: Path) -> None:
    before = written(tmp_path / "before", BEFORE)
    with pytest.raises(ParotidError, match="not hold figures of the same cases"):
        compare(before, written(tmp_path / "fewer", AFTER[:-1]))
    larger = [replace(AFTER[0], volume_ml=21.0), *AFTER[1:]]
    with pytest.raises(ParotidError, match="not hold figures of the same cases"):
        compare(before, written(tmp_path / "another painting", larger))
    with pytest.raises(ParotidError, match="no figures in nothing"):
        compare(before, tmp_path / "nothing")


def test_the_command_prints_the_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folders = [str(written(tmp_path / name, rows)) for name, rows in (("before", BEFORE), ("after", AFTER))]
    assert main(["compare", *folders]) == 0
    assert "+0.047 (+0.020 to +0.100)" in capsys.readouterr().out
