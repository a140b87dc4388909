"""Candidates that were really trained, from the shipped starter.

It learns from heads of a new hospital as in a round of learning, only shorter, and every version is scored on held-out
heads of that hospital and on the built-in set. The scores are kept in trained_candidates.json, made by
`python -m tests.engine.learn.trained_candidates`.
"""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from functools import cached_property
from pathlib import Path

import numpy as np

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
SETTINGS = FinetuneSettings(steps=30, batch=4)
CASES, HELD_OUT = 5, 6
STARTER, TAUGHT, FORGETFUL, FLIPPED = "starter", "taught", "forgetful", "flipped"
ONE_LOOK = (800_000, 800_001, 800_002, 800_003)
"""Two healthy heads and two adenomas."""
ALL_LOOKS = (800_001, 800_014, 800_005, 800_000, 800_015, 800_019)
"""An adenoma, two Warthins, two malignant tumours and one healthy head."""
REPLAYED = {TAUGHT: ALL_LOOKS, FORGETFUL: ONE_LOOK, FLIPPED: ONE_LOOK}
"""Phantoms each version that learned had as replay. The flipped one took the heads' glands for tumours and the tumours
for glands."""


class Trainer:
    """Makes the versions, and scores them on the same cases."""

    def __init__(self) -> None:
        # As the child computes: several threads on a busy machine wait for each other.
        tune_process(SETTINGS.threads)
        self.starter, _ = load_checkpoint(BASE_MODEL)

    def head(self, seed: int) -> TrainingCase:
        """A head of the new hospital; every other one has a tumour."""
        return prepare_case(f"head-{seed}", *hospital_phantom(seed), self.starter.config)

    def phantom(self, seed: int) -> TrainingCase:
        return phantom_case(seed, self.starter.config)

    @cached_property
    def watched(self) -> list[tuple[Source, TrainingCase]]:
        held: list[tuple[Source, TrainingCase]] = [("hold-out", self.head(JUDGED_HEADS + n)) for n in range(HELD_OUT)]
        return held + [("base", self.phantom(seed)) for seed in SETTINGS.gate_set]

    def learned(self, name: str) -> SwinSegmenter:
        heads, replay = [self.head(LEARNING_HEADS + n) for n in range(CASES)], map(self.phantom, REPLAYED[name])
        if name == FLIPPED:
            heads = [replace(head, label=np.array([0, 2, 1], np.uint8)[head.label]) for head in heads]
        adapter = Adapter(copy.deepcopy(self.starter), heads, list(replay), SETTINGS.recipe(CASES, seed=0))
        list(adapter.steps(None, "", lambda: False))
        return adapter.average

    @cached_property
    def before(self) -> Scores:
        return score_cases(Segmenter(self.starter, STARTER), self.watched)

    def scores(self, name: str) -> Scores:
        """Score a version; the taught one comes as near to the starter as a round would have it, the others do not."""
        if name == STARTER:
            return self.before
        learned = self.learned(name)
        for share in SETTINGS.shares:
            mixed = copy.deepcopy(learned)
            blend(mixed, self.starter, share)
            found = score_cases(Segmenter(mixed, name), self.watched)
            if name != TAUGHT or keeps_skills(found, self.before):
                break
        return found


def kept() -> dict[str, Scores]:
    """The scores as they were last made."""
    return {name: Scores.from_json(values) for name, values in json.loads(FIXTURE.read_text("utf-8")).items()}


def main() -> None:
    trainer = Trainer()
    made = {name: trainer.scores(name).to_json() for name in (STARTER, *REPLAYED)}
    FIXTURE.write_text(json.dumps(made, indent=1, allow_nan=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
