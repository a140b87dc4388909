"""Contrastive learning on unlabelled slices: the published way, and the way recommended here.

*Paper mode* is MoCo v3 (Chen, Xie, He, ICCV 2021) on the Swin encoder: a query encoder with projector and predictor, a
momentum encoder with projector, symmetric InfoNCE on the negatives of the batch.

*Recommended mode* adds a dense head on the first decoder blocks (after MACL): places matched by the known crop geometry
attract, other places of the slice repel; encoder and decoder learn in one stage. What may show the same anatomy is no
negative: slices of one scan that lie close together, slices of two scans unless far apart in both, and a place on the
other side of the head.
"""

from __future__ import annotations

import copy
import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional

from parotid_training.learn.distributed import GlobalBatchNorm1d, gather, mean_over_processes, rank
from parotid_training.learn.optimise import drift
from parotid_training.learn.views import seen_at
from parotid_training.model.region import SLICE
from parotid_training.model.swin_decoder import PATCH

if TYPE_CHECKING:
    from parotid_training.learn.views import Places, View
    from parotid_training.model.networks import SwinSegmenter


@dataclass(frozen=True)
class ContrastSettings:
    """What is contrasted, and how.

    Parameters
    ----------
    dense
        Weight of the dense loss; 0 is paper mode.
    blocks
        Decoder blocks, from the deepest, that the dense head sees.
    places
        Places drawn in each slice for the dense loss.
    temperature, dense_temperature
        Of both losses.
    hidden, out
        Width of the projectors.
    momentum
        Of the momentum encoder at the start; rises to 1 along a cosine.
    ramp
        Whether the momentum is less in the first steps: at 0.99 from the first one on, after 200 steps more than a
        third of the keys' weights would still be the random ones they began with. MoCo v3 has it without.
    together
        So many slices of a batch are of the same scan.
    near_mm
        Slices of one scan that lie closer are no negatives of each other; 0 switches this off (paper).
    near_height
        Slices of two scans whose heights, as shares of the scans', differ by less are no negatives of each other. Scans
        begin and end where they like, so it takes a large one to be sure; 0 switches this off (paper).
    near_place
        Places of a slice closer than this (in -1..1), or than a pixel of the block, are no negatives of each other, nor
        those whose mirror images are.
    """

    dense: float = 0.5
    blocks: int = 2
    places: int = 64
    temperature: float = 0.2
    dense_temperature: float = 0.1
    hidden: int = 512
    out: int = 128
    momentum: float = 0.99
    ramp: bool = True
    together: int = 4
    near_mm: float = 25.0
    near_height: float = 0.4
    near_place: float = 0.12


PAPER = ContrastSettings(dense=0.0, ramp=False, together=1, near_mm=0.0, near_height=0.0)


def mlp(widths: tuple[int, ...]) -> nn.Sequential:
    """Linear layers with batch normalisation after each and ReLU between; the last has no affine part (MoCo v3)."""
    layers: list[nn.Module] = []
    for number, (inputs, outputs) in enumerate(itertools.pairwise(widths)):
        last = number == len(widths) - 2
        layers += [nn.Linear(inputs, outputs, bias=False), GlobalBatchNorm1d(outputs, affine=not last)]
        if not last:
            layers.append(nn.ReLU(inplace=True))
    return nn.Sequential(*layers)


