"""From a study to the network's input, and from its output back to the native grid.

The working grid keeps the directions of the reference grid, reordered to (S, P, L), so the way back is
separable along the axes. Other sequences are interpolated onto it in patient coordinates.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from parotid_training.errors import ParotidError
from parotid_training.io.register import resample_array
from parotid_training.progress import Cancelled, check, never
from parotid_training.study import Role
from parotid_training.volume import CanonicalView, Grid, Volume

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from parotid_training.study import Study


class Resolution(Protocol):
    """What of a network's configuration decides about the working grid."""

    @property
    def roles(self) -> tuple[str, ...]:
        """Sequences fed, in channel order."""

    @property
    def in_plane_mm(self) -> float:
        """Voxel size within a slice."""

    @property
    def slice_mm(self) -> float:
        """Distance of slices, unless the scan's own are used."""

    @property
    def thick_mm(self) -> float:
        """Axial slices from this distance on are used as they are."""


def alike(one: Resolution, other: Resolution) -> bool:
    """Whether two networks see a study on the same working grid."""
    names = ("roles", "in_plane_mm", "slice_mm", "thick_mm")
    return all(getattr(one, name) == getattr(other, name) for name in names)


@dataclass(frozen=True, eq=False)
class Frame:
    """How a working grid lies on the reference's native grid.

    Parameters
    ----------
    view
        Native grid seen with axes (S, P, L).
    grid
        Working grid; its axes are those of ``view``.
    """

    view: CanonicalView
    grid: Grid

    def positions(self, axis: int) -> NDArray[np.float64]:
        """Working-grid coordinate of every native voxel along a display axis."""
        native, working = self.view.scale[axis], self.grid.spacing[axis]
        return np.asarray(((np.arange(self.view.shape[axis]) + 0.5) * native) / working - 0.5)

    def to_native(
        self, array: NDArray[np.float32], window: tuple[slice, slice, slice], low: tuple[int, int, int] = (0, 0, 0)
    ) -> NDArray[np.float32]:
        """Interpolate a working-grid array (Z, Y, X) linearly onto a window of the display grid.

        Parameters
        ----------
        window
            Slices of the display grid (S, P, L) to fill; outside the array edge values continue.
        low
            Working voxel at which the array begins.
        """
        result = array
        for axis in range(3):
            weights = _linear_weights(self.positions(axis)[window[axis]] - low[axis], array.shape[axis])
            result = np.moveaxis(np.tensordot(weights, result, axes=(1, axis)), 0, axis)
        return result

    def from_native(
        self, array: NDArray[Any], low: tuple[int, int, int], shape: tuple[int, int, int]
    ) -> NDArray[np.float32]:
        """Average a display-grid array (S, P, L) over the voxels of a box of the working grid.

        Parameters
        ----------
        low, shape
            The box, in working voxels; it may reach beyond the scan, where the result is 0.
        """
        result: NDArray[Any] = array
        for axis in range(3):
            weights = _shares(
                self.positions(axis), self.view.scale[axis] / self.grid.spacing[axis], low[axis], shape[axis]
            )
            seen = np.flatnonzero(weights.any(axis=0))
            first, last = (int(seen[0]), int(seen[-1]) + 1) if seen.size else (0, 0)
            part = np.take(result, range(first, last), axis=axis).astype(np.float32)
            result = np.moveaxis(np.tensordot(weights[:, first:last], part, axes=(1, axis)), 0, axis)
        return np.asarray(result, dtype=np.float32)

    def native_window(self, low: Any, high: Any) -> tuple[slice, slice, slice]:
        """Slices of the display grid that cover working voxels ``low`` to ``high`` (inclusive)."""
        found = []
        for axis in range(3):
            positions = self.positions(axis)
            # Native voxels may be so coarse that none lies between: then the nearest on either side.
            first = min(int(np.searchsorted(positions, low[axis] - 1, side="right")), len(positions) - 1)
            last = max(int(np.searchsorted(positions, high[axis] + 1, side="left")) - 1, 0)
            found.append(slice(min(first, last), max(first, last) + 1))
        return found[0], found[1], found[2]


@dataclass(frozen=True, eq=False)
class Prepared:
    """Input of the network.

    Parameters
    ----------
    array
        (roles, Z, Y, X) float32, normalised; zeros where a sequence is missing.
    present
        One bool a role.
    frame
        The way back.
    """

    array: NDArray[np.float32] = field(repr=False)
    present: tuple[bool, ...]
    frame: Frame


def working_frame(grid: Grid, config: Resolution) -> Frame:
    """Lay the working grid over a native grid: same extent, the network's resolution.

    Thick axial slices are kept as they are: interpolating between them would invent anatomy and cost a step back.
    """
    view = grid.canonical()
    slice_mm = view.scale[0] if config.thick_mm <= view.scale[0] <= 8.0 else config.slice_mm
    spacing = np.array([slice_mm, config.in_plane_mm, config.in_plane_mm])
    extent = np.array(view.shape) * view.scale
    shape = np.maximum(1, np.ceil(extent / spacing - 1e-6)).astype(int)
    origin_index = spacing / (2 * np.array(view.scale)) - 0.5  # edges of both grids coincide at the low corner
    directions = np.stack([grid.cosines[:, axis] for axis in view.native_axes], axis=1)
    directions *= np.where(view.flips, -1.0, 1.0)
    affine = np.eye(4)
    affine[:3, :3] = directions * spacing
    affine[:3, 3] = grid.to_patient(view.to_native_index(origin_index))
    return Frame(view, Grid((int(shape[0]), int(shape[1]), int(shape[2])), affine, grid.frame_of_reference))


