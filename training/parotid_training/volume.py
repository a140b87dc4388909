"""Where voxels lie: grids, image volumes and label maps.

Array axis n is affine column n. The affine maps voxel indices to patient coordinates in LPS mm
(DICOM's: +x to the patient's left, +y posterior, +z superior). RAS exists only at the NIfTI border.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from parotid_training.errors import ParotidError

if TYPE_CHECKING:
    from numpy.typing import NDArray

AXIS_LETTERS: tuple[tuple[str, str], ...] = (("R", "L"), ("A", "P"), ("I", "S"))
"""For patient axis x, y, z of LPS: the letter at its low and at its high end."""

FLIP_XY = np.diag([-1.0, -1.0, 1.0, 1.0])
"""Turns an LPS affine into a RAS affine and back, from the left."""


@dataclass(frozen=True, eq=False)
class Grid:
    """A regular lattice of voxel centres in the patient.

    Parameters
    ----------
    shape
        Voxels along the three array axes.
    affine
        4 x 4, voxel index to LPS mm. May be oblique and left-handed (det < 0), never singular or sheared.
    frame_of_reference
        DICOM Frame of Reference UID, None where the file has none (NIfTI). Grids of different frames
        share no coordinates until registered.
    """

    shape: tuple[int, int, int]
    affine: NDArray[np.float64]
    frame_of_reference: str | None = None

    def __post_init__(self) -> None:
        affine = np.array(self.affine, dtype=np.float64)
        if affine.shape != (4, 4) or not np.isfinite(affine).all():
            raise ParotidError("The position of the image in the patient cannot be read.", "Export the series again.")
        columns = affine[:3, :3]
        spacing = np.linalg.norm(columns, axis=0)
        if (spacing <= 1e-6).any() or abs(np.linalg.det(columns)) < 1e-9 * spacing.prod():
            raise ParotidError(
                "The image's axes do not span a volume (a voxel size of zero or two equal directions).",
                "Export the series again.",
            )
        cosines = columns / spacing
        if np.abs(cosines.T @ cosines - np.eye(3)).max() > 5e-3:
            raise ParotidError(
                "The image is sheared (its axes are not at right angles, as with a tilted gantry).",
                "Ask the scanner's console or the PACS for the original axial series, and convert that one.",
            )
        affine.setflags(write=False)
        object.__setattr__(self, "affine", affine)
        object.__setattr__(self, "shape", tuple(int(n) for n in self.shape))

    @cached_property
    def spacing(self) -> tuple[float, float, float]:
        """Distance between voxel centres along each array axis, in mm."""
        x, y, z = np.linalg.norm(self.affine[:3, :3], axis=0)
        return float(x), float(y), float(z)

    @property
    def cosines(self) -> NDArray[np.float64]:
        """3 x 3; column n is the unit direction of array axis n in LPS."""
        return np.asarray(self.affine[:3, :3] / np.linalg.norm(self.affine[:3, :3], axis=0))

    @property
    def voxel_ml(self) -> float:
        """Volume of one voxel in millilitres."""
        return float(np.prod(self.spacing)) / 1000.0

    @property
    def codes(self) -> str:
        """Nearest anatomical direction of each array axis, e.g. ``"LPS"``; the letter names the high end."""
        view = self.canonical()
        letters = [""] * 3
        for patient_axis, (array_axis, flipped) in enumerate(zip(view.native_axes, view.flips, strict=True)):
            letters[array_axis] = AXIS_LETTERS[2 - patient_axis][0 if flipped else 1]
        return "".join(letters)

    @property
    def plane(self) -> str:
        """Acquisition plane by the coarsest axis: ``axial``, ``coronal``, ``sagittal`` or ``3D`` (near-isotropic)."""
        spacing = np.asarray(self.spacing)
        coarse = int(spacing.argmax())
        if spacing[coarse] < 1.5 * np.sort(spacing)[1]:
            return "3D"
        return {"S": "axial", "I": "axial", "A": "coronal", "P": "coronal"}.get(self.codes[coarse], "sagittal")

    @property
    def obliquity_deg(self) -> float:
        """Largest angle between an array axis and its nearest patient axis, in degrees."""
        return float(np.degrees(np.arccos(np.clip(np.abs(self.cosines).max(axis=0).min(), 0.0, 1.0))))

    def same_as(self, other: Grid, tolerance_mm: float = 1e-3) -> bool:
        """Whether both grids hold the same voxels: equal shape, frame, and every corner within the tolerance."""
        if self.shape != other.shape:
            return False
        if None not in (self.frame_of_reference, other.frame_of_reference) and (
            self.frame_of_reference != other.frame_of_reference
        ):
            return False
        corners = np.array([[i, j, k, 1] for i in (0, 1) for j in (0, 1) for k in (0, 1)], dtype=np.float64)
        corners[:, :3] *= np.array(self.shape) - 1
        distance = np.linalg.norm((corners @ (self.affine - other.affine).T)[:, :3], axis=1)
        return bool(distance.max() <= tolerance_mm)

    def to_patient(self, index: Any) -> NDArray[np.float64]:
        """Voxel indices (..., 3) to LPS mm (..., 3)."""
        return np.asarray(np.asarray(index, dtype=np.float64) @ self.affine[:3, :3].T + self.affine[:3, 3])

    def to_index(self, point: Any) -> NDArray[np.float64]:
        """LPS mm (..., 3) to fractional voxel indices (..., 3)."""
        inverse = np.linalg.inv(self.affine[:3, :3])
        return np.asarray((np.asarray(point, dtype=np.float64) - self.affine[:3, 3]) @ inverse.T)

    def canonical(self) -> CanonicalView:
        """Return the rearrangement that shows this grid as axial slices in radiological convention."""
        cosines = np.abs(self.cosines)
        # Greedy on the strongest direction cosine, so that oblique grids never claim one axis twice.
        native_axes = [-1, -1, -1]
        for _ in range(3):
            patient, array = np.unravel_index(int(cosines.argmax()), (3, 3))
            native_axes[2 - int(patient)] = int(array)
            cosines[patient, :] = -1
            cosines[:, array] = -1
        flips = [bool(self.affine[2 - n, axis] < 0) for n, axis in enumerate(native_axes)]
        a, b, c = native_axes
        return CanonicalView(self, (a, b, c), (flips[0], flips[1], flips[2]))


@dataclass(frozen=True, eq=False)
class CanonicalView:
    """The native array seen with axes (superior, posterior, left): no copy, no interpolation.

    Shown with axis 0 as the slice slider, axis 1 downwards and axis 2 to the right, this is an axial
    stack in radiological convention (the patient's right on the screen's left). The rotation of an
    oblique grid is dropped for display only.

    Parameters
    ----------
    grid
        The native grid.
    native_axes
        For display axis 0, 1, 2 (towards S, P, L): the native array axis.
    flips
        For display axis 0, 1, 2: whether the native axis runs the other way.
    """

    grid: Grid
    native_axes: tuple[int, int, int]
    flips: tuple[bool, bool, bool]

    @property
    def shape(self) -> tuple[int, int, int]:
        """Voxels along the display axes (S, P, L)."""
        a, b, c = (self.grid.shape[axis] for axis in self.native_axes)
        return a, b, c

    @property
    def scale(self) -> tuple[float, float, float]:
        """Spacing along the display axes, mm."""
        a, b, c = (self.grid.spacing[axis] for axis in self.native_axes)
        return a, b, c

    @property
    def translate(self) -> tuple[float, float, float]:
        """Patient coordinate (z, y, x of LPS, mm) of display voxel (0, 0, 0): the layer's translation."""
        x, y, z = self.grid.to_patient(self.to_native_index((0, 0, 0)))
        return float(z), float(y), float(x)

    @property
    def letters(self) -> tuple[tuple[str, str], tuple[str, str], tuple[str, str]]:
        """Orientation letters at the low and high end of the display axes."""
        return AXIS_LETTERS[2], AXIS_LETTERS[1], AXIS_LETTERS[0]

    def to_display(self, array: NDArray[Any]) -> NDArray[Any]:
        """Native array to display axes; a view, so painting on it paints the native array."""
        step = tuple(slice(None, None, -1 if flip else 1) for flip in self.flips)
        return array.transpose(self.native_axes)[step]

    def to_native(self, array: NDArray[Any]) -> NDArray[Any]:
        """Display array back to native axes; a view."""
        step = tuple(slice(None, None, -1 if flip else 1) for flip in self.flips)
        return array[step].transpose(np.argsort(self.native_axes))

    def index_at(self, world: Any) -> NDArray[np.intp]:
        """Display voxel index nearest to a place (z, y, x of LPS, mm) as displayed; may lie beside the volume."""
        return np.rint((np.asarray(world, dtype=np.float64) - self.translate) / self.scale).astype(np.intp)

    def to_patient(self, world: Any) -> NDArray[np.float64]:
        """Patient coordinates (x, y, z of LPS, mm) of a place (z, y, x) as displayed.

        Only where the grid is not oblique they are the same numbers: the display drops the rotation.
        """
        index = (np.asarray(world, dtype=np.float64) - self.translate) / self.scale
        return self.grid.to_patient(self.to_native_index(index))

    def to_native_index(self, index: Any) -> NDArray[np.float64]:
        """Display voxel indices (..., 3) to native voxel indices (..., 3)."""
        index = np.asarray(index, dtype=np.float64)
        sizes = np.asarray(self.shape, dtype=np.float64)
        straight = np.where(self.flips, sizes - 1 - index, index)
        native = np.empty_like(straight)
        native[..., list(self.native_axes)] = straight
        return np.asarray(native)


@dataclass(frozen=True, eq=False)
class Volume:
    """One image volume on its native grid.

    Parameters
    ----------
    grid
        Where the voxels lie.
    array
        Shape ``grid.shape``; signal in the scanner's units (rescale applied), never normalised.
    """

    grid: Grid
    array: NDArray[Any] = field(repr=False)

    def __post_init__(self) -> None:
        if self.array.shape != self.grid.shape:
            raise ValueError(f"array {self.array.shape} does not fit grid {self.grid.shape}")


@dataclass(frozen=True, eq=False)
class LabelMap:
    """Structures on a grid: uint8 of 0 background, 1 gland, 2 tumour (exclusive)."""

    grid: Grid
    array: NDArray[np.uint8] = field(repr=False)

    def __post_init__(self) -> None:
        if self.array.shape != self.grid.shape:
            raise ValueError(f"array {self.array.shape} does not fit grid {self.grid.shape}")
        if self.array.dtype != np.uint8:
            raise ValueError(f"a label map is uint8, not {self.array.dtype}")
