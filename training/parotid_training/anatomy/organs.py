"""The organs that are drawn: each a signed distance on a small lattice of its own, the mandible with marks along it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.interpolate import RBFInterpolator
from scipy.ndimage import map_coordinates

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from parotid_training.anatomy.shapes import Array, Box, Shape, Tube

    Vector = NDArray[np.float64]

MANDIBLE, BRAINSTEM, CORD = "mandible", "brainstem", "cord"
PAROTIDS = ("parotid_right", "parotid_left")
SUBMANDIBULARS = ("submandibular_right", "submandibular_left")
ORBITS = ("orbit_right", "orbit_left")
ORGANS = (MANDIBLE, *PAROTIDS, *SUBMANDIBULARS, BRAINSTEM, *ORBITS)
"""Those with a lattice, in the model's order; the cord comes besides."""

GIVES_WAY = (
    *((gland, MANDIBLE) for gland in (*PAROTIDS, *SUBMANDIBULARS)),
    *zip(SUBMANDIBULARS, PAROTIDS, strict=True),
)
"""Where two organs would overlap, the first keeps clear of the second."""
CLEAR_MM = 1.0

JAW_MARKS = 16
JAW_ROOM_MM = 18.0
"""Between the outermost marks and the edge of the mandible's lattice."""


@dataclass(frozen=True, eq=False)
class Lattice:
    """Where an organ's distances are kept, about its centre and at its mean size.

    Parameters
    ----------
    size
        Mean over heads of the organ's standard deviation along x, y, z, mm.
    low
        First knot relative to the centre, mm.
    step
        Between knots, mm.
    shape
        Knots along x, y, z.
    """

    size: Vector
    low: Vector
    step: float
    shape: tuple[int, int, int]

    @property
    def count(self) -> int:
        """Number of knots."""
        return int(np.prod(self.shape))

    def knots(self) -> NDArray[np.float64]:
        """Positions relative to the centre, at mean size, mm: shape (3, x, y, z)."""
        axes = (low + self.step * np.arange(n) for low, n in zip(self.low, self.shape, strict=True))
        return np.stack(np.meshgrid(*axes, indexing="ij"))


@dataclass(frozen=True, eq=False)
class Organ:
    """One drawn organ: a `Shape` in the head's frame.

    Parameters
    ----------
    lattice
        Where its distances are.
    values
        Signed distance at mean size, mm, negative inside: shape of the lattice.
    centre
        x, y, z, mm.
    stretch
        Along x, y, z, relative to the mean size.
    """

    lattice: Lattice
    values: Array = field(repr=False)
    centre: Vector
    stretch: Vector

    def box(self) -> Box:
        """Corners of a box that holds it."""
        inside = np.argwhere(self.values < 0)
        if not len(inside):
            return self.centre, self.centre
        places = self.place(self.lattice.low + self.lattice.step * inside)
        reach = self.lattice.step * self.stretch
        return places.min(axis=0) - reach, places.max(axis=0) + reach

    def place(self, points: Vector) -> Vector:
        """From the lattice (mm from the centre, at mean size) to the head: shape (n, 3)."""
        return np.asarray(self.centre + self.stretch * points)

    def distance(self, x: Array, y: Array, z: Array) -> Array:
        """Signed distance, mm; beyond the lattice the way to it is added."""
        places = np.empty((3, *x.shape), dtype=np.float32)
        for place, axis, centre, stretch, low in zip(
            places, (x, y, z), self.centre, self.stretch, self.lattice.low, strict=True
        ):
            scale = 1.0 / (stretch * self.lattice.step)
            np.multiply(axis, np.float32(scale), out=place)
            place -= np.float32(centre * scale + low / self.lattice.step)
        found = map_coordinates(self.values, places, order=1, mode="nearest", output=np.float32)
        beyond = np.zeros_like(found)
        for place, n in zip(places, self.lattice.shape, strict=True):
            # In place: the lattice of a whole head's voxels is large.
            np.subtract(place, np.clip(place, 0, n - 1), out=place)
            beyond += np.square(place, out=place)
        found += np.sqrt(beyond, out=beyond) * np.float32(self.lattice.step)
        found *= np.float32(np.prod(self.stretch) ** (1 / 3))
        return np.asarray(found)

    @property
    def ml(self) -> float:
        """Volume, ml; a knot at the surface counts in part."""
        part = np.clip(0.5 - self.values / np.float32(self.lattice.step), 0, 1)
        return float(part.sum() * self.lattice.step**3 * np.prod(self.stretch)) / 1000.0

    def knots(self) -> Vector:
        """Positions of the lattice in the head, mm: shape (3, x, y, z)."""
        return self.place(self.lattice.knots().reshape(3, -1).T).T.reshape(3, *self.lattice.shape)

    def clear_of(self, other: Organ, gap_mm: float = CLEAR_MM) -> Organ:
        """The same organ, but for what lies within ``gap_mm`` of another."""
        x, y, z = self.knots().astype(np.float32)
        room = (np.float32(gap_mm) - other.distance(x, y, z)) / np.float32(np.prod(self.stretch) ** (1 / 3))
        return replace(self, values=np.maximum(self.values, room))

    def resized(self, ml: float, limits: tuple[float, float] = (0.75, 1.3)) -> Organ:
        """Stretched evenly towards a volume, within ``limits`` of its own lengths."""
        factor = np.clip((ml / max(self.ml, 1e-3)) ** (1 / 3), *limits)
        return replace(self, stretch=self.stretch * factor)


