"""How good a shape model is: what it explains, how near it comes to unseen heads, how far its draws keep from all.

Shapes are compared with place and size along each axis taken out, in mm at mean size: what is left is form alone (of
the mandible place alone is taken out).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.ndimage import map_coordinates
from skimage.measure import marching_cubes

from parotid_training.anatomy.organs import ORGANS, Jaw
from parotid_training.anatomy.shape_learning import explained, folds_of, held_out, learn_shapes, project
from parotid_training.progress import check

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from parotid_training.anatomy.organs import Lattice, Organ, Organs
    from parotid_training.anatomy.shape_model import ShapeModel
    from parotid_training.anatomy.shape_samples import Sample
    from parotid_training.progress import Cancelled, Report

POINTS = 400
"""Of each surface, so many are compared."""
CUT_MM = 12.0
SUBSETS = 40
"""Choices of some of the heads learned from over which `Figures.alike` is averaged."""
JAW_REACH_MM = (80.0, 75.0, 60.0)
"""Half the box in which mandibles are compared, about the middle of their marks."""


@dataclass(frozen=True, eq=False)
class Surface:
    """One organ's surface on its lattice.

    Parameters
    ----------
    points
        On the surface, in knots: shape (3, n).
    depth
        Distance to it, mm, shape of the lattice; true near the surface.
    """

    points: NDArray[np.float64]
    depth: NDArray[np.float32]

    def distance_to(self, other: Surface) -> float:
        """Mean distance between the surfaces, both ways, mm."""
        ways = ((self.points, other.depth), (other.points, self.depth))
        found = (np.abs(map_coordinates(depth, points, order=1, mode="nearest")).mean() for points, depth in ways)
        return float(np.mean([*found]))


@dataclass(frozen=True, eq=False)
class Form:
    """The organs of one head; None where one is missing.

    Parameters
    ----------
    head
        Whose they are; empty for a drawn one.
    surfaces
        In the order of `ORGANS`.
    """

    head: str
    surfaces: tuple[Surface | None, ...]


@dataclass(frozen=True, eq=False)
class Figures:
    """What was measured; each array one row a head (or draw) and one column an organ, mm, NaN where missing.

    Parameters
    ----------
    explained
        Share of variance in the first 1, 2, ... modes.
    modes
        How many the model has.
    general
        Heads against their best approximation by models that never saw them.
    drawn, smooth
        Draws against the nearest head, with and without their unevenness.
    heads
        Heads against the nearest other head.
    learned, alike, unseen
        Smooth draws of models that learned from part of the heads, against the nearest of these; against the nearest of
        some of these, as many as the model never saw; and against the nearest of those it never saw.
    own
        Heads learned from, as these models draw them when asked for them: what a copy would be.
    """

    explained: NDArray[np.float64]
    modes: int
    general: NDArray[np.float64]
    drawn: NDArray[np.float64]
    smooth: NDArray[np.float64]
    heads: NDArray[np.float64]
    learned: NDArray[np.float64]
    alike: NDArray[np.float64]
    unseen: NDArray[np.float64]
    own: NDArray[np.float64]

    @property
    def pull(self) -> NDArray[np.float64]:
        """By what share draws lie nearer to heads learned from than to as many never seen: shape (organs,).

        A model that knows its patients by heart draws them; to one that knows how heads vary, both are alike strange.
        """
        return np.asarray(1 - self.alike.mean(axis=0) / self.unseen.mean(axis=0))

    @property
    def no_copies(self) -> bool:
        """Whether no organ of a draw lies as near to one learned from as that is drawn when it is asked for."""
        return bool((self.learned > np.nanmean(self.own, axis=0)).all())


def measure(
    model: ShapeModel, samples: Sequence[Sample], count: int, seed: int, progress: Report, cancelled: Cancelled
) -> Figures:
    """Compare ``count`` draws of a model, and each head, with the heads in ``samples`` (and their mirror images)."""
    pool = [form_of(model, sample.values, sample.places, sample.head) for sample in samples]
    own = list({form.head: form for form in reversed(pool)}.values())
    general = []
    for learned, sample in held_out(model.lattices, samples):
        check(cancelled)
        general.append(_distances(approximated(learned, sample), whose(pool, sample)))
    drawn: tuple[list[NDArray[np.float64]], list[NDArray[np.float64]]] = ([], [])
    even = smooth(model)
    for n in range(count):
        check(cancelled)
        progress(n / count, f"Comparing draw {n + 1} of {count}")
        for rows, one in zip(drawn, (model, even), strict=True):
            rows.append(nearest(form_of_organs(one.draw(np.random.default_rng([seed, n]))), pool))
    heads = []
    for form in own:
        check(cancelled)
        heads.append(nearest(form, pool))
    known = compare_known(model.lattices, samples, pool, count, seed, cancelled)
    arrays = (np.array(rows) for rows in (general, *drawn, heads, *known))
    return Figures(explained(model.lattices, samples), len(model.modes), *arrays)


def compare_known(
    lattices: tuple[Lattice, ...],
    samples: Sequence[Sample],
    pool: Sequence[Form],
    count: int,
    seed: int,
    cancelled: Cancelled,
) -> tuple[list[NDArray[np.float64]], ...]:
    """`Figures.learned`, `alike` and `unseen` for about ``count`` draws, spread over the folds, and `Figures.own`."""
    rng = np.random.default_rng([seed, 1])
    learned: list[NDArray[np.float64]] = []
    alike: list[NDArray[np.float64]] = []
    unseen: list[NDArray[np.float64]] = []
    own: list[NDArray[np.float64]] = []
    folds = folds_of(samples)
    for kept_out in folds:
        model = smooth(learn_shapes(lattices, [sample for sample in samples if sample.head not in kept_out]))
        known = sorted({sample.head for sample in samples} - kept_out)
        for head in known:
            check(cancelled)
            sample = next(one for one in samples if one.head == head)
            own.append(_distances(approximated(model, sample), whose(pool, sample)))
        for _ in range(-(-count // len(folds))):
            check(cancelled)
            form = form_of_organs(model.draw(rng))
            near = np.array([nearest(form, [one for one in pool if one.head == head]) for head in known])
            learned.append(near.min(axis=0))
            # The nearest of many is nearer than the nearest of few.
            few = [rng.permutation(len(known))[: len(kept_out)] for _ in range(SUBSETS)]
            alike.append(np.mean([near[chosen].min(axis=0) for chosen in few], axis=0))
            unseen.append(nearest(form, [one for one in pool if one.head in kept_out]))
    return learned, alike, unseen, own


def approximated(model: ShapeModel, sample: Sample) -> Form:
    """Return a head as near as a model's modes come to it."""
    weights = project(model, sample)
    values = model.mean + weights.astype(np.float32) @ model.modes
    return form_of(model, values, model.place_mean + weights @ model.place_modes)


