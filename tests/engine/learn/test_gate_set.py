"""The built-in set the gate watches is what the shipped starter finds."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from parotid_assets import BASE_MODEL
from parotid_training.anatomy.tumour import Look
from parotid_training.labels import Structure
from parotid_training.learn.job import GATE_SET, REPLAY_SET, FinetuneSettings
from parotid_training.learn.synthetic import phantom_of
from parotid_training.model.checkpoint import verify
from parotid_training.model.predict import Segmenter
from parotid_training.model.runtime import tune_process
from scripts import gate_set
from scripts.gate_set import HEALTHY, WANTED, Seen

AGAIN = "run python scripts/gate_set.py and put its answer into learn/job.py"


def test_the_set_was_chosen_for_the_starter_that_is_shipped() -> None:
    page = gate_set.PAGE.read_text("utf-8")
    assert f"starter `{verify(BASE_MODEL)[:12]}`" in page, AGAIN
    taken = [int(seed) for seed in re.findall(r"^\| (\d+) .* yes \|$", page, re.MULTILINE)]
    assert sorted(GATE_SET) == taken, AGAIN
    assert FinetuneSettings().gate_set == GATE_SET
    assert FinetuneSettings(base_set=2).gate_set == GATE_SET[:2]
    assert not set(GATE_SET) & set(REPLAY_SET)


def test_seeds_are_taken_in_their_order_until_there_are_enough_of_each_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = [*WANTED, HEALTHY]

    def look_at(seed: int, starter: object, wanted: object) -> Seen | None:
        kind = kinds[seed % len(kinds)]
        tumour = {} if kind == HEALTHY else {Structure.TUMOUR: 0.59 if seed % 3 else 0.61}
        return Seen(seed, kind, {Structure.GLAND: 0.7, **tumour}) if kind in wanted else None  # type: ignore[operator]

    monkeypatch.setattr(gate_set, "look_at", look_at)
    taken = [seen for seen in gate_set.candidates(None) if seen.found]  # type: ignore[arg-type]
    assert Counter(seen.kind for seen in taken) == WANTED
    assert all(seen.seed % 3 == 0 for seen in taken if seen.kind != HEALTHY)
    turns = [next(seen.kind for seen in taken if seen.seed == seed) for seed in gate_set.in_turn(taken)]
    assert [kind == HEALTHY for kind in turns] == [False, True] * 3


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_the_starter_still_finds_all_that_is_in_the_set() -> None:
    # As the child computes: several threads on a busy machine wait for each other.
    tune_process(1)
    starter = Segmenter.load(BASE_MODEL)
    found = [gate_set.look_at(seed, starter) for seed in GATE_SET]
    assert all(seen is not None and seen.found for seen in found), AGAIN
    assert Counter(seen.kind for seen in found if seen is not None) == WANTED


@pytest.mark.slow
def test_every_look_of_tumour_is_replayed_and_as_many_healthy_heads() -> None:
    looks = Counter(phantom_of(seed).facts["look"] for seed in REPLAY_SET)
    assert looks == {Look.ADENOMA: 1, Look.WARTHIN: 1, Look.MALIGNANT: 2, None: 4}
