"""Volumes and diameters of what is drawn, per structure and side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy

from parotid_training.labels import Side, Structure
from parotid_training.model.report import SPECK_ML, pieces

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from parotid_training.volume import Grid, LabelMap

GLAND, BOTH, TUMOUR = "gland", "gland with tumour", "tumour"
"""What is measured: the gland without the tumours in it, with those of its side, and each tumour."""


@dataclass(frozen=True, eq=False)
class InPlane:
    """The longest diameter within a slice, and the largest one at right angles to it in that slice, as RECIST asks.

    Parameters
    ----------
    long_mm, short_mm
        Their lengths.
    axis, number
        The native axis across the slices, and the slice's index along it.
    long, short
        [2, 3], fractional native indices of their ends.
    """

    long_mm: float
    short_mm: float
    axis: int
    number: int
    long: NDArray[np.float64]
    short: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Measure:
    """One line of a report.

    Parameters
    ----------
    what
        `GLAND`, `BOTH` or `TUMOUR`.
    number
        Tumours are numbered 1, 2, ... by size; 0 for a gland.
    side
        By position relative to the body midline.
    ml
        Volume.
    in_plane
        Diameters within a slice.
    longest_mm
        The longest diameter in any direction.
    """

    what: str
    number: int
    side: Side
    ml: float
    in_plane: InPlane
    longest_mm: float


def measure(label_map: LabelMap, midline_mm: float | None) -> tuple[Measure, ...]:
    """Measure all that is drawn: the glands, right before left, then the tumours, the largest first.

    Diameters are those of the convex hull, as calipers would find them. Within a slice they reach from outer edge to
    outer edge of the pixels; across slices from the middle of one to the middle of another, because what is drawn
    tapers off: with the slices' thickness a ball of 30 mm on slices of 3 mm would be 33 mm long. Separate pieces
    under `SPECK_ML` count for the volume, not for the diameters.

    Parameters
    ----------
    label_map
        On any grid, oblique and anisotropic ones too.
    midline_mm
        Patient x of the body midline (LPS mm); None leaves the sides unknown.
    """
    found = sorted(pieces(label_map, midline_mm), key=lambda one: (one.finding.structure, -one.finding.ml))
    if not found:
        return ()
    corner = np.min([[edge.start for edge in one.box] for one in found], axis=0)
    shape = np.max([[edge.stop for edge in one.box] for one in found], axis=0) - corner
    lines: list[Measure] = []
    for side in Side:
        drawn = {structure: np.zeros(shape, bool) for structure in (Structure.GLAND, Structure.TUMOUR)}
        for one in found:
            if one.finding.side is side:
                i, j, k = (
                    slice(edge.start - low, edge.stop - low) for edge, low in zip(one.box, corner.tolist(), strict=True)
                )
                drawn[one.finding.structure][i, j, k] |= one.inside
        gland, tumour = drawn[Structure.GLAND], drawn[Structure.TUMOUR]
        if gland.any():
            lines.append(_line(GLAND, 0, side, gland, corner, label_map.grid))
            if tumour.any():
                lines.append(_line(BOTH, 0, side, gland | tumour, corner, label_map.grid))
    tumours = [one for one in found if one.finding.structure is Structure.TUMOUR]
    for number, one in enumerate(tumours, start=1):
        start = np.array([edge.start for edge in one.box])
        lines.append(_line(TUMOUR, number, one.finding.side, one.inside, start, label_map.grid))
    return tuple(lines)


def slice_axis(grid: Grid) -> int:
    """Return the native axis across the slices: as acquired, and across axial ones where voxels are near-isotropic."""
    return grid.canonical().native_axes[0] if grid.plane == "3D" else int(np.argmax(grid.spacing))


def _line(
    what: str, number: int, side: Side, inside: NDArray[np.bool_], start: NDArray[np.intp], grid: Grid
) -> Measure:
    ml = float(np.count_nonzero(inside)) * grid.voxel_ml
    solid = _without_specks(inside, grid)
    return Measure(what, number, side, ml, _in_plane(solid, start, grid), longest_mm(solid, grid))


def _without_specks(inside: NDArray[np.bool_], grid: Grid) -> NDArray[np.bool_]:
    """Leave out what does not hang together with `SPECK_ML` at least; all of it stays if it is nothing else."""
    parts, _ = scipy.ndimage.label(inside, np.ones((3, 3, 3)))
    large = np.bincount(parts.ravel()) * grid.voxel_ml >= SPECK_ML
    large[0] = False
    return np.asarray(large[parts]) if large.any() else inside


def longest_mm(inside: NDArray[np.bool_], grid: Grid) -> float:
    """Return the longest diameter of a non-empty shape, in any direction.

    Parameters
    ----------
    inside
        bool, any box of the grid.
    """
    axis = slice_axis(grid)
    rims = []
    for number in np.flatnonzero(inside.any(axis=tuple(n for n in range(3) if n != axis))).tolist():
        rims.append(np.insert(_hull(_edges(np.take(inside, number, axis))), axis, number, axis=1))
    points = grid.to_patient(np.concatenate(rims))
    return float(scipy.spatial.distance.pdist(_hull(points) if len(rims) > 1 else points).max())


def _in_plane(inside: NDArray[np.bool_], start: NDArray[np.intp], grid: Grid) -> InPlane:
    """Return the longest diameter within a slice; what hangs together only beyond the slice counts as apart."""
    axis = slice_axis(grid)
    across = [n for n in range(3) if n != axis]
    best = None
    for number in np.flatnonzero(inside.any(axis=tuple(across))).tolist():
        for points in _outlines(np.take(inside, number, axis)):
            # The axes of a grid are at right angles: within a slice, index times spacing is a place in mm.
            long, short = _calipers(points * np.asarray(grid.spacing)[across])
            if best is None or _length(long) > _length(best[0]):
                best = long, short, number
    assert best is not None, "nothing is drawn"

    def native(ends: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(np.insert(ends / np.asarray(grid.spacing)[across], axis, best[2], axis=1) + start)

    long, short, number = best
    return InPlane(_length(long), _length(short), axis, number + int(start[axis]), native(long), native(short))


def _outlines(area: NDArray[np.bool_]) -> Iterator[NDArray[np.float64]]:
    """Return the edge points of each piece of a slice."""
    regions, count = scipy.ndimage.label(area, np.ones((3, 3)))
    for number, box in enumerate(scipy.ndimage.find_objects(regions, max_label=count), start=1):
        yield _edges(regions[box] == number) + [edge.start for edge in box]


def _calipers(points: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the ends [2, 2] of a flat shape's longest diameter and of the longest one at right angles to it.

    Parameters
    ----------
    points
        [n, 2], mm.
    """
    hull = _hull(points)
    pairs = np.stack(np.triu_indices(len(hull), 1))
    first, last = hull[pairs[:, scipy.spatial.distance.pdist(hull).argmax()]]
    along = (last - first) / np.linalg.norm(last - first)
    aside = np.array([-along[1], along[0]])
    # Along the longest diameter the hull has one upper and one lower rim; the widest place is at one of its corners.
    places, heights = (hull - first) @ along, (hull - first) @ aside
    rims = []
    for half in (heights > -1e-9, heights < 1e-9):
        order = np.argsort(places[half])
        rims.append(np.interp(places, places[half][order], heights[half][order]))
    widest = int((rims[0] - rims[1]).argmax())
    foot = first + places[widest] * along
    return np.stack([first, last]), np.stack([foot + rims[0][widest] * aside, foot + rims[1][widest] * aside])


def _hull(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return those of the points that lie at the corners of their convex hull."""
    return np.asarray(points[scipy.spatial.ConvexHull(points).vertices])


def _edges(inside: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the middles of the pixel edges between inside and outside, as fractional indices [n, 2]."""
    padded = np.pad(inside, 1)
    found = []
    for axis in range(inside.ndim):
        faces = np.argwhere(np.diff(padded, axis=axis)) - 1.0
        faces[:, axis] += 0.5
        found.append(faces)
    return np.concatenate(found)


def _length(ends: NDArray[np.float64]) -> float:
    return float(np.linalg.norm(ends[1] - ends[0]))
