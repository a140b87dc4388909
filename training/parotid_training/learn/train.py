"""Train the segmenter on synthetic heads and, where labelled CT is at hand, on real anatomy painted as MR.

Later starts (contrastive pretraining, ImageNet) enter through `TrainSettings.init`.
"""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import torch

from parotid_training.anatomy.labelled_ct import prepared_labelled_ct
from parotid_training.errors import ParotidError
from parotid_training.learn.augment import AugmentSettings
from parotid_training.learn.batches import draw_batch
from parotid_training.learn.evaluate import mean_dice, score_cases
from parotid_training.learn.optimise import Optimiser
from parotid_training.learn.painted import PAINTER, painted_case, split_patients, usable_patients, without_clinic
from parotid_training.learn.run import claim
from parotid_training.learn.start import Transfer, name_of, patients_behind, start_network, transfer
from parotid_training.learn.stream import CaseSource, CaseStream, FixedCases, make_numbered, make_shared, shared_folder
from parotid_training.learn.synthetic import phantom_cases, training_cases
from parotid_training.model.checkpoint import save_checkpoint
from parotid_training.model.networks import SegmenterConfig, SwinSegmenter
from parotid_training.model.predict import Segmenter
from parotid_training.model.runtime import tune_process, tune_thread
from parotid_training.progress import Cancelled, Report, check, ignore_progress, never, part

if TYPE_CHECKING:
    from parotid_training.learn.scores import Source
    from parotid_training.learn.training_case import TrainingCase

