"""A statistical shape model of the head's organs, from which a new head's organs are drawn together.

Each organ is a signed distance on a small lattice of its own, centred on the organ and stretched to its size along x, y
and z. The mandible, too thin for mixtures of distances, is bent besides by marks along it; the cord is a centre line
with radii. Distances, marks, centres and sizes of all organs vary together along a few principal modes, so that what is
drawn fits each other. What no mode explains is drawn as a smooth random unevenness.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from scipy.ndimage import distance_transform_edt, gaussian_filter, label

from parotid_training.anatomy.organs import BRAINSTEM, JAW_MARKS, MANDIBLE, ORGANS, Lattice, Organ, Organs, bent_jaw
from parotid_training.anatomy.shapes import Tube

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from parotid_training.anatomy.shapes import Array

    Vector = NDArray[np.float64]

LONGEST = 2.0
"""A mode's weight is cut at so many standard deviations."""
UNEVEN_MM = 5.0
"""Width (sigma) of the unevenness."""
CORD_STEP_MM = 8.0
CORD_END_MM = -150.0


@dataclass(frozen=True, eq=False)
class ShapeModel:
    """Mean and modes of variation over heads.

    Parameters
    ----------
    lattices
        One an organ, in the order of `ORGANS`.
    mean
        Distances of all organs, mm: shape (knots of all,).
    modes
        What one standard deviation of each mode adds to them: shape (modes, knots of all).
    place_mean, place_modes
        The same for the geometry: centres (mm) and log stretches of the organs, the mandible's marks (mm), then the
        cord's top (z, mm) and at each level x, y and radius (mm); shapes (places,) and (modes, places).
    uneven_mm
        Standard deviation of the unevenness, one an organ.
    place_uneven
        The same for the geometry: shape (places,).
    """

    lattices: tuple[Lattice, ...]
    mean: Array = field(repr=False)
    modes: Array = field(repr=False)
    place_mean: Vector = field(repr=False)
    place_modes: Vector = field(repr=False)
    uneven_mm: Vector
    place_uneven: Vector = field(repr=False)

    @cached_property
    def parts(self) -> tuple[slice, ...]:
        """Where each organ's distances lie in ``mean``."""
        ends = np.cumsum([0, *(lattice.count for lattice in self.lattices)])
        return tuple(slice(int(a), int(b)) for a, b in pairwise(ends))

    def draw(self, rng: np.random.Generator) -> Organs:
        """Organs of a head that never was; they may still overlap (`Organs.apart`)."""
        weights = np.clip(rng.standard_normal(len(self.modes)), -LONGEST, LONGEST)
        values = self.mean + weights.astype(np.float32) @ self.modes
        for lattice, part, sd in zip(self.lattices, self.parts, self.uneven_mm, strict=True):
            noise = gaussian_filter(
                rng.standard_normal(lattice.shape, dtype=np.float32), UNEVEN_MM / lattice.step, mode="wrap"
            )
            noise *= np.float32(sd / noise.std())
            noise += values[part].reshape(lattice.shape)
            values[part] = true_distance(noise, lattice.step).ravel()
        places = self.place_mean + weights @ self.place_modes
        jitter = np.clip(rng.standard_normal(len(places)), -LONGEST, LONGEST)
        return self.compose(values, places + self.place_uneven * jitter)

    def compose(self, values: Array, places: Vector) -> Organs:
        """Organs from their distances (knots of all,) and their geometry (places,)."""
        count = len(self.lattices)
        centres, stretches = places[: 3 * count].reshape(-1, 3), np.exp(places[3 * count : 6 * count]).reshape(-1, 3)
        solid = {
            name: Organ(lattice, values[part].reshape(lattice.shape), centre, stretch)
            for name, lattice, part, centre, stretch in zip(
                ORGANS, self.lattices, self.parts, centres, stretches, strict=True
            )
        }
        cord = 6 * count + 3 * JAW_MARKS
        marks, mean_marks = (vector[6 * count : cord].reshape(-1, 3) for vector in (places, self.place_mean))
        solid[MANDIBLE] = bent_jaw(self.lattices[0], solid[MANDIBLE].values, mean_marks, marks)
        return Organs(solid, _cord(places[cord:], solid[BRAINSTEM]))

    def save(self, path: Path) -> None:
        """Write it as a compressed npz: distances as float16, modes as bytes with a scale for each mode and organ."""
        scale = np.stack([np.abs(self.modes[:, part]).max(axis=1) / 127 for part in self.parts], axis=1)
        lengths = [lattice.count for lattice in self.lattices]
        np.savez_compressed(
            path,
            size=np.stack([lattice.size for lattice in self.lattices]),
            low=np.stack([lattice.low for lattice in self.lattices]),
            step=np.array([lattice.step for lattice in self.lattices]),
            shape=np.array([lattice.shape for lattice in self.lattices]),
            mean=self.mean.astype(np.float16),
            modes=np.round(self.modes / np.repeat(scale, lengths, axis=1)).astype(np.int8),
            scale=scale.astype(np.float32),
            place_mean=self.place_mean.astype(np.float32),
            place_modes=self.place_modes.astype(np.float32),
            uneven_mm=self.uneven_mm.astype(np.float32),
            place_uneven=self.place_uneven.astype(np.float32),
        )


