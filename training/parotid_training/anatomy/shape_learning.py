"""Learning the organs' shape model from labelled heads.

Heads are laid on each other by landmarks of the skull and the glands (shifted, turned and scaled as a whole); each is
taken as it is and mirrored, so that no side is special. Of several readers' maps of a head the mean distance counts.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.ndimage import distance_transform_edt, find_objects, gaussian_filter, map_coordinates
from scipy.spatial.transform import Rotation

from parotid_training.anatomy.organs import (
    BRAINSTEM,
    CORD,
    JAW_MARKS,
    JAW_ROOM_MM,
    MANDIBLE,
    ORBITS,
    ORGANS,
    PAROTIDS,
    SUBMANDIBULARS,
    Lattice,
    bend,
    jaw_marks,
)
from parotid_training.anatomy.shape_model import CORD_STEP_MM, ShapeModel

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from parotid_training.anatomy.shapes import Array
    from parotid_training.volume import Grid

    Vector = NDArray[np.float64]

COCHLEAE = ("cochlea_right", "cochlea_left")
LANDMARKS = {
    "cochlea_left": (34.0, 0.0, 3.0),
    "orbit_left": (32.0, -72.0, 27.0),
    "parotid_left": (58.0, -9.0, -30.0),
    BRAINSTEM: (0.0, 8.0, 4.0),
}
"""Centres in the head's frame that all heads are turned to; the right ones are their mirror images."""
STEP_MM = {MANDIBLE: 3.0, BRAINSTEM: 3.0}
FINE_MM = 2.5
WEIGHT = {MANDIBLE: 1.0, PAROTIDS[0]: 2.0, PAROTIDS[1]: 2.0, ORBITS[0]: 0.3, ORBITS[1]: 0.3}
"""Share of an organ's distances in the modes' variance (0.7 if not named)."""
PLACE_WEIGHT, JAW_WEIGHT, CORD_WEIGHT = 0.5, 2.0, 1.0
MODES = 24
MARGIN_MM, CLIP_MM = 9.0, 10.0
CORD_LEVELS = 9
LEAST_ML = {SUBMANDIBULARS[0]: 2.0, SUBMANDIBULARS[1]: 2.0}
CROOKED_MM = 10.0
"""A mandible whose centre lies so far off the middle has been operated on."""
FLIP = np.array([-1.0, 1.0, 1.0])
FOLDS = 4
NEAR_MM = 3.0
"""What is left unexplained is measured so near to the surface."""
UNEVEN_SHARE, BONE_SHARE = 1.5, 0.5
"""Of it, so much becomes unevenness: unseen heads are explained less well than those learned from; bone is smooth."""


@dataclass(frozen=True, eq=False)
class Measured:
    """One organ of one head.

    Parameters
    ----------
    depth
        Signed distance, mm, on the voxels around it, smoothed over the slices' steps.
    grid_low
        Index of the first of those voxels.
    points
        Voxel centres within, LPS mm: shape (n, 3).
    """

    depth: Array = field(repr=False)
    grid_low: NDArray[np.int64]
    points: Vector = field(repr=False)


@dataclass(frozen=True, eq=False)
class LabelledHead:
    """A head's organs as measured; an organ that is missing or was operated on is left out."""

    name: str
    grid: Grid
    organs: Mapping[str, Measured] = field(repr=False)


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


def measure_head(name: str, maps: Sequence[NDArray[np.uint8]], grid: Grid, labels: Mapping[str, int]) -> LabelledHead:
    """Organs of a head from the readers' label maps on one grid; ``labels`` gives each organ's value."""
    places = [find_objects(labelled) for labelled in maps]
    organs = {}
    for organ, value in labels.items():
        boxes = [found[value - 1] if value <= len(found) else None for found in places]
        if None in boxes:
            continue
        found = _measure(maps, value, [box for box in boxes if box is not None], grid)
        if len(found.points) * grid.voxel_ml >= LEAST_ML.get(organ, 0.0):
            organs[organ] = found
    middle = np.mean([organs[cochlea].points.mean(axis=0)[0] for cochlea in COCHLEAE])
    if MANDIBLE in organs and abs(organs[MANDIBLE].points.mean(axis=0)[0] - middle) > CROOKED_MM:
        del organs[MANDIBLE]
    return LabelledHead(name, grid, organs)


