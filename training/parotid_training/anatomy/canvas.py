"""Painting tissues onto a lattice, shape by shape; later ones cover earlier ones."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from parotid_training.anatomy.shapes import Ellipsoid, Plate, Tube
from parotid_training.anatomy.tissues import Tissue

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from parotid_training.anatomy.shapes import Point, Shape
    from parotid_training.anatomy.space import Array, Slices, Space


def mirror(shape: Shape, side: int) -> Shape:
    """Return the shape, drawn for the patient's left (+1), on the given side."""
    if side > 0:
        return shape
    if isinstance(shape, Ellipsoid):
        return replace(shape, centre=_flip(shape.centre), yaw=-shape.yaw)
    if isinstance(shape, Tube):
        return replace(shape, points=tuple(_flip(point) for point in shape.points))
    if isinstance(shape, Plate):
        return replace(shape, x0=-shape.x0, ky=-shape.ky, kz=-shape.kz)
    raise TypeError(f"no mirror image of {type(shape).__name__}")


def _flip(point: Point) -> Point:
    return -point[0], point[1], point[2]


@dataclass(frozen=True, eq=False)
class Canvas:
    """A tissue array being painted.

    Parameters
    ----------
    space
        Its lattice.
    tissue
        uint8 `Tissue` values, shape of the lattice; changed in place.
    """

    space: Space
    tissue: NDArray[np.uint8] = field(repr=False)

    def local(self, shape: Shape, margin: float = 0.0) -> tuple[Slices, Array] | None:
        """Voxels around a shape and its distance there, mm; None where the lattice holds none of it."""
        slices = self.space.slices(shape.box(), margin)
        if slices is None:
            return None
        x, y, z = (axis[slices] for axis in self.space.head)
        return slices, shape.distance(x, y, z)

    def put(self, tissue: Tissue, *shapes: Shape, over: Iterable[Tissue] | None = None, grow: float = 0.0) -> None:
        """Paint the inside of each shape (grown by ``grow`` mm), only over some tissues if they are named."""
        for shape in shapes:
            found = self.local(shape, max(grow, 0.0))
            if found is None:
                continue
            slices, distance = found
            inside = distance < grow
            there = self.tissue[slices]
            if over is not None:
                inside &= np.isin(there, [int(one) for one in over])
            there[inside] = tissue

    def put_pair(self, tissue: Tissue, *shapes: Shape, over: Iterable[Tissue] | None = None) -> None:
        """Paint shapes given for the left, on both sides."""
        for shape in shapes:
            self.put(tissue, mirror(shape, 1), mirror(shape, -1), over=over)

    def muscles(self, *shapes: Shape, plane: Array) -> None:
        """Paint muscles given for the left on both sides, each parted from those before by ``plane`` mm of fat.

        ``plane`` has the lattice's shape; where it is 0 or less two muscles touch.
        """
        for shape in shapes:
            for side in (1, -1):
                found = self.local(mirror(shape, side), 2.0)
                if found is None:
                    continue
                slices, distance = found
                there = self.tissue[slices]
                there[(distance < plane[slices]) & (there == Tissue.MUSCLE)] = Tissue.FAT
                there[distance < 0] = Tissue.MUSCLE

    def bone(self, *shapes: Shape, cortex: float = 1.6) -> None:
        """Paint bones: a cortical shell and the marrow within."""
        for shape in shapes:
            self.put(Tissue.CORTICAL, shape)
        for shape in shapes:
            self.put(Tissue.MARROW, shape, grow=-cortex)

    def bone_pair(self, *shapes: Shape, cortex: float = 1.6) -> None:
        """Paint bones given for the left, on both sides."""
        for side in (1, -1):
            self.bone(*(mirror(shape, side) for shape in shapes), cortex=cortex)

    def wide(self, shape: Shape) -> Array:
        """Distance to a large smooth shape everywhere, computed on every few voxels and interpolated, mm."""
        steps = [max(1, round(4.0 / spacing)) for spacing in self.space.spacing]
        knots = [_knots(n, step) for n, step in zip(self.space.shape, steps, strict=True)]
        pick = np.ix_(*knots)
        x, y, z = (axis[pick] for axis in self.space.head)
        values = shape.distance(x, y, z)
        for axis, (n, knot) in enumerate(zip(self.space.shape, knots, strict=True)):
            values = _stretch(values, axis, n, knot)
        return values


def _knots(n: int, step: int) -> NDArray[Any]:
    return np.unique(np.append(np.arange(0, n, step), n - 1))


def _stretch(values: Array, axis: int, n: int, knots: NDArray[Any]) -> Array:
    """Linear interpolation along one axis from the knots to every index."""
    place = np.arange(n)
    low = np.clip(np.searchsorted(knots, place, side="right") - 1, 0, max(len(knots) - 2, 0))
    high = np.minimum(low + 1, len(knots) - 1)
    span = np.maximum(knots[high] - knots[low], 1)
    shape = [1, 1, 1]
    shape[axis] = n
    t = ((place - knots[low]) / span).astype(np.float32).reshape(shape)
    start = values.take(low, axis)
    return np.asarray(start + t * (values.take(high, axis) - start))
