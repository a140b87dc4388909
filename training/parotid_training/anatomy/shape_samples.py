"""Labelled heads laid on each other and read off on common lattices, as the shape model is learned from them.

Heads are laid by landmarks of the skull and the glands (shifted, turned and scaled as a whole); each is taken as it is
and mirrored, so that no side is special.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from scipy.ndimage import map_coordinates
from scipy.spatial.transform import Rotation

from parotid_training.anatomy.measured_head import MARGIN_MM
from parotid_training.anatomy.organs import BRAINSTEM, CORD, JAW_ROOM_MM, MANDIBLE, ORGANS, Lattice, bend, jaw_marks
from parotid_training.anatomy.shape_model import CORD_STEP_MM

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from parotid_training.anatomy.measured_head import LabelledHead
    from parotid_training.anatomy.shapes import Array

    Vector = NDArray[np.float64]

LANDMARKS = {
    "cochlea_left": (34.0, 0.0, 3.0),
    "orbit_left": (32.0, -72.0, 27.0),
    "parotid_left": (58.0, -9.0, -30.0),
    BRAINSTEM: (0.0, 8.0, 4.0),
}
"""Centres in the head's frame that all heads are turned to; the right ones are their mirror images."""
STEP_MM = {MANDIBLE: 3.0, BRAINSTEM: 3.0}
FINE_MM = 2.5
CLIP_MM = 10.0
CORD_LEVELS = 9
FLIP = np.array([-1.0, 1.0, 1.0])


@dataclass(frozen=True, eq=False)
class Sample:
    """A head on the model's lattices; NaN where an organ is missing.

    Parameters
    ----------
    head
        Name of the head.
    values, places
        As `ShapeModel.mean` and `place_mean`.
    """

    head: str
    values: Array = field(repr=False)
    places: Vector = field(repr=False)


@dataclass(frozen=True, eq=False)
class _Laid:
    """From the patient to the head: head = scale * turn (p - middle) + place."""

    turn: Rotation
    scale: float
    middle: Vector
    place: Vector

    def to_head(self, points: Vector) -> Vector:
        return np.asarray(self.scale * self.turn.apply(points - self.middle) + self.place)

    def to_patient(self, points: Vector) -> Vector:
        return np.asarray(self.turn.inv().apply((points - self.place) / self.scale) + self.middle)


def _lay(points: Vector, reference: Vector, *, scaled: bool = True) -> _Laid:
    """Best shift, turn and scale of landmarks onto others, both (n, 3)."""
    middle, place = points.mean(axis=0), reference.mean(axis=0)
    turn, _ = Rotation.align_vectors(reference - place, points - middle)
    turned = turn.apply(points - middle)
    scale = float((turned * (reference - place)).sum() / (turned**2).sum()) if scaled else 1.0
    return _Laid(turn, scale, middle, place)


def _landmarks() -> tuple[list[str], Vector]:
    names = [name for left in LANDMARKS for name in dict.fromkeys((left, mirrored_name(left)))]
    places = {**LANDMARKS, **{mirrored_name(name): tuple(FLIP * place) for name, place in LANDMARKS.items()}}
    places[BRAINSTEM] = LANDMARKS[BRAINSTEM]
    return names, np.array([places[name] for name in names])


def mirrored_name(organ: str) -> str:
    """Name of the same organ on the other side."""
    if organ.endswith("_left"):
        return organ.removesuffix("left") + "right"
    return organ.removesuffix("right") + "left" if organ.endswith("_right") else organ


def _align(heads: Sequence[LabelledHead]) -> list[_Laid]:
    """Lay all heads on their common mean, at their mean size, turned as the head's frame is."""
    names, frame = _landmarks()
    marks = [np.array([head.organs[name].points.mean(axis=0) for name in names]) for head in heads]
    swap = [names.index(mirrored_name(name)) for name in names]
    mean = frame
    for _ in range(6):
        laid = [_lay(points, mean) for points in marks]
        mean = np.mean([one.to_head(points) for one, points in zip(laid, marks, strict=True)], axis=0)
        mean = (mean + mean[swap] * FLIP) / 2
        size = float(np.exp(np.mean([np.log(one.scale) for one in laid])))
        mean = mean.mean(axis=0) + (mean - mean.mean(axis=0)) / size
        mean = _lay(mean, frame, scaled=False).to_head(mean)
    return [_lay(points, mean) for points in marks]


