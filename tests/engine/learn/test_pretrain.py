"""Pretraining: learns, resumes exactly, hands over, and is the same on two processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from parotid_training.errors import CancelledError, ParotidError
from parotid_training.io.nifti import write_volume
from parotid_training.learn.contrast import ContrastSettings
from parotid_training.learn.pretrain import PretrainSettings, pretrain
from parotid_training.learn.start import patients_behind, start_network
from parotid_training.learn.stream import FixedCases
from parotid_training.learn.train import TrainSettings, train_on
from parotid_training.learn.unlabelled import unlabelled_cases
from parotid_training.model.networks import SegmenterConfig
from parotid_training.volume import Grid, Volume
from tests.engine.learn import pretrain_twice
from tests.engine.learn.toys import SMALL, toy_case

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")

SETTINGS = PretrainSettings(
    steps=12, batch=6, shards=2, rate=3e-3, warm_up=2, save_every=4, threads=1, network=SMALL,
    contrast=ContrastSettings(hidden=16, out=8, places=16),
)  # fmt: skip
SOURCE = FixedCases(tuple(toy_case(n) for n in range(3)))


def curve(run: Path) -> dict[int, float]:
    lines = [json.loads(line) for line in (run / "curve.jsonl").read_text().splitlines()]
    return {line["step"]: line["loss"] for line in lines}


def test_a_broken_run_ends_as_an_unbroken_one(tmp_path: Path) -> None:
    seen: list[str] = []
    with pytest.raises(CancelledError):
        pretrain(tmp_path / "broken", SETTINGS, SOURCE, lambda _, words: seen.append(words), lambda: len(seen) == 5)
    broken = pretrain(tmp_path / "broken", SETTINGS, SOURCE)
    assert broken == pretrain(tmp_path / "whole", SETTINGS, SOURCE)
    assert curve(tmp_path / "broken") == curve(tmp_path / "whole")
    assert (tmp_path / "whole" / "curve.png").stat().st_size > 5000
    assert list((tmp_path / "whole" / "tensorboard").iterdir())
    start_network(str(tmp_path / "whole" / "model"), SMALL)
    with pytest.raises(ParotidError, match="other settings"):
        pretrain(tmp_path / "whole", replace(SETTINGS, seed=2), SOURCE)


def test_whom_a_start_had_learned_from_is_known_of_all_that_comes_of_it(tmp_path: Path) -> None:
    short = replace(SETTINGS, steps=1, warm_up=1)
    pretrain(tmp_path / "first", short, SOURCE, patients=("train-pats_pt_1",))
    start = str(tmp_path / "first" / "model")
    assert patients_behind(start) == ("train-pats_pt_1",)
    pretrain(tmp_path / "second", replace(short, init=start), SOURCE, patients=("train-pats_pt_2",))
    assert patients_behind(str(tmp_path / "second" / "model")) == ("train-pats_pt_1", "train-pats_pt_2")
    settings = TrainSettings(steps=1, batch=2, threads=1, network=SMALL, init=str(tmp_path / "second" / "model"))
    train_on(tmp_path / "third", settings, SOURCE, "toys", ("train-pats_pt_3",))
    assert len(patients_behind(str(tmp_path / "third" / "model"))) == 3
    assert patients_behind("scratch") == patients_behind("") == ()


def test_accumulation_is_a_step_in_rounds(tmp_path: Path) -> None:
    pretrain(tmp_path, replace(SETTINGS, steps=2, batch=12, accumulate=2), SOURCE)
    assert len(curve(tmp_path)) == 2


def test_a_batch_that_cannot_be_spread_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ParotidError, match="cannot be spread"):
        pretrain(tmp_path, replace(SETTINGS, batch=7), SOURCE)


@pytest.mark.slow
@pytest.mark.parametrize("stop_after", [0, 1], ids=["", "stopped in between"])
def test_two_processes_learn_what_one_does(tmp_path: Path, stop_after: int) -> None:
    """Same global batch, same losses: negatives, places and statistics come from all processes."""
    alone = pretrain_twice.losses(tmp_path / "one")
    command = [
        sys.executable, "-m", "torch.distributed.run", "--nproc_per_node=2", "--standalone", "--no_python",
        sys.executable, "-m", "tests.engine.learn.pretrain_twice", str(tmp_path / "two"), str(stop_after),
    ]  # fmt: skip
    here = Path(__file__).resolve().parents[3]
    environment = {**os.environ, "PYTHONPATH": str(here), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, cwd=here, env=environment, capture_output=True, text=True, check=False, timeout=240)
    assert done.returncode == 0, done.stderr[-2000:]
    together = [json.loads(line)["loss"] for line in (tmp_path / "two" / "curve.jsonl").read_text().splitlines()]
    np.testing.assert_allclose(together, alone, rtol=2e-4)


def test_unlabelled_studies_are_found_in_a_tree(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    # Two sequences of one patient, one each of two others whose roles differ, and a folder of two patients.
    names = ("a/one/T1w", "a/one/T2w", "b/T1w", "c/T2w", "d/p1_T1w", "d/p2_T1w")
    for name in names:
        path = tmp_path / "tree" / f"{name}.nii.gz"
        path.parent.mkdir(parents=True, exist_ok=True)
        signal = rng.gamma(2.0, 50.0, (64, 64, 12)).astype(np.float32)
        write_volume(path, Volume(Grid((64, 64, 12), np.diag([3.0, 3.0, 4.0, 1.0])), signal))
    (tmp_path / "tree" / "empty").mkdir()
    (tmp_path / "tree" / "e").mkdir()
    (tmp_path / "tree" / "e" / "T1w.nii.gz").write_bytes(b"no image")
    cases, left_out = unlabelled_cases(tmp_path / "tree", SegmenterConfig(), tmp_path / "cache")
    assert sorted(sum(case.present) for case in cases) == [1, 1, 1, 1, 2]
    assert len(left_out) <= 1
    assert all(not case.label.any() for case in cases)
    assert all("tree" not in path.name for path in (tmp_path / "cache").iterdir())
    again, _ = unlabelled_cases(tmp_path / "tree", SegmenterConfig(), tmp_path / "cache")
    np.testing.assert_array_equal(again[0].array, cases[0].array)
    with pytest.raises(ParotidError, match="No study was found"):
        unlabelled_cases(tmp_path / "tree" / "empty", SegmenterConfig(), tmp_path / "cache")
