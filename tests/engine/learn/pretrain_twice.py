"""Run under torchrun: two processes pretrain on the toy cases; prints the losses of each step."""

from __future__ import annotations

import contextlib
import json
import sys
from pathlib import Path

from parotid_training.errors import CancelledError
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
    contrast=ContrastSettings(dense=0.5, places=16, hidden=16, out=8, together=2, near_height=0.1),
)


def losses(run: Path, stop_after: int = 0) -> list[float]:
    """Pretrain; the first process is told to stop after so many steps, if it is to, and then all go on."""
    source, told = FixedCases(tuple(toy_case(n) for n in range(3))), list[str]()
    if stop_after:
        with contextlib.suppress(CancelledError):
            pretrain(run, SETTINGS, source, lambda _, words: told.append(words), lambda: len(told) >= stop_after)
    pretrain(run, SETTINGS, source)
    curve = run / "curve.jsonl"
    return [json.loads(line)["loss"] for line in curve.read_text().splitlines()] if curve.is_file() else []


if __name__ == "__main__":
    losses(Path(sys.argv[1]), int(sys.argv[2]))
