"""Training cases at the working resolution, and batches of slices drawn from them."""

from __future__ import annotations

import json
import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np
import torch
from safetensors.numpy import load_file, save_file
from torch import Tensor

from parotid_training.errors import ParotidError
from parotid_training.model.preprocess import prepare, sample, sample_labels
from parotid_training.model.region import SLICE
from parotid_training.progress import Cancelled, Report, check, ignore_progress, never
from parotid_training.study import Role, Sequence, Study
from parotid_training.volume import Volume

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Sequence as SequenceOf
    from pathlib import Path

    from numpy.typing import NDArray

    from parotid_training.anatomy.phantom import Phantom
    from parotid_training.model.networks import SegmenterConfig
    from parotid_training.volume import Grid, LabelMap


LEAST_MEANT = 0.25
"""Share of a working slice that must be meant: one thin slice of three is enough."""


@dataclass(frozen=True, eq=False)
class TrainingCase:
    """One prepared study with its truth.

    Parameters
    ----------
    name
        Case id or phantom seed; never a patient's name.
    array
        (roles, Z, Y, X) normalised signal (float16 to save memory).
    present
        One bool a role.
    label
        (Z, Y, X) uint8.
    spacing
        Working grid spacing (S, P, L), mm.
    done
        One bool a slice: whether its mask is meant, so that it may be learned from. None: all of them.
    """

    name: str
    array: NDArray[np.float16] = field(repr=False)
    present: tuple[bool, ...]
    label: NDArray[np.uint8] = field(repr=False)
    spacing: tuple[float, float, float]
    done: tuple[bool, ...] | None = None

    @cached_property
    def meant(self) -> NDArray[np.intp]:
        """Slices that may be learned from."""
        return np.arange(len(self.label)) if self.done is None else np.flatnonzero(self.done)

    @cached_property
    def holding(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Those of them that hold a structure, and those that hold tumour: asked for at every draw."""
        gland, tumour = ((self.label[self.meant] >= value).any(axis=(1, 2)) for value in (1, 2))
        return self.meant[gland], self.meant[tumour]


def prepare_case(
    name: str, study: Study, label_map: LabelMap, config: SegmenterConfig, slices: SequenceOf[int] | None = None
) -> TrainingCase:
    """Bring a study and its mask to the working resolution, exactly as at inference.

    Parameters
    ----------
    slices
        Native slices whose mask is meant, along the axis that runs from foot to head; None: all of them.

    Raises
    ------
    ParotidError
        If there is nothing to look at, or none of its slices is meant.
    """
    prepared = prepare(study, config)
    grid = prepared.frame.grid
    if slices is None:
        label, done = sample_labels(label_map.array, label_map.grid, grid), None
    else:
        label, done = _meant(label_map, slices, grid)
    return TrainingCase(name, prepared.array.astype(np.float16), prepared.present, label, grid.spacing, done)


def _meant(label_map: LabelMap, slices: SequenceOf[int], target: Grid) -> tuple[NDArray[np.uint8], tuple[bool, ...]]:
    """Sample a mask of which only some slices are meant; return which slices of the working grid hold any of those.

    Thin slices share a working slice with their neighbours: its label is that of the meant ones alone.
    """
    grid, axis = label_map.grid, label_map.grid.canonical().native_axes[0]
    meant = np.zeros(grid.shape, np.float32)
    np.moveaxis(meant, axis, 0)[list(slices)] = 1.0
    weight = sample(Volume(grid, meant), target)
    share = weight.max(axis=(1, 2))
    if not share.max() > 0:
        raise ParotidError("None of its slices was corrected.", "Accept the study again.")
    parts = [sample(Volume(grid, meant * (label_map.array == value)), target) for value in range(1, 3)]
    label = np.argmax(np.stack([weight - parts[0] - parts[1], *parts]), axis=0).astype(np.uint8)
    return label, tuple((share >= min(LEAST_MEANT, share.max())).tolist())


def phantom_of(seed: int) -> Phantom:
    """Make the phantom of a seed; its slice thickness and in-plane size vary with the seed."""
    from parotid_training.anatomy.phantom import PhantomSettings, make_phantom

    rng = np.random.default_rng((seed, 7))
    settings = PhantomSettings(inplane_mm=float(rng.uniform(0.8, 1.3)), slice_mm=float(rng.uniform(2.5, 5.0)))
    return make_phantom(seed, settings)


def phantom_case(seed: int, config: SegmenterConfig) -> TrainingCase:
    """Make and prepare the phantom of a seed."""
    phantom = phantom_of(seed)
    return prepare_case(f"phantom-{seed}", phantom.study, phantom.label_map, config)


def random_head_case(seed: int, config: SegmenterConfig) -> TrainingCase:
    """Paint the anatomy of a seed with signal that only partly follows a sequence's physics.

    Each channel is painted as its sequence or, as often, with a random signal for each tissue: the network is to learn
    where things lie, not what a phantom looks like (domain randomisation; Billot et al., SynthSeg, 2023).
    """
    from parotid_training.anatomy.head import AnatomySettings, make_anatomy
    from parotid_training.anatomy.signal import paint, paint_random

    rng = np.random.default_rng((seed, 8))
    in_plane = float(rng.uniform(0.9, 1.5))
    spacing = (in_plane, in_plane, float(rng.uniform(2.5, 5.0)))
    anatomy = make_anatomy(seed, spacing, settings=AnatomySettings(tilt_deg=8.0))
    sequences = []
    for name in config.roles:
        role = Role(name)
        signal = paint_random(anatomy, rng) if rng.random() < 0.5 else paint(anatomy, role, rng)
        sequences.append(Sequence(role, Volume(anatomy.grid, signal)))
    return prepare_case(f"random-head-{seed}", Study(tuple(sequences)), anatomy.structures, config)


def synthetic_case(seed: int, config: SegmenterConfig) -> TrainingCase:
    """Every other seed a phantom as a scanner would show it, every other a head with random contrast."""
    return phantom_case(seed, config) if seed % 2 == 0 else random_head_case(seed, config)


def training_cases(
    seeds: SequenceOf[int],
    config: SegmenterConfig,
    cache: Path | None = None,
    workers: int = 1,
    progress: Report = ignore_progress,
    cancelled: Cancelled = never,
) -> list[TrainingCase]:
    """Synthetic heads to train on, made once and kept in ``cache`` if one is given.

    Raises
    ------
    CancelledError
        If cancelled; cases made so far stay in the cache.
    """
    return _made_once(synthetic_case, "train", seeds, config, cache, workers, progress, cancelled)


def phantom_cases(
    seeds: SequenceOf[int],
    config: SegmenterConfig,
    cache: Path | None = None,
    workers: int = 1,
    progress: Report = ignore_progress,
    cancelled: Cancelled = never,
) -> list[TrainingCase]:
    """Phantoms to judge by, as a scanner would show them; otherwise like `training_cases`."""
    return _made_once(phantom_case, "phantom", seeds, config, cache, workers, progress, cancelled)


def _made_once(
    make: Callable[[int, SegmenterConfig], TrainingCase],
    name: str,
    seeds: SequenceOf[int],
    config: SegmenterConfig,
    cache: Path | None,
    workers: int,
    progress: Report,
    cancelled: Cancelled,
) -> list[TrainingCase]:
    cases: dict[int, TrainingCase] = {}
    missing = []
    for seed in seeds:
        path = None if cache is None else cache / f"{name}-{seed}.safetensors"
        if path is not None and path.is_file():
            cases[seed] = load_case(path)
        else:
            missing.append(seed)

    def keep(seed: int, case: TrainingCase) -> None:
        cases[seed] = case
        if cache is not None:
            save_case(cache / f"{name}-{seed}.safetensors", case)
        progress(len(cases) / len(seeds), "Making synthetic heads")

    if workers > 1 and len(missing) > 1:
        with ProcessPoolExecutor(workers) as pool:
            for seed, case in zip(missing, pool.map(make, missing, [config] * len(missing)), strict=True):
                check(cancelled)
                keep(seed, case)
    else:
        for seed in missing:
            check(cancelled)
            keep(seed, make(seed, config))
    return [cases[seed] for seed in seeds]


def save_case(path: Path, case: TrainingCase) -> None:
    """Write a prepared case atomically."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    facts = json.dumps({"name": case.name, "present": case.present, "spacing": case.spacing, "done": case.done})
    arrays = {"array": np.ascontiguousarray(case.array), "label": np.ascontiguousarray(case.label)}
    save_file(arrays, temporary, metadata={"case": facts})
    os.replace(temporary, path)


def load_case(path: Path) -> TrainingCase:
    """Read a prepared case."""
    from safetensors import safe_open

    with safe_open(path, framework="numpy") as opened:
        facts = json.loads(opened.metadata()["case"])
    arrays = load_file(path)
    sz, sy, sx = facts["spacing"]
    done = None if facts.get("done") is None else tuple(facts["done"])
    return TrainingCase(facts["name"], arrays["array"], tuple(facts["present"]), arrays["label"], (sz, sy, sx), done)


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
    cases: SequenceOf[TrainingCase],
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


def _draw(cases: SequenceOf[TrainingCase], rng: np.random.Generator) -> TrainingCase:
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
