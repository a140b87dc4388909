"""Two views of the same slices for contrastive learning, with the geometry that joins them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from parotid_training.learn.augment import AugmentSettings, draw_geometry, drop_sequences, move_images, recolour

if TYPE_CHECKING:
    from parotid_training.learn.batches import SliceBatch

VIEWS = AugmentSettings(rotation_deg=15.0, scale=1.5, shift=0.12, gamma=0.6, bias=0.6, noise=0.3, blur=1.4, drop=0.3)


@dataclass(frozen=True, eq=False)
class View:
    """One view of a batch, ready for the network.

    Parameters
    ----------
    inputs
        (B, channels, H, W): slices of every sequence, then presence flags.
    theta
        (B, 2, 3): from a place in the view to the place in the slice, (x, y) in -1..1.
    """

    inputs: Tensor = field(repr=False)
    theta: Tensor = field(repr=False)


def draw_view(batch: SliceBatch, generator: torch.Generator, settings: AugmentSettings = VIEWS) -> View:
    """Draw one view: a crop with known geometry, contrast and noise of each sequence alone, sequences dropped.

    No hue and no grayscale, which would mix sequences. Mirroring is among the views: a head's sides look alike.
    """
    size = batch.images.shape[-2], batch.images.shape[-1]
    theta = draw_geometry(batch.images.shape[0], size, generator, settings)
    images = recolour(move_images(batch.images, theta), generator, settings)
    present = drop_sequences(batch.present, generator, settings.drop)
    images = images * present[:, :, None, None, None]
    flags = present[:, :, None, None].expand(-1, -1, *size).to(images.dtype)
    return View(torch.cat([images.flatten(1, 2), flags], dim=1), theta)


def carry(places: Tensor, start: Tensor, end: Tensor) -> Tensor:
    """Carry places (B, N, 2) in one view to where another view shows the same place of the slice.

    Parameters
    ----------
    start, end
        ``theta`` of both views.
    """
    slice_places = places @ start[:, :, :2].transpose(1, 2) + start[:, None, :, 2]
    back = torch.linalg.inv(end[:, :, :2])
    found: Tensor = (slice_places - end[:, None, :, 2]) @ back.transpose(1, 2)
    return found
