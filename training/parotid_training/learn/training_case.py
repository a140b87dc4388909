"""A study and its mask at the working resolution, as it is learned from; made, kept and read again."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from safetensors.numpy import load_file, save_file

from parotid_training.errors import ParotidError
from parotid_training.io.register import resample_array
from parotid_training.model.preprocess import prepare, sample, sample_labels
from parotid_training.volume import Volume

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from parotid_training.model.networks import SegmenterConfig
    from parotid_training.study import Study
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
    tissue
        (Z, Y, X) uint8 `anatomy.tissues.Kind` where the head was painted; None where nobody knows.
    """

    name: str
    array: NDArray[np.float16] = field(repr=False)
    present: tuple[bool, ...]
    label: NDArray[np.uint8] = field(repr=False)
    spacing: tuple[float, float, float]
    done: tuple[bool, ...] | None = None
    tissue: NDArray[np.uint8] | None = field(default=None, repr=False)

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
    name: str,
    study: Study,
    label_map: LabelMap,
    config: SegmenterConfig,
    slices: Sequence[int] | None = None,
    tissue: NDArray[np.uint8] | None = None,
) -> TrainingCase:
    """Bring a study and its mask to the working resolution, exactly as at inference.

    Parameters
    ----------
    slices
        Native slices whose mask is meant, along the axis that runs from foot to head; None: all of them.
    tissue
        `anatomy.tissues.Kind` on the mask's grid, where it is known.

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
    kinds = None if tissue is None else resample_array(tissue, label_map.grid, grid, order=0, fill=0)
    array = prepared.array.astype(np.float16)
    return TrainingCase(name, array, prepared.present, label, grid.spacing, done, kinds)


def _meant(label_map: LabelMap, slices: Sequence[int], target: Grid) -> tuple[NDArray[np.uint8], tuple[bool, ...]]:
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


def save_case(path: Path, case: TrainingCase) -> None:
    """Write a prepared case atomically."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    facts = json.dumps({"name": case.name, "present": case.present, "spacing": case.spacing, "done": case.done})
    arrays = {"array": np.ascontiguousarray(case.array), "label": np.ascontiguousarray(case.label)}
    if case.tissue is not None:
        arrays["tissue"] = np.ascontiguousarray(case.tissue)
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
    present, tissue = tuple(facts["present"]), arrays.get("tissue")
    return TrainingCase(facts["name"], arrays["array"], present, arrays["label"], (sz, sy, sx), done, tissue)
