"""Learning the organs' shape model: the principal modes of heads laid on each other, and what they leave over."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from parotid_training.anatomy.organs import JAW_MARKS, MANDIBLE, ORBITS, ORGANS, PAROTIDS, Lattice
from parotid_training.anatomy.shape_model import ShapeModel

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from parotid_training.anatomy.shape_samples import Sample
    from parotid_training.anatomy.shapes import Array

    Vector = NDArray[np.float64]

WEIGHT = {MANDIBLE: 1.0, PAROTIDS[0]: 2.0, PAROTIDS[1]: 2.0, ORBITS[0]: 0.3, ORBITS[1]: 0.3}
"""Share of an organ's distances in the modes' variance (0.7 if not named)."""
PLACE_WEIGHT, JAW_WEIGHT, CORD_WEIGHT = 0.5, 2.0, 1.0
MODES = 24
FOLDS = 4
NEAR_MM = 3.0
"""What is left unexplained is measured so near to the surface."""
UNEVEN_SHARE, BONE_SHARE = 1.5, 0.5
"""Of it, so much becomes unevenness: unseen heads are explained less well than those learned from; bone is smooth."""


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


def folds_of(samples: Sequence[Sample], folds: int = FOLDS) -> list[set[str]]:
    """Return the heads of each fold: of one patient, all images are in the same one."""
    names = sorted({sample.head for sample in samples})
    return [set(names[fold::folds]) for fold in range(folds)]


def held_out(
    lattices: tuple[Lattice, ...], samples: Sequence[Sample], folds: int = FOLDS
) -> Iterator[tuple[ShapeModel, Sample]]:
    """Each head, as it is, with a model that learned from the heads of the other folds."""
    for kept_out in folds_of(samples, folds):
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
