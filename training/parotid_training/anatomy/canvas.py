"""Painting tissues onto a lattice, shape by shape; later ones cover earlier ones."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from parotid_training.anatomy.shapes import Ellipsoid, Plate, Tube
from parotid_training.anatomy.tissues import Tissue

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from parotid_training.anatomy.organs import Organs
    from parotid_training.anatomy.shapes import Point, Shape
    from parotid_training.anatomy.space import Array, Slices, Space


NEAR_MM = 3.0
"""Drawn organs are painted up to so far beyond their surface."""


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
            self.fill(tissue, self.local(shape, max(grow, 0.0)), over=over, grow=grow)

    def fill(
        self,
        tissue: Tissue,
        found: tuple[Slices, Array] | None,
        over: Iterable[Tissue] | None = None,
        grow: float = 0.0,
    ) -> None:
        """Paint where a distance that `local` found is less than ``grow`` mm."""
        if found is None:
            return
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
        x, y, z = (axis[np.ix_(*self.space.knots)] for axis in self.space.head)
        return self.space.fill(shape.distance(x, y, z))


@dataclass(frozen=True, eq=False)
class DrawnOrgans:
    """The organs drawn from the shape model, and the canvas they are painted on.

    Parameters
    ----------
    canvas
        The same tissue as the head's, in the organs' own frame: not bent to the rest of the head.
    organs
        What is painted.
    """

    canvas: Canvas
    organs: Organs
    _near: dict[str, tuple[Slices, Array] | None] = field(default_factory=dict, repr=False)

    def put(self, tissue: Tissue, *names: str, over: Iterable[Tissue] | None = None, grow: float = 0.0) -> None:
        """Paint organs by name, as `Canvas.put` does."""
        for name in names:
            # An organ is painted several times over, each time a little smaller.
            if name not in self._near:
                self._near[name] = self.canvas.local(self.organs[name], NEAR_MM)
            self.canvas.fill(tissue, self._near[name], over=over, grow=grow)