def true_distance(values: Array, step: float) -> Array:
    """Distance to the surface that a mixture of distances describes, mm, without crumbs beside the largest piece.

    A mixture rises by more or less than one mm a mm, and far from the surface it may fall again.
    """
    pieces, count = label(values < 0)
    if not count:
        return values
    sizes = np.bincount(pieces.ravel())
    sizes[0] = 0
    inside = pieces == sizes.argmax()
    steps = np.where(inside, 0.5 - distance_transform_edt(inside), distance_transform_edt(~inside) - 0.5)
    slope = np.sqrt(sum(part**2 for part in np.gradient(values, step)))
    near = (np.abs(steps) < 0.6) & (inside == (values < 0))
    fine = np.clip(values / np.maximum(slope, 0.3), -step, step)
    return np.asarray(np.where(near, fine, steps * step), dtype=np.float32)


def load_shapes(path: Path) -> ShapeModel:
    """Read a model that `ShapeModel.save` wrote."""
    with np.load(path, allow_pickle=False) as kept:
        lattices = tuple(
            Lattice(size, low, float(step), (int(a), int(b), int(c)))
            for size, low, step, (a, b, c) in zip(kept["size"], kept["low"], kept["step"], kept["shape"], strict=True)
        )
        lengths = [lattice.count for lattice in lattices]
        modes = kept["modes"].astype(np.float32) * np.repeat(kept["scale"], lengths, axis=1)
        return ShapeModel(
            lattices,
            kept["mean"].astype(np.float32),
            modes,
            kept["place_mean"].astype(np.float64),
            kept["place_modes"].astype(np.float64),
            kept["uneven_mm"].astype(np.float64),
            kept["place_uneven"].astype(np.float64),
        )


@cache
def shipped_shapes() -> ShapeModel:
    """The model that comes with the program; read once."""
    from parotid_assets import ORGAN_SHAPES

    return load_shapes(ORGAN_SHAPES)


def _cord(places: Vector, brainstem: Organ) -> Tube:
    """Tube through the levels, from inside the brainstem's lower end to below any lattice."""
    levels = places[1:].reshape(-1, 3)
    z = places[0] - CORD_STEP_MM * np.arange(len(levels))
    points = [(float(x), float(y), float(height)) for (x, y, _), height in zip(levels, z, strict=True)]
    radii = [float(np.clip(radius, 3.0, 7.0)) for radius in levels[:, 2]]
    (x, y, last), (ux, uy, _) = points[-1], points[-3]
    rate = (CORD_END_MM - last) / (2 * CORD_STEP_MM)
    end = (x + rate * (ux - x), y + rate * (uy - y), CORD_END_MM)
    inside = np.argwhere(brainstem.values < -2.0)
    top = brainstem.knots()[(slice(None), *inside[inside[:, 2].argmin()])]
    start = (float(top[0]), float(top[1]), float(top[2]))
    above = [(start, radii[0])] if start[2] > points[0][2] + 1.0 else []
    chain = [*above, *zip(points, radii, strict=True), (end, radii[-1])]
    return Tube(tuple(point for point, _ in chain), tuple(radius for _, radius in chain))
