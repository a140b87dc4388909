"""Two views of the same slices for contrastive learning, with the geometry that joins them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from parotid_training.learn.augment import AugmentSettings, draw_geometry, drop_sequences, move_images, recolour
from parotid_training.model.region import BODY

if TYPE_CHECKING:
    from parotid_training.learn.batches import SliceBatch

IN_BODY = 0.9
"""Share of the places to match that lie in the body: in air none can be told from another."""
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


@dataclass(frozen=True, eq=False)
class Places:
    """Places of slices to be found again in their views.

    Parameters
    ----------
    here
        (B, N, 2): (x, y) in the slice, -1..1.
    mirrored
        (B, N, 2): the same places on the other side of the head.
    """

    here: Tensor = field(repr=False)
    mirrored: Tensor = field(repr=False)


def draw_places(batch: SliceBatch, count: int, generator: torch.Generator) -> Places:
    """Draw so many places of each slice, most of them in the body.

    Drawn on the processor, so that they are the same wherever the step is computed.
    """
    body = _body(batch).cpu()
    height, width = body.shape[1:]
    flat = body.flatten(1).float()
    weight = IN_BODY * flat / flat.sum(dim=1, keepdim=True).clamp(min=1) + (1 - IN_BODY) / flat.shape[1]
    chosen = torch.multinomial(weight, count, replacement=True, generator=generator)
    x, y = (2 * (chosen % width) + 1) / width - 1, (2 * (chosen // width) + 1) / height - 1
    # The head's middle: between the outermost columns that hold body; of an empty slice its own.
    columns = torch.linspace(-1 + 1 / width, 1 - 1 / width, width).expand(len(body), -1)
    there = body.any(dim=1)
    low = columns.masked_fill(~there, 1.0).amin(dim=1, keepdim=True)
    high = columns.masked_fill(~there, -1.0).amax(dim=1, keepdim=True)
    device = batch.images.device
    return Places(torch.stack([x, y], dim=2).to(device), torch.stack([low + high - x, y], dim=2).to(device))


def _body(batch: SliceBatch) -> Tensor:
    """(B, H, W) bool: the body in each slice, as `model.region.head_of` has it."""
    middle = batch.images[:, :, batch.images.shape[2] // 2]
    there = batch.present[:, :, None, None]
    return (middle * there).sum(dim=1) / there.sum(dim=1).clamp(min=1) > BODY


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


def seen_at(places: Tensor, theta: Tensor) -> Tensor:
    """Return where a view of this ``theta`` shows places (B, N, 2) of the slice; beyond -1..1 it does not show them."""
    back = torch.linalg.inv(theta[:, :, :2])
    found: Tensor = (places - theta[:, None, :, 2]) @ back.transpose(1, 2)
    return found
