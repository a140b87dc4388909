"""Implicit surfaces in the head's own frame, and where they are evaluated.

The head frame is LPS mm with its origin midway between the ear canals: +x left, +y posterior, +z up.
A shape's distance is negative inside; near the surface it is about mm, further off only its sign counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float32]
    Point = tuple[float, float, float]
    Box = tuple[NDArray[np.float64], NDArray[np.float64]]


class Shape(Protocol):
    """Something with an inside."""

    def box(self) -> Box:
        """Corners (low, high) of a box that holds the shape, mm."""
        ...

    def distance(self, x: Array, y: Array, z: Array) -> Array:
        """Signed distance, mm, negative inside."""
        ...


@dataclass(frozen=True)
class Ellipsoid:
    """An ellipsoid, turned about the vertical axis by ``yaw`` degrees."""

    centre: Point
    radii: Point
    yaw: float = 0.0

    def box(self) -> Box:
        """Corners of its box."""
        centre = np.array(self.centre)
        reach = np.array(self.radii)
        if self.yaw:
            reach = np.array([max(reach[:2]), max(reach[:2]), reach[2]])
        return centre - reach, centre + reach

    def distance(self, x: Array, y: Array, z: Array) -> Array:
        """Signed distance, mm."""
        x, y, z = (axis - np.float32(centre) for axis, centre in zip((x, y, z), self.centre, strict=True))
        if self.yaw:
            c, s = np.float32(np.cos(np.radians(self.yaw))), np.float32(np.sin(np.radians(self.yaw)))
            x, y = c * x + s * y, c * y - s * x
        a, b, c = (np.float32(1.0 / radius) for radius in self.radii)
        x, y, z = x * a, y * b, z * c
        near = np.sqrt(x * x + y * y + z * z)
        slope = np.sqrt((x * a) ** 2 + (y * b) ** 2 + (z * c) ** 2) + np.float32(1e-6)
        return np.asarray(near * (near - np.float32(1)) / slope)


@dataclass(frozen=True)
class Tube:
    """A tube along a polyline, its radius changing from point to point; ``stretch`` widens it along x, y, z."""

    points: tuple[Point, ...]
    radii: tuple[float, ...]
    stretch: Point = (1.0, 1.0, 1.0)

    def box(self) -> Box:
        """Corners of its box."""
        points = np.array(self.points)
        reach = max(self.radii) * np.array(self.stretch)
        return points.min(axis=0) - reach, points.max(axis=0) + reach

    def distance(self, x: Array, y: Array, z: Array) -> Array:
        """Signed distance, mm."""
        stretch = np.array(self.stretch)
        points = np.array(self.points) / stretch
        x, y, z = (axis * np.float32(1.0 / s) for axis, s in zip((x, y, z), stretch, strict=True))
        nearest: Array | None = None
        for n in range(len(points) - 1):
            start, way = points[n].astype(np.float32), (points[n + 1] - points[n]).astype(np.float32)
            px, py, pz = x - start[0], y - start[1], z - start[2]
            length = np.float32(max(float(way @ way), 1e-6))
            t = np.clip((px * way[0] + py * way[1] + pz * way[2]) / length, 0, 1)
            r = np.float32(self.radii[n]) + t * np.float32(self.radii[n + 1] - self.radii[n])
            far = np.sqrt((px - t * way[0]) ** 2 + (py - t * way[1]) ** 2 + (pz - t * way[2]) ** 2) - r
            nearest = far if nearest is None else np.minimum(nearest, far)
        assert nearest is not None
        return nearest


@dataclass(frozen=True)
class Plate:
    """A rounded sagittal sheet: a polygon in (y, z), ``half`` mm thick to each side of its middle.

    The middle lies at x = x0 + ky (y - y0) + kz (z - z0).
    """

    polygon: tuple[tuple[float, float], ...]
    half: float
    x0: float
    ky: float = 0.0
    kz: float = 0.0
    y0: float = 0.0
    z0: float = 0.0
    rounding: float = 2.0

    def _centre(self, y: Array, z: Array) -> Array:
        return np.asarray(
            np.float32(self.x0)
            + np.float32(self.ky) * (y - np.float32(self.y0))
            + np.float32(self.kz) * (z - np.float32(self.z0))
        )

    def box(self) -> Box:
        """Corners of its box."""
        polygon = np.array(self.polygon, dtype=np.float32)
        x = self._centre(polygon[:, 0], polygon[:, 1])
        low = np.array([x.min() - self.half, *polygon.min(axis=0)], dtype=np.float64)
        high = np.array([x.max() + self.half, *polygon.max(axis=0)], dtype=np.float64)
        return low, high

    def distance(self, x: Array, y: Array, z: Array) -> Array:
        """Signed distance, mm."""
        rounding = np.float32(self.rounding)
        side = np.abs(x - self._centre(y, z)) - np.float32(self.half) + rounding
        edge = _polygon_distance(np.array(self.polygon, dtype=np.float32), y, z) + rounding
        out = np.sqrt(np.maximum(side, 0) ** 2 + np.maximum(edge, 0) ** 2)
        return np.asarray(out + np.minimum(np.maximum(side, edge), 0) - rounding)


@dataclass(frozen=True)
class Blend:
    """The union of shapes, melted together over ``soft`` mm."""

    parts: tuple[Shape, ...]
    soft: float

    def box(self) -> Box:
        """Corners of its box."""
        boxes = [part.box() for part in self.parts]
        return np.min([low for low, _ in boxes], axis=0), np.max([high for _, high in boxes], axis=0)

    def distance(self, x: Array, y: Array, z: Array) -> Array:
        """Signed distance, mm."""
        merged = self.parts[0].distance(x, y, z)
        for part in self.parts[1:]:
            merged = melt(merged, part.distance(x, y, z), self.soft)
        return merged


def melt(one: Array, other: Array, soft: float) -> Array:
    """Distance to the union of two shapes, melted together over ``soft`` mm."""
    bend = np.maximum(np.float32(soft) - np.abs(one - other), 0)
    return np.asarray(np.minimum(one, other) - bend * bend * np.float32(0.25 / soft))


def _polygon_distance(corners: Array, y: Array, z: Array) -> Array:
    """Signed distance to a polygon in the plane, mm."""
    best = np.full(y.shape, np.inf, dtype=np.float32)
    inside = np.zeros(y.shape, dtype=bool)
    for (ay, az), (by, bz) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        wy, wz = by - ay, bz - az
        py, pz = y - ay, z - az
        t = np.clip((py * wy + pz * wz) / (wy * wy + wz * wz), 0, 1)
        best = np.minimum(best, (py - t * wy) ** 2 + (pz - t * wz) ** 2)
        if abs(wz) > 1e-6:
            crosses = (z >= az) != (z >= bz)
            inside ^= crosses & (py < wy * pz / wz)
    return np.asarray(np.where(inside, -np.sqrt(best), np.sqrt(best)))
