"""The gate: never worse."""

from __future__ import annotations

import math
import random
from dataclasses import replace

import pytest

from parotid_training.labels import FOREGROUND, Structure
from parotid_training.learn.gate import FOUND, decide, keeps_skills
from parotid_training.learn.scores import CaseScore, Scores, Source
from parotid_training.learn.verdict import Row, headline, say

GLAND, TUMOUR = FOREGROUND
NAN = math.nan


def cases(source: Source, structure: Structure, *values: float, surface: float | None = None) -> tuple[CaseScore, ...]:
    return tuple(
        CaseScore(
            f"{source}-{n}", source, structure, value, value if surface is None else surface, not math.isnan(value)
        )
        for n, value in enumerate(values)
    )


def without(source: Source, structure: Structure, *drawn: bool) -> tuple[CaseScore, ...]:
    """Cases whose annotation has not the structure, and whether the model draws one."""
    values = [0.0 if one else NAN for one in drawn]
    return tuple(
        CaseScore(f"{source}-{n}", source, structure, value, value, present=False) for n, value in enumerate(values)
    )


BASE = cases("base", GLAND, 0.9, 0.88) + cases("base", TUMOUR, 0.8, 0.7)


def old(*held: float) -> Scores:
    return Scores("old", cases("hold-out", GLAND, *held) + BASE)


def new(*held: float, base: tuple[CaseScore, ...] = BASE) -> Scores:
    return Scores("new", cases("hold-out", GLAND, *held) + base)


def test_a_better_candidate_is_used_and_the_sentence_has_the_figures() -> None:
    verdict = decide(new(0.86, 0.88), old(0.80, 0.86))
    assert verdict.promote
    assert verdict.sentence.startswith("Used from now on: on 2 held-out studies the gland score rose from 0.83 to 0.87")
    assert "the tumour was in no held-out study and was not judged there" in verdict.sentence
    first, *others = verdict.sentence.split("; ")
    assert (headline(verdict.sentence), len(others)) == (f"{first}.", 3)
    assert all(row.passed for row in verdict.rows)


@pytest.mark.parametrize("was", [0.9, 0.5, 0.19])
def test_no_base_case_may_lose_more_than_the_others_can_make_good(was: float) -> None:
    glands = cases("base", GLAND, 0.9, 0.88)
    before = Scores("old", cases("hold-out", GLAND, 0.4, 0.5) + glands + cases("base", TUMOUR, was, 0.6))
    for loss, promoted in ((0.029, True), (0.031, False)):
        after = glands + cases("base", TUMOUR, was - loss, 0.8)
        assert decide(new(0.7, 0.75, base=after), before).promote is promoted


def test_a_worse_candidate_is_refused_with_the_figures() -> None:
    verdict = decide(new(0.83, 0.83, 0.83, 0.83), old(0.86, 0.86, 0.86, 0.86))
    assert not verdict.promote
    assert verdict.sentence == "Not used: on 4 held-out studies the gland score fell from 0.86 to 0.83."


def test_an_equal_candidate_is_used() -> None:
    assert decide(new(0.8), old(0.8)).promote


@pytest.mark.parametrize("was", [0.0, 0.04, FOUND - 1e-6])
def test_a_structure_that_neither_finds_is_told_in_words_and_decides_nothing(was: float) -> None:
    missed, barely = cases("hold-out", TUMOUR, 0.0), cases("hold-out", TUMOUR, was)
    verdict = decide(Scores("new", new(0.8).cases + missed), Scores("old", old(0.8).cases + barely))
    assert verdict.promote
    assert "on 1 held-out study neither version finds the tumour" in verdict.sentence


