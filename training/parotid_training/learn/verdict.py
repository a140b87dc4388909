"""What the gate said of a candidate: the table, incumbent beside candidate, and the sentence made of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from parotid_training.labels import Structure
from parotid_training.words import mark, tr

if TYPE_CHECKING:
    from parotid_training.learn.scores import Source

MISSED = "missed"  # no words
NOT_USED, USED = mark("Not used: {why}."), mark("Used from now on: {why}.")
USED_THEN = mark("Used then, but no longer: {why}.")
BETWEEN = "; "  # no words
"""Stands between the reasons of a verdict, the most important first."""
_CHANGE = {
    ("score", "stayed"): mark("on {studies} the {name} score stayed at {after}"),
    ("score", "fell"): mark("on {studies} the {name} score fell from {before} to {after}"),
    ("score", "rose"): mark("on {studies} the {name} score rose from {before} to {after}"),
    ("outline", "stayed"): mark("on {studies} the {name} outline score stayed at {after}"),
    ("outline", "fell"): mark("on {studies} the {name} outline score fell from {before} to {after}"),
    ("outline", "rose"): mark("on {studies} the {name} outline score rose from {before} to {after}"),
}


@dataclass(frozen=True)
class Row:
    """One line of the comparison: means over the cases with the structure.

    Parameters
    ----------
    measure
        ``"DSC"``, ``"surface Dice"`` (means), ``"worst case DSC"`` (that case), `MISSED` and ``"false findings"``
        (numbers of cases).
    cases
        How many cases were compared.
    incumbent, candidate
        The figures; on the base set the shipped version's stand in the incumbent's place.
    low, high
        Between which the mean of the paired differences (candidate less incumbent) lies with 90 % confidence
        (bootstrap over cases); None for too few cases and for what is no mean.
    capped
        Whether the figures are not the scores as they are, but those that count (`learn.gate.KEPT`).
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
    capped: bool = False

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
    name, studies = named(row.structure), _studies(row)
    if row.measure == "false findings":
        return tr(
            "in {after:.0f} of {studies} without a {name} it draws one (before: in {before:.0f})",
            after=row.candidate,
            before=row.incumbent,
            studies=studies,
            name=name,
        )
    if row.measure == MISSED:
        if row.incumbent == row.candidate == row.cases:
            return tr("on {studies} neither version finds the {name}", studies=studies, name=name)
        return tr(
            "in {after:.0f} of {studies} with a {name} it misses it (before: in {before:.0f})",
            after=row.candidate,
            before=row.incumbent,
            studies=studies,
            name=name,
        )
    before, after = _digits(row)
    way = "stayed" if before == after else "fell" if row.fell else "rose"
    if row.source == "base":
        # Which the version in use need not be.
        before = tr("{before} (shipped version)", before=before)
    values = {"studies": studies, "name": name, "before": before, "after": after}
    if row.measure == "worst case DSC":
        return tr("in one of {studies} the {name} score fell from {before} to {after}", **values)
    what = "score" if row.measure == "DSC" else "outline"
    return tr(_CHANGE[what, way], **values) + _range(row) + (_excuse(row) if way == "fell" else "") + _caps(row)


def headline(sentence: str) -> str:
    """Return what a round came to, with the first of its reasons only, and what is said after them.

    A sentence that is not the gate's is left as it is: a reader's own reason may hold anything.
    """
    if not any(sentence.startswith(_opening(words)) for words in (NOT_USED, USED, USED_THEN)):
        return sentence
    # A full stop within a figure is followed by no space.
    verdict, stop, rest = sentence.partition(". ")
    first, more, _ = verdict.partition(BETWEEN)
    return f"{first}{stop or '.'}{rest}" if more else sentence


def no_longer(sentence: str) -> str:
    """Return the verdict on a version that was used and is not any more; any other sentence is left as it is."""
    used = _opening(USED)
    return _opening(USED_THEN) + sentence.removeprefix(used) if sentence.startswith(used) else sentence


def _opening(words: str) -> str:
    return tr(words, why="|").partition("|")[0]


def named(structure: Structure) -> str:
    """Return a structure's name within a sentence."""
    return tr("gland") if structure is Structure.GLAND else tr("tumour")


def _studies(row: Row) -> str:
    if row.source == "base":
        return tr("{n} built-in studies", one="1 built-in study", n=row.cases)
    return tr("{n} held-out studies", one="1 held-out study", n=row.cases)


def _range(row: Row) -> str:
    """Say how sure a mean is, where that is not plain already."""
    if row.low is None or row.high is None or (not row.passed and row.fell) or row.high - row.low < 0.005:
        return ""
    if not row.passed:
        return tr(", but so few studies cannot rule out a loss of {loss:.2f}", loss=-row.low)
    return tr(" (likely change {low:+.2f} to {high:+.2f})", low=row.low, high=row.high)


def _excuse(row: Row) -> str:
    """Say why a held-out mean may have fallen all the same."""
    return tr(", by no more than two readers differ") if row.source == "hold-out" and row.passed else ""


def _caps(row: Row) -> str:
    """Say that a mask accepted as proposed counts for less than its score."""
    return tr(" (masks accepted as proposed counted as no more than two readers agree)") if row.capped else ""


def _digits(row: Row) -> tuple[str, str]:
    """Write both with two digits, or as many as show by how much they differ (four at most).

    What passed and differs by less than half a hundredth is written as the same.
    """
    before, after = row.incumbent, row.candidate
    if abs(after - before) < 0.005 and row.passed:
        return f"{after:.2f}", f"{after:.2f}"
    for digits in (2, 3, 4):
        # Two digits may make one hundredth of what is less than half of it.
        if digits == 2 and abs(after - before) < 0.01:
            continue
        texts = f"{before:.{digits}f}", f"{after:.{digits}f}"
        if texts[0] != texts[1]:
            return texts
    return f"{before:.2f}", f"{after:.2f}"
