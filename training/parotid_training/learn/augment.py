"""Augmentations proper to MR: geometry shared by all sequences, contrast drawn for each sequence alone.

No hue and no grayscale: on stacked sequences they would mix modalities. Randomness comes from a generator
handed in, on the device of the images, so that a step can be repeated bit for bit after a resume.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional


@dataclass(frozen=True)
class AugmentSettings:
    """Ranges of the augmentations.

    Parameters
    ----------
    rotation_deg, scale, shift
        In-plane rotation, zoom (log-uniform, 1/scale to scale) and shift (share of the field of view).
    gamma, bias, noise, blur
        Largest log-gamma, bias amplitude, noise deviation (in head deviations), blur sigma (voxels).
    drop
        Probability that a present sequence is dropped (never the last one).
    few
        Share of samples in which instead one, two, ... or all of the sequences stay, each number as often: dropped
        one by one, they would hardly ever leave a single one, which is what many scans have.
    invert
        Probability that a sequence's contrast is inverted: forces the network onto shape.
    cap
        Share of sequences whose highlights, mostly fat, are cut off, what is below spread over the range: fat is so
        bright in T1w that gland and muscle hardly differ beside it.
    """

    rotation_deg: float = 20.0
    scale: float = 1.25
    shift: float = 0.08
    gamma: float = 0.5
    bias: float = 0.5
    noise: float = 0.25
    blur: float = 1.2
    drop: float = 0.4
    few: float = 0.0
    lone: tuple[float, ...] = ()
    invert: float = 0.05
    cap: float = 0.0


def augment(
    images: Tensor, present: Tensor, target: Tensor, generator: torch.Generator, settings: AugmentSettings
) -> tuple[Tensor, Tensor, Tensor]:
    """Draw one augmented batch.

    Parameters
    ----------
    images
        (B, roles, slices, H, W) normalised signal.
    present
        (B, roles) bool.
    target
        (B, H, W) integer labels, or (B, maps, H, W) for several maps of them.

    Returns
    -------
    images, present, target
        Same shapes; the field of view beyond the slice's edge gets label 0 and signal 0.
    """
    theta = draw_geometry(images.shape[0], (images.shape[-2], images.shape[-1]), generator, settings)
    images, target = move_images(images, theta), move_labels(target, theta)
    images = recolour(images, generator, settings)
    present = drop_sequences(present, generator, settings.drop, settings.few, settings.lone)
    return images * present[:, :, None, None, None], present, target


def drop_sequences(
    present: Tensor, generator: torch.Generator, probability: float, few: float = 0.0, lone: tuple[float, ...] = ()
) -> Tensor:
    """Drop sequences at random, leaving at least one of those present in each row of (B, roles).

    Parameters
    ----------
    probability
        Of each sequence to be dropped.
    few
        Share of rows in which the number of sequences that stay is drawn instead, each number alike.
    lone
        Weight of each sequence (roles,) to be the one where that number is one; () for all alike.
    """
    draw = torch.rand(present.shape, generator=generator, device=generator.device)
    draw = draw.masked_fill(~present, -1.0)
    keep = draw >= probability
    keep |= draw == draw.amax(dim=1, keepdim=True)
    if few:
        rows = (present.shape[0], 1)
        count = 1 + torch.floor(_uniform(generator, rows, 0.0, 1.0) * present.sum(dim=1, keepdim=True))
        rank = draw.argsort(dim=1, descending=True).argsort(dim=1)
        chosen = rank < count
        if lone:
            # The largest of u ** (1 / weight) is a draw by weight (Efraimidis and Spirakis 2006).
            weight = torch.tensor(lone, device=present.device)
            keyed = torch.where(draw < 0, draw, draw.clamp(min=1e-6) ** (1.0 / weight))
            chosen = torch.where(count == 1, keyed == keyed.amax(dim=1, keepdim=True), chosen)
        keep = torch.where(_uniform(generator, rows, 0.0, 1.0) < few, chosen, keep)
    return keep & present


def _uniform(generator: torch.Generator, shape: tuple[int, ...], low: float, high: float) -> Tensor:
    return low + (high - low) * torch.rand(shape, generator=generator, device=generator.device)


def draw_geometry(count: int, size: tuple[int, int], generator: torch.Generator, settings: AugmentSettings) -> Tensor:
    """Draw in-plane transforms: (count, 2, 3), from a place in the result to the place in the slice it shows.

    Places are (x, y) in units where the slice spans -1 to 1 (`torch.nn.functional.affine_grid`).
    """
    height, width = size
    angle = torch.deg2rad(_uniform(generator, (count,), -settings.rotation_deg, settings.rotation_deg))
    zoom = torch.exp(_uniform(generator, (count,), -1, 1) * math.log(settings.scale))
    mirror = torch.where(_uniform(generator, (count,), 0.0, 1.0) < 0.5, -1.0, 1.0)
    shift = _uniform(generator, (count, 2), -2 * settings.shift, 2 * settings.shift)
    # affine_grid works in the unit square, where a rotation must undo the aspect ratio
    cos, sin, aspect = torch.cos(angle) * zoom, torch.sin(angle) * zoom, height / width
    rows = [
        torch.stack([cos * mirror, -sin * aspect, shift[:, 0]], dim=1),
        torch.stack([sin * mirror / aspect, cos, shift[:, 1]], dim=1),
    ]
    return torch.stack(rows, dim=1)


def move_images(images: Tensor, theta: Tensor, size: tuple[int, int] | None = None) -> Tensor:
    """Show images (B, roles, slices, H, W) through transforms (B, 2, 3); air beyond their edge."""
    count, roles, slices, *own = images.shape
    height, width = size or (own[0], own[1])
    grid = functional.affine_grid(theta, [count, 1, height, width], align_corners=False)
    flat = images.flatten(1, 2)
    floor = flat.amin(dim=(2, 3), keepdim=True)  # air, so that the outside of a slice looks like outside the head
    moved = functional.grid_sample(flat - floor, grid, align_corners=False) + floor
    return moved.view(count, roles, slices, height, width)


def move_labels(target: Tensor, theta: Tensor) -> Tensor:
    """Show labels (B, H, W) or (B, maps, H, W) through transforms (B, 2, 3); 0 beyond their edge."""
    maps = target if target.ndim == 4 else target[:, None]
    grid = functional.affine_grid(theta, [len(maps), 1, *maps.shape[2:]], align_corners=False)
    label = functional.grid_sample(maps.float(), grid, mode="nearest", align_corners=False)
    return label.round().long().view_as(target)


def recolour(images: Tensor, generator: torch.Generator, settings: AugmentSettings) -> Tensor:
    """Draw bias field, inversion, gamma, blur, scale and noise for each sequence alone."""
    count, roles, slices, height, width = images.shape
    flat = images.reshape(count * roles, slices, height, width)
    rows = (count * roles, 1, 1, 1)
    low = flat.amin(dim=(1, 2, 3), keepdim=True)
    top = flat.amax(dim=(1, 2, 3), keepdim=True)
    unit = (flat - low) / (top - low).clamp(min=1e-3)
    coarse = _uniform(generator, (count * roles, 1, 4, 4), -settings.bias, settings.bias)
    field = functional.interpolate(coarse, size=(height, width), mode="bicubic", align_corners=True)
    unit = unit * torch.exp(field)
    if settings.cap:
        capped = _uniform(generator, rows, 0.0, 1.0) < settings.cap
        unit = torch.where(capped, _cap(unit, _uniform(generator, rows, 0.35, 0.9)), unit)
    inverted = _uniform(generator, rows, 0.0, 1.0) < settings.invert
    unit = torch.where(inverted & (unit > 0.05), 1.05 - unit.clamp(max=1.0), unit)
    unit = unit.clamp(min=0) ** torch.exp(_uniform(generator, rows, -settings.gamma, settings.gamma))
    if _uniform(generator, (), 0.0, 1.0) < 0.5:
        unit = _blur(unit, float(_uniform(generator, (), 0.3, settings.blur)))
    result = unit * (top - low).clamp(min=1e-3) + low
    scale = torch.exp(_uniform(generator, rows, -0.25, 0.25))
    offset = _uniform(generator, rows, -0.25, 0.25)
    noise = torch.randn(result.shape, generator=generator, device=generator.device)
    noise *= _uniform(generator, rows, 0, settings.noise)
    return (result * scale + offset + noise).view_as(images)


def _cap(unit: Tensor, knee: Tensor) -> Tensor:
    """Cut off what is brighter than ``knee``; the head's mean and deviation stay, as normalising a scan makes them."""
    head = unit > 0.1
    count = head.sum(dim=(1, 2, 3), keepdim=True).clamp(min=1)

    def moments(values: Tensor) -> tuple[Tensor, Tensor]:
        mean = (values * head).sum(dim=(1, 2, 3), keepdim=True) / count
        spread = ((values - mean).square() * head).sum(dim=(1, 2, 3), keepdim=True) / count
        return mean, spread.sqrt().clamp(min=1e-3)

    cut = torch.minimum(unit, knee)
    (mean, spread), (cut_mean, cut_spread) = moments(unit), moments(cut)
    return (cut - cut_mean) / cut_spread * spread + mean


def _blur(images: Tensor, sigma: float) -> Tensor:
    radius = max(1, math.ceil(2.5 * sigma))
    line = torch.exp(-0.5 * (torch.arange(-radius, radius + 1, device=images.device) / sigma) ** 2)
    line = line / line.sum()
    flat = images.reshape(-1, 1, *images.shape[-2:])
    flat = functional.pad(flat, (radius,) * 4, mode="replicate")
    flat = functional.conv2d(functional.conv2d(flat, line.view(1, 1, -1, 1)), line.view(1, 1, 1, -1))
    return flat.view_as(images)