DEVELOPMENT_SEED = 900_000
"""Phantom seeds from here on are kept for choosing; those from `REPORT_SEED` on for reporting."""
REPORT_SEED = 990_000
KEPT_SEED = 800_000
"""Phantoms from here on are replayed in the clinic, judged by or reported on: none is trained on."""
PAINTED_DEVELOPMENT_SEED = 910_000
CURVE, STATE = "curve.jsonl", "state.safetensors"


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
    anatomy
        Folder of OpenKBP's ``train-*.npz``; "" trains on synthetic heads alone, ``phantoms`` of them.
    painted
        With ``anatomy``: share of painted patients in an endless stream, the rest are synthetic heads.
    window, steps_per_case
        With ``anatomy``: heads to draw from at any step, and after how many steps one leaves and one comes.
    leave_out
        With ``anatomy``: so many training patients are kept for a simulated clinic (`without_clinic`).
    share
        With ``anatomy``: folder where runs that see the same heads (same seed) keep them for each other; "" for none.
    init
        Where to start: "" or "scratch", "imagenet", "imagenet:FOLDER", or a model folder (a pretraining's as well).
    transfer
        What to take over from there: "encoder", "encoder+decoder", or "" for all of it.
    painter
        By which painter real anatomy is painted (`learn.painted.PAINTER`).
    tissues
        Weight of telling the kinds of tissue apart (`Optimiser`).
    """

    phantoms: int = 160
    anatomy: str = ""
    painted: float = 0.75
    window: int = 24
    steps_per_case: float = 2.0
    development: int = 6
    leave_out: int = 0
    steps: int = 6000
    batch: int = 8
    rate: float = 8e-4
    seed: int = 1
    minutes: float = 600.0
    evaluate_every: int = 500
    workers: int = 1
    threads: int = 2
    share: str = ""
    init: str = ""
    transfer: Transfer | Literal[""] = ""
    painter: int = PAINTER
    tissues: float = 0.3
    network: SegmenterConfig = field(default_factory=SegmenterConfig)
    augment: AugmentSettings = field(
        default_factory=lambda: AugmentSettings(few=0.6, lone=(4.0, 1.0, 1.0, 1.0), cap=0.3)
    )


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
        If the run folder holds a run with other settings, or the seed's heads are kept for judging.
    CancelledError
        If cancelled; the run can be continued.
    """
    tune_process(settings.threads)
    tune_thread()
    claim(run, settings)
    source, development, patients = _gather(settings, cache, part(progress, 0.0, 0.1), cancelled)
    data = "phantoms and OpenKBP patients painted as MR" if settings.anatomy else "phantoms"
    try:
        return _learn(run, settings, source, development, (data, patients), part(progress, 0.1, 1.0), cancelled)
    finally:
        source.close()


def train_on(
    run: Path,
    settings: TrainSettings,
    source: CaseSource,
    data: str,
    patients: tuple[str, ...],
    progress: Report = ignore_progress,
    cancelled: Cancelled = never,
) -> str:
    """Train as `train` does, but on the cases of a source at hand; no case is watched on the way.

    Parameters
    ----------
    data, patients
        What the cases are, and the names of the patients they show: recorded in the checkpoint.

    Returns
    -------
    The model id.

    Raises
    ------
    ParotidError, CancelledError
        As `train`.
    """
    tune_process(settings.threads)
    tune_thread()
    claim(run, settings)
    return _learn(run, settings, source, [], (data, patients), progress, cancelled)


def _gather(
    settings: TrainSettings, cache: Path, progress: Report, cancelled: Cancelled
) -> tuple[CaseSource, list[TrainingCase], tuple[str, ...]]:
    """Where training cases come from, the cases the curve is drawn on, and the patients learned from."""
    config = settings.network
    watch = [DEVELOPMENT_SEED + n for n in range(settings.development)]
    development = list(phantom_cases(watch, config, cache, settings.workers, ignore_progress, cancelled))
    if not settings.anatomy:
        seeds = [settings.seed * 10_000 + n for n in range(settings.phantoms)]
        if seeds and seeds[-1] >= KEPT_SEED:
            raise ParotidError("The synthetic heads of this seed are kept for judging.", "Choose a seed below 80.")
        cases = training_cases(seeds, config, cache, settings.workers, progress, cancelled)
        return FixedCases(tuple(cases)), development, ()
    prepared = cache / "ct"
    training, choosing = split_patients(Path(settings.anatomy))
    watched = usable_patients(choosing, prepared, ignore_progress, cancelled)[: settings.development]
    for number, path in enumerate(watched):
        ct = prepared_labelled_ct(path, prepared)
        development.append(painted_case(ct, PAINTED_DEVELOPMENT_SEED + number, config, plain=True))
    usable = usable_patients(training, prepared, progress, cancelled)
    patients = without_clinic(training, usable, settings.leave_out)
    # Seeds of two runs do not meet, nor those kept for judging.
    make = partial(make_numbered, patients, prepared, config, settings.painted, 10_000_000 * (settings.seed + 1))
    if settings.share:
        alike = settings.painter, config.roles, config.in_plane_mm, config.slice_mm, config.thick_mm
        names = [path.stem for path in patients]
        make = partial(
            make_shared, shared_folder(Path(settings.share), names, settings.painted, settings.seed, alike), make
        )
    stream = CaseStream(make, settings.window, settings.steps_per_case, settings.workers)
    return stream, development, tuple(path.stem for path in patients)


def _learn(
    run: Path,
    settings: TrainSettings,
    source: CaseSource,
    development: list[TrainingCase],
    learned_from: tuple[str, tuple[str, ...]],
    progress: Report,
    cancelled: Cancelled,
) -> str:
    """Optimise from where the run stands to its end, or until it is told to stop."""
    torch.manual_seed(settings.seed)
    state = run / STATE
    # A run that goes on needs no start: ImageNet's weights may be out of reach by then.
    model = SwinSegmenter(settings.network) if state.is_file() else _start(settings)
    optimiser = Optimiser(
        model,
        list(model.parameters()),
        rate=settings.rate,
        steps=settings.steps,
        warm_up=min(200, settings.steps // 10 + 1),
        seed=settings.seed,
        tissues=settings.tissues,
    )
    if state.is_file():
        optimiser.load(state)

    started, losses = time.monotonic(), list[float]()
    while optimiser.step_number < settings.steps:
        if cancelled() or time.monotonic() - started > settings.minutes * 60:
            optimiser.save(state)
            check(cancelled)
            break
        cases = source.at(optimiser.step_number)
        batch = draw_batch(cases, settings.batch, settings.network.neighbours, optimiser.rng(), device=optimiser.device)
        losses.append(optimiser.step(batch, settings.augment))
        step = optimiser.step_number
        if step % 20 == 0:
            progress(step / settings.steps, f"step {step} of {settings.steps}, loss {losses[-1]:.3f}")
        if step % settings.evaluate_every == 0 or step == settings.steps:
            optimiser.save(state)
            _note(run, optimiser, losses, development)
            losses.clear()
    facts = {
        "command": "parotid train",
        "settings": _without_paths(settings),
        "data": learned_from[0],
        "patients": learned_from[1],
        "seen_before": patients_behind(settings.init),
        "step": optimiser.step_number,
    }
    return save_checkpoint(run / "model", optimiser.average, facts)


def _without_paths(settings: TrainSettings) -> dict[str, Any]:
    """Settings as a model carries them into the world: folders of this machine by name, a start by its content."""
    return {**asdict(settings), "anatomy": Path(settings.anatomy).name, "share": "", "init": name_of(settings.init)}


def _start(settings: TrainSettings) -> SwinSegmenter:
    """Build the network from random weights, ImageNet's, another run, or what of it is to be transferred."""
    if not settings.transfer:
        return start_network(settings.init, settings.network)
    network = SwinSegmenter(settings.network)
    transfer(network, start_network(settings.init, settings.network), settings.transfer)
    return network


def _note(run: Path, optimiser: Optimiser, losses: list[float], development: list[TrainingCase]) -> None:
    """Append the loss and the development Dice, by kind of head, to the curve."""
    segmenter = Segmenter(optimiser.average, "training")
    kinds = {"phantom": [case for case in development if case.name.startswith("phantom")]}
    kinds["painted"] = [case for case in development if case not in kinds["phantom"]]
    base: Source = "base"
    dice = {
        kind: mean_dice(score_cases(segmenter, [(base, c) for c in found])) for kind, found in kinds.items() if found
    }
    line = {"step": optimiser.step_number, "loss": float(np.mean(losses)) if losses else None, "dice": dice}
    with (run / CURVE).open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(line) + "\n")
