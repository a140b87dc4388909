"""Bringing one sequence onto another's grid, and aligning two that moved."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import ndimage

from parotid_training.errors import CancelledError, ParotidError
from parotid_training.progress import Cancelled, Report, check, ignore_progress, never
from parotid_training.volume import Grid, Volume
from parotid_training.words import tr

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from parotid_training.study import Alignment, Study

WORKING_MM = 2.5
"""Voxel size at which registration works; finer voxels are averaged first."""

LEVELS = ((4, 2.0), (2, 1.0), (1, 0.0))
"""Shrink factor and smoothing (working voxels) of each level of the registration."""

ITERATIONS = 100

LARGEST_SHIFT_MM = 60.0
"""No head moves further between two sequences of one examination; what is found beyond is refused."""
LARGEST_TURN_DEG = 35.0


@dataclass(frozen=True, eq=False)
class Rigid:
    """A rotation and shift that lays a moving image on a fixed one.

    Parameters
    ----------
    matrix
        4 x 4, LPS mm of the fixed image to LPS mm of the moving one.
    frame_of_reference
        The fixed image's, which the moved one then shares.
    centre
        LPS mm of the fixed image's middle, where the shift is measured.
    """

    matrix: NDArray[np.float64]
    frame_of_reference: str | None = None
    centre: tuple[float, float, float] = (0.0, 0.0, 0.0)

    @property
    def shift_mm(self) -> float:
        """How far the centre moves, mm."""
        centre = np.array(self.centre)
        return float(np.linalg.norm(self.matrix[:3, :3] @ centre + self.matrix[:3, 3] - centre))

    @property
    def angle_deg(self) -> float:
        """Angle of the rotation, degrees."""
        return float(np.degrees(np.arccos(np.clip((np.trace(self.matrix[:3, :3]) - 1) / 2, -1.0, 1.0))))

    def apply_to(self, volume: Volume) -> Volume:
        """Return the moving volume where it lies on the fixed one: its affine moves, its voxels stay as they are."""
        affine = np.linalg.inv(self.matrix) @ volume.grid.affine
        return Volume(Grid(volume.grid.shape, affine, self.frame_of_reference), volume.array)


def realign(study: Study, alignments: Mapping[int, Alignment]) -> tuple[Study, tuple[int, ...]]:
    """Move sequences that were just read to where a person had let them be moved before.

    Parameters
    ----------
    study
        As its headers put it.
    alignments
        Index of a sequence to what was noted when it was moved.

    Returns
    -------
    study, lost
        Indices of the sequences left where their headers put them, because they, or what they were laid on, are not
        the series that they were.
    """
    grids = [sequence.volume.grid for sequence in study.sequences]
    lost = {
        n for n, one in alignments.items() if not (grids[n].same_as(one.before) and grids[one.to].same_as(one.target))
    }
    # What was laid on a sequence that is no longer there lies on nothing.
    while more := {n for n, one in alignments.items() if one.to in lost} - lost:
        lost |= more
    for n in alignments.keys() - lost:
        sequence = study.sequences[n]
        volume = Volume(alignments[n].after, sequence.volume.array)
        study = study.with_sequence(n, replace(sequence, volume=volume, alignment=alignments[n]))
    return study, tuple(sorted(lost))


def resample(
    volume: Volume, grid: Grid, *, order: int = 1, fill: float = 0.0, transform: Rigid | None = None
) -> Volume:
    """Bring a volume onto another grid.

    Parameters
    ----------
    volume
        Any grid, oblique and left-handed ones too.
    grid
        The wanted grid. The frames of reference are not compared: the caller decides what may lie on what.
    order
        0 nearest voxel, 1 trilinear.
    fill
        Value outside the volume; its voxels reach half a voxel beyond their centres.
    transform
        LPS mm of `grid` to LPS mm of `volume`; None where they share coordinates.

    Returns
    -------
    float32 for order 1, the volume's own type for order 0.
    """
    matrix = None if transform is None else transform.matrix
    return Volume(grid, resample_array(volume.array, volume.grid, grid, order=order, fill=fill, matrix=matrix))


def resample_array(
    array: NDArray[Any],
    own: Grid,
    grid: Grid,
    *,
    order: int,
    fill: float,
    matrix: NDArray[np.float64] | None = None,
) -> NDArray[Any]:
    """Resample an array from its own grid to another; as `resample`."""
    dtype = np.float32 if order else array.dtype
    if matrix is None and own.same_as(grid):
        return np.array(array, dtype=dtype)
    whole = np.linalg.inv(own.affine) @ (np.eye(4) if matrix is None else matrix) @ grid.affine
    # The edge voxels reach half a voxel outwards, so "nearest" fills up to there and what lies beyond is cut after.
    result = ndimage.affine_transform(
        np.asarray(array, dtype=dtype), whole[:3, :3], whole[:3, 3], grid.shape, order=order, mode="nearest",
        prefilter=False,
    )  # fmt: skip
    i, j, k = np.ogrid[: grid.shape[0], : grid.shape[1], : grid.shape[2]]
    for axis in range(3):
        a, b, c, offset = whole[axis].astype(np.float32)
        index = a * i.astype(np.float32) + b * j.astype(np.float32) + c * k.astype(np.float32) + offset
        result[(index < -0.501) | (index > own.shape[axis] - 0.499)] = fill
    return np.asarray(result, dtype=dtype)


def register_rigid(
    moving: Volume,
    fixed: Volume,
    progress: Report = ignore_progress,
    cancelled: Cancelled = never,
    *,
    seed: int = 1,
) -> Rigid:
    """Find the rotation and shift of a head that moved between two sequences, of equal or different contrast.

    Mattes mutual information on three levels at about 2.5 mm, sampled with a seed: the same input gives the same
    result to a micrometre (ITK adds up in no fixed order). It is a suggestion to look at, not a fact.

    Raises
    ------
    ParotidError
        If the two do not overlap, or no alignment was found, or one that no head could have moved by, or one under
        which the two agree no better than where their headers put them.
    CancelledError
        If the user stopped it.
    """
    import SimpleITK as sitk

    check(cancelled)
    progress(0.0, "Preparing the registration")
    fixed_image, moving_image = _to_itk(fixed), _to_itk(moving)
    method = _method(seed)
    start = sitk.Euler3DTransform()
    start.SetCenter(fixed.grid.to_patient((np.array(fixed.grid.shape) - 1) / 2).tolist())
    method.SetInitialTransform(start, inPlace=True)
    stopped = False

    def step() -> None:
        nonlocal stopped
        if cancelled():
            stopped = True
            method.StopRegistration()
        level = method.GetCurrentLevel() + method.GetOptimizerIteration() / ITERATIONS
        progress(min(level / len(LEVELS), 1.0), "Aligning the two sequences")

    method.AddCommand(sitk.sitkIterationEvent, step)
    try:
        method.Execute(fixed_image, moving_image)
    except RuntimeError as error:
        raise ParotidError(
            "No alignment of the two sequences was found.", "Check that both show the same part of the same head."
        ) from error
    if stopped:
        raise CancelledError
    found = _as_rigid(start, fixed.grid.frame_of_reference)
    _refuse_implausible(found)
    if _agreement(start, fixed_image, moving_image) <= _agreement(sitk.Transform(), fixed_image, moving_image):
        raise ParotidError(
            "No place was found where the two sequences agree better than where their headers put them.",
            "If they lie on each other already, leave it so; otherwise check that both are of the same patient.",
        )
    progress(1.0, "Aligned")
    return found


def _method(seed: int) -> Any:
    """Return ITK's method with the measure, the levels and the steps used here."""
    method = _measure()
    method.SetMetricSamplingStrategy(method.RANDOM)
    method.SetMetricSamplingPercentage(0.25, seed)
    method.SetOptimizerAsRegularStepGradientDescent(
        learningRate=2.0,
        minStep=0.01,
        numberOfIterations=ITERATIONS,
        relaxationFactor=0.6,
        gradientMagnitudeTolerance=1e-5,
    )
    method.SetOptimizerScalesFromPhysicalShift()
    method.SetShrinkFactorsPerLevel([factor for factor, _ in LEVELS])
    method.SetSmoothingSigmasPerLevel([sigma * WORKING_MM for _, sigma in LEVELS])
    method.SmoothingSigmasAreSpecifiedInPhysicalUnitsOn()
    return method


