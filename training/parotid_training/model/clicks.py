"""A reader's clicks on a study: where they lie, and the mask that answers them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from parotid_training.labels import Structure
from parotid_training.model.refiner import (
    Refiner,
    air_of,
    click_map,
    cut,
    place_box,
    probability,
    stack_inputs,
)
from parotid_training.model.runtime import tune_thread
from parotid_training.study import Refined

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from parotid_training.model.preprocess import Prepared
    from parotid_training.study import Click
    from parotid_training.volume import LabelMap

OBEYED_MM = 2.5
"""Around a click all is as it says, whatever the network thinks: just enough not to be asked about as a speck."""

TOUCHING = np.ones((3, 3, 3))

Window = tuple[slice, slice, slice]


def refine(
    refiner: Refiner,
    prepared: Prepared,
    labels: LabelMap,
    clicks: tuple[Click, ...],
    structure: Structure,
    answered: int = 0,
    begun: NDArray[np.uint8] | None = None,
) -> Refined:
    """Answer clicks on the native grid: where they are, and what the network changes in one piece with that place.

    The network draws the structure anew in a box around it, and so changes its outline here and there. Of this only
    what hangs together with a new click that it agrees with is an answer; the rest stays as the reader left it.

    Parameters
    ----------
    prepared
        The study on the refiner's working grid.
    labels
        The mask in hand.
    clicks
        All clicks at this structure since it was first clicked, the last one last; at least one.
    answered
        How many of them the mask in hand answers already.
    begun
        The mask before the first of them; None if that is the mask in hand. A piece of the structure that came since is
        the network's own, and goes on being drawn as a whole.

    Returns
    -------
    Labels of the shape of ``labels``. A gland takes a tumour's voxels only around a click into the tumour; a tumour
    takes the gland's, and what it gives up goes to whatever lies nearest.
    """
    tune_thread()
    frame = prepared.frame
    shown = frame.view.to_display(labels.array)
    window, seen = _drawn_anew(refiner, prepared, shown, clicks, structure)
    part = shown[window]
    before, wants = part == structure, np.array([click.adds for click in clicks])
    nearest, voxels = _around(window, prepared, clicks)
    agreed = np.array(
        [voxel is not None and seen[voxel] == click.adds for voxel, click in zip(voxels, clicks, strict=True)]
    )
    followed = agreed & (np.arange(len(clicks)) >= answered)
    there = nearest >= 0
    follows = there & followed[nearest]
    if begun is not None and followed.any():
        own = before & ~_joined(before, frame.view.to_display(begun)[window] == structure)
        follows |= ndimage.binary_dilation(own, TOUCHING)
    answer = before ^ _joined(before ^ seen, follows)
    answer[there] = wants[nearest[there]]
    after = _laid(part, answer, structure)
    if structure == Structure.GLAND:
        into = np.array([voxel is not None and part[voxel] == Structure.TUMOUR for voxel in voxels])
        after[there & answer & into[nearest]] = structure
    result = labels.array.copy()
    frame.view.to_display(result)[window] = after
    for click, voxel in zip(clicks[answered:], voxels[answered:], strict=True):
        if voxel is None:
            _obey(frame.view.to_display(result), prepared, click, structure)
    return Refined(result, bool(followed.any()))


def _drawn_anew(
    refiner: Refiner,
    prepared: Prepared,
    shown: NDArray[np.uint8],
    clicks: tuple[Click, ...],
    structure: Structure,
) -> tuple[Window, NDArray[np.bool_]]:
    """Return the part of the display grid that the network looked at, and what of it the structure is by its view."""
    frame, config = prepared.frame, refiner.config
    places = frame.grid.to_index([click.point for click in clicks])
    low = place_box(_middle(shown == structure, prepared, places[-1]), places[-1], config.box)
    mask, other = (
        frame.from_native(part, low, config.box) for part in (shown == structure, (shown > 0) & (shown != structure))
    )
    images = cut(prepared.array, low, config.box, air_of(prepared.array))
    wants = np.array([click.adds for click in clicks])
    adds, removes = (
        click_map(places[wants == want] - low, config.box, frame.grid.spacing, config.reach_mm)
        for want in (True, False)
    )
    found = probability(refiner, stack_inputs(images, mask, other, adds, removes, structure))
    window = frame.native_window(np.maximum(low, 0), np.array(low) + np.array(config.box) - 1)
    return window, frame.to_native(found, window, low) > 0.5


def _middle(mask: NDArray[np.bool_], prepared: Prepared, click: NDArray[np.float64]) -> NDArray[np.float64]:
    """Middle (working voxels) of what of the mask lies near a click; the click itself where there is none."""
    frame = prepared.frame
    reach = 50.0 / np.array(frame.grid.spacing)
    window = frame.native_window(
        np.maximum(click - reach, 0), np.minimum(click + reach, np.array(frame.grid.shape) - 1)
    )
    near = mask[window]
    if not near.any():
        return click
    ends = []
    for axis in range(3):
        there = np.flatnonzero(near.any(axis=tuple(a for a in range(3) if a != axis)))
        positions = frame.positions(axis)[window[axis]][there[[0, -1]]]
        ends.append((min(positions[0], click[axis]), max(positions[1], click[axis])))
    return np.array([(first + last) / 2 for first, last in ends])


def _around(
    window: Window, prepared: Prepared, clicks: tuple[Click, ...]
) -> tuple[NDArray[np.intp], list[tuple[int, int, int] | None]]:
    """Return for each voxel of a window the nearest click within `OBEYED_MM`, else -1; and the voxel of each click.

    None is the voxel of one that lies beyond the window.
    """
    view = prepared.frame.view
    shape = tuple(s.stop - s.start for s in window)
    nearest, closest = np.full(shape, -1), np.full(shape, np.inf)
    voxels: list[tuple[int, int, int] | None] = []
    for number, click in enumerate(clicks):
        at = [n - s.start for n, s in zip(_shown_at(prepared, click), window, strict=True)]
        a, b, c = (round(float(n)) for n in at)
        inside = all(0 <= n < size for n, size in zip((a, b, c), shape, strict=True))
        voxels.append((a, b, c) if inside else None)
        reach = [OBEYED_MM / mm for mm in view.scale]
        box = tuple(slice(max(int(n - r), 0), max(int(n + r) + 2, 0)) for n, r in zip(at, reach, strict=True))
        lines = [
            (np.arange(s.start, min(s.stop, size)) - n) * mm
            for s, size, n, mm in zip(box, shape, at, view.scale, strict=True)
        ]
        distance = np.sqrt(sum(line**2 for line in np.ix_(*lines)))
        closer = (distance <= OBEYED_MM) & (distance <= closest[box])
        closest[box][closer], nearest[box][closer] = distance[closer], number
    # Voxels may be so coarse that a click reaches no middle of one.
    for number, voxel in enumerate(voxels):
        if voxel is not None:
            nearest[voxel] = number
    return nearest, voxels


def _obey(shown: NDArray[np.uint8], prepared: Prepared, click: Click, structure: Structure) -> None:
    """Draw or erase, in place, the ball around a click beyond the box: the box lies around the last one."""
    a, b, c = (
        slice(max(int(n - OBEYED_MM / mm) - 1, 0), max(min(int(n + OBEYED_MM / mm) + 2, size), 0))
        for n, mm, size in zip(_shown_at(prepared, click), prepared.frame.view.scale, shown.shape, strict=True)
    )
    part = shown[a, b, c]
    if not part.size:
        return
    nearest, (voxel,) = _around((a, b, c), prepared, (click,))
    there, answer = nearest >= 0, part == structure
    answer[there] = click.adds
    after = _laid(part, answer, structure)
    if structure == Structure.GLAND and voxel is not None and part[voxel] == Structure.TUMOUR:
        after[there & answer] = structure
    part[...] = after


def _shown_at(prepared: Prepared, click: Click) -> list[float]:
    """Display coordinates of a click: the display grid differs from the native one by a known reordering."""
    view = prepared.frame.view
    native, zero = view.grid.to_index(click.point), view.to_native_index((0, 0, 0))
    return [abs(float(native[axis] - zero[axis])) for axis in view.native_axes]


def _joined(mask: NDArray[np.bool_], places: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the pieces of a mask that hold one of these places."""
    pieces, count = ndimage.label(mask, TOUCHING)
    kept = np.zeros(count + 1, bool)
    kept[pieces[places]] = True
    kept[0] = False
    return np.asarray(kept[pieces])


def _laid(before: NDArray[np.uint8], found: NDArray[np.bool_], structure: Structure) -> NDArray[np.uint8]:
    """Lay a structure into a part of a mask."""
    after = before.copy()
    if structure == Structure.GLAND:
        after[(before == structure) & ~found] = 0
        after[found & (before == 0)] = structure
        return after
    given_up = (before == structure) & ~found
    if given_up.any():
        rest = np.where((before == structure) | found, 255, before)
        known = rest != 255
        if known.any():
            nearest = ndimage.distance_transform_edt(~known, return_distances=False, return_indices=True)
            after[given_up] = rest[tuple(nearest[:, given_up])]
        else:
            after[given_up] = 0
    after[found] = structure
    return after
