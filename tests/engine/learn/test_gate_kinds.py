"""The gate against candidates of known kinds, scores resampled: a worse one never, a better one nearly always."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest

from parotid_training.labels import FOREGROUND, Structure
from parotid_training.learn.gate import decide, paired_interval
from parotid_training.learn.scores import CaseScore, Scores
from parotid_training.learn.verdict import Verdict

GLAND, TUMOUR = FOREGROUND
TIMES = 50

# Mean and spread over the cases of what a candidate gains: gland and tumour of held-out cases, both of the base set.
KINDS = {
    "flipped labels": ((-0.55, 0.10), (-0.45, 0.15), (-0.20, 0.08)),
    "noise": ((-0.08, 0.05), (-0.12, 0.10), (-0.03, 0.02)),
    "empty masks": ((-0.30, 0.15), (-0.40, 0.20), (-0.10, 0.06)),
    "half spoiled": ((-0.04, 0.03), (-0.07, 0.08), (-0.01, 0.01)),
    "forgetful": ((0.04, 0.02), (0.05, 0.04), (-0.05, 0.02)),
    "better": ((0.05, 0.02), (0.07, 0.05), (0.002, 0.004)),
    "much better": ((0.12, 0.05), (0.15, 0.10), (0.005, 0.005)),
}


def pairs_of(kind: str, seed: int) -> list[tuple[CaseScore, CaseScore]]:
    """Candidate and incumbent on 8 held-out cases (half with a tumour) and 6 base cases, spread as real scores."""
    rng = np.random.default_rng(seed)
    found = []
    for source, count in (("hold-out", 8), ("base", 6)):
        for n in range(count):
            for structure in FOREGROUND if n % 2 == 0 or source == "base" else (GLAND,):
                old = rng.normal(0.78, 0.06) if structure is GLAND else rng.normal(0.62, 0.12)
                gain = rng.normal(*KINDS[kind][2 if source == "base" else 0 if structure is GLAND else 1])
                scores = np.clip([old + gain, old, old - 0.04 + 1.1 * gain + rng.normal(0, 0.005), old - 0.04], 0, 1)
                new, was, new_outline, was_outline = map(float, scores)
                incumbent = CaseScore(f"{source}-{n}", source, structure, was, was_outline)
                found.append((replace(incumbent, dsc=new, surface_dice=new_outline), incumbent))
    return found


def resampled(pairs: list[tuple[CaseScore, CaseScore]], rng: random.Random) -> tuple[Scores, Scores]:
    """Draw as many cases of each source with replacement; both structures of a case stay together."""
    drawn: list[tuple[CaseScore, CaseScore]] = []
    for source in ("hold-out", "base"):
        names = sorted({c.case_id for c, _ in pairs if c.source == source})
        for n, name in enumerate(rng.choices(names, k=len(names))):
            drawn += [
                (replace(c, case_id=f"{source}-{n}"), replace(i, case_id=f"{source}-{n}"))
                for c, i in pairs
                if c.case_id == name
            ]
    return Scores("new", tuple(c for c, _ in drawn)), Scores("old", tuple(i for _, i in drawn))


def promotions(pairs: list[tuple[CaseScore, CaseScore]], seed: int = 0) -> int:
    rng = random.Random(seed)
    return sum(decide(*resampled(pairs, rng)).promote for _ in range(TIMES))


@pytest.mark.parametrize("kind", [kind for kind in KINDS if "better" not in kind])
@pytest.mark.parametrize("seed", range(4))
def test_a_worse_candidate_is_never_used(kind: str, seed: int) -> None:
    assert promotions(pairs_of(kind, seed)) == 0


@pytest.mark.parametrize("kind", ["better", "much better"])
def test_a_better_candidate_is_nearly_always_used(kind: str) -> None:
    assert sum(promotions(pairs_of(kind, seed)) for seed in range(4)) >= 0.9 * 4 * TIMES


def in_a_room_where_all_is_kept(seed: int, mean: float) -> list[tuple[CaseScore, CaseScore]]:
    """Held-out masks that are what the incumbent drew, and a candidate that agrees with them so far."""
    rng, kept = np.random.default_rng(seed), []
    for new, old in pairs_of("better", seed):
        if old.source == "hold-out":
            score, own = float(np.clip(rng.normal(mean, 0.015), 0, 1)), float(rng.uniform(0.96, 1.0))
            new, old = replace(new, dsc=score, surface_dice=score), replace(old, dsc=own, surface_dice=own)
        kept.append((new, old))
    return kept


@pytest.mark.parametrize("seed", range(4))
def test_where_all_is_kept_a_version_that_would_have_to_be_corrected_is_never_used(seed: int) -> None:
    assert promotions(in_a_room_where_all_is_kept(seed, 0.85)) == 0
    assert promotions(in_a_room_where_all_is_kept(seed, 0.94)) >= 0.9 * TIMES


def held(*scores: float) -> tuple[CaseScore, ...]:
    return tuple(CaseScore(f"c{n}", "hold-out", GLAND, score, score) for n, score in enumerate(scores))


def test_a_mean_that_rose_by_one_lucky_case_is_not_enough() -> None:
    verdict = decide(Scores("new", held(0.90, 0.72, 0.73)), Scores("old", held(0.70, 0.78, 0.77)))
    assert not verdict.promote
    assert verdict.sentence.startswith("Not used: on 3 held-out studies the gland score rose from 0.75 to 0.78, but")
    assert "cannot rule out a loss of 0.0" in verdict.sentence


def test_the_verdict_says_how_sure_it_is() -> None:
    verdict = decide(Scores("new", held(0.85, 0.88, 0.90)), Scores("old", held(0.80, 0.80, 0.80)))
    assert verdict.promote
    assert "on 3 held-out studies the gland score rose from 0.80 to 0.88 (likely change +0." in verdict.sentence
    row = verdict.rows[0]
    assert row.low is not None
    assert row.high is not None
    assert 0.05 <= row.low < row.candidate - row.incumbent < row.high <= 0.10


def test_one_case_has_no_interval_and_equal_scores_give_equal_ones() -> None:
    assert paired_interval([0.9], [0.8]) == (None, None)
    scores = [0.9, 0.8, 0.7], [0.8, 0.8, 0.8]
    assert paired_interval(*scores) == paired_interval(*scores)
    assert paired_interval([0.5, 0.5], [0.5, 0.5]) == (0.0, 0.0)


def test_the_table_survives_its_way_to_the_records() -> None:
    verdict = decide(Scores("new", held(0.85, 0.88)), Scores("old", held(0.80, 0.86)))
    assert Verdict.from_json(verdict.to_json()) == verdict
    assert verdict.rows[0].structure is Structure.GLAND