def _measure(maps: Sequence[NDArray[np.uint8]], value: int, boxes: Sequence[tuple[slice, ...]], grid: Grid) -> Measured:
    pad = np.ceil((MARGIN_MM + 3.0) / np.array(grid.spacing)).astype(int)
    low = np.maximum(np.min([[part.start for part in box] for box in boxes], axis=0) - pad, 0)
    high = np.max([[part.stop for part in box] for box in boxes], axis=0) + pad
    around = tuple(slice(a, b) for a, b in zip(low, high, strict=True))
    masks = [labelled[around] == value for labelled in maps]
    depth = np.mean([_signed_distance(mask, grid.spacing) for mask in masks], axis=0, dtype=np.float32)
    # The steps from slice to slice are the scanner's, not the organ's.
    depth = gaussian_filter(depth, [1.0 / step for step in grid.spacing])
    # A cochlea of a few voxels may be smoothed away; its place is all that is asked of it.
    inside = depth < 0 if (depth < 0).any() else np.any(masks, axis=0)
    return Measured(depth, low, grid.to_patient(np.argwhere(inside) + low))


def _signed_distance(mask: NDArray[np.bool_], spacing: tuple[float, float, float]) -> Array:
    outside, inside = (distance_transform_edt(one, sampling=spacing) for one in (~mask, mask))
    return np.asarray(outside - inside, dtype=np.float32)


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


def learn_modes(lattices: tuple[Lattice, ...], samples: Sequence[Sample], modes: int = MODES) -> ShapeModel:
    """Mean and principal modes of samples; an organ that is missing counts as the mean."""
    values = np.stack([sample.values for sample in samples])
    places = np.stack([sample.places for sample in samples])
    mean, place_mean = np.nanmean(values, axis=0), np.nanmean(places, axis=0)
    values, places = np.nan_to_num(values - mean), np.nan_to_num(places - place_mean)
    empty = np.zeros((0, len(mean)), dtype=np.float32), np.zeros((0, len(place_mean)))
    uneven = np.zeros(len(lattices)), np.zeros(len(place_mean))
    model = ShapeModel(lattices, mean, empty[0], place_mean, empty[1], *uneven)
    strength, mixes = _modes_of(_weigh(model, values, places))
    count = min(modes, int((strength > 1e-6 * strength[0]).sum()))
    # One standard deviation of a mode, in the samples' own units: the samples, mixed as the mode mixes them.
    mix = (mixes[:, :count] / np.sqrt(len(samples))).astype(np.float32)
    return ShapeModel(lattices, mean, mix.T @ values, place_mean, mix.T @ places, *uneven)


def _filled_out(model: ShapeModel, samples: Sequence[Sample]) -> ShapeModel:
    """The model, its mean of the samples' mean volume: a mean of distances is thinner than what it is the mean of."""
    mean = model.mean.copy()
    for part in model.parts:
        counts = [int((sample.values[part] < 0).sum()) for sample in samples if not np.isnan(sample.values[part]).any()]
        mean[part] -= np.sort(mean[part])[round(float(np.mean(counts)))]
    return replace(model, mean=mean)


def _modes_of(blocks: Array) -> tuple[Vector, Vector]:
    """Variance of each mode of deviations (samples, all), most first, and how it mixes the samples (samples, modes)."""
    # There are far fewer samples than values: the samples' products say all.
    strength, mixes = np.linalg.eigh((blocks @ blocks.T).astype(np.float64))
    return np.maximum(strength[::-1], 0), mixes[:, ::-1]