@dataclass(frozen=True, eq=False)
class Jaw(Organ):
    """The mandible, and where its marks are (see `jaw_marks`): shape (marks, 3)."""

    marks: Vector = field(repr=False)


def bent_jaw(lattice: Lattice, values: Array, mean_marks: Vector, marks: Vector) -> Jaw:
    """Mandible on a lattice in the head's frame, from its distances where the mean marks are and its own marks."""
    straight = Organ(lattice, values, np.zeros(3), np.ones(3))
    low = marks.min(axis=0) - JAW_ROOM_MM
    a, b, c = np.ceil((marks.max(axis=0) + JAW_ROOM_MM - low) / lattice.step).astype(int) + 1
    own = Lattice(np.ones(3), low, lattice.step, (int(a), int(b), int(c)))
    places = bend(marks, mean_marks, own.knots().reshape(3, -1).T).astype(np.float32)
    distance = straight.distance(*(places[:, k].reshape(own.shape) for k in range(3)))
    return Jaw(own, distance, np.zeros(3), np.ones(3), marks)


def bend(marks: Vector, onto: Vector, points: NDArray[Any]) -> Vector:
    """Where points (n, 3) go when marks are moved onto others, the least bent way."""
    return np.asarray(RBFInterpolator(marks, onto, kernel="cubic", degree=1)(points))


def jaw_marks(points: Vector) -> Vector:
    """Points that can be found again on any mandible, from the points within one (n, 3): shape (marks, 3).

    Along each half from front to back, its angle and its upper end; the chin's lower and upper edge.
    """
    marks = []
    middle = points[:, 0].mean()
    front, back = np.quantile(points[:, 1], (0.01, 0.99))
    for side in (-1, 1):
        half = points[(points[:, 0] - middle) * side > 0]
        share = (half[:, 1] - front) / (back - front)
        marks += [half[np.abs(share - place) < 0.1].mean(axis=0) for place in (0.1, 0.3, 0.5, 0.7, 0.9)]
        rear = half[share > 0.65]
        low, high = np.quantile(rear[:, 2], (0.06, 0.94))
        marks += [rear[rear[:, 2] <= low].mean(axis=0), rear[rear[:, 2] >= high].mean(axis=0)]
    chin = points[np.abs(points[:, 0] - middle) < 9]
    low, high = np.quantile(chin[:, 2], (0.15, 0.85))
    marks += [chin[chin[:, 2] <= low].mean(axis=0), chin[chin[:, 2] >= high].mean(axis=0)]
    return np.array(marks)


@dataclass(frozen=True, eq=False)
class Organs:
    """The organs of one head, in its frame (see `shapes`).

    Parameters
    ----------
    solid
        By name, all of `ORGANS`.
    cord
        Its tube, from the brainstem down.
    """

    solid: Mapping[str, Organ]
    cord: Tube

    def __getitem__(self, name: str) -> Shape:
        return self.cord if name == CORD else self.solid[name]

    def with_glands(self, volumes_ml: tuple[float, float]) -> Organs:
        """Bring the parotids (right, left) towards given volumes."""
        sized = {name: self.solid[name].resized(ml) for name, ml in zip(PAROTIDS, volumes_ml, strict=True)}
        return replace(self, solid={**self.solid, **sized})

    def apart(self) -> Organs:
        """None of them in another."""
        solid = dict(self.solid)
        for name, other in GIVES_WAY:
            solid[name] = solid[name].clear_of(solid[other])
        return replace(self, solid=solid)
