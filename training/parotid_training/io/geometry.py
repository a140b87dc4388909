"""From single slices to one grid, or a refusal for the reason that holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from parotid_training.errors import ParotidError
from parotid_training.volume import Grid
from parotid_training.words import mark, tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

SAME_PLACE_MM = 0.01
"""Slices nearer than this lie at the same place."""

SAME_DIRECTION = 2e-3
"""Largest difference of direction cosines within one stack (0.1 degrees; exports round to 3 digits at worst)."""

ORIGINAL = mark("Ask the scanner's console or the PACS for the original axial series.")

UNEVEN = 0.05
"""Largest departure of a slice from even spacing, as a share of the spacing."""

TILT = 5e-3
"""Largest sideways step from slice to slice, as a share of the step (0.3 degrees)."""


@dataclass(frozen=True)
class Plane:
    """Where one slice lies.

    Parameters
    ----------
    position
        LPS mm of the centre of the first pixel.
    orientation
        Direction cosines along a row (the column index grows), then down a column.
    spacing
        mm between rows, then between columns, as in DICOM.
    size
        Rows, columns.
    thickness
        Distance to the next slice as the header says, mm; None where not said.
    """

    position: tuple[float, float, float]
    orientation: tuple[float, float, float, float, float, float]
    spacing: tuple[float, float]
    size: tuple[int, int]
    thickness: float | None = None

    @property
    def normal(self) -> NDArray[np.float64]:
        """Unit vector, row direction x column direction."""
        normal = np.cross(self.orientation[:3], self.orientation[3:])
        return np.asarray(normal / np.linalg.norm(normal))


def check_alike(planes: Sequence[Plane]) -> None:
    """Refuse slices that differ in orientation, size or pixel spacing.

    Raises
    ------
    ParotidError
        Each for its own reason.
    """
    first = planes[0]
    orientations = np.array([plane.orientation for plane in planes])
    if np.abs(orientations - orientations[0]).max() > SAME_DIRECTION:
        raise ParotidError(
            "Its slices point in different directions (several planes in one series).",
            "Ask the PACS for the original axial series, or convert it with dcm2niix, which parts the planes.",
        )
    if any(plane.size != first.size for plane in planes):
        raise ParotidError(
            "Its slices differ in their number of pixels.",
            "Ask the scanner's console or the PACS for each size as a series of its own.",
        )
    spacings = np.array([plane.spacing for plane in planes])
    if np.abs(spacings - spacings[0]).max() > 1e-3 * spacings[0].max():
        raise ParotidError(
            "Its slices differ in pixel size.",
            "Ask the scanner's console or the PACS for each pixel size as a series of its own.",
        )


def along_normal(planes: Sequence[Plane]) -> NDArray[np.float64]:
    """Place of each slice along the first one's normal, mm."""
    return np.array([plane.position for plane in planes]) @ planes[0].normal


def count_places(planes: Sequence[Plane]) -> NDArray[np.int64]:
    """Count the slices of one orientation at each different place, in the order of the places."""
    steps = np.diff(np.sort(along_normal(planes)))
    place = np.concatenate([[0], np.cumsum(steps > SAME_PLACE_MM)])
    return np.bincount(place)


def stack_planes(planes: Sequence[Plane], frame_of_reference: str | None) -> tuple[list[int], Grid | None]:
    """Order slices along their normal and build their grid.

    Array axes are (column, row, slice). The grid of a single slice whose header gives no thickness is None.

    Returns
    -------
    The order, as indices into `planes`, and the grid.

    Raises
    ------
    ParotidError
        If the slices make no volume: mixed directions or sizes, all or some at one place, a missing slice, uneven
        spacing, or a tilted gantry.
    """
    check_alike(planes)
    along = along_normal(planes)
    order = [int(n) for n in np.argsort(along, kind="stable")]
    _check_one_each(planes)
    step = _step([planes[n] for n in order], along[order])
    if step is None:
        return order, None
    first = planes[order[0]]
    row, column = np.array(first.orientation[:3]), np.array(first.orientation[3:])
    affine = np.eye(4)
    affine[:3, 0] = row * first.spacing[1]
    affine[:3, 1] = column * first.spacing[0]
    affine[:3, 2] = step
    affine[:3, 3] = first.position
    return order, Grid((first.size[1], first.size[0], len(planes)), affine, frame_of_reference)


def _check_one_each(planes: Sequence[Plane]) -> None:
    """Refuse slices of which several lie at one place."""
    count, held = len(planes), count_places(planes)
    places = len(held)
    if places == count:
        return
    if places == 1:
        raise ParotidError(
            tr("All its {count} images lie at the same place: it is not a volume.", count=count),
            "Open the series that covers the neck slice by slice.",
        )
    if (held == held[0]).all():
        raise ParotidError(
            tr(
                "It holds {times} images at every position (over time, of several directions, or sent twice), not one.",
                times=count // places,
            ),
            "Ask the scanner's console for the time point or direction you want as a series of its own.",
        )
    raise ParotidError(
        tr("{again} of its {count} slices lie where another slice already is.", again=count - places, count=count),
        "Remove the repeated slices, or send the series again from the PACS.",
    )


def _step(planes: Sequence[Plane], along: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Return the way from each ordered slice to the next, mm; None for a single one that does not say its thickness."""
    first, last = planes[0], planes[-1]
    if len(planes) == 1:
        return first.normal * first.thickness if first.thickness else None
    _check_even(along)
    step = (np.array(last.position) - np.array(first.position)) / (len(planes) - 1)
    forward = step @ first.normal
    sideways = np.linalg.norm(step - forward * first.normal)
    if sideways > TILT * np.linalg.norm(step):
        degrees = np.degrees(np.arctan2(sideways, forward))
        raise ParotidError(
            tr(
                "Its slices are shifted sideways from one to the next (a gantry tilted by {degrees:.0f} degrees).",
                degrees=degrees,
            ),
            "Ask the scanner's console or the PACS for the original axial series, or convert it with dcm2niix.",
        )
    return np.asarray(step)


def _check_even(along: NDArray[np.float64]) -> None:
    """Refuse sorted places that are not evenly spaced."""
    steps = np.diff(along)
    spacing = float(np.median(steps))
    even = np.linspace(along[0], along[-1], len(along))
    if np.abs(along - even).max() <= max(UNEVEN * spacing, SAME_PLACE_MM):
        return
    # The thinnest step is the true spacing where every other slice is missing.
    spacing = float(steps.min())
    whole = np.round(steps / spacing)
    if np.abs(steps / spacing - whole).max() < 0.1:
        missing = int((whole - 1).sum())
        raise ParotidError(
            tr(
                "{n} of its slices are missing: there is a gap in the stack.",
                one="1 of its slices is missing: there is a gap in the stack.",
                n=missing,
            ),
            "Copy the whole series again, or send it again from the scanner's console or the PACS.",
        )
    raise ParotidError(
        tr("Its slices are unevenly spaced ({least:.2f} to {most:.2f} mm).", least=steps.min(), most=steps.max()),
        ORIGINAL,
    )
