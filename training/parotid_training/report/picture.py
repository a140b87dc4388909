"""A slice of a study as a picture: greys, the outlines of what is drawn, and the diameters measured in it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import skimage
from PIL import Image, ImageDraw

from parotid_training.labels import COLOURS, FOREGROUND, Structure
from parotid_training.report.measure import slice_axis

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from parotid_training.report.measure import InPlane
    from parotid_training.volume import Grid, LabelMap, Volume

PLANES = ("axial", "coronal", "sagittal")
"""By the display axis (S, P, L) across the slices."""


class SlicePlace(NamedTuple):
    """A slice as the screen counts it.

    Parameters
    ----------
    plane
        ``"axial"``, ``"coronal"`` or ``"sagittal"``.
    number, total
        The slice, from 1, and how many there are.
    """

    plane: str
    number: int
    total: int

    def __str__(self) -> str:
        return f"{self.plane} slice {self.number} of {self.total}"


@dataclass(frozen=True, eq=False)
class SlicePicture:
    """One slice in radiological convention: the patient's right at the left, head up, front up or left.

    Parameters
    ----------
    place
        Plane and number of the slice.
    grey
        uint8 [rows, columns].
    pixel_mm
        Height and width of a pixel.
    outlines
        Lines [n, 2] (row, column) around each structure; pixel centres are whole numbers.
    calipers
        Lines [2, 2] (row, column): diameters.
    """

    place: SlicePlace
    grey: NDArray[np.uint8]
    pixel_mm: tuple[float, float]
    outlines: Mapping[Structure, tuple[NDArray[np.float64], ...]]
    calipers: tuple[NDArray[np.float64], ...] = ()


def slice_place(grid: Grid, axis: int, number: int) -> SlicePlace:
    """Return a slice's plane and number as the screen shows them."""
    view = grid.canonical()
    shown = view.native_axes.index(axis)
    count = grid.shape[axis]
    place = count - number if view.flips[shown] else number + 1
    return SlicePlace(PLANES[shown], place, count)


def picture(
    image: Volume, label_map: LabelMap, axis: int, number: int, shown: tuple[InPlane, ...] = ()
) -> SlicePicture:
    """Return a slice with what is drawn on it.

    Parameters
    ----------
    image
        The reference, on the mask's grid.
    axis, number
        The native axis across the slices, and the slice's index along it.
    shown
        Diameters to draw; those of other slices are left out.
    """
    view = image.grid.canonical()
    across = view.native_axes.index(axis)
    rows, columns = (n for n in range(3) if n != across)
    # Head up: the first display axis runs towards the head, a picture's rows downwards.
    upright = slice(None, None, -1 if rows == 0 else 1)

    def flat(array: NDArray[Any]) -> NDArray[Any]:
        index = image.grid.shape[axis] - 1 - number if view.flips[across] else number
        return np.asarray(np.take(view.to_display(array), index, across)[upright])

    def place(native: NDArray[np.float64]) -> NDArray[np.float64]:
        points = native[:, view.native_axes]
        points = np.where(view.flips, np.asarray(view.shape) - 1 - points, points)
        height = view.shape[rows] - 1 - points[:, rows] if rows == 0 else points[:, rows]
        return np.stack([height, points[:, columns]], axis=1)

    low, high = _window(image.array)
    grey = np.clip((np.asarray(flat(image.array), np.float32) - low) / (high - low) * 255, 0, 255).astype(np.uint8)
    labels = np.pad(flat(label_map.array), 1)
    outlines = {
        one: tuple(line - 1 for line in skimage.measure.find_contours((labels == one).astype(np.float32), 0.5))
        for one in FOREGROUND
    }
    calipers = tuple(
        place(ends) for one in shown if (one.axis, one.number) == (axis, number) for ends in (one.long, one.short)
    )
    pixel_mm = view.scale[rows], view.scale[columns]
    return SlicePicture(slice_place(image.grid, axis, number), grey, pixel_mm, outlines, calipers)


def largest_slice(label_map: LabelMap, structure: Structure) -> tuple[int, int] | None:
    """Return the axis and the number of the slice with most of a structure; None where it is not drawn."""
    axis = slice_axis(label_map.grid)
    areas = np.count_nonzero(label_map.array == structure, axis=tuple(n for n in range(3) if n != axis))
    return (axis, int(areas.argmax())) if areas.any() else None


def thumbnail(image: Volume, label_map: LabelMap, pixels: int = 112) -> bytes:
    """Return a small square PNG of the slice with most gland (else tumour, else the middle one), outlines on it."""
    axis = slice_axis(image.grid)
    chosen = largest_slice(label_map, Structure.GLAND) or largest_slice(label_map, Structure.TUMOUR)
    shown = picture(image, label_map, *(chosen or (axis, image.grid.shape[axis] // 2)))
    height, width = (n * mm for n, mm in zip(shown.grey.shape, shown.pixel_mm, strict=True))
    per_mm = pixels / max(height, width)
    size = max(1, round(width * per_mm)), max(1, round(height * per_mm))
    small = Image.fromarray(shown.grey).resize(size, Image.Resampling.BILINEAR)
    whole = Image.new("RGB", (pixels, pixels))
    corner = (pixels - size[0]) // 2, (pixels - size[1]) // 2
    whole.paste(small, corner)
    draw = ImageDraw.Draw(whole)
    scale = np.array(shown.pixel_mm) * per_mm
    for structure, lines in shown.outlines.items():
        for line in lines:
            points = ((line + 0.5) * scale)[:, ::-1] + corner
            draw.line([tuple(point) for point in points.tolist()], fill=COLOURS[structure], width=2)
    content = io.BytesIO()
    whole.save(content, "PNG")
    return content.getvalue()


def _window(array: NDArray[Any]) -> tuple[float, float]:
    """Return the signals shown black and white: most of the body's, as the screen's automatic window."""
    step = tuple(slice(None, None, max(1, n // 64)) for n in array.shape)
    sample = np.asarray(array[step], np.float32)
    body = sample[sample > np.percentile(sample, 20)]
    low, high = np.percentile(body if body.size else sample, (1.0, 98.5)).tolist()
    return low, max(high, low + 1e-6)