def make_samples(heads: Sequence[LabelledHead]) -> tuple[tuple[Lattice, ...], list[Sample]]:
    """Lattices that hold every head's organs, and each head on them, as it is and mirrored."""
    laid = _align(heads)
    inside = [
        {name: one.to_head(organ.points) for name, organ in head.organs.items()}
        for head, one in zip(heads, laid, strict=True)
    ]
    marks = [jaw_marks(points[MANDIBLE] * flip) for points in inside if MANDIBLE in points for flip in (1.0, FLIP)]
    mean_marks = np.mean(marks, axis=0)
    lattices = (_jaw_lattice(mean_marks), *(_make_lattice(name, inside) for name in ORGANS[1:]))
    samples = []
    for mirrored in (False, True):
        samples += [
            _sample(head, one, points, lattices, mean_marks, mirrored)
            for head, one, points in zip(heads, laid, inside, strict=True)
        ]
    return lattices, samples


def _jaw_lattice(marks: Vector) -> Lattice:
    """About the mean marks; it is the only organ that does not lie about its own centre."""
    low, high = marks.min(axis=0) - JAW_ROOM_MM, marks.max(axis=0) + JAW_ROOM_MM
    a, b, c = np.ceil((high - low) / STEP_MM[MANDIBLE]).astype(int) + 1
    return Lattice(np.ones(3), low, STEP_MM[MANDIBLE], (int(a), int(b), int(c)))


def _make_lattice(name: str, inside: Sequence[Mapping[str, Vector]]) -> Lattice:
    """Both sides' organs count, so that right and left have mirrored lattices of one shape."""
    found = [
        points[one] * flip
        for points in inside
        for one, flip in ((name, 1.0), (mirrored_name(name), FLIP))
        if one in points
    ]
    size = np.mean([points.std(axis=0) for points in found], axis=0)
    scaled = [(points - points.mean(axis=0)) / points.std(axis=0) * size for points in found]
    low = np.min([points.min(axis=0) for points in scaled], axis=0) - MARGIN_MM
    high = np.max([points.max(axis=0) for points in scaled], axis=0) + MARGIN_MM
    step = STEP_MM.get(name, FINE_MM)
    a, b, c = np.ceil((high - low) / step).astype(int) + 1
    return Lattice(size, low, step, (int(a), int(b), int(c)))


def _sample(
    head: LabelledHead,
    laid: _Laid,
    inside: Mapping[str, Vector],
    lattices: Sequence[Lattice],
    mean_marks: Vector,
    mirrored: bool,
) -> Sample:
    flip = FLIP if mirrored else np.ones(3)
    values, centres, stretches = [], [], []
    marks = np.full_like(mean_marks, np.nan)
    for name, lattice in zip(ORGANS, lattices, strict=True):
        own = mirrored_name(name) if mirrored else name
        if own not in head.organs:
            values.append(np.full(lattice.count, np.nan, dtype=np.float32))
            centres.append(np.full(3, np.nan))
            stretches.append(np.full(3, np.nan))
            continue
        points, knots = inside[own] * flip, lattice.knots().reshape(3, -1).T
        centre, stretch = points.mean(axis=0), points.std(axis=0) / lattice.size
        if name == MANDIBLE:
            stretch, marks = np.ones(3), jaw_marks(points)
            places = bend(mean_marks, marks, knots)
        else:
            places = centre + stretch * knots
        places = laid.to_patient(places * flip)
        organ = head.organs[own]
        index = head.grid.to_index(places) - organ.grid_low
        depth = map_coordinates(organ.depth, index.T, order=1, mode="nearest") * laid.scale
        values.append(np.clip(depth / np.prod(stretch) ** (1 / 3), -CLIP_MM, CLIP_MM).astype(np.float32))
        centres.append(centre)
        stretches.append(np.log(stretch))
    cord = _cord_levels(inside[CORD] * flip, head.grid.voxel_ml * 1000 * laid.scale**3)
    return Sample(head.name, np.concatenate(values), np.concatenate([*centres, *stretches, marks.ravel(), cord]))


def _cord_levels(points: Vector, voxel_mm3: float) -> Vector:
    """Top of the cord, and x, y, radius at each level below: shape (1 + 3 levels,)."""
    top = float(np.quantile(points[:, 2], 0.995)) - 2.0
    levels: list[float] = [top]
    thick = 6.0
    for n in range(CORD_LEVELS):
        near = points[np.abs(points[:, 2] - (top - CORD_STEP_MM * n)) < thick / 2]
        radius = np.sqrt(len(near) * voxel_mm3 / thick / np.pi)
        levels += [*near[:, :2].mean(axis=0), float(radius)] if len(near) > 20 else [np.nan] * 3
    return np.array(levels)
