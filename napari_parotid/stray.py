"""Pieces of a mask that lie where none should: far from all gland, or in air."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import scipy

from parotid_training.labels import Structure

if TYPE_CHECKING:
    from collections.abc import Iterable

    from parotid_training.model.report import Piece
    from parotid_training.volume import LabelMap, Volume

REACH_MM = 3.0
"""A tumour this far from all gland lies outside of it."""
BLACK = 0.03
"""Of the brightest signal: air is told by signal alone, so this stays far below fat-suppressed tissue."""


def near_gland(tumour: Piece, label_map: LabelMap) -> bool:
    """Whether a tumour reaches a gland, or all but."""
    spacing = label_map.grid.spacing
    margins = [int(np.ceil(REACH_MM / mm)) for mm in spacing]
    i, j, k = (
        slice(max(0, edge.start - margin), edge.stop + margin) for edge, margin in zip(tumour.box, margins, strict=True)
    )
    around = label_map.array[i, j, k]
    gland = around == Structure.GLAND
    if not gland.any():
        return False
    far = scipy.ndimage.distance_transform_edt(~gland, sampling=spacing)
    inside = tuple(
        slice(edge.start - outer.start, edge.stop - outer.start)
        for edge, outer in zip(tumour.box, (i, j, k), strict=True)
    )
    return bool(far[inside][tumour.inside].min() <= max(REACH_MM, *spacing))


def black_parts(found: Iterable[Piece], image: Volume) -> list[np.ndarray]:
    """Return where each piece lies on air, boolean, shape of its box."""
    stride = tuple(slice(None, None, max(1, n // 64)) for n in image.array.shape)
    threshold = BLACK * float(np.percentile(image.array[stride], 99))
    return [one.inside & (image.array[one.box] < threshold) for one in found]


def within(piece: Piece, slices: tuple[int, ...], axis: int) -> Piece | None:
    """Return what of a piece lies in these slices along a native axis, with all of its volume; None if nothing."""
    along = [1, 1, 1]
    along[axis] = -1
    chosen = np.isin(np.arange(piece.box[axis].start, piece.box[axis].stop), slices).reshape(along)
    inside = piece.inside & chosen
    return replace(piece, inside=inside) if inside.any() else None
