"""napari's door for saving: a mask layer goes back to its native grid, voxel by voxel."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from napari_parotid.tr import tr
from parotid_training.errors import ParotidError
from parotid_training.labels import FOREGROUND
from parotid_training.volume import Grid, LabelMap


def write_mask(path: str, data: Any, meta: dict[str, Any]) -> list[str]:
    """Write a labels layer as NIfTI on the grid it was opened with.

    Raises
    ------
    ParotidError
        If the layer does not come from a study, so that its place in the patient is unknown.
    """
    grid = meta.get("metadata", {}).get("native_grid")
    if not isinstance(grid, Grid):
        raise ParotidError(
            tr("This layer does not know where it lies in the patient."),
            tr("Save a mask that was drawn on an opened study."),
        )
    from parotid_training.io.nifti import write_label_map

    view = grid.canonical()
    shown = np.asarray(data)
    if shown.shape != view.shape or not np.isin(shown, [0, *FOREGROUND]).all():
        raise ParotidError(
            tr("This layer is no mask of gland and tumour on the study's voxels."), tr("Save the layer named Mask.")
        )
    native = np.ascontiguousarray(view.to_native(shown), dtype=np.uint8)
    write_label_map(Path(path), LabelMap(grid, native))
    return [path]
