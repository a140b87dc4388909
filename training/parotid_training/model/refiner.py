"""Clicks to a corrected mask: a small 3D network that sees the images, the mask in hand, and where a reader clicked.

It looks at a box around one gland at the working resolution and answers with the whole structure in it, as in
interactive segmentation with iterative training (Sofiiuk et al., Reviving Iterative Training with Mask Guidance for
Interactive Segmentation, ICIP 2022). It needs no features of the segmenter, so it goes with every version of it.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from monai.networks.nets import DynUNet
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn

from parotid_training.errors import ParotidError
from parotid_training.labels import Structure
from parotid_training.model.checkpoint import write_tensors
from parotid_training.model.runtime import autocast
from parotid_training.study import FED_ROLES

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

Box = tuple[int, int, int]


@dataclass(frozen=True)
class RefinerConfig:
    """Everything needed to build the network and to feed it; travels inside its file.

    Parameters
    ----------
    roles, in_plane_mm, slice_mm, thick_mm
        The working grid, as in `SegmenterConfig`.
    box
        Voxels (Z, Y, X) of the working grid that are looked at.
    filters
        Channels of the levels; the first works in the slice alone.
    reach_mm
        How far a click shines: the deviation of the Gaussian it is drawn as.
    """

    roles: tuple[str, ...] = tuple(role.value for role in FED_ROLES)
    in_plane_mm: float = 1.5
    slice_mm: float = 3.0
    thick_mm: float = 2.5
    box: Box = (24, 64, 64)
    filters: tuple[int, ...] = (8, 24, 48, 64)
    reach_mm: float = 4.0


class Refiner(nn.Module):
    """Input (B, roles + 6, Z, Y, X) as `stack_inputs` makes it; output logits (B, Z, Y, X) of the structure."""

    def __init__(self, config: RefinerConfig) -> None:
        super().__init__()
        self.config = config
        levels = len(config.filters)
        # The first step down is in the slice alone: working voxels are two to four times as tall as wide.
        strides = [[1, 1, 1], [1, 2, 2], *[[2, 2, 2]] * (levels - 2)]
        self.net = DynUNet(
            spatial_dims=3,
            in_channels=len(config.roles) + 6,
            out_channels=1,
            kernel_size=[[1, 3, 3], *[[3, 3, 3]] * (levels - 1)],
            strides=strides,
            upsample_kernel_size=strides[1:],
            filters=list(config.filters),
            norm_name=("INSTANCE", {"affine": True}),
        )

    def forward(self, inputs: Tensor) -> Tensor:
        """Return the structure's logits."""
        logits: Tensor = self.net(inputs)
        return logits[:, 0]


def stack_inputs(
    images: NDArray[np.float32],
    mask: NDArray[Any],
    other: NDArray[Any],
    adds: NDArray[np.float32],
    removes: NDArray[np.float32],
    structure: Structure,
) -> NDArray[np.float32]:
    """Join the channels (all of one box, images with a leading axis of roles): the one place that defines their order.

    Clicks at a tumour have channels of their own: where nothing is drawn yet, nothing else tells what is meant.

    Parameters
    ----------
    images
        Normalised signal, zeros where a sequence is missing.
    mask, other
        Share of each voxel that is the structure in hand, and the other structure.
    adds, removes
        `click_map` of the clicks that want more, and of those that want less.
    structure
        The structure in hand.
    """
    none = np.zeros_like(adds)
    clicks = (none, none, adds, removes) if structure is Structure.TUMOUR else (adds, removes, none, none)
    return np.concatenate([images, np.stack([mask, other, *clicks])]).astype(np.float32)