class Branch(nn.Module):
    """A segmenter's encoder (and first decoder blocks) with projectors: the query side or the momentum side."""

    def __init__(self, network: SwinSegmenter, settings: ContrastSettings) -> None:
        super().__init__()
        self.network = network
        self.settings = settings
        config = network.config
        widths = [config.embed_dim * 2**n for n in range(len(config.depths))]
        self.projector = mlp((widths[-1], settings.hidden, settings.hidden, settings.out))
        self.dense = nn.ModuleList()
        if settings.dense:
            for width in widths[-2::-1][: settings.blocks]:
                self.dense.append(mlp((width, settings.hidden // 2, settings.out)))

    def forward(self, inputs: Tensor, places: Tensor | None) -> tuple[Tensor, list[Tensor]]:
        """Global projection (B, out), and for each decoder block projections at places: (B, N, out).

        Places outside the view get what lies at its edge: zeros would be told to the normalisation as signal.
        """
        deepest, *blocks = self.network.features(inputs, len(self.dense))
        pooled = self.projector(deepest.mean(dim=(2, 3)))
        local = []
        if places is not None:
            for head, block in zip(self.dense, blocks, strict=True):
                where = places[:, :, None]
                found = functional.grid_sample(block, where, padding_mode="border", align_corners=False)[..., 0]
                flat = found.transpose(1, 2).reshape(-1, found.shape[1])
                local.append(head(flat).view(*places.shape[:2], -1))
        return pooled, local


class Contrast(nn.Module):
    """Query branch, predictors and momentum branch."""

    def __init__(self, network: SwinSegmenter, settings: ContrastSettings) -> None:
        super().__init__()
        self.settings = settings
        self.query = Branch(_without_drop_path(network), settings)
        self.predictor = mlp((settings.out, settings.hidden, settings.out))
        self.dense_predictors = nn.ModuleList(
            mlp((settings.out, settings.hidden // 2, settings.out)) for _ in self.query.dense
        )
        self.key = copy.deepcopy(self.query)
        self.key.requires_grad_(False)
        _leave_out_unused(network, len(self.query.dense))

    def forward(self, one: View, two: View, where: Tensor, places: Places | None) -> tuple[Tensor, Tensor]:
        """Symmetric losses of two views of the same slices.

        Parameters
        ----------
        where
            (B, 3): of which scan the slices are and where they lie in it (`learn.batches.SliceBatch`).
        places
            Which places are looked for in both views; None in paper mode.

        Returns
        -------
        global loss, dense loss (0 in paper mode)
        """
        here, there = (None if places is None else seen_at(places.here, view.theta) for view in (one, two))
        query_one, dense_one = self.query(one.inputs, here)
        query_two, dense_two = self.query(two.inputs, there)
        with torch.no_grad():
            key_one, dense_key_one = self.key(one.inputs, here)
            key_two, dense_key_two = self.key(two.inputs, there)
        ignored = self._alike(where, gather(where))
        temperature = self.settings.temperature
        total = info_nce(self.predictor(query_one), key_two, temperature, ignored)
        total = total + info_nce(self.predictor(query_two), key_one, temperature, ignored)
        dense = total.new_zeros(())
        if here is not None and there is not None and places is not None:
            inside = (here.abs() < 0.95).all(dim=2) & (there.abs() < 0.95).all(dim=2)
            for number, predictor in enumerate(self.dense_predictors):
                near = self._near(places, number)
                for query, key in ((dense_one, dense_key_two), (dense_two, dense_key_one)):
                    dense = dense + self._dense(predictor, query[number], key[number], near, inside)
            dense = dense / len(self.dense_predictors)
        return total, dense

    def _alike(self, mine: Tensor, all_of_them: Tensor) -> Tensor | None:
        """(B, all processes' B) bool: slices that may show the same anatomy; None where that is not asked."""
        settings = self.settings
        if not (settings.near_mm or settings.near_height):
            return None
        scan, mm, height = (
            (one[:, None] - other[None]).abs()
            for one, other in zip(mine.unbind(dim=1), all_of_them.unbind(dim=1), strict=True)
        )
        return torch.where(scan == 0, mm < settings.near_mm, height < settings.near_height)

    def _near(self, places: Places, block: int) -> Tensor:
        """(B, N, N) bool: places too close to be told apart in a decoder block, or to one's mirror image."""
        stages = len(self.query.network.config.depths)
        pixel = 2.0 * PATCH * 2 ** (stages - 2 - block) / min(SLICE)
        reach = max(self.settings.near_place, pixel)
        near, opposite = (torch.cdist(places.here, other) < reach for other in (places.here, places.mirrored))
        alike: Tensor = near | opposite
        return alike

    def _dense(self, predictor: nn.Module, query: Tensor, key: Tensor, near: Tensor, inside: Tensor) -> Tensor:
        count, number, width = query.shape
        predicted = predictor(query.reshape(-1, width)).view(count, number, width)
        return dense_info_nce(predicted, key, self.settings.dense_temperature, near, inside)

    def follow(self, step: int, steps: int) -> None:
        """Move the momentum branch after the query branch, after so many of all steps."""
        factor = 1.0 - (1.0 - self.settings.momentum) * (math.cos(math.pi * step / steps) + 1.0) / 2.0
        if self.settings.ramp:
            factor = min(factor, (1 + step) / (10 + step))
        drift(self.key, self.query, 1.0 - factor)


def _without_drop_path(network: SwinSegmenter) -> SwinSegmenter:
    """Switch stochastic depth off: the views vary enough, and a step stays repeatable on several processes."""
    for module in network.modules():
        if hasattr(module, "drop_prob"):
            setattr(module, "drop_prob", 0.0)  # noqa: B010 - transformers' own attribute, unknown to torch's types
    return network


def _leave_out_unused(network: SwinSegmenter, blocks: int) -> None:
    """Freeze what no loss reaches, so that weight decay leaves it alone as well."""
    used = ("encoder.", *(f"decoder.{number}." for number in range(blocks)))
    for name, parameter in network.named_parameters():
        parameter.requires_grad = name.startswith(used)


def info_nce(query: Tensor, key: Tensor, temperature: float, ignored: Tensor | None = None) -> Tensor:
    """InfoNCE with the other keys of all processes as negatives, times twice the temperature as MoCo v3 has it.

    Parameters
    ----------
    query, key
        (B, D), row n of one belongs to row n of the other.
    ignored
        (B, all processes' B) bool: pairs that are no negatives. The positive is always kept.
    """
    query, key = functional.normalize(query.float(), dim=1), gather(functional.normalize(key.float(), dim=1))
    similar = query @ key.T / temperature
    target = torch.arange(len(query), device=similar.device) + rank() * len(query)
    if ignored is not None:
        positive = functional.one_hot(target, len(key)).bool()
        similar = similar.masked_fill(ignored & ~positive, float("-inf"))
    return functional.cross_entropy(similar, target) * (2.0 * temperature)


def dense_info_nce(query: Tensor, key: Tensor, temperature: float, near: Tensor, inside: Tensor) -> Tensor:
    """InfoNCE between places of the same slice.

    Parameters
    ----------
    query, key
        (B, N, D), the same places in two views.
    near
        (B, N, N) bool: too close to be negatives of each other; a place is its own positive.
    inside
        (B, N) bool: places that both views show; the others count neither as query nor as negative.

    Returns
    -------
    Such that its mean over the processes is the mean over the places of all of them.
    """
    query, key = functional.normalize(query.float(), dim=2), functional.normalize(key.float(), dim=2)
    similar = query @ key.transpose(1, 2) / temperature
    diagonal = torch.eye(similar.shape[1], dtype=torch.bool, device=similar.device)
    similar = similar.masked_fill((near | ~inside[:, None, :]) & ~diagonal, float("-inf"))
    target = torch.arange(similar.shape[1], device=similar.device).expand(similar.shape[0], -1)
    each = functional.cross_entropy(similar.flatten(0, 1), target.flatten(), reduction="none").view_as(inside)
    return (each * inside).sum() / mean_over_processes(inside.sum()).clamp(min=1) * (2.0 * temperature)
