"""Candidates that were really trained, from right and from spoiled masks.

The shipped starter learns from heads of a new hospital as in a round of learning, only shorter, and every version is
scored on held-out heads of that hospital and on the built-in set. The scores are kept in trained_candidates.json,
made by `python -m tests.engine.learn.trained_candidates`.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from parotid_assets import BASE_MODEL
from parotid_training.experiments.new_hospital import JUDGED_HEADS, LEARNING_HEADS, hospital_phantom
from parotid_training.learn.adapt import Adapter, blend
from parotid_training.learn.data import TrainingCase, phantom_case, prepare_case
from parotid_training.learn.evaluate import score_cases
from parotid_training.learn.gate import Scores, Source
from parotid_training.learn.job import REPLAY_SEED, FinetuneSettings
from parotid_training.model.checkpoint import load_checkpoint
from parotid_training.model.networks import SwinSegmenter
from parotid_training.model.predict import Segmenter
from parotid_training.model.runtime import tune_process

FIXTURE = Path(__file__).with_name("trained_candidates.json")
SETTINGS = FinetuneSettings(steps=30, batch=4, replay=4)
CASES, HELD_OUT = 5, 6
STARTER = "starter"

Spoil = Callable[[NDArray[np.uint8], int], NDArray[np.uint8]]


def right(label: NDArray[np.uint8], n: int) -> NDArray[np.uint8]:
    return label


def flipped(label: NDArray[np.uint8], n: int) -> NDArray[np.uint8]:
    return np.array([0, 2, 1], np.uint8)[label]


def noise(label: NDArray[np.uint8], n: int) -> NDArray[np.uint8]:
    return np.random.default_rng(n).choice(np.arange(3, dtype=np.uint8), label.shape, p=[0.8, 0.15, 0.05])


def empty(label: NDArray[np.uint8], n: int) -> NDArray[np.uint8]:
    return np.zeros_like(label)


def half_spoiled(label: NDArray[np.uint8], n: int) -> NDArray[np.uint8]:
    return np.roll(label, 40, axis=1) if n % 2 else label


SPOILS: tuple[Spoil, ...] = (flipped, half_spoiled, empty, noise)
DRAWS = 2
"""Of heads with right masks; those of the first are spoiled as well."""


class Trainer:
    """Makes the versions, and scores them on the same cases."""

    def __init__(self) -> None:
        # As the child computes: several threads on a busy machine wait for each other.
        tune_process(SETTINGS.threads)
        self.starter, _ = load_checkpoint(BASE_MODEL)

    def head(self, seed: int) -> TrainingCase:
        """A head of the new hospital; every other one has a tumour."""
        return prepare_case(f"head-{seed}", *hospital_phantom(seed), self.starter.config)

    @cached_property
    def replay(self) -> list[TrainingCase]:
        return [phantom_case(REPLAY_SEED + n, self.starter.config) for n in range(SETTINGS.replay)]

    @cached_property
    def watched(self) -> list[tuple[Source, TrainingCase]]:
        held: list[tuple[Source, TrainingCase]] = [("hold-out", self.head(JUDGED_HEADS + n)) for n in range(HELD_OUT)]
        return held + [("base", phantom_case(seed, self.starter.config)) for seed in SETTINGS.gate_set]

    def learned(self, spoil: Spoil, draw: int) -> SwinSegmenter:
        """The version that learned from the heads of one draw, their masks spoiled."""
        heads = [self.head(LEARNING_HEADS + CASES * draw + n) for n in range(CASES)]
        cases = [replace(head, label=spoil(head.label, n)) for n, head in enumerate(heads)]
        adapter = Adapter(copy.deepcopy(self.starter), cases, self.replay, SETTINGS.recipe(CASES, seed=draw))
        list(adapter.steps(None, "", lambda: False))
        blend(adapter.average, self.starter, SETTINGS.blend)
        return adapter.average

    def scores(self, model: SwinSegmenter, name: str) -> Scores:
        return score_cases(Segmenter(model, name), self.watched)

    def all_scores(self) -> Iterator[Scores]:
        yield self.scores(self.starter, STARTER)
        for spoil, draw in (*((right, draw) for draw in range(DRAWS)), *((spoil, 0) for spoil in SPOILS)):
            yield self.scores(self.learned(spoil, draw), name_of(spoil, draw))


def name_of(spoil: Spoil, draw: int) -> str:
    return f"{spoil.__name__}-{draw}"


def kept() -> dict[str, Scores]:
    """The scores as they were last made."""
    return {name: Scores.from_json(values) for name, values in json.loads(FIXTURE.read_text("utf-8")).items()}


def main() -> None:
    made: dict[str, object] = {}
    for scores in Trainer().all_scores():
        made[scores.model_id] = scores.to_json()
        FIXTURE.write_text(json.dumps(made, indent=1, allow_nan=False) + "\n", "utf-8")
        print(scores.model_id, flush=True)


if __name__ == "__main__":
    main()