def _as_rigid(transform: Any, frame_of_reference: str | None) -> Rigid:
    """Return an ITK rotation about a centre and a shift as one matrix."""
    matrix = np.eye(4)
    rotation = np.array(transform.GetMatrix()).reshape(3, 3)
    centre = np.array(transform.GetCenter())
    matrix[:3, :3] = rotation
    matrix[:3, 3] = np.array(transform.GetTranslation()) + centre - rotation @ centre
    return Rigid(matrix, frame_of_reference, (float(centre[0]), float(centre[1]), float(centre[2])))


def _refuse_implausible(found: Rigid) -> None:
    """Raise where no head moves so far between two sequences."""
    if found.shift_mm > LARGEST_SHIFT_MM or found.angle_deg > LARGEST_TURN_DEG:
        raise ParotidError(
            tr(
                "The alignment found would move the head by {mm:.0f} mm and turn it by {degrees:.0f}°, more than a "
                "head moves between two sequences.",
                mm=found.shift_mm,
                degrees=found.angle_deg,
            ),
            "Check that both are of the same patient and show the same part of the head. Nothing was moved.",
        )


def _measure() -> Any:
    """Return a registration method with its metric set, over every voxel until a sampling is chosen."""
    import SimpleITK as sitk

    method = sitk.ImageRegistrationMethod()
    method.SetNumberOfThreads(1)
    method.SetMetricAsMattesMutualInformation(numberOfHistogramBins=32)
    # The slope must be that of the interpolated image itself. ITK's default smooths it by a slice's thickness: with
    # noisy slices of 4 mm it then points away from the optimum, and the head walks out of the picture.
    method.SetMetricUseMovingImageGradientFilter(False)
    method.SetInterpolator(sitk.sitkLinear)
    return method


