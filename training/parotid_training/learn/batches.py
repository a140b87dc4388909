"""Batches of slices with their neighbours, drawn from training cases."""

from __future__ import annotations

from dataclasses import dataclass
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
    height
        (B,) float32: where the slice lies in its scan, 0 lowest to 1 highest.
    """

    images: torch.Tensor
    present: torch.Tensor
    target: torch.Tensor
    height: torch.Tensor

    def to(self, device: torch.device) -> SliceBatch:
        """Return the batch on a device."""
        return SliceBatch(*(getattr(self, name).to(device) for name in ("images", "present", "target", "height")))

    def joined(self, other: SliceBatch) -> SliceBatch:
        """Return the slices of both."""
        pairs = ((getattr(self, name), getattr(other, name)) for name in ("images", "present", "target", "height"))
        return SliceBatch(*(torch.cat(pair) for pair in pairs))


def draw_batch(
    cases: Sequence[TrainingCase],
    count: int,
    neighbours: int,
    rng: np.random.Generator,
    structure_share: float = 0.7,
    size: tuple[int, int] = SLICE,
    device: torch.device | None = None,
) -> SliceBatch:
    """Draw slices: cases evenly, then with ``structure_share`` a slice that holds a structure, else any that is meant.

    Parameters
    ----------
    size
        Height and width, cut where it falls.
    device
        Where the batch is put together, and the cases kept as long as they live; None: where they are.
    """
    images, present, target, height = [], [], [], []
    for _ in range(count):
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
        array, label = _tensors(case, device)
        images.append(_crop(_with_neighbours(array, index, neighbours), corner, size))
        target.append(_crop(label[index], corner, size))
        present.append(case.present)
        height.append(index / max(1, depth - 1))
    return SliceBatch(
        torch.stack(images).float(),
        torch.tensor(present, device=device),
        torch.stack(target).long(),
        torch.tensor(height, dtype=torch.float32, device=device),
    )


def _draw(cases: Sequence[TrainingCase], rng: np.random.Generator) -> TrainingCase:
    """Draw a case; one of which only some slices are meant is as rare as those are."""
    while True:
        case = cases[int(rng.integers(len(cases)))]
        if case.done is None or rng.random() < case.meant.size / len(case.label):
            return case


_ELSEWHERE: WeakKeyDictionary[TrainingCase, tuple[Tensor, Tensor]] = WeakKeyDictionary()
"""Copies of cases on the graphics card: sending slices there at every step would take longer than the step."""


def _tensors(case: TrainingCase, device: torch.device | None) -> tuple[Tensor, Tensor]:
    """Return signal and label of a case on a device; on the CPU they share the case's memory."""
    if device is None or device.type == "cpu":
        return torch.from_numpy(case.array), torch.from_numpy(case.label)
    kept = _ELSEWHERE.get(case)
    if kept is None or kept[0].device.type != device.type:
        kept = torch.from_numpy(case.array).to(device), torch.from_numpy(case.label).to(device)
        _ELSEWHERE[case] = kept
    return kept


def _with_neighbours(array: Tensor, index: int, neighbours: int) -> Tensor:
    """Slices about one, (roles, 2 * neighbours + 1, Y, X); beyond the ends the last one repeats."""
    low, high = index - neighbours, index + neighbours + 1
    if low >= 0 and high <= array.shape[1]:
        return array[:, low:high]
    return array[:, [min(max(n, 0), array.shape[1] - 1) for n in range(low, high)]]


def _crop(array: Tensor, corner: list[int], size: tuple[int, int]) -> Tensor:
    """Cut a size out of the last two axes from a corner; where the array is smaller, pad with its minimum."""
    result = array.amin().expand(*array.shape[:-2], *size).clone()
    source, place = [], []
    for start, length, crop in zip(corner, array.shape[-2:], size, strict=True):
        source.append(slice(max(start, 0), min(start + crop, length)))
        place.append(slice(max(-start, 0), max(-start, 0) + source[-1].stop - source[-1].start))
    result[..., place[0], place[1]] = array[..., source[0], source[1]]
    return result
