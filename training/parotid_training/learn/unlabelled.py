"""Unlabelled studies for pretraining: any tree of DICOM or NIfTI, prepared once."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

from parotid_training.errors import ParotidError
from parotid_training.io.opening import open_study
from parotid_training.learn.training_case import TrainingCase, load_case, save_case
from parotid_training.model.preprocess import prepare
from parotid_training.progress import Cancelled, Report, check, ignore_progress, never

if TYPE_CHECKING:
    from pathlib import Path

    from parotid_training.model.networks import SegmenterConfig


def unlabelled_cases(
    folder: Path,
    config: SegmenterConfig,
    cache: Path,
    progress: Report = ignore_progress,
    cancelled: Cancelled = never,
) -> tuple[tuple[TrainingCase, ...], tuple[str, ...]]:
    """Prepare every study below a folder.

    A folder that opens as one study is one; otherwise each of its subfolders is tried in turn.

    Returns
    -------
    cases, left_out
        Cases with an empty label, named by number; and a sentence for each folder that holds images but no study.

    Raises
    ------
    ParotidError
        If no study was found.
    """
    cases: list[TrainingCase] = []
    left_out: list[str] = []
    waiting = [folder]
    while waiting:
        check(cancelled)
        place = waiting.pop()
        progress(len(cases) / (len(cases) + len(waiting) + 1), f"Reading study {len(cases) + 1}")
        try:
            cases.append(_prepared(place, len(cases), config, cache, cancelled))
        except ParotidError as error:
            below = sorted((path for path in place.iterdir() if path.is_dir()), reverse=True) if place.is_dir() else []
            waiting += below
            if not below:
                left_out.append(error.sentence)
    if not cases:
        raise ParotidError(
            f"No study was found in {folder.name}.", "Name a folder with DICOM or NIfTI studies, one folder a patient."
        )
    return tuple(cases), tuple(left_out)


def _prepared(place: Path, number: int, config: SegmenterConfig, cache: Path, cancelled: Cancelled) -> TrainingCase:
    """One study at the working resolution; the cache's file names tell nothing of the patient."""
    key = hashlib.sha256(f"{place.resolve()}|{config.to_json()}".encode()).hexdigest()[:20]
    kept = cache / f"unlabelled-{key}.safetensors"
    if kept.is_file():
        return load_case(kept)
    prepared = prepare(open_study(place, cancelled=cancelled).study, config, cancelled)
    grid = prepared.frame.grid
    case = TrainingCase(
        f"study-{number}",
        prepared.array.astype(np.float16),
        prepared.present,
        np.zeros(grid.shape, np.uint8),
        grid.spacing,
    )
    save_case(kept, case)
    return case