def _weigh(model: ShapeModel, values: Array, places: Vector) -> Array:
    """Deviations side by side, each organ and each kind of geometry with its share of the variance."""
    count = len(model.lattices)
    blocks: list[tuple[NDArray[Any], float]] = []
    for name, part in zip(ORGANS, model.parts, strict=True):
        blocks.append((values[:, part], WEIGHT.get(name, 0.7)))
    for n in range(2 * count):
        blocks.append((places[:, 3 * n : 3 * n + 3], PLACE_WEIGHT))
    jaw = 6 * count + 3 * JAW_MARKS
    blocks += [(places[:, 6 * count : jaw], JAW_WEIGHT), (places[:, jaw:], CORD_WEIGHT)]
    scaled = [block * np.sqrt(share / max(float((block**2).sum()), 1e-12)) for block, share in blocks]
    return np.concatenate(scaled, axis=1).astype(np.float32)


def explained(lattices: tuple[Lattice, ...], samples: Sequence[Sample]) -> Vector:
    """Share of the samples' variance that the first 1, 2, ... modes hold."""
    model = learn_modes(lattices, samples, 0)
    values = np.nan_to_num(np.stack([sample.values for sample in samples]) - model.mean)
    places = np.nan_to_num(np.stack([sample.places for sample in samples]) - model.place_mean)
    strength, _ = _modes_of(_weigh(model, values, places))
    return np.asarray(np.cumsum(strength) / strength.sum())


def project(model: ShapeModel, sample: Sample) -> Vector:
    """Weights of the modes that come nearest to a sample: shape (modes,)."""
    known = ~np.isnan(sample.values)
    share = [1 / max(float((model.modes[:, part] ** 2).sum()), 1e-9) for part in model.parts]
    weighted = model.modes * np.repeat(share, [lattice.count for lattice in model.lattices]).astype(np.float32) * known
    target = np.nan_to_num(sample.values - model.mean)
    # Each coordinate of the geometry counts by how much it varies; all of them as much as two organs.
    varies = np.maximum((model.place_modes**2).sum(axis=0), 1e-9)
    places = model.place_modes * np.where(np.isnan(sample.places), 0.0, 2.0 / varies / len(varies))
    place_target = np.nan_to_num(sample.places - model.place_mean)
    square = (weighted @ model.modes.T).astype(np.float64) + places @ model.place_modes.T
    return np.asarray(np.linalg.solve(square, weighted @ target + places @ place_target))


def held_out(
    lattices: tuple[Lattice, ...], samples: Sequence[Sample], folds: int = FOLDS
) -> Iterator[tuple[ShapeModel, Sample]]:
    """Each head, as it is, with a model that learned from the heads of the other folds."""
    names = sorted({sample.head for sample in samples})
    for fold in range(folds):
        kept_out = set(names[fold::folds])
        model = learn_modes(lattices, [sample for sample in samples if sample.head not in kept_out])
        seen: set[str] = set()
        for sample in samples:
            if sample.head in kept_out and sample.head not in seen:
                seen.add(sample.head)
                yield model, sample


def learn_shapes(lattices: tuple[Lattice, ...], samples: Sequence[Sample]) -> ShapeModel:
    """Model of all samples; its unevenness follows what the modes leave unexplained near the surfaces."""
    model = learn_modes(lattices, samples)
    left, places = np.zeros((len(lattices), 2)), []
    for sample in samples:
        weights = project(model, sample)
        places.append(model.place_mean + weights @ model.place_modes - sample.places)
        rest = model.mean + weights.astype(np.float32) @ model.modes - sample.values
        for n, part in enumerate(model.parts):
            near = np.abs(sample.values[part]) < NEAR_MM
            left[n] += float((rest[part][near] ** 2).sum()), near.sum()
    share = np.array([BONE_SHARE if name == MANDIBLE else UNEVEN_SHARE for name in ORGANS])
    uneven = share * np.sqrt(left[:, 0] / np.maximum(left[:, 1], 1))
    return replace(_filled_out(model, samples), uneven_mm=uneven, place_uneven=np.nanstd(places, axis=0))
