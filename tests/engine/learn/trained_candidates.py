"""Candidates that were really trained, from the shipped starter.

It learns from heads of a new hospital, from right masks as in a round of learning; from spoiled ones, or with little to
remember the starter by, shorter and with the decoder, which forgets and goes wrong soonest. Every version is scored on
held-out heads of that hospital and on the built-in set. The scores are kept in trained_candidates.json, made by
`python -m tests.engine.learn.trained_candidates` (half an hour; versions that are there stay, unless the starter is
another).
"""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from parotid_assets import BASE_MODEL
from parotid_training.experiments.new_hospital import JUDGED_HEADS, LEARNING_HEADS, hospital_phantom
from parotid_training.learn.adapt import Adapter, blend
from parotid_training.learn.evaluate import score_cases
from parotid_training.learn.gate import keeps_skills
from parotid_training.learn.job import FinetuneSettings
from parotid_training.learn.scores import Scores, Source
from parotid_training.learn.synthetic import phantom_case
from parotid_training.learn.training_case import TrainingCase, prepare_case
from parotid_training.model.checkpoint import load_checkpoint
from parotid_training.model.networks import SwinSegmenter
from parotid_training.model.predict import Segmenter
from parotid_training.model.runtime import tune_process

FIXTURE = Path(__file__).with_name("trained_candidates.json")
SETTINGS = FinetuneSettings()
SOONEST = FinetuneSettings(steps=30, batch=4, stages=((0, 0),))
CASES, HELD_OUT = 5, 6
SEEDS = (0, 1)
STARTER, TAUGHT, FORGETFUL = "starter", "taught", "forgetful"
ONE_LOOK = (800_000, 800_001, 800_002, 800_003)
"""Two healthy heads and two adenomas."""
ALL_LOOKS = (800_001, 800_014, 800_005, 800_000, 800_015, 800_019)
"""An adenoma, two Warthins, two malignant tumours and one healthy head."""


def flipped(label: NDArray[np.uint8], n: int) -> NDArray[np.uint8]:
    """Glands as tumours, and tumours as glands."""
    return np.array([0, 2, 1], np.uint8)[label]


def noise(label: NDArray[np.uint8], n: int) -> NDArray[np.uint8]:
    return np.random.default_rng(n).choice(np.arange(3, dtype=np.uint8), label.shape, p=[0.8, 0.15, 0.05])


def empty(label: NDArray[np.uint8], n: int) -> NDArray[np.uint8]:
    return np.zeros_like(label)


def half_spoiled(label: NDArray[np.uint8], n: int) -> NDArray[np.uint8]:
    """Every other one lies elsewhere."""
    return np.roll(label, 40, axis=1) if n % 2 else label


SPOILED = {"flipped": flipped, "noise": noise, "empty": empty, "half spoiled": half_spoiled}
VERSIONS = tuple((kind, seed) for kind in (TAUGHT, FORGETFUL, *SPOILED) for seed in SEEDS)


def named(kind: str, seed: int) -> str:
    return f"{kind} {seed}"


class Trainer:
    """Makes the versions, and scores them on the same cases."""

    def __init__(self) -> None:
        # As the child computes: several threads on a busy machine wait for each other.
        tune_process(SETTINGS.threads)
        self.starter, self.starter_id = load_checkpoint(BASE_MODEL)

    def head(self, seed: int) -> TrainingCase:
        """A head of the new hospital; every other one has a tumour."""
        return prepare_case(f"head-{seed}", *hospital_phantom(seed), self.starter.config)

    def phantom(self, seed: int) -> TrainingCase:
        return phantom_case(seed, self.starter.config)

    @cached_property
    def watched(self) -> list[tuple[Source, TrainingCase]]:
        held: list[tuple[Source, TrainingCase]] = [("hold-out", self.head(JUDGED_HEADS + n)) for n in range(HELD_OUT)]
        return held + [("base", self.phantom(seed)) for seed in SETTINGS.gate_set]

    def learned(self, kind: str, seed: int) -> SwinSegmenter:
        heads = [self.head(LEARNING_HEADS + CASES * seed + n) for n in range(CASES)]
        if kind in SPOILED:
            heads = [replace(head, label=SPOILED[kind](head.label, n)) for n, head in enumerate(heads)]
        looks = SETTINGS.replay_set if kind == TAUGHT else ONE_LOOK if kind == FORGETFUL else ALL_LOOKS
        recipe = (SETTINGS if kind == TAUGHT else SOONEST).recipe(CASES, seed)
        adapter = Adapter(copy.deepcopy(self.starter), heads, [self.phantom(one) for one in looks], recipe)
        list(adapter.steps(None, "", lambda: False))
        return adapter.average

    @cached_property
    def before(self) -> Scores:
        return score_cases(Segmenter(self.starter, self.starter_id), self.watched)

    def scores(self, kind: str, seed: int) -> Scores:
        """Score a version; the taught ones come as near to the starter as a round would have it, the others do not."""
        learned = self.learned(kind, seed)
        for share in SETTINGS.shares:
            mixed = copy.deepcopy(learned)
            blend(mixed, self.starter, share)
            found = score_cases(Segmenter(mixed, named(kind, seed)), self.watched)
            if kind != TAUGHT or keeps_skills(found, self.before):
                break
        return found


def kept() -> dict[str, Scores]:
    """The scores as they were last made."""
    return {name: Scores.from_json(values) for name, values in json.loads(FIXTURE.read_text("utf-8")).items()}


def main() -> None:
    trainer, made = Trainer(), kept() if FIXTURE.is_file() else {}
    if STARTER not in made or made[STARTER].model_id != trainer.starter_id:
        made = {STARTER: trainer.before}
    for kind, seed in VERSIONS:
        if named(kind, seed) not in made:
            made[named(kind, seed)] = trainer.scores(kind, seed)
            values = {name: scores.to_json() for name, scores in made.items()}
            FIXTURE.write_text(json.dumps(values, indent=1, allow_nan=False) + "\n", "utf-8")
            print(named(kind, seed), flush=True)


if __name__ == "__main__":
    main()
