"""Whether a fine-tuned model may replace the one in use: one pure function, in plain words.

The child process scores candidate and incumbent on the same cases; whoever holds the workspace decides here.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from parotid_training.labels import FOREGROUND, Structure
from parotid_training.learn.scores import SOURCES, CaseScore, Scores, Source
from parotid_training.learn.verdict import BETWEEN, MISSED, NOT_USED, USED, Row, Verdict, distinct, named, say
from parotid_training.words import tr

if TYPE_CHECKING:
    from collections.abc import Iterable

FOUND = 2 / 11
"""DSC from which a structure counts as found: the overlap of one tenth (intersection over union) by which detections
in volumes are counted (Baumgartner et al., nnDetection, MICCAI 2021). What overlaps less is no help to a reader."""

KEPT, READERS = 0.95, 0.9
"""DSC from which a held-out mask is the incumbent's own drawing, all but kept as it was, for no two readers agree so
closely; and how far they agree, beyond which such a mask measures nothing."""
# Means of equal scores may differ in the last bits.
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Rule:
    """How much a candidate may lose and still be used.

    Parameters
    ----------
    holdout_tolerance
        Largest fall of a mean on the held-out accepted cases. 0: these are the user's own patients.
    holdout_margin
        Largest fall that the interval of a mean on the held-out cases may leave possible: with few cases a mean that
        rose may be luck.
    tumour_interval_from
        Tumours from which their mean has an interval. Over fewer a bootstrap's ends are hardly more than the single
        tumours' own changes, and in those two equally good versions differ by far more than the margin (by 0.2 and 0.3;
        docs/results/finetuning.md). There none that was found may be missed instead. Glands vary little: from two on.
    base_tolerance
        Largest fall of a mean on the base set; what two trainings differ by without learning anything else.
    base_case_loss
        Largest fall of the DSC of any one base case: a good mean must not hide a case that was forgotten.
    base_false_findings
        Share of the base cases without a structure in which it may be drawn more often. On the hold-out: none.
    """

    holdout_tolerance: float = 0.0
    holdout_margin: float = 0.03
    tumour_interval_from: int = 5
    base_tolerance: float = 0.005
    base_case_loss: float = 0.03
    base_false_findings: float = 0.1


_Pair = tuple[CaseScore, CaseScore]


def decide(candidate: Scores, incumbent: Scores, rule: Rule | None = None, shipped: Scores | None = None) -> Verdict:
    """Decide whether the candidate replaces the incumbent.

    The rule. Scores are compared in pairs, the same structure of the same case, and the held-out accepted cases
    and the shipped base set are judged apart. The candidate is used only if

    1. both were scored on exactly the same cases, and every structure that is there has a score between 0 and 1;
    2. at least one held-out case holds a structure that one of both finds;
    3. for each structure present in a set, neither mean DSC nor mean surface Dice falls by more than the set's
       tolerance, and on the held-out cases the interval of its paired differences does not reach below
       ``holdout_margin`` (a single case has no interval: its score must not fall; with fewer tumours than
       ``tumour_interval_from`` no more are missed than before instead);
    4. no base case loses more than ``base_case_loss`` DSC;
    5. the structure is not drawn more often where the annotation has none: in no more held-out cases than before, and
       in more base cases at most by the share ``base_false_findings`` of those without it.

    On the held-out cases it is compared with the incumbent, on the base set with the shipped version: that set guards
    what the shipped version can do, and many small falls, one a round, would be a large one. Nor is a version that did
    better on it by luck the measure of all later ones.

    A held-out case in which neither version finds the structure (`FOUND`) says nothing of which is better: it is
    counted as missed by both, and left out of the means. One that all but keeps what the incumbent drew (`KEPT`) is
    compared with scores above `READERS` counted as that: a mask that was accepted unchanged would else hold every other
    version to be worse than the one that drew it. The lines have the scores as they are, and where it is refused for
    them those that count.

    A structure absent from a set is not judged on it, and the sentence says so. An equal candidate is used: it
    has seen more cases, and nothing got worse.

    Parameters
    ----------
    candidate, incumbent
        Scores of both on the same cases.
    rule
        Thresholds; None: `Rule()`.
    shipped
        The shipped version's scores on the base set; None where it is the incumbent.
    """
    rule = Rule() if rule is None else rule
    pairs = _pair(candidate.cases, _known(incumbent, shipped))
    if isinstance(pairs, str):
        return Verdict(False, tr(NOT_USED, why=pairs))
    rows: list[Row] = []
    unjudged: list[str] = []
    for source in SOURCES:
        for structure in FOREGROUND:
            chosen = _chosen(pairs, source, structure)
            rows += _compare(source, structure, chosen, rule)
            if not any(c.present for c, _ in chosen):
                unjudged.append(_unjudged(source, structure))
    held = [pair for pair in pairs if pair[0].source == "hold-out" and pair[0].present]
    if not any(_comparable(pair) for pair in held):
        nothing = tr("neither version finds anything in the held-out studies")
        why = nothing if held else tr("no held-out study could be compared")
        return Verdict(False, tr(NOT_USED, why=why), tuple(rows))
    failed = [row for row in rows if not row.passed]
    if failed:
        return Verdict(False, tr(NOT_USED, why=BETWEEN.join(say(row) for row in distinct(failed))), tuple(rows))
    told = [say(row) for row in rows if row.measure in ("DSC", MISSED)] + unjudged
    return Verdict(True, tr(USED, why=BETWEEN.join(told)), tuple(rows))


def keeps_skills(candidate: Scores, shipped: Scores) -> bool:
    """Whether nothing on the base set speaks against the candidate; held-out cases are not looked at."""
    base = [tuple(case for case in one.cases if case.source == "base") for one in (candidate, shipped)]
    pairs = _pair(*base)
    if isinstance(pairs, str):
        return False
    rows = [_compare("base", structure, _chosen(pairs, "base", structure), Rule()) for structure in FOREGROUND]
    return all(row.passed for row in chain.from_iterable(rows))


def _known(incumbent: Scores, shipped: Scores | None) -> tuple[CaseScore, ...]:
    """What a candidate is compared with: the incumbent on held-out cases, the shipped version on the base set."""
    guarded = (incumbent if shipped is None else shipped).cases
    held = [case for case in incumbent.cases if case.source == "hold-out"]
    return (*held, *(case for case in guarded if case.source == "base"))


def _chosen(pairs: list[_Pair], source: Source, structure: Structure) -> list[_Pair]:
    return [pair for pair in pairs if pair[0].source == source and pair[0].structure == structure]


def _unjudged(source: Source, structure: Structure) -> str:
    if source == "base":
        return tr("the {name} was in no built-in study and was not judged there", name=named(structure))
    return tr("the {name} was in no held-out study and was not judged there", name=named(structure))


def _pair(candidate: tuple[CaseScore, ...], incumbent: tuple[CaseScore, ...]) -> list[_Pair] | str:
    """Pair the scores of the same structure of the same case, or say why they cannot be compared."""
    keys = [
        [(case.source, case.case_id, case.structure, case.present) for case in cases]
        for cases in (candidate, incumbent)
    ]
    if Counter(keys[0]) != Counter(keys[1]) or len(set(keys[0])) != len(keys[0]):
        return tr("the two versions were not scored on the same studies")
    if not all(_whole(case) for case in (*candidate, *incumbent)):
        return tr("a score is missing or is not a number")
    found = dict(zip(keys[1], incumbent, strict=True))
    return [(case, found[key]) for key, case in zip(keys[0], candidate, strict=True)]


def _whole(case: CaseScore) -> bool:
    values = (case.dsc, case.surface_dice)
    if not case.present and all(math.isnan(value) for value in values):
        return True
    return all(0.0 <= value <= 1.0 for value in values)


def _compare(source: Source, structure: Structure, pairs: list[_Pair], rule: Rule) -> Iterable[Row]:
    """Yield the lines of one structure in one set of cases."""
    there = [pair for pair in pairs if pair[0].present]
    interval_from = rule.tumour_interval_from if structure is Structure.TUMOUR else 2
    if source == "base":
        yield from _means(source, structure, there, rule.base_tolerance, 1.0, interval_from)
        if there:
            yield _worst(structure, there, rule)
    else:
        found = [pair for pair in there if _comparable(pair)]
        yield from _means(source, structure, found, rule.holdout_tolerance, rule.holdout_margin, interval_from)
        before, after = (float(sum(pair[n].dsc < FOUND for pair in there)) for n in (1, 0))
        if before or after:
            passed = after <= before or len(found) >= interval_from
            yield Row(source, structure, MISSED, len(there), before, after, passed)
    empty = [pair for pair in pairs if not pair[0].present]
    if empty:
        before, after = (float(sum(pair[n].false_finding for pair in empty)) for n in (1, 0))
        allowed = rule.base_false_findings * len(empty) if source == "base" else 0
        yield Row(source, structure, "false findings", len(empty), before, after, after - before <= allowed)


def _comparable(pair: _Pair) -> bool:
    """Whether the structure is there and one of both finds it."""
    return pair[0].present and max(one.dsc for one in pair) >= FOUND


def _means(
    source: Source, structure: Structure, pairs: list[_Pair], tolerance: float, margin: float, interval_from: int
) -> Iterable[Row]:
    """Yield the lines of the means over cases; they pass if neither the fall nor what it may be is too large."""
    if not pairs:
        return
    ends = [READERS if source == "hold-out" and old.dsc >= KEPT else 1.0 for _, old in pairs]
    for measure, both in (
        ("DSC", [(new.dsc, old.dsc) for new, old in pairs]),
        ("surface Dice", [(new.surface_dice, old.surface_dice) for new, old in pairs]),
    ):
        shown = _change(both, interval_from)
        cut = [(min(new, end), min(old, end)) for (new, old), end in zip(both, ends, strict=True)]
        counted = shown if cut == both else _change(cut, interval_from)
        passed = counted.after >= counted.before - tolerance - _ROUNDING
        certain = counted.low is None or counted.low >= -margin - _ROUNDING
        passed = passed and certain
        # Why it is refused must be seen in its figures.
        told = shown if passed else counted
        yield Row(
            source,
            structure,
            measure,
            len(pairs),
            told.before,
            told.after,
            passed,
            told.low,
            told.high,
            capped=told is not shown,
        )


class _Change(NamedTuple):
    """Means before and after, and the interval of the paired differences; None where there are too few."""

    before: float
    after: float
    low: float | None
    high: float | None


def _change(pairs: list[tuple[float, float]], interval_from: int) -> _Change:
    new, old = ([float(pair[n]) for pair in pairs] for n in (0, 1))
    ends = paired_interval(new, old) if len(pairs) >= interval_from else (None, None)
    return _Change(math.fsum(old) / len(old), math.fsum(new) / len(new), *ends)


def _worst(structure: Structure, both: list[_Pair], rule: Rule) -> Row:
    """Return the line of the base case that loses most."""
    worst, was = min(both, key=lambda pair: pair[0].dsc - pair[1].dsc)
    passed = worst.dsc >= was.dsc - rule.base_case_loss - _ROUNDING
    return Row("base", structure, "worst case DSC", len(both), was.dsc, worst.dsc, passed)


def paired_interval(
    candidate: list[float], incumbent: list[float], confidence: float = 0.9
) -> tuple[float, float] | tuple[None, None]:
    """Return the percentile bootstrap interval (Efron 1979) of the mean paired difference; None for a single case.

    The same scores give the same interval.
    """
    # Half a second to import: not before there is something to compare.
    from scipy import stats

    if len(candidate) < 2:
        return None, None
    difference = np.subtract(candidate, incumbent)
    found = stats.bootstrap(
        (difference,),
        np.mean,
        n_resamples=2000,
        confidence_level=confidence,
        method="percentile",
        rng=np.random.default_rng(0),
    ).confidence_interval
    return float(found.low), float(found.high)
