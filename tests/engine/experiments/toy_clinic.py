"""Toy patients of two hospitals and a tiny base: what the clinic's experiments are tried out on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import torch

from parotid_training.learn.training_case import TrainingCase
from parotid_training.model.checkpoint import save_checkpoint
from parotid_training.model.networks import SwinSegmenter
from parotid_training.study import Role, Sequence, Study
from parotid_training.volume import Grid, LabelMap, Volume
from tests.engine.learn.toys import SMALL, toy_case

if TYPE_CHECKING:
    from pathlib import Path

    from parotid_training.experiments.new_hospital import Place
    from parotid_training.model.networks import SegmenterConfig


@dataclass(frozen=True)
class ToyPatient:
    """Balls in a head; in the new hospital only the second sequence shows them."""

    name: str
    seed: int

    def case(self, place: Place, folder: Path, config: SegmenterConfig) -> TrainingCase:
        present = (False, True, False, False) if place == "new" else (True, True, True, True)
        return replace(toy_case(self.seed, present), name=f"{self.name}-{place}")

    def scan(self, place: Place) -> tuple[Study, LabelMap]:
        case = toy_case(self.seed)
        grid = Grid((60, 75, 12), np.diag([3.0, 3.0, 6.0, 1.0]))
        signal, label = (array[:, ::2, ::2].transpose(2, 1, 0) for array in (case.array[1], case.label))
        volume = Volume(grid, 100 * (signal.astype(np.float32) + 2.0))
        return Study((Sequence(Role.T2W, volume),)), LabelMap(grid, np.ascontiguousarray(label))


def toy_patients(_: Path | None, cache: Path, learned: int, judged: int, *rest: object) -> tuple[object, object]:
    pool = tuple(ToyPatient(f"pool-{n}", n) for n in range(learned))
    return pool, tuple(ToyPatient(f"judged-{n}", 100 + n) for n in range(judged))


def toy_replay(seeds: list[int], *_: object) -> list[TrainingCase]:
    return [toy_case(seed) for seed in seeds]


def write_base(folder: Path) -> Path:
    torch.manual_seed(0)
    save_checkpoint(folder, SwinSegmenter(SMALL).eval(), {"command": "test"})
    return folder