def test_what_one_of_both_finds_is_compared() -> None:
    incumbent = Scores("old", old(0.8).cases + cases("hold-out", TUMOUR, 0.04, FOUND, 0.1))
    lost = Scores("new", new(0.8).cases + cases("hold-out", TUMOUR, 0.0, FOUND - 0.01, 0.0))
    assert "on 1 held-out study the tumour score fell from 0.18 to 0.17" in decide(lost, incumbent).sentence
    won = Scores("new", new(0.8).cases + cases("hold-out", TUMOUR, 0.3, FOUND, 0.0))
    verdict = decide(won, incumbent)
    assert verdict.promote
    assert "on 2 held-out studies the tumour score rose from 0.11 to 0.24" in verdict.sentence
    assert "in 1 of 3 held-out studies with a tumour it misses it (before: in 2)" in verdict.sentence
    nowhere = decide(new(0.1), old(0.05))
    assert nowhere.sentence == "Not used: neither version finds anything in the held-out studies."
    assert nowhere.rows, "the built-in set is shown all the same"


def test_a_mask_kept_as_it_was_proposed_is_no_reason_to_refuse_every_other_version() -> None:
    verdict = decide(new(0.91), old(1.0))
    assert verdict.promote
    assert "fell from 1.00 to 0.91, by no more than two readers differ" in verdict.sentence
    assert not decide(new(0.89), old(1.0)).promote, "that would have to be corrected"
    assert not decide(new(0.92), old(0.94)).promote, "a mask that was corrected measures all of it"
    assert not decide(new(0.91, 0.5), old(1.0, 0.6)).promote
    assert not decide(new(1.0, 0.59), old(0.96, 0.60)).promote, "more than two readers agree makes nothing good"
    outline = Scores("old", cases("hold-out", GLAND, 1.0, surface=1.0) + BASE)
    assert not decide(Scores("new", cases("hold-out", GLAND, 0.95, surface=0.89) + BASE), outline).promote
    base = cases("base", GLAND, 1.0, 0.97) + BASE[2:]
    assert not decide(new(0.8), Scores("old", old(0.8).cases[:1] + base)).promote, "the built-in masks are exact"


def test_a_refusal_has_the_figures_that_it_is_for() -> None:
    verdict = decide(new(0.965, 0.895), old(0.955, 0.900))
    assert not verdict.promote
    assert "fell from 0.900 to 0.897" in verdict.sentence
    assert "masks accepted as proposed counted as no more than two readers agree" in verdict.sentence
    kept = decide(new(0.91, 0.95), old(0.96, 0.80))
    assert kept.promote
    assert "rose from 0.88 to 0.93" in kept.sentence
    assert "counted" not in kept.sentence
    assert not any(row.capped for row in kept.rows)


def two_tumours(*values: float) -> Scores:
    return Scores("", old(0.8).cases + cases("hold-out", TUMOUR, *values))


def test_a_few_tumours_are_judged_by_their_mean_and_by_what_is_found() -> None:
    assert decide(two_tumours(0.64, 0.45), two_tumours(0.35, 0.55)).promote
    assert not decide(two_tumours(0.43, 0.45), two_tumours(0.35, 0.55)).promote
    assert decide(two_tumours(0.64, 0.0), two_tumours(0.35, 0.05)).promote, "it was missed before as well"
    lost = decide(two_tumours(0.9, 0.1), two_tumours(0.3, 0.5))
    assert lost.sentence == "Not used: in 1 of 2 held-out studies with a tumour it misses it (before: in 0)."


def test_the_mean_of_several_tumours_must_be_no_luck() -> None:
    before = (0.5,) * 5
    sure, lucky = (0.52, 0.52, 0.5, 0.49, 0.52), (0.95, 0.4, 0.4, 0.4, 0.4)
    assert decide(two_tumours(*sure), two_tumours(*before)).promote
    refused = decide(two_tumours(*lucky), two_tumours(*before))
    assert "rose from 0.50 to 0.51, but so few studies cannot rule out a loss of 0.10" in refused.sentence
    missed = (0.9, 0.9, 0.9, 0.9, 0.17)
    assert decide(two_tumours(*missed), two_tumours(0.5, 0.5, 0.5, 0.5, 0.19)).promote, "the mean counts it"


def test_a_small_fall_is_shown_with_enough_digits() -> None:
    assert "fell from 0.8612 to 0.8610" in decide(new(0.8610), old(0.8612)).sentence
    assert "fell from 0.855 to 0.849" in decide(new(0.849), old(0.855)).sentence, "not by a hundredth"