def _agreement(transform: Any, fixed: Any, moving: Any) -> float:
    """Mutual information of the whole images under a transform; minus infinity where they do not overlap."""
    method = _measure()
    method.SetInitialTransform(transform)
    try:
        return -float(method.MetricEvaluate(fixed, moving))
    except RuntimeError:
        return -float("inf")


def _to_itk(volume: Volume) -> Any:
    """Return the volume as a SimpleITK image, averaged to about the working size; geometry kept."""
    import SimpleITK as sitk

    array, grid = volume.array, volume.grid
    affine = grid.affine.copy()
    if np.linalg.det(affine[:3, :3]) < 0:
        affine[:3, 3] += affine[:3, 0] * (grid.shape[0] - 1)
        affine[:3, 0] *= -1
        array = array[::-1]
    image = sitk.GetImageFromArray(np.ascontiguousarray(array.transpose(2, 1, 0), dtype=np.float32))
    image.SetSpacing(grid.spacing)
    image.SetOrigin(affine[:3, 3].tolist())
    # The nearest true rotation: rounded header cosines are not exactly orthonormal, and ITK inverts by transposing.
    left, _, right = np.linalg.svd(affine[:3, :3] / np.array(grid.spacing))
    image.SetDirection((left @ right).ravel().tolist())
    factors = [max(1, min(round(WORKING_MM / size), n)) for size, n in zip(grid.spacing, grid.shape, strict=True)]
    return sitk.BinShrink(image, factors)
