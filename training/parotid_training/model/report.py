"""What a mask amounts to: volumes in millilitres per structure and side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy

from parotid_training.labels import FOREGROUND, Side, Structure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from parotid_training.volume import LabelMap, Volume


@dataclass(frozen=True)
class Finding:
    """One connected component.

    Parameters
    ----------
    structure, side, ml
        What it is, on which side of the body midline, and its volume.
    centre
        LPS mm.
    """

    structure: Structure
    side: Side
    ml: float
    centre: tuple[float, float, float]


SPECK_ML = 0.05
"""Separate pieces below this volume are hardly meant."""


@dataclass(frozen=True, eq=False)
class Piece:
    """One connected component and where it lies.

    Parameters
    ----------
    finding
        What it amounts to.
    box
        The smallest box that holds it, native indices.
    inside
        bool, shape of the box: its voxels.
    """

    finding: Finding
    box: tuple[slice, slice, slice]
    inside: NDArray[np.bool_]


def body_midline_mm(reference: Volume) -> float:
    """Position of the body midline along patient x (LPS mm), from the reference image.

    The median over axial slices of the middle between the outermost voxels brighter than a quarter of the
    90th percentile.
    """
    view = reference.grid.canonical()
    image = view.to_display(reference.array)
    steps = tuple(max(1, n // 128) for n in image.shape)
    coarse = np.asarray(image[:: steps[0], :: steps[1], :: steps[2]], dtype=np.float32)
    body = coarse > 0.25 * np.percentile(coarse, 90)
    middles = [np.flatnonzero(row)[[0, -1]].mean() for row in np.asarray(body.any(axis=1)) if row.any()]
    column = float(np.median(middles)) * steps[2] if middles else (image.shape[2] - 1) / 2
    middle = (image.shape[0] / 2, image.shape[1] / 2, column)
    return float(reference.grid.to_patient(view.to_native_index(middle))[0])


def pieces(label_map: LabelMap, midline_mm: float | None) -> Iterator[Piece]:
    """Connected components of every structure, each with its voxels.

    Parameters
    ----------
    midline_mm
        Patient x of the body midline; None leaves the side unknown. A component within 5 mm of it has no side.
    """
    # A structure fills a small part of the head; only its box is looked through.
    boxes = scipy.ndimage.find_objects(label_map.array, max_label=max(FOREGROUND))
    for structure in FOREGROUND:
        box = boxes[structure - 1]
        if box is None:
            continue
        corner = np.array([edge.start for edge in box])
        regions, count = scipy.ndimage.label(label_map.array[box] == structure, structure=np.ones((3, 3, 3)))
        for number, part in enumerate(scipy.ndimage.find_objects(regions, max_label=count), start=1):
            inside = regions[part] == number
            start = corner + [edge.start for edge in part]
            voxels = np.argwhere(inside)
            x, y, z = (float(v) for v in label_map.grid.to_patient(voxels.mean(axis=0) + start))
            ml = len(voxels) * label_map.grid.voxel_ml
            i, j, k = (slice(int(low), int(low) + n) for low, n in zip(start, inside.shape, strict=True))
            yield Piece(Finding(structure, _side(x, midline_mm), ml, (x, y, z)), (i, j, k), inside)


def findings(label_map: LabelMap, midline_mm: float | None) -> tuple[Finding, ...]:
    """Connected components of every structure, largest first within a structure; as `pieces`, without the voxels."""
    found = (piece.finding for piece in pieces(label_map, midline_mm))
    return tuple(sorted(found, key=lambda f: (f.structure, -f.ml)))


def volumes(label_map: LabelMap, midline_mm: float | None) -> dict[str, dict[str, float]]:
    """Millilitres per structure and side.

    Returns
    -------
    ``{"gland": {"right": ml, "left": ml, "unknown": ml}, "tumour": {...}, "gland with tumour": {...}}``; the last
    counts a tumour on a side to the gland of that side.
    """
    totals = {name: {side.value: 0.0 for side in Side} for name in ("gland", "tumour", "gland with tumour")}
    for finding in findings(label_map, midline_mm):
        name = "gland" if finding.structure is Structure.GLAND else "tumour"
        totals[name][finding.side.value] += finding.ml
        totals["gland with tumour"][finding.side.value] += finding.ml
    return totals


def _side(x: float, midline_mm: float | None) -> Side:
    if midline_mm is None or abs(x - midline_mm) < 5.0:
        return Side.UNKNOWN
    return Side.LEFT if x > midline_mm else Side.RIGHT
