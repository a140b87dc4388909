"""Batches of slices with their neighbours, drawn from training cases."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import torch
from torch import Tensor

from parotid_training.model.region import SLICE

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from parotid_training.learn.training_case import TrainingCase


@dataclass(frozen=True, eq=False)
class SliceBatch:
    """Slices with context, before augmentation.

    Parameters
    ----------
    images
        (B, roles, 2 * neighbours + 1, H, W) float32.
    present
        (B, roles) bool.
    target
        (B, H, W) int64.
    tissue
        (B, H, W) int64 `anatomy.tissues.Kind`, 0 where it is not known.
    where
        (B, 3) float32: number of the scan within the batch, mm above its lowest slice, and the same as a share of the
        scan's height.
    """

    images: torch.Tensor
    present: torch.Tensor
    target: torch.Tensor
    tissue: torch.Tensor
    where: torch.Tensor

    def to(self, device: torch.device) -> SliceBatch:
        """Return the batch on a device."""
        return SliceBatch(*(getattr(self, item.name).to(device) for item in fields(self)))

    def joined(self, other: SliceBatch) -> SliceBatch:
        """Return the slices of both."""
        pairs = ((getattr(self, item.name), getattr(other, item.name)) for item in fields(self))
        return SliceBatch(*(torch.cat(pair) for pair in pairs))


def draw_batch(
    cases: Sequence[TrainingCase],
    count: int,
    neighbours: int,
    rng: np.random.Generator,
    structure_share: float = 0.7,
    size: tuple[int, int] = SLICE,
    device: torch.device | None = None,
    together: int = 1,
) -> SliceBatch:
    """Draw slices: cases evenly, then with ``structure_share`` a slice that holds a structure, else any that is meant.

    Parameters
    ----------
    together
        So many slices, one after another, are of the same case.
    size
        Height and width, cut where it falls.
    device
        Where the batch is put together, and the cases kept as long as they live; None: where they are.
    """
    images, present, target, tissue, where = [], [], [], [], []
    for number in range(count):
        if number % together == 0:
            case = _draw(cases, rng)
        depth = case.label.shape[0]
        index = int(case.meant[int(rng.integers(case.meant.size))])
        if rng.random() < structure_share:
            gland, tumour = case.holding
            holding = tumour if rng.random() < 0.4 and tumour.size else gland
            index = int(rng.choice(holding)) if holding.size else index
        corner = [
            int(rng.integers(min(0, n - m), max(0, n - m) + 1)) for n, m in zip(case.label.shape[1:], size, strict=True)
        ]
        array, label, kinds = _tensors(case, device)
        images.append(_crop(_with_neighbours(array, index, neighbours), corner, size))
        target.append(_crop(label[index], corner, size, 0))
        tissue.append(torch.zeros_like(target[-1]) if kinds is None else _crop(kinds[index], corner, size, 0))
        present.append(case.present)
        where.append((number // together, index * case.spacing[0], index / max(1, depth - 1)))
    return SliceBatch(
        torch.stack(images).float(),
        torch.tensor(present, device=device),
        torch.stack(target).long(),
        torch.stack(tissue).long(),
        torch.tensor(where, dtype=torch.float32, device=device),
    )


def _draw(cases: Sequence[TrainingCase], rng: np.random.Generator) -> TrainingCase:
    """Draw a case; one of which only some slices are meant is as rare as those are."""
    while True:
        case = cases[int(rng.integers(len(cases)))]
        if case.done is None or rng.random() < case.meant.size / len(case.label):
            return case


_Kept = tuple[Tensor, Tensor, Tensor | None]
_ELSEWHERE: WeakKeyDictionary[TrainingCase, _Kept] = WeakKeyDictionary()
"""Copies of cases on the graphics card: sending slices there at every step would take longer than the step."""


def _tensors(case: TrainingCase, device: torch.device | None) -> _Kept:
    """Return signal, label and tissue of a case on a device; on the CPU they share the case's memory."""
    here = torch.from_numpy(case.array), torch.from_numpy(case.label)
    tissue = None if case.tissue is None else torch.from_numpy(case.tissue)
    if device is None or device.type == "cpu":
        return *here, tissue
    kept = _ELSEWHERE.get(case)
    if kept is None or kept[0].device.type != device.type:
        kept = here[0].to(device), here[1].to(device), None if tissue is None else tissue.to(device)
        _ELSEWHERE[case] = kept
    return kept


def _with_neighbours(array: Tensor, index: int, neighbours: int) -> Tensor:
    """Slices about one, (roles, 2 * neighbours + 1, Y, X); beyond the ends the last one repeats."""
    low, high = index - neighbours, index + neighbours + 1
    if low >= 0 and high <= array.shape[1]:
        return array[:, low:high]
    return array[:, [min(max(n, 0), array.shape[1] - 1) for n in range(low, high)]]


def _crop(array: Tensor, corner: list[int], size: tuple[int, int], beyond: int | None = None) -> Tensor:
    """Cut a size out of the last two axes from a corner.

    Where the array is smaller, ``beyond`` is put; None: in each sequence (first axis) its own lowest value, its air.
    """
    if beyond is None:
        fill = array.flatten(1).amin(dim=1).view(-1, *[1] * (array.ndim - 1))
        result = fill.expand(*array.shape[:-2], *size).clone()
    else:
        result = array.new_full((*array.shape[:-2], *size), beyond)
    source, place = [], []
    for start, length, crop in zip(corner, array.shape[-2:], size, strict=True):
        source.append(slice(max(start, 0), min(start + crop, length)))
        place.append(slice(max(-start, 0), max(-start, 0) + source[-1].stop - source[-1].start))
    result[..., place[0], place[1]] = array[..., source[0], source[1]]
    return result
