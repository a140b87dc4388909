"""Train the segmenter from scratch on phantoms: the command behind the shipped starter weights.

Later starts (contrastive pretraining, ImageNet) enter through `TrainSettings.init`; later data (heads
painted from real anatomy) through another source of `TrainingCase`.
"""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import torch

from parotid_training.errors import ParotidError
from parotid_training.learn.augment import AugmentSettings
from parotid_training.learn.data import TrainingCase, draw_batch, phantom_cases, training_cases
from parotid_training.learn.evaluate import mean_dice, score_cases
from parotid_training.learn.optimise import Optimiser
from parotid_training.model.checkpoint import load_checkpoint, save_checkpoint, write_json
from parotid_training.model.networks import SegmenterConfig, SwinSegmenter
from parotid_training.model.predict import Segmenter
from parotid_training.model.runtime import tune_process, tune_thread
from parotid_training.progress import Cancelled, Report, check, ignore_progress, never, part

if TYPE_CHECKING:
    from pathlib import Path

DEVELOPMENT_SEED = 900_000
"""Phantom seeds from here on are kept for choosing; those from `REPORT_SEED` on for reporting."""
REPORT_SEED = 990_000


@dataclass(frozen=True)
class TrainSettings:
    """One training run; written into the run folder and into the checkpoint.

    Parameters
    ----------
    phantoms
        Number of training phantoms (seeds ``seed * 10000`` onwards).
    steps, batch, rate
        Optimiser steps, slices a step, peak learning rate.
    minutes
        The schedule is laid over ``steps``; a run stops early, keeping its state, after this long.
    init
        Folder of a checkpoint to start from; "" starts from random weights.
    """

    phantoms: int = 160
    development: int = 6
    steps: int = 6000
    batch: int = 8
    rate: float = 8e-4
    seed: int = 1
    minutes: float = 600.0
    evaluate_every: int = 500
    workers: int = 1
    threads: int = 2
    init: str = ""
    network: SegmenterConfig = field(default_factory=SegmenterConfig)
    augment: AugmentSettings = field(default_factory=AugmentSettings)


def train(
    run: Path, settings: TrainSettings, cache: Path, progress: Report = ignore_progress, cancelled: Cancelled = never
) -> str:
    """Train, or continue the run found in ``run``, and write the checkpoint to ``run/model``.

    Returns
    -------
    The model id.

    Raises
    ------
    ParotidError
        If the run folder holds a run with other settings.
    CancelledError
        If cancelled; the run can be continued.
    """
    tune_process(settings.threads)
    tune_thread()
    _claim(run, settings)
    seeds = [settings.seed * 10_000 + n for n in range(settings.phantoms)]
    cases = training_cases(seeds, settings.network, cache, settings.workers, part(progress, 0.0, 0.1), cancelled)
    watch = [DEVELOPMENT_SEED + n for n in range(settings.development)]
    development = phantom_cases(watch, settings.network, cache, settings.workers, ignore_progress, cancelled)

    torch.manual_seed(settings.seed)
    model = _start(settings, run)
    optimiser = Optimiser(
        model,
        list(model.parameters()),
        rate=settings.rate,
        steps=settings.steps,
        warm_up=min(200, settings.steps // 10 + 1),
        seed=settings.seed,
    )
    state = run / "state.safetensors"
    if state.is_file():
        optimiser.load(state)

    started, losses = time.monotonic(), list[float]()
    while optimiser.step_number < settings.steps:
        if cancelled() or time.monotonic() - started > settings.minutes * 60:
            optimiser.save(state)
            check(cancelled)
            break
        batch = draw_batch(cases, settings.batch, settings.network.neighbours, optimiser.rng())
        losses.append(optimiser.step(batch, settings.augment))
        step = optimiser.step_number
        if step % 20 == 0:
            progress(0.1 + 0.9 * step / settings.steps, f"step {step} of {settings.steps}, loss {losses[-1]:.3f}")
        if step % settings.evaluate_every == 0 or step == settings.steps:
            optimiser.save(state)
            _note(run, optimiser, losses, development)
            losses.clear()
    facts = {
        "command": "parotid train",
        "settings": asdict(settings),
        "data": "phantoms",
        "step": optimiser.step_number,
    }
    return save_checkpoint(run / "model", optimiser.average, facts)


def _claim(run: Path, settings: TrainSettings) -> None:
    """Write the settings into a new run folder, or check that an old one had the same."""
    run.mkdir(parents=True, exist_ok=True)
    path = run / "settings.json"
    loose = {"minutes", "threads", "workers"}  # may change between the sittings of one run
    mine: dict[str, Any] = json.loads(json.dumps(asdict(settings)))
    if path.is_file():
        old: dict[str, Any] = json.loads(path.read_text("utf-8"))
        if {k: v for k, v in old.items() if k not in loose} != {k: v for k, v in mine.items() if k not in loose}:
            raise ParotidError("This folder holds a training run with other settings.", "Choose a new --out folder.")
    else:
        write_json(path, mine)


def _start(settings: TrainSettings, run: Path) -> SwinSegmenter:
    if not settings.init:
        return SwinSegmenter(settings.network)
    model, _ = load_checkpoint(run.__class__(settings.init))
    if model.config != settings.network:
        raise ParotidError("The starting weights belong to another network.", "Use the settings they were made with.")
    return model


def _note(run: Path, optimiser: Optimiser, losses: list[float], development: list[TrainingCase]) -> None:
    """Append the loss and the development Dice to ``curve.jsonl``."""
    scores = score_cases(Segmenter(optimiser.average, "training"), [("base", case) for case in development])
    line = {"step": optimiser.step_number, "loss": sum(losses) / max(1, len(losses)), "dice": mean_dice(scores)}
    with (run / "curve.jsonl").open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(line) + "\n")