def test_what_hardly_changed_is_not_said_to_have_risen() -> None:
    assert "the gland score stayed at 0.86" in decide(new(0.8613), old(0.8612)).sentence
    kept = Row("hold-out", GLAND, "DSC", 4, 0.903, 0.900, True, -0.01, 0.0)
    assert "stayed at 0.90" in say(kept)
    assert "readers differ" not in say(kept), "there is no fall to excuse"


def test_a_readers_own_reason_is_not_cut() -> None:
    own = "Used against the comparison: better tumours; glands alike."
    assert headline(own) == own


def test_one_structure_does_not_pay_for_the_other() -> None:
    held = cases("hold-out", TUMOUR, 0.6)
    incumbent = Scores("old", old(0.7).cases + held)
    candidate = Scores("new", new(0.9).cases + cases("hold-out", TUMOUR, 0.59))
    verdict = decide(candidate, incumbent)
    assert not verdict.promote
    assert verdict.sentence == "Not used: on 1 held-out study the tumour score fell from 0.60 to 0.59."


def test_the_held_out_studies_do_not_pay_for_the_base() -> None:
    worse = cases("base", GLAND, 0.89, 0.87) + BASE[2:]
    verdict = decide(new(0.95, base=worse), old(0.8))
    assert not verdict.promote
    assert "built-in" in verdict.sentence


def test_the_base_may_vary_within_its_tolerance_and_no_more() -> None:
    for fall, promoted in ((0.004, True), (0.006, False)):
        base = tuple(replace(case, dsc=case.dsc - fall, surface_dice=case.surface_dice - fall) for case in BASE)
        assert decide(new(0.8, base=base), old(0.8)).promote is promoted


def test_one_forgotten_base_case_is_enough() -> None:
    base = cases("base", GLAND, 0.99, 0.84) + BASE[2:]
    verdict = decide(new(0.9, base=base), old(0.8))
    assert not verdict.promote
    assert (
        verdict.sentence
        == "Not used: in one of 2 built-in studies the gland score fell from 0.88 (shipped version) to 0.84."
    )


def test_many_small_falls_are_not_a_way_around_the_rule() -> None:
    shipped = Scores("shipped", BASE)
    once, twice = (cases("base", GLAND, 0.9 + n / 50, 0.88 - n / 50) + BASE[2:] for n in (1, 2))
    assert decide(new(0.8, base=once), old(0.7), shipped=shipped).promote
    in_use = Scores("old", new(0.8, base=once).cases)
    second = decide(new(0.9, base=twice), in_use, shipped=shipped)
    assert second.sentence == (
        "Not used: in one of 2 built-in studies the gland score fell from 0.88 (shipped version) to 0.84."
    )
    assert decide(new(0.9, base=twice), in_use).promote, "each fall alone is allowed"
    assert not keeps_skills(new(base=twice), shipped)
    assert keeps_skills(new(base=once), shipped)
    assert "same studies" in decide(new(0.8), old(0.7), shipped=Scores("shipped", BASE[1:])).sentence
    assert not keeps_skills(new(0.8), Scores("shipped", BASE[1:]))


def test_a_version_that_did_well_on_the_built_in_set_by_luck_is_no_measure_of_later_ones() -> None:
    lucky = Scores("old", old(0.7).cases[:1] + cases("base", GLAND, 0.96, 0.95) + BASE[2:])
    assert not decide(new(0.8), lucky).promote
    assert decide(new(0.8), lucky, shipped=Scores("shipped", BASE)).promote
    assert not decide(new(0.69), lucky, shipped=Scores("shipped", BASE)).promote, "held-out studies are another matter"


def test_skills_are_kept_or_not_whatever_the_held_out_studies_say() -> None:
    assert keeps_skills(new(0.1), old(0.8))
    assert keeps_skills(Scores("new", BASE), Scores("old", BASE))
    forgot = cases("base", GLAND, 0.99, 0.84) + BASE[2:]
    assert not keeps_skills(new(0.9, base=forgot), old(0.8))
    assert not keeps_skills(Scores("new", BASE[1:]), Scores("old", BASE)), "not the same studies"


