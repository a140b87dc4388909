"""Synthetic heads to learn from and to judge by: phantoms as a scanner shows them, and heads with random contrast."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING

import numpy as np

from parotid_training.learn.training_case import TrainingCase, load_case, prepare_case, save_case
from parotid_training.progress import Cancelled, Report, check, ignore_progress, never
from parotid_training.study import Role, Sequence, Study
from parotid_training.volume import Volume

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Sequence as SequenceOf
    from pathlib import Path

    from parotid_training.anatomy.phantom import Phantom
    from parotid_training.model.networks import SegmenterConfig


def phantom_of(seed: int) -> Phantom:
    """Make the phantom of a seed; its slice thickness and in-plane size vary with the seed."""
    from parotid_training.anatomy.phantom import PhantomSettings, make_phantom

    rng = np.random.default_rng((seed, 7))
    settings = PhantomSettings(inplane_mm=float(rng.uniform(0.8, 1.3)), slice_mm=float(rng.uniform(2.5, 5.0)))
    return make_phantom(seed, settings)


def phantom_case(seed: int, config: SegmenterConfig) -> TrainingCase:
    """Make and prepare the phantom of a seed."""
    phantom = phantom_of(seed)
    return prepare_case(f"phantom-{seed}", phantom.study, phantom.label_map, config)


def random_head_case(seed: int, config: SegmenterConfig) -> TrainingCase:
    """Paint the anatomy of a seed with signal that only partly follows a sequence's physics.

    Each channel is painted as its sequence or, as often, with a random signal for each tissue: the network is to learn
    where things lie, not what a phantom looks like (domain randomisation; Billot et al., SynthSeg, 2023).
    """
    from parotid_training.anatomy.head import AnatomySettings, make_anatomy
    from parotid_training.anatomy.signal import degrade, paint, paint_random
    from parotid_training.anatomy.tissues import kinds_of

    rng = np.random.default_rng((seed, 8))
    in_plane = float(rng.uniform(0.9, 1.5))
    spacing = (in_plane, in_plane, float(rng.uniform(2.5, 5.0)))
    anatomy = make_anatomy(seed, spacing, settings=AnatomySettings(tilt_deg=8.0))
    sequences = []
    for name in config.roles:
        role = Role(name)
        if rng.random() < 0.5:
            signal = degrade(paint_random(anatomy, rng), anatomy.grid, rng)
        else:
            signal = paint(anatomy, role, rng)
        sequences.append(Sequence(role, Volume(anatomy.grid, signal)))
    study, kinds = Study(tuple(sequences)), kinds_of(anatomy.tissue)
    return prepare_case(f"random-head-{seed}", study, anatomy.structures, config, tissue=kinds)


def synthetic_case(seed: int, config: SegmenterConfig) -> TrainingCase:
    """Every other seed a phantom as a scanner would show it, every other a head with random contrast."""
    return phantom_case(seed, config) if seed % 2 == 0 else random_head_case(seed, config)


def training_cases(
    seeds: SequenceOf[int],
    config: SegmenterConfig,
    cache: Path | None = None,
    workers: int = 1,
    progress: Report = ignore_progress,
    cancelled: Cancelled = never,
) -> list[TrainingCase]:
    """Synthetic heads to train on, made once and kept in ``cache`` if one is given.

    Raises
    ------
    CancelledError
        If cancelled; cases made so far stay in the cache.
    """
    return _made_once(synthetic_case, "train", seeds, config, cache, workers, progress, cancelled)


def phantom_cases(
    seeds: SequenceOf[int],
    config: SegmenterConfig,
    cache: Path | None = None,
    workers: int = 1,
    progress: Report = ignore_progress,
    cancelled: Cancelled = never,
) -> list[TrainingCase]:
    """Phantoms to judge by, as a scanner would show them; otherwise like `training_cases`."""
    return _made_once(phantom_case, "phantom", seeds, config, cache, workers, progress, cancelled)


def _made_once(
    make: Callable[[int, SegmenterConfig], TrainingCase],
    name: str,
    seeds: SequenceOf[int],
    config: SegmenterConfig,
    cache: Path | None,
    workers: int,
    progress: Report,
    cancelled: Cancelled,
) -> list[TrainingCase]:
    cases: dict[int, TrainingCase] = {}
    missing = []
    for seed in seeds:
        path = None if cache is None else cache / f"{name}-{seed}.safetensors"
        if path is not None and path.is_file():
            cases[seed] = load_case(path)
        else:
            missing.append(seed)

    def keep(seed: int, case: TrainingCase) -> None:
        cases[seed] = case
        if cache is not None:
            save_case(cache / f"{name}-{seed}.safetensors", case)
        progress(len(cases) / len(seeds), "Making synthetic heads")

    if workers > 1 and len(missing) > 1:
        with ProcessPoolExecutor(workers) as pool:
            for seed, case in zip(missing, pool.map(make, missing, [config] * len(missing)), strict=True):
                check(cancelled)
                keep(seed, case)
    else:
        for seed in missing:
            check(cancelled)
            keep(seed, make(seed, config))
    return [cases[seed] for seed in seeds]
