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

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from parotid_training.model.preprocess import Prepared
    from parotid_training.study import Click
    from parotid_training.volume import LabelMap

DAB_MM = 1.5
"""Around a click the answer is what was clicked, whatever the network thinks."""


def refine(
    refiner: Refiner, prepared: Prepared, labels: LabelMap, clicks: tuple[Click, ...], structure: Structure
) -> NDArray[np.uint8]:
    """Return the mask that answers the clicks, on the native grid; only a box around the clicked gland changes.

    Parameters
    ----------
    prepared
        The study on the refiner's working grid.
    labels
        The mask in hand.
    clicks
        All clicks at this structure since it was first clicked, the last one last; at least one.

    Returns
    -------
    uint8, shape of ``labels``. A gland never takes a tumour's voxels; a tumour takes the gland's, and what it gives up
    goes to whatever lies nearest.
    """
    tune_thread()
    frame, config = prepared.frame, refiner.config
    spacing = frame.grid.spacing
    places = frame.grid.to_index([click.point for click in clicks])
    shown = frame.view.to_display(labels.array)
    low = place_box(_middle(shown == structure, prepared, places[-1]), places[-1], config.box)
    mask, other = (
        frame.from_native(part, low, config.box) for part in (shown == structure, (shown > 0) & (shown != structure))
    )
    images = cut(prepared.array, low, config.box, air_of(prepared.array))
    wants = np.array([click.adds for click in clicks])
    adds, removes = (
        click_map(places[wants == want] - low, config.box, spacing, config.reach_mm) for want in (True, False)
    )
    found = probability(refiner, stack_inputs(images, mask, other, adds, removes, structure))
    window = frame.native_window(np.maximum(low, 0), np.array(low) + np.array(config.box) - 1)
    structure_now = frame.to_native(found, window, low) > 0.5
    _dab(structure_now, window, prepared, clicks)
    result = labels.array.copy()
    part = frame.view.to_display(result)[window]
    part[...] = _laid(part, structure_now, structure)
    return result


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


def _dab(
    found: NDArray[np.bool_], window: tuple[slice, slice, slice], prepared: Prepared, clicks: tuple[Click, ...]
) -> None:
    """Make sure that a click is answered where it was made."""
    view = prepared.frame.view
    starts = np.array([s.start for s in window])
    # Display coordinates of a patient point: the display grid differs from the native one by a known reordering.
    zero = view.to_native_index((0, 0, 0))
    for click in clicks:
        native = view.grid.to_index(click.point)
        at = np.array([abs(native[axis] - zero[axis]) for axis in view.native_axes]) - starts
        size = np.maximum(DAB_MM / np.array(view.scale), 0.5)
        box = tuple(
            slice(max(int(np.ceil(a - s)), 0), max(int(np.floor(a + s)) + 1, 0)) for a, s in zip(at, size, strict=True)
        )
        found[box] = click.adds


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
