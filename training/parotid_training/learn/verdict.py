"""What the gate said of a candidate: the table, incumbent beside candidate, and the sentence made of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from parotid_training.labels import Structure

if TYPE_CHECKING:
    from parotid_training.learn.gate import Source

NAME = {Structure.GLAND: "gland", Structure.TUMOUR: "tumour"}
PLACE = {"hold-out": "held-out", "base": "built-in"}


@dataclass(frozen=True)
class Row:
    """One line of the comparison: means over the cases with the structure.

    Parameters
    ----------
    measure
        ``"DSC"``, ``"surface Dice"`` (means), ``"worst case DSC"`` (that case), ``"false findings"`` (number of cases).
    cases
        How many cases were compared.
    low, high
        Between which the mean of the paired differences (candidate less incumbent) lies with 90 % confidence
        (bootstrap over cases); None for a single case and for what is no mean.
    """

    source: Source
    structure: Structure
    measure: str
    cases: int
    incumbent: float
    candidate: float
    passed: bool
    low: float | None = None
    high: float | None = None

    @property
    def fell(self) -> bool:
        """Whether the candidate has less."""
        return self.candidate < self.incumbent


@dataclass(frozen=True)
class Verdict:
    """What the gate said: whether to promote, why in a sentence, and the figures behind it."""

    promote: bool
    sentence: str
    rows: tuple[Row, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        rows = [{**asdict(row), "structure": int(row.structure)} for row in self.rows]
        return {"promote": self.promote, "sentence": self.sentence, "rows": rows}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Verdict:
        """Read what `to_json` wrote."""
        rows = tuple(Row(**{**row, "structure": Structure(row["structure"])}) for row in values["rows"])
        return cls(bool(values["promote"]), str(values["sentence"]), rows)


def distinct(failed: list[Row]) -> list[Row]:
    """Leave out what only repeats in another measure that a mean fell."""
    fell = {(row.source, row.structure) for row in failed if row.measure == "DSC"}
    return [row for row in failed if row.measure != "surface Dice" or (row.source, row.structure) not in fell]


def say(row: Row) -> str:
    """Put a line into words: what was compared, on how many cases, by how much."""
    name, place = NAME[row.structure], PLACE[row.source]
    studies = f"{row.cases} {place} {'study' if row.cases == 1 else 'studies'}"
    if row.measure == "false findings":
        return f"in {row.candidate:.0f} of {studies} without a {name} it draws one (before: in {row.incumbent:.0f})"
    before, after = _digits(row.incumbent, row.candidate)
    if row.measure == "worst case DSC":
        return f"in one of {studies} the {name} score fell from {before} to {after}"
    what = f"{name} score" if row.measure == "DSC" else f"{name} outline score"
    if row.incumbent == row.candidate == 0.0:
        return f"on {studies} neither version finds the {name}"
    words = f"on {studies} the {what} "
    words += f"stayed at {after}" if before == after else f"{'fell' if row.fell else 'rose'} from {before} to {after}"
    return words + _range(row)


def _range(row: Row) -> str:
    """Say how sure a mean is, where that is not plain already."""
    if row.low is None or row.high is None or (not row.passed and row.fell) or row.high - row.low < 0.005:
        return ""
    if not row.passed:
        return f", but so few studies cannot rule out a loss of {-row.low:.2f}"
    return f" (likely change {row.low:+.2f} to {row.high:+.2f})"


def _digits(before: float, after: float) -> tuple[str, str]:
    """Write both with two digits, or as many as tell them apart (four at most)."""
    for digits in (2, 3, 4):
        texts = f"{before:.{digits}f}", f"{after:.{digits}f}"
        if texts[0] != texts[1]:
            return texts
    return f"{before:.2f}", f"{after:.2f}"