def test_the_outline_counts_too() -> None:
    incumbent = Scores("old", cases("hold-out", GLAND, 0.8, surface=0.9) + BASE)
    candidate = Scores("new", cases("hold-out", GLAND, 0.85, surface=0.88) + BASE)
    verdict = decide(candidate, incumbent)
    assert verdict.sentence == "Not used: on 1 held-out study the gland outline score fell from 0.90 to 0.88."


def test_empty_against_empty_is_not_averaged() -> None:
    verdict = decide(new(0.9, NAN), old(0.8, NAN))
    assert verdict.promote
    assert "on 1 held-out study the gland score rose from 0.80 to 0.90" in verdict.sentence


def test_nothing_to_compare_is_refused() -> None:
    assert decide(new(NAN), old(NAN)).sentence == "Not used: no held-out study could be compared."
    assert not decide(new(), old()).promote
    assert not decide(Scores("new", ()), Scores("old", ())).promote


def test_a_structure_newly_drawn_where_there_is_none_is_refused() -> None:
    incumbent = Scores("old", old(0.8).cases + without("hold-out", TUMOUR, False))
    candidate = Scores("new", new(0.9).cases + without("hold-out", TUMOUR, True))
    verdict = decide(candidate, incumbent)
    assert verdict.sentence == "Not used: in 1 of 1 held-out study without a tumour it draws one (before: in 0)."
    assert decide(incumbent_now_better := Scores("new", new(0.9).cases + incumbent.cases[-1:]), candidate).promote
    assert incumbent_now_better.model_id == "new"


def test_a_tumour_that_both_draw_where_there_is_none_is_no_score() -> None:
    both = (*cases("hold-out", GLAND, 0.8), *without("hold-out", TUMOUR, True))
    verdict = decide(Scores("new", both + BASE), Scores("old", both + BASE))
    assert verdict.promote
    assert "tumour score stayed at 0.00" not in verdict.sentence
    assert "the tumour was in no held-out study and was not judged there" in verdict.sentence
    nothing = without("hold-out", TUMOUR, True)
    assert "no held-out study could be compared" in decide(Scores("new", nothing), Scores("old", nothing)).sentence


def test_a_missed_structure_scores_zero_and_no_number_is_refused() -> None:
    there = CaseScore("hold-out-9", "hold-out", TUMOUR, NAN, NAN)
    verdict = decide(Scores("new", (*new(0.9).cases, there)), Scores("old", (*old(0.8).cases, there)))
    assert verdict.sentence == "Not used: a score is missing or is not a number."


def test_a_false_finding_may_take_the_place_of_another() -> None:
    first, second = without("hold-out", TUMOUR, True, False), without("hold-out", TUMOUR, False, True)
    held = old(0.8).cases
    assert decide(Scores("new", held + second), Scores("old", held + first)).promote
    both = without("hold-out", TUMOUR, True, True)
    assert not decide(Scores("new", held + both), Scores("old", held + first)).promote


def test_a_fallen_mean_does_not_hide_new_false_findings() -> None:
    one = tuple(replace(case, case_id="healthy") for case in without("hold-out", TUMOUR, True))
    none = tuple(replace(case, case_id="healthy") for case in without("hold-out", TUMOUR, False))
    candidate = Scores("new", (*old(0.8).cases, *cases("hold-out", TUMOUR, 0.5), *one))
    incumbent = Scores("old", (*old(0.8).cases, *cases("hold-out", TUMOUR, 0.6), *none))
    sentence = decide(candidate, incumbent).sentence
    assert "the tumour score fell from 0.60 to 0.50" in sentence
    assert "without a tumour it draws one" in sentence


def test_false_findings_on_the_base_are_bounded_by_their_share() -> None:
    empty = without("base", TUMOUR, *[False] * 10)
    for drawn, promoted in ((1, True), (2, False)):
        candidate = Scores(
            "new",
            cases("hold-out", GLAND, 0.9) + without("base", TUMOUR, *[True] * drawn, *[False] * (10 - drawn)),
        )
        assert decide(candidate, Scores("old", cases("hold-out", GLAND, 0.8) + empty)).promote is promoted