def prepare(study: Study, config: Resolution, cancelled: Cancelled = never) -> Prepared:
    """Bring the fed sequences of a study onto the working grid and normalise each.

    Raises
    ------
    ParotidError
        If no sequence of the study can feed the network, or none carries signal.
    """
    fed = study.fed()
    frame = working_frame(study.grid, config)
    channels, present = [], []
    for name in config.roles:
        sequence = fed.get(Role(name))
        check(cancelled)
        channel = None if sequence is None else normalise(sample(sequence.volume, frame.grid))
        present.append(channel is not None)
        channels.append(np.zeros(frame.grid.shape, np.float32) if channel is None else channel)
    if not any(present):
        raise ParotidError(
            "None of the sequences can be used for a proposal: it needs a T1, T2, STIR or contrast T1.",
            "Set the role of each sequence in the study panel.",
        )
    return Prepared(np.stack(channels), tuple(present), frame)


def sample(volume: Volume, grid: Grid) -> NDArray[np.float32]:
    """Sample a volume on a coarser or finer grid in patient coordinates, averaging where it is finer than the grid.

    Returns
    -------
    (Z, Y, X) float32 in the volume's units; 0 outside its field of view.
    """
    pooled = _pool(volume, grid)
    return np.asarray(resample_array(pooled.array, pooled.grid, grid, order=1, fill=0.0), dtype=np.float32)


def sample_labels(array: NDArray[np.uint8], grid: Grid, target: Grid) -> NDArray[np.uint8]:
    """Sample a label array on another grid: the class with the largest share of the voxel."""
    shares = [sample(Volume(grid, (array == value).astype(np.float32)), target) for value in range(1, 3)]
    background = 1.0 - shares[0] - shares[1]
    return np.asarray(np.argmax(np.stack([background, *shares]), axis=0), dtype=np.uint8)


MOST = 100.0
"""Deviations from the head's mean; no tissue lies a tenth as far away."""


def normalise(array: NDArray[np.float32]) -> NDArray[np.float32] | None:
    """Scale signal so that the head's mean is 0 and its deviation 1; None for an image without signal.

    The head is what lies above a quarter of the 90th percentile of non-zero voxels: robust against air,
    padding and bright vessels.
    """
    valid = array[np.isfinite(array) & (array != 0)]
    if valid.size < 100:
        return None
    low, top = np.percentile(valid, [0.5, 99.5])
    head = valid[valid > 0.25 * np.percentile(valid, 90)]
    head = np.clip(head, low, top)
    deviation = float(head.std()) if head.size else 0.0
    if deviation <= 1e-6 * max(1.0, abs(float(top))):
        return None
    clean = np.nan_to_num(array, nan=0.0, posinf=float(top), neginf=0.0)
    scaled = (np.clip(clean, min(low, 0.0), top) - head.mean()) / deviation
    # Padding may be a thousand million below the head; kept in half precision it would be infinite.
    return np.asarray(np.clip(scaled, -MOST, MOST), dtype=np.float32)


def _pool(volume: Volume, grid: Grid) -> Volume:
    """Average blocks of voxels where the volume is at least twice as fine as the grid along an axis."""
    overlap = np.abs(grid.cosines.T @ volume.grid.cosines)
    wanted = np.array(grid.spacing) @ (overlap / overlap.sum(axis=0))
    factors = np.maximum(1, np.floor(wanted / volume.grid.spacing + 1e-6)).astype(int)
    factors = np.minimum(factors, np.maximum(1, np.array(volume.grid.shape) // 2))
    array = np.asarray(volume.array, dtype=np.float32)
    if (factors == 1).all():
        return Volume(volume.grid, array)
    kept = np.array(array.shape) // factors * factors
    array = array[: kept[0], : kept[1], : kept[2]]
    for axis, factor in enumerate(factors):
        if factor > 1:
            starts = [slice(None)] * 3
            total = np.zeros([n // factor if a == axis else n for a, n in enumerate(array.shape)], np.float32)
            for offset in range(factor):
                starts[axis] = slice(offset, None, factor)
                total += array[tuple(starts)]
            array = total / factor
    affine = volume.grid.affine.copy()
    affine[:3, 3] = volume.grid.to_patient((factors - 1) / 2)
    affine[:3, :3] = affine[:3, :3] * factors
    return Volume(Grid(array.shape, affine, volume.grid.frame_of_reference), array)


def _linear_weights(positions: NDArray[np.float64], size: int) -> NDArray[np.float32]:
    """Weights (len(positions), size) of linear interpolation at fractional positions, clamped at the edges."""
    clamped = np.clip(positions, 0, size - 1)
    low = np.minimum(np.floor(clamped).astype(int), max(size - 2, 0))
    share = clamped - low
    weights = np.zeros((len(positions), size), np.float32)
    rows = np.arange(len(positions))
    weights[rows, low] = 1 - share
    weights[rows, np.minimum(low + 1, size - 1)] += share
    return weights


def _shares(positions: NDArray[np.float64], width: float, low: int, count: int) -> NDArray[np.float32]:
    """Share (count, len(positions)) that each native voxel has of each working voxel from ``low`` on."""
    places = low + np.arange(count)[:, None]
    begin = np.maximum(positions - width / 2, places - 0.5)
    end = np.minimum(positions + width / 2, places + 0.5)
    overlap = np.maximum(end - begin, 0.0)
    return np.asarray(overlap / np.maximum(overlap.sum(axis=1, keepdims=True), 1e-9), dtype=np.float32)
