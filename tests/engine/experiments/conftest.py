"""Toy patients for the experiments: four to train on, one of the development split, one of the validation split."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from parotid_training.anatomy.labelled_ct import keep_labelled_ct
from parotid_training.learn import painted
from tests.engine.anatomy.toy_ct import write_toy_ct

TRAINING = ("train-pats_pt_1", "train-pats_pt_2", "train-pats_pt_3", "train-pats_pt_4")
DEVELOPMENT, VALIDATION = "train-pats_pt_5", "validation-pats_pt_6"


@dataclass(frozen=True)
class Bench:
    """An OpenKBP folder of toys, and the cache all tests share: painting takes a second a scan."""

    anatomy: Path
    cache: Path

    @property
    def patients(self) -> tuple[Path, ...]:
        return tuple(self.anatomy / f"{name}.npz" for name in TRAINING)


@pytest.fixture(scope="session")
def toys(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    folder = tmp_path_factory.mktemp("openkbp")
    write_toy_ct(folder / f"{TRAINING[0]}.npz")
    cache = tmp_path_factory.mktemp("cache")
    prepared = keep_labelled_ct(folder / f"{TRAINING[0]}.npz", cache / "ct")
    for name in (*TRAINING[1:], DEVELOPMENT, VALIDATION):
        shutil.copy(folder / f"{TRAINING[0]}.npz", folder / f"{name}.npz")
        shutil.copy(prepared, prepared.with_name(f"{name}{prepared.suffix}"))
    return Bench(folder, cache)


@pytest.fixture
def bench(toys: Bench, monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.setattr(painted, "DEVELOPMENT_EVERY", 5)
    return toys
