"""The lattice on which a head is drawn: patient axes, the head's pose, its deformation, smooth noise."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from parotid_training.volume import Grid

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from parotid_training.anatomy.shapes import Box

    Array = NDArray[np.float32]
    Slices = tuple[slice, slice, slice]
    Knots = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]

KNOT_MM = 4.0
"""About so far apart lie the voxels on which slowly changing things are computed."""
BEND_KNOT_MM = 8.0


@dataclass(frozen=True)
class Pose:
    """From the patient's frame to the head's: head = scale * (turn @ patient).

    Parameters
    ----------
    turn
        3 x 3 rotation, patient LPS to head LPS.
    scale
        Along head x, y, z; above 1 makes the head smaller.
    """

    turn: NDArray[np.float64]
    scale: NDArray[np.float64]

    @property
    def matrix(self) -> NDArray[np.float64]:
        """3 x 3, patient mm to head mm."""
        return np.asarray(np.diag(self.scale) @ self.turn)


def turn_by(pitch: float, yaw: float, roll: float) -> NDArray[np.float64]:
    """Rotation about x, z and y, in degrees: shape (3, 3)."""
    a, b, c = np.radians([pitch, yaw, roll])
    about_x = np.array([[1, 0, 0], [0, np.cos(a), -np.sin(a)], [0, np.sin(a), np.cos(a)]])
    about_z = np.array([[np.cos(b), -np.sin(b), 0], [np.sin(b), np.cos(b), 0], [0, 0, 1]])
    about_y = np.array([[np.cos(c), 0, np.sin(c)], [0, 1, 0], [-np.sin(c), 0, np.cos(c)]])
    return np.asarray(about_x @ about_z @ about_y)


@dataclass(frozen=True, eq=False)
class Space:
    """A drawing lattice with axes (z, y, x) rising to S, P, L, and the head coordinates of its voxels.

    Parameters
    ----------
    axes
        Patient coordinates (mm) along array axis 0, 1, 2: z, y, x.
    pose
        Patient to head.
    head
        Head coordinates x, y, z of every voxel, pose and deformation included; each of the lattice's shape.
    """

    axes: tuple[Array, Array, Array]
    pose: Pose
    head: tuple[Array, Array, Array] = field(repr=False)

    @property
    def shape(self) -> tuple[int, int, int]:
        """Voxels along z, y, x."""
        return len(self.axes[0]), len(self.axes[1]), len(self.axes[2])

    @property
    def spacing(self) -> tuple[float, float, float]:
        """Voxel size along z, y, x, mm."""
        z, y, x = (float(axis[1] - axis[0]) for axis in self.axes)
        return z, y, x

    @property
    def grid(self) -> Grid:
        """The lattice as a grid in the patient."""
        affine = np.eye(4)
        affine[:3, :3] = np.diag(self.spacing)[::-1]
        affine[:3, 3] = [axis[0] for axis in self.axes[::-1]]
        return Grid(self.shape, affine)

    @cached_property
    def knots(self) -> Knots:
        """Every few voxels, the last of each axis among them: enough for what changes slowly."""
        return self.every(KNOT_MM)

    def every(self, step_mm: float) -> Knots:
        """Indices about ``step_mm`` apart along each axis, the last among them."""
        steps = [max(1, round(step_mm / spacing)) for spacing in self.spacing]
        z, y, x = (
            np.unique(np.append(np.arange(0, n, step), n - 1)) for n, step in zip(self.shape, steps, strict=True)
        )
        return z, y, x

    @cached_property
    def _at_knots(self) -> tuple[tuple[Array, float], ...]:
        """Head x, y, z at the knots, and how far a voxel's may lie from its nearest knot's."""
        found = []
        for axis in self.head:
            values = np.ascontiguousarray(axis[np.ix_(*self.knots)])
            slack = sum(float(np.abs(np.diff(values, axis=k)).max(initial=0.0)) / 2 for k in range(3))
            found.append((values, slack))
        return tuple(found)

    def slices(self, box: Box, margin: float = 0.0) -> Slices | None:
        """Voxels that a box of the head frame can touch, None where it lies outside the lattice."""
        near = np.ones([len(knots) for knots in self.knots], dtype=bool)
        for (values, slack), low, high in zip(self._at_knots, *box, strict=True):
            near &= (values > low - margin - slack) & (values < high + margin + slack)
        found = []
        for axis, (knots, count) in enumerate(zip(self.knots, self.shape, strict=True)):
            hit = np.flatnonzero(near.any(axis=tuple(k for k in range(3) if k != axis)))
            if not len(hit):
                return None
            # A voxel is within half a step of its nearest knot.
            half = (int(np.diff(knots).max(initial=1)) + 1) // 2
            found.append(slice(max(int(knots[hit[0]]) - half, 0), min(int(knots[hit[-1]]) + half + 1, count)))
        return found[0], found[1], found[2]

    def bent(self, displacement: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> Space:
        """The same lattice with head coordinates moved by a slowly changing displacement of points (n, 3), mm."""
        knots = self.every(BEND_KNOT_MM)
        points = np.stack([axis[np.ix_(*knots)] for axis in self.head], axis=-1).astype(np.float64)
        moved = displacement(points.reshape(-1, 3)).astype(np.float32).reshape(points.shape)
        filled = (self.fill(moved[..., k], knots) for k in range(3))
        x, y, z = (np.add(axis, part, out=part) for axis, part in zip(self.head, filled, strict=True))
        return replace(self, head=(x, y, z))

    def fill(self, values: Array, knots: Knots | None = None) -> Array:
        """From the knots (`knots` unless others are given) to every voxel, linearly: shape of the lattice."""
        for axis, (n, places) in enumerate(zip(self.shape, knots or self.knots, strict=True)):
            values = np.moveaxis(np.tensordot(_linear_weights(n, places), values, axes=(1, axis)), 0, axis)
        return np.ascontiguousarray(values)

    def noise(self, rng: np.random.Generator, lattice_mm: float | tuple[float, float, float]) -> Array:
        """Smooth noise of unit variance, the same field at any voxel size: shape of the lattice."""
        return smooth_noise(rng, self.axes, lattice_mm)


def make_space(
    low: tuple[float, float, float],
    high: tuple[float, float, float],
    spacing: tuple[float, float, float],
    pose: Pose,
    bend_mm: float,
    rng: np.random.Generator,
) -> Space:
    """Lattice over a box of the patient (x, y, z in mm), with a smooth random deformation of about ``bend_mm``."""
    z, y, x = (
        np.arange(start, stop + step / 2, step, dtype=np.float32)
        for start, stop, step in zip(low[::-1], high[::-1], spacing[::-1], strict=True)
    )
    axes = (z, y, x)
    matrix = pose.matrix.astype(np.float32)
    head = []
    for row in matrix:
        bend = smooth_noise(rng, axes, 45.0)
        np.clip(bend, -2.0, 2.0, out=bend)
        bend *= np.float32(bend_mm)
        # A finer ripple, so that no organ keeps a drawn circle's outline.
        bend += np.clip(smooth_noise(rng, axes, 15.0), -2.0, 2.0) * np.float32(0.45 * bend_mm)
        bend += row[2] * z[:, None, None]
        bend += row[1] * y[None, :, None] + row[0] * x
        head.append(bend)
    return Space(axes, pose, (head[0], head[1], head[2]))


def _linear_weights(n: int, knots: NDArray[np.int64]) -> Array:
    """Matrix (n, knots) of linear interpolation from the knots to every index."""
    units = np.eye(len(knots), dtype=np.float32)
    return np.stack([np.interp(np.arange(n), knots, unit) for unit in units], axis=1).astype(np.float32)


NOISE_EXTENT_MM = 200.0
"""Noise is drawn on a fixed lattice over +-this much, so that a seed looks the same at every voxel size."""


def smooth_noise(
    rng: np.random.Generator,
    axes: tuple[Array, Array, Array],
    lattice_mm: float | tuple[float, float, float],
) -> Array:
    """Cubic B-spline noise of unit variance over patient axes (z, y, x); features of about the lattice's size.

    The random numbers depend on the lattice only, never on the axes: a coarse and a fine drawing of one
    seed show the same field.
    """
    steps = (lattice_mm,) * 3 if isinstance(lattice_mm, float | int) else lattice_mm
    counts = [2 * int(np.ceil(NOISE_EXTENT_MM / step)) + 4 for step in steps]
    values = rng.standard_normal(counts, dtype=np.float32)
    for axis, (coordinates, step, count) in enumerate(zip(axes, steps, counts, strict=True)):
        place = (coordinates + NOISE_EXTENT_MM) / step + 1.0
        weights, first = _spline_weights(place, count)
        values = np.moveaxis(
            np.tensordot(weights, values[_cut(axis, first, weights.shape[1])], axes=(1, axis)), 0, axis
        )
    # Variance of a cubic B-spline mixture of unit noise: about 0.479 along each axis.
    return np.ascontiguousarray(values) / np.float32(0.479**1.5)


def _cut(axis: int, first: int, count: int) -> Slices:
    every = [slice(None)] * 3
    every[axis] = slice(first, first + count)
    return every[0], every[1], every[2]


def _spline_weights(place: Array, count: int) -> tuple[Array, int]:
    """Matrix (points, knots used) of cubic B-spline weights, and the first knot used."""
    place = np.clip(place, 1.0, count - 3.0)
    base = np.floor(place).astype(int)
    t = (place - base).astype(np.float32)
    first = int(base.min()) - 1
    weights = np.zeros((len(place), int(base.max()) + 3 - first), dtype=np.float32)
    row = np.arange(len(place))
    parts = ((1 - t) ** 3, 3 * t**3 - 6 * t**2 + 4, -3 * t**3 + 3 * t**2 + 3 * t + 1, t**3)
    for k, part in enumerate(parts):
        weights[row, base - 1 + k - first] = part / 6
    return weights, first
