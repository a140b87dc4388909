"""Run under torchrun: two processes pretrain on the toy cases; prints the losses of each step."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from parotid_training.learn.contrast import ContrastSettings
from parotid_training.learn.pretrain import PretrainSettings, pretrain
from parotid_training.learn.stream import FixedCases
from tests.engine.learn.toys import SMALL, toy_case

SETTINGS = PretrainSettings(
    steps=3,
    batch=8,
    shards=2,
    rate=1e-3,
    warm_up=1,
    save_every=100,
    threads=1,
    network=SMALL,
    contrast=ContrastSettings(dense=0.0, hidden=16, out=8, near_height=0.1),
)


def losses(run: Path) -> list[float]:
    pretrain(run, SETTINGS, FixedCases(tuple(toy_case(n) for n in range(3))))
    curve = run / "curve.jsonl"
    return [json.loads(line)["loss"] for line in curve.read_text().splitlines()] if curve.is_file() else []


if __name__ == "__main__":
    losses(Path(sys.argv[1]))
