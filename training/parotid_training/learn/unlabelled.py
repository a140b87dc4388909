"""Unlabelled studies for pretraining: any tree of DICOM or NIfTI, prepared once."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

from parotid_training.errors import ParotidError
from parotid_training.io.find import find_series
from parotid_training.io.opening import open_study
from parotid_training.io.studies import find_studies
from parotid_training.learn.training_case import TrainingCase, load_case, save_case
from parotid_training.model.preprocess import prepare
from parotid_training.progress import Cancelled, Report, check, ignore_progress, never, part

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
    """Prepare every study below a folder, patients never mixed (`io.studies.find_studies`, nameless files apart).

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
    studies, refused = find_studies(folder, find_series, part(progress, 0.0, 0.2), cancelled, apart=True)
    left_out = [error.sentence for error in refused]
    for number, study in enumerate(studies):
        check(cancelled)
        progress(0.2 + 0.8 * number / len(studies), f"Reading study {number + 1} of {len(studies)}")
        try:
            cases.append(_prepared(study.path, number, config, cache, cancelled))
        except ParotidError as error:
            left_out.append(error.sentence)
    if not cases:
        raise ParotidError(
            f"No study was found in {folder.name}.", "Name a folder with DICOM or NIfTI studies, one folder a patient."
        )
    return tuple(cases), tuple(left_out)


def _prepared(place: Path, number: int, config: SegmenterConfig, cache: Path, cancelled: Cancelled) -> TrainingCase:
    """One study at the working resolution; the cache's file names tell nothing of the patient."""
    files = sorted(path for path in place.rglob("*") if path.is_file()) if place.is_dir() else [place]
    # As they are now: a series that came since belongs to the study as well.
    state = [(str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in files]
    key = hashlib.sha256(f"{place.resolve()}|{state}|{config.to_json()}".encode()).hexdigest()[:20]
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