@pytest.mark.parametrize("value", [math.inf, -math.inf, -0.1, 1.1])
def test_scores_that_are_none_are_refused(value: float) -> None:
    for pair in ((new(value), old(0.8)), (new(0.8), old(value))):
        assert decide(*pair).sentence == "Not used: a score is missing or is not a number."


def test_half_a_score_is_refused() -> None:
    half = Scores("new", cases("hold-out", GLAND, 0.9, surface=NAN) + BASE)
    assert not decide(half, old(0.8)).promote
    assert not decide(Scores("new", cases("hold-out", GLAND, NAN, surface=0.9) + BASE), old(0.8)).promote


def test_scores_of_other_studies_are_not_compared() -> None:
    for candidate in (new(0.9), Scores("new", new(0.9, 0.9).cases[1:]), Scores("new", new(0.9, 0.9).cases * 2)):
        assert "not scored on the same studies" in decide(candidate, old(0.8, 0.8)).sentence


def test_the_order_of_the_cases_does_not_matter() -> None:
    candidate = new(0.9, 0.7, 0.8)
    shuffled = Scores("new", candidate.cases[::-1])
    assert decide(shuffled, old(0.8, 0.8, 0.8)).promote == decide(candidate, old(0.8, 0.8, 0.8)).promote


def random_scores(rng: random.Random) -> Scores:
    found: list[CaseScore] = []
    for source in ("hold-out", "base"):
        for structure in FOREGROUND:
            values = [NAN if rng.random() < 0.2 else rng.uniform(0.3, 0.9) for _ in range(rng.randint(1, 6))]
            found += cases(source, structure, *values)
    return Scores("old", (*found, CaseScore("certain", "hold-out", GLAND, 0.5, 0.5)))


def shifted(scores: Scores, amount: float) -> Scores:
    moved = (replace(c, dsc=c.dsc + amount, surface_dice=c.surface_dice + amount) for c in scores.cases)
    return Scores("new", tuple(moved))


@pytest.mark.parametrize("seed", range(50))
def test_better_everywhere_is_used_and_worse_everywhere_never(seed: int) -> None:
    rng = random.Random(seed)
    scores = random_scores(rng)
    assert decide(shifted(scores, rng.uniform(1e-6, 0.1)), scores).promote
    assert decide(shifted(scores, 0.0), scores).promote
    assert not decide(shifted(scores, -rng.uniform(1e-6, 0.1)), scores).promote


@pytest.mark.parametrize("seed", range(50))
def test_what_is_used_is_nowhere_worse_on_the_held_out_studies(seed: int) -> None:
    rng = random.Random(1000 + seed)
    incumbent = random_scores(rng)
    candidate = Scores("new", tuple(
        c if math.isnan(c.dsc) else replace(c, dsc=min(1.0, max(0.0, c.dsc + rng.gauss(0.02, 0.03))))
        for c in incumbent.cases
    ))  # fmt: skip
    verdict = decide(candidate, incumbent)
    pairs = list(zip(candidate.cases, incumbent.cases, strict=True))
    for structure in FOREGROUND:
        held = [
            c.dsc - i.dsc
            for c, i in pairs
            if c.structure == structure and c.source == "hold-out" and not math.isnan(c.dsc)
        ]
        if verdict.promote and held:
            assert sum(held) >= -1e-9
    if verdict.promote:
        assert all(c.dsc - i.dsc >= -0.03 - 1e-9 for c, i in pairs if c.source == "base" and c.present)
    assert verdict.promote == all(row.passed for row in verdict.rows)


def test_the_outline_counts_on_the_base_as_well() -> None:
    base = tuple(replace(case, surface_dice=case.surface_dice - 0.006) for case in BASE)
    verdict = decide(new(0.9, base=base), old(0.8))
    assert verdict.sentence.startswith("Not used: on 2 built-in studies the gland outline score fell from")
    assert not keeps_skills(new(0.9, base=base), old(0.8))