def whose(pool: Iterable[Form], sample: Sample) -> Form:
    """Return the form of a sample's head, as it is."""
    return next(form for form in pool if form.head == sample.head)


def smooth(model: ShapeModel) -> ShapeModel:
    """Return the model without what it draws of what no mode explains."""
    return replace(model, uneven_mm=np.zeros_like(model.uneven_mm), place_uneven=np.zeros_like(model.place_uneven))


def nearest(form: Form, pool: Iterable[Form]) -> NDArray[np.float64]:
    """For each organ, the distance to the most similar one of another head, mm: shape (organs,)."""
    found = np.array([_distances(form, other) for other in pool if not form.head or other.head != form.head])
    # A missing organ is NaN against every head.
    return np.asarray(np.where(np.isnan(found), np.inf, found).min(axis=0), dtype=np.float64)


def form_of(model: ShapeModel, values: NDArray[np.float32], places: NDArray[np.float64], head: str = "") -> Form:
    """Surfaces of all organs from distances and geometry as in `Sample`; NaN where an organ is missing."""
    whole = np.where(np.isnan(values), np.float32(1.0), values)
    return form_of_organs(model.compose(whole, np.where(np.isnan(places), model.place_mean, places)), head)


def form_of_organs(organs: Organs, head: str = "") -> Form:
    """Surfaces of all organs."""
    return Form(head, tuple(_surface(_form(organs.solid[name]), organs.solid[name].lattice.step) for name in ORGANS))


def _form(organ: Organ) -> NDArray[np.float32]:
    """Distances with place and size taken out: a mandible's without its marks' middle, the others' as they are kept."""
    if not isinstance(organ, Jaw):
        return organ.values
    axes = (
        middle + np.arange(-reach, reach, organ.lattice.step)
        for middle, reach in zip(organ.marks.mean(axis=0), JAW_REACH_MM, strict=True)
    )
    x, y, z = (axis.astype(np.float32) for axis in np.meshgrid(*axes, indexing="ij"))
    return organ.distance(x, y, z)


def _surface(values: NDArray[np.float32], step: float) -> Surface | None:
    if not (values < 0).any():
        return None
    points = marching_cubes(values, 0.0)[0]
    # A mixture of distances is none itself: it may rise by less than one mm a mm.
    slope = np.sqrt(sum(part**2 for part in np.gradient(values, step)))
    depth = np.clip(values / np.maximum(slope, 0.3), -CUT_MM, CUT_MM)
    return Surface(points[:: max(1, len(points) // POINTS)].T, depth)


def _distances(one: Form, other: Form) -> NDArray[np.float64]:
    return np.array(
        [
            np.nan if a is None or b is None else a.distance_to(b)
            for a, b in zip(one.surfaces, other.surfaces, strict=True)
        ]
    )
