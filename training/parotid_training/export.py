"""A proposal written to a folder: mask, probability and report."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np

from parotid_training.io.nifti import write_label_map, write_volume
from parotid_training.io.opening import open_study
from parotid_training.progress import Cancelled, Report, ignore_progress, never, part
from parotid_training.volume import Volume

if TYPE_CHECKING:
    from pathlib import Path


def propose_to_folder(
    source: Path, out: Path, model: Path, progress: Report = ignore_progress, cancelled: Cancelled = never
) -> dict[str, Any]:
    """Open a study, propose, and write ``segmentation.nii.gz``, ``probability.nii.gz`` and ``report.json``.

    Both images have the shape and affine of the reference sequence; the segmentation holds the integers 0, 1 and 2.

    Returns
    -------
    The report: volumes in ml per structure and side, model id, seconds per stage, roles and reference.

    Raises
    ------
    ParotidError
        If the study or the model cannot be read.
    CancelledError
        If cancelled; files written before stay.
    """
    start = time.perf_counter()
    opened = open_study(source, progress=part(progress, 0.0, 0.4), cancelled=cancelled)
    study = opened.study
    read = time.perf_counter()

    from parotid_training.model.checkpoint import write_json
    from parotid_training.model.predict import Segmenter
    from parotid_training.model.report import body_midline_mm, volumes
    from parotid_training.model.runtime import tune_process

    tune_process()
    segmenter = Segmenter.load(model)
    loaded = time.perf_counter()
    proposal = segmenter.propose(study, part(progress, 0.4, 0.9), cancelled)
    progress(0.9, "Writing the mask")
    begun = time.perf_counter()
    out.mkdir(parents=True, exist_ok=True)
    write_label_map(out / "segmentation.nii.gz", proposal.label_map)
    write_volume(out / "probability.nii.gz", Volume(study.grid, proposal.probability.astype(np.float32)))
    midline = body_midline_mm(study.sequences[study.reference].volume)
    seconds = {"read": read - start, "load model": loaded - read, **proposal.seconds}
    seconds["write"] = time.perf_counter() - begun
    report = {
        "volumes_ml": volumes(proposal.label_map, midline),
        "model_id": proposal.model_id,
        "roles": [role.value for role in study.roles],
        "reference": study.roles[study.reference].value,
        "seconds": {stage: round(value, 3) for stage, value in seconds.items()},
        "notice": "For research use; not a medical device.",
    }
    write_json(out / "report.json", report)
    return report
