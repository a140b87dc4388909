"""A proposal as it is kept beside a draft: a ZIP of arrays and a few facts, nothing of which can run."""

from __future__ import annotations

import io
import json
import zipfile

import numpy as np

from parotid_training.study import Proposal
from parotid_training.volume import Grid, LabelMap

LABELS, PROBABILITY, UNSURE = "labels.npy", "probability.npy", "unsure.npy"
"""What a kept proposal holds; the last since version 5 of the tables."""


def pack(proposal: Proposal) -> bytes:
    """Return a proposal as one file's content."""
    grid = proposal.label_map.grid
    facts = {"model_id": proposal.model_id, "affine": grid.affine.tolist(), "seconds": proposal.seconds}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("facts.json", json.dumps(facts))
        arrays = {LABELS: proposal.label_map.array, PROBABILITY: proposal.probability}
        if proposal.unsure is not None:
            arrays[UNSURE] = proposal.unsure
        for name, array in arrays.items():
            content = io.BytesIO()
            np.save(content, np.ascontiguousarray(array), allow_pickle=False)
            archive.writestr(name, content.getvalue())
    return buffer.getvalue()


def unpack(content: bytes) -> Proposal:
    """Return the proposal of a file's content; its grid has no frame of reference.

    Raises
    ------
    ValueError, KeyError, zipfile.BadZipFile, ParotidError
        If it is damaged.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        facts = json.loads(archive.read("facts.json"))
        kept = [name for name in (LABELS, PROBABILITY, UNSURE) if name != UNSURE or name in archive.namelist()]
        labels, probability, *doubt = (np.load(io.BytesIO(archive.read(name)), allow_pickle=False) for name in kept)
    grid = Grid(labels.shape, np.array(facts["affine"]))
    seconds = dict(facts["seconds"])
    return Proposal(LabelMap(grid, labels), probability, str(facts["model_id"]), seconds, *doubt)