def click_map(
    places: NDArray[np.float64], shape: Box, spacing: tuple[float, float, float], reach_mm: float
) -> NDArray[np.float32]:
    """Draw clicks at voxel coordinates ``places`` (n, 3) of a box as Gaussians of 1 at their middle."""
    result = np.zeros(shape, np.float32)
    for place in places:
        lines = [
            np.exp(-0.5 * ((np.arange(n) - at) * mm / reach_mm) ** 2)
            for n, at, mm in zip(shape, place, spacing, strict=True)
        ]
        spot = lines[0][:, None, None] * lines[1][:, None] * lines[2]
        np.maximum(result, spot.astype(np.float32), out=result)
    return result


def place_box(middle: NDArray[np.float64], last: NDArray[np.float64], box: Box) -> tuple[int, int, int]:
    """Low corner of the box around ``middle``, moved as little as it takes to hold the last click well inside."""
    low = np.round(middle - (np.array(box) - 1) / 2)
    margin = np.array([1, 6, 6])
    low = np.clip(low, last + margin - np.array(box) + 1, last - margin)
    a, b, c = (int(n) for n in np.round(low))
    return a, b, c


def cut(array: NDArray[Any], low: tuple[int, int, int], box: Box, fill: Any = 0) -> NDArray[Any]:
    """Cut a box out of the last three axes; ``fill`` beyond the array (broadcast over the leading axes)."""
    result = np.empty((*array.shape[:-3], *box), array.dtype)
    result[...] = fill
    there, here = [], []
    for start, size, count in zip(low, array.shape[-3:], box, strict=True):
        there.append(slice(max(start, 0), max(min(start + count, size), max(start, 0))))
        here.append(slice(there[-1].start - start, there[-1].stop - start))
    result[..., here[0], here[1], here[2]] = array[..., there[0], there[1], there[2]]
    return result


def air_of(images: NDArray[np.float32]) -> NDArray[np.float32]:
    """What lies beyond a scan: the lowest signal of each sequence, (roles, 1, 1, 1)."""
    return np.asarray(images.min(axis=(1, 2, 3), keepdims=True), dtype=np.float32)


def save_refiner(path: Path, refiner: Refiner, facts: dict[str, Any]) -> str:
    """Write the weights (float16) with configuration and facts into one safetensors file; return their hash."""
    state = {name: value.detach().half().cpu().contiguous() for name, value in refiner.state_dict().items()}
    config = json.dumps(asdict(refiner.config), sort_keys=True)
    content = _hash(config, state)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + ".tmp")
    write_tensors(temporary, state, {"config": config, "sha256": content, "facts": json.dumps(facts, sort_keys=True)})
    os.replace(temporary, path)
    return content


def load_refiner(path: Path) -> Refiner:
    """Build the network from its file, in evaluation mode, after checking its content.

    Raises
    ------
    ParotidError
        If the file is missing or damaged.
    """
    damaged = ParotidError("The part of the program that answers clicks is damaged.", "Install the program again.")
    try:
        with safe_open(path, framework="pt") as opened:
            about = opened.metadata()
            state = {name: opened.get_tensor(name) for name in opened.keys()}
        if _hash(about["config"], state) != about["sha256"]:
            raise damaged
        values: dict[str, Any] = json.loads(about["config"])
        values = {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}
        refiner = Refiner(RefinerConfig(**values))
        refiner.load_state_dict({name: value.float() for name, value in state.items()})
    except (OSError, SafetensorError, RuntimeError, KeyError, TypeError, ValueError) as error:
        raise damaged from error
    return refiner.eval()


def _hash(config: str, state: dict[str, Tensor]) -> str:
    digest = hashlib.sha256(config.encode())
    for name in sorted(state):
        digest.update(name.encode())
        digest.update(state[name].numpy().tobytes())
    return digest.hexdigest()


def probability(refiner: Refiner, inputs: NDArray[np.float32]) -> NDArray[np.float32]:
    """Probability (Z, Y, X) of the structure for one box."""
    device = next(refiner.parameters()).device
    with torch.inference_mode(), autocast(device):
        logits = refiner(torch.from_numpy(inputs)[None].to(device))
        return np.asarray(torch.sigmoid(logits[0].float()).cpu().numpy())
