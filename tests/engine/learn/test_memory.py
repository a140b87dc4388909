"""The estimate of what a step takes, against what one really takes."""

from __future__ import annotations

import subprocess
import sys

import pytest
import torch

from parotid_training.learn import memory
from parotid_training.model.networks import SwinSegmenter
from parotid_training.model.predict import Segmenter
from parotid_training.model.region import SLICE
from parotid_training.model.room import where_there_is_room
from tests.engine.learn.toys import SMALL

STEP = """
import sys, psutil, torch
from pathlib import Path
import numpy as np
from parotid_assets import BASE_MODEL
from parotid_training.learn.adapt import Adapter
from parotid_training.learn.training_case import TrainingCase
from parotid_training.learn.job import FinetuneSettings
from parotid_training.learn import adapt, optimise
from parotid_training.model.checkpoint import load_checkpoint
from parotid_training.model.runtime import tune_process

tune_process(1)
# As a processor without bfloat16 computes.
optimise.autocast = lambda device: torch.autocast("cpu", enabled=False)
model, _ = load_checkpoint(BASE_MODEL)
roles = len(model.config.roles)
rng = np.random.default_rng(0)
case = TrainingCase(
    "toy", rng.normal(size=(roles, 8, 200, 180)).astype(np.float16), (True,) * roles,
    rng.integers(0, 3, (8, 200, 180)).astype(np.uint8), (3.0, 1.5, 1.5),
)
recipe = FinetuneSettings(stages=((0, 4),), batch=int(sys.argv[1])).recipe(1, 0)
weights = sum(p.nbytes for p in model.parameters())
before = psutil.Process().memory_info().rss
adapter = Adapter(model, [case], [case], recipe)
for _, step in zip(range(2), adapter.steps(None, "", lambda: False)):
    pass
(_, fit), = adapter.fits
# Not getrusage: its peak is that of the process before this program was begun in it as well.
peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(int(peak.split()[1]) * 1024 - before)
print(adapt.step_bytes(fit.patch, fit.batch, weights))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux for the peak")
@pytest.mark.parametrize("batch", [8, 2])
def test_a_step_takes_about_what_is_said(batch: int) -> None:
    done = subprocess.run([sys.executable, "-c", STEP, str(batch)], capture_output=True, text=True, check=True)
    taken, said = map(int, done.stdout.split())
    assert 0.6 * said < taken < 1.05 * said


def test_larger_pictures_and_more_of_them_take_more() -> None:
    least, most = memory.step_bytes((64, 64), 2, 10), memory.step_bytes(SLICE, 8, 10)
    assert least < memory.step_bytes((64, 64), 8, 10) < most
    assert memory.step_bytes((64, 64), 2, 20) == least + 10 * memory.COPIES


def test_some_is_left_to_others(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = memory.psutil.virtual_memory().available
    assert 0 < memory.free_bytes("cpu") < whole
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda device: (memory.SPARE_BYTES - 9, 2 * memory.SPARE_BYTES))
    monkeypatch.setattr(torch.cuda, "memory_reserved", lambda device: 20)
    monkeypatch.setattr(torch.cuda, "memory_allocated", lambda device: 14)
    assert memory.free_bytes("cuda") == 0
    monkeypatch.setattr(torch.cuda, "memory_allocated", lambda device: 4)
    assert memory.free_bytes("cuda") == 7


def test_without_room_on_the_graphics_card_a_model_is_scored_on_the_processor() -> None:
    segmenter = Segmenter(SwinSegmenter(SMALL), "model", torch.device("cpu"))
    segmenter.device = torch.device("cuda")
    tried: list[str] = []

    def compute() -> int:
        tried.append(segmenter.device.type)
        if segmenter.device.type == "cuda":
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return 7

    assert where_there_is_room(segmenter, compute) == 7
    assert tried == ["cuda", "cpu"]
