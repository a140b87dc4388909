"""Sheets of slices with outlines: truth in one colour, proposal in the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw
from scipy import ndimage

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from parotid_training.volume import Volume

TRUTH_RGB = {1: (86, 180, 233), 2: (0, 114, 178)}
"""Blues for what is true, oranges for what was proposed: told apart by the colour-blind (Okabe and Ito 2008)."""
FOUND_RGB = {1: (230, 159, 0), 2: (213, 94, 0)}
PIXEL_MM = 0.6
TILE = (240, 300)
"""Height and width of a tile, pixels."""
CAPTION = 18


def case_strip(
    title: str, volume: Volume, truth: NDArray[np.uint8] | None, found: NDArray[np.uint8], slices: int = 5
) -> Image.Image:
    """Return one row of axial slices through the structures, lowest first, outlined, with a title above.

    Parameters
    ----------
    volume
        The sequence shown; the masks lie on its grid.
    truth
        None if there is none (a scan without annotation).
    """
    view = volume.grid.canonical()
    image = view.to_display(volume.array).astype(np.float32)
    pairs = ((truth, TRUTH_RGB), (found, FOUND_RGB))
    masks = [(view.to_display(mask), colours) for mask, colours in pairs if mask is not None]
    any_mask = np.any([mask > 0 for mask, _ in masks], axis=0)
    lit = image[image > 0]
    top = float(np.percentile(lit, 99)) if lit.size else 1.0
    strip = Image.new("RGB", (slices * TILE[1], TILE[0] + CAPTION))
    ImageDraw.Draw(strip).text((4, 3), title, fill=(235, 235, 235))
    centre = _centre(any_mask, view.scale)
    for place, index in enumerate(chosen_slices(any_mask, slices)):
        picture = tile(image[index] / top, [(mask[index], colours) for mask, colours in masks], view.scale, centre)
        strip.paste(picture, (place * TILE[1], CAPTION))
    return strip


def chosen_slices(mask: NDArray[np.bool_], count: int) -> list[int]:
    """Indices spread over the slices that hold the mask; over all of them if none does."""
    holding = np.flatnonzero(mask.any(axis=(1, 2)))
    if not holding.size:
        holding = np.arange(mask.shape[0])
    shares = (np.arange(count) + 0.5) / count
    return [int(holding[int(share * holding.size)]) for share in shares]


def save_page(path: Path, strips: Sequence[Image.Image]) -> None:
    """Write strips below each other as one PNG."""
    width = max(strip.width for strip in strips)
    page = Image.new("RGB", (width, sum(strip.height for strip in strips)))
    top = 0
    for strip in strips:
        page.paste(strip, (0, top))
        top += strip.height
    page.save(path)


def _centre(mask: NDArray[np.bool_], scale: tuple[float, float, float]) -> tuple[float, float]:
    """Row and column of the middle of the tile, mm from the first voxel."""
    places = np.argwhere(mask.any(axis=0)) if mask.any() else np.array([[n // 2 for n in mask.shape[1:]]])
    middle = (places.min(axis=0) + places.max(axis=0)) / 2
    return float(middle[0] * scale[1]), float(middle[1] * scale[2])


def tile(
    image: NDArray[np.float32],
    masks: Sequence[tuple[NDArray[np.uint8], dict[int, tuple[int, int, int]]]],
    scale: tuple[float, float, float],
    centre: tuple[float, float],
) -> Image.Image:
    """Resample a slice (full white is 1) to square pixels about a centre, mm, and draw the outlines."""
    rows, columns = (
        (centre[axis] + (np.arange(TILE[axis]) - TILE[axis] / 2) * PIXEL_MM) / scale[axis + 1] for axis in range(2)
    )
    places = np.meshgrid(rows, columns, indexing="ij")
    grey = np.clip(ndimage.map_coordinates(image, places, order=1, mode="constant"), 0, 1)
    rgb = np.repeat((grey * 255).astype(np.uint8)[..., None], 3, axis=2)
    for mask, colours in masks:
        labels = ndimage.map_coordinates(mask, places, order=0, mode="constant")
        for value, colour in colours.items():
            inside = labels == value
            rgb[inside & ~ndimage.binary_erosion(inside)] = colour
    return Image.fromarray(rgb)
