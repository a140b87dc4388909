"""NIfTI files <-> volumes and label maps. RAS lives in this file only; beyond it everything is LPS."""

from __future__ import annotations

import gzip
import os
import uuid
import warnings
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nibabel
import numpy as np
from nibabel.filebasedimages import ImageFileError
from nibabel.spatialimages import HeaderDataError
from nibabel.wrapstruct import WrapStructError

from parotid_training.errors import ParotidError
from parotid_training.io.finding import MIN_SLICES, SeriesInfo
from parotid_training.io.roles import Facts, guess_role_from_name, is_auxiliary, looks_like_mask
from parotid_training.volume import FLIP_XY, Grid, LabelMap, Volume
from parotid_training.words import mark, tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

SUFFIXES = (".nii", ".nii.gz")
UNREADABLE = (
    ImageFileError, HeaderDataError, WrapStructError, OSError, EOFError, ValueError, zlib.error, OverflowError,
    MemoryError,
)  # fmt: skip
MM_PER_UNIT = {0: 1.0, 1: 1000.0, 2: 1.0, 3: 0.001}
"""Millimetres of a NIfTI length unit: unknown (taken as mm), metre, millimetre, micrometre."""


def is_nifti_name(path: Path) -> bool:
    """Whether the file's name is that of a NIfTI file."""
    return path.name.lower().endswith(SUFFIXES)


def stem(path: Path) -> str:
    """File name without ``.nii`` or ``.nii.gz``."""
    name = path.name
    for suffix in sorted(SUFFIXES, key=len, reverse=True):
        if name.lower().endswith(suffix):
            return name[: -len(suffix)]
    return name


def inspect_nifti(path: Path) -> SeriesInfo:
    """Describe a NIfTI file by its header alone.

    Raises
    ------
    ParotidError
        If the file cannot be read, is no single 3D image, or does not say where it lies.
    """
    image = _load(path)
    grid = _read_grid(image)
    needed = int(image.dataobj.offset) + int(np.prod(grid.shape)) * image.header.get_data_dtype().itemsize
    if path.suffix.lower() == ".nii" and path.stat().st_size < needed:
        raise ParotidError("The file is cut off in its voxels.", "Copy or convert it again.")
    name = stem(path)
    why_not = remedy = ""
    if min(grid.shape) < MIN_SLICES:
        why_not = tr("It has fewer than {least} slices.", least=MIN_SLICES)
        remedy = mark("Open the whole series instead.")
    elif looks_like_mask(name):
        why_not = mark("Its name says that it is a mask, not an image.")
        remedy = mark("Open it with Start from a mask…, or rename it if it is an image.")
    return SeriesInfo(
        name=name,
        role=guess_role_from_name(name),
        auxiliary=is_auxiliary(Facts(words=name)),
        grid=grid,
        files=(path,),
        kind="nifti",
        usable=not why_not,
        why_not=why_not,
        remedy=remedy,
    )


def read_volume(path: Path) -> Volume:
    """Read a 3D image; scaling of the header applied, float32, LPS.

    Raises
    ------
    ParotidError
        As `inspect_nifti`, or if the voxels are cut off or damaged.
    """
    image = _load(path, whole=True)
    grid = _read_grid(image)
    with np.errstate(all="ignore"):
        array = np.asarray(_read_array(image, path), dtype=np.float32).reshape(grid.shape)
    if not np.isfinite(array).all():
        # Some tools write "not a number" outside the head.
        array = np.nan_to_num(array, copy=True, nan=0.0, posinf=0.0, neginf=0.0)
    return Volume(grid, array)


def read_label_map(path: Path, grids: Sequence[Grid], reference: Grid) -> LabelMap:
    """Read a mask drawn on any grid of the study and bring it to the reference grid.

    Axes that are flipped or swapped against the grid are put back exactly; a mask on another sequence's
    grid is resampled (nearest voxel) onto the reference.

    Parameters
    ----------
    path
        NIfTI file with the values 0 background, 1 gland, 2 tumour.
    grids
        The native grids of the study's sequences.
    reference
        The grid the result lies on.

    Raises
    ------
    ParotidError
        If the values are others than 0, 1 and 2, or the mask lies on no grid of the study.
    """
    from parotid_training.io.register import resample_array

    image = _load(path, whole=True)
    own = _read_grid(image)
    values = np.asarray(_read_array(image, path)).reshape(own.shape)
    found = np.unique(values)
    if not np.isin(found, (0, 1, 2)).all():
        raise ParotidError(
            "The mask holds values other than 0 (background), 1 (gland) and 2 (tumour).",
            "Save it again with these values only.",
        )
    labels = values.astype(np.uint8)
    for grid in [reference, *grids]:
        matched = _match(labels, own, grid)
        if matched is None:
            continue
        if grid.same_as(reference):
            return LabelMap(reference, matched)
        if None not in (grid.frame_of_reference, reference.frame_of_reference) and (
            grid.frame_of_reference != reference.frame_of_reference
        ):
            raise ParotidError(
                "The mask was drawn on a sequence that does not share the coordinates of the one at Mask drawn on.",
                "Choose that sequence at Mask drawn on, then open the mask.",
            )
        return LabelMap(reference, resample_array(matched, grid, reference, order=0, fill=0).astype(np.uint8))
    size = " x ".join(map(str, own.shape))
    raise ParotidError(
        tr("The mask ({size} voxels) lies on no sequence of this study.", size=size),
        "Choose the mask of this study, or resample it onto one of its sequences first.",
    )


def write_volume(path: Path, volume: Volume) -> None:
    """Write an image on its native grid: same shape, same affine (RAS in the file); float32 or as it is."""
    array = volume.array
    if array.dtype not in (np.uint8, np.int16, np.uint16, np.int32, np.float32):
        array = array.astype(np.float32)
    _write(path, array, volume.grid)


def write_label_map(path: Path, label_map: LabelMap) -> None:
    """Write labels 0/1/2 as uint8 on their native grid: same shape, same affine (RAS in the file)."""
    _write(path, label_map.array, label_map.grid)


def _write(path: Path, array: NDArray[Any], grid: Grid) -> None:
    affine = FLIP_XY @ grid.affine
    image = nibabel.Nifti1Image(np.ascontiguousarray(array), affine)
    image.header.set_xyzt_units("mm", "sec")
    image.set_sform(affine, code=1)
    image.set_qform(affine, code=1)
    if not np.allclose(image.get_qform(), affine, atol=1e-3):
        # A quaternion cannot tell of the least shear, and two statements that differ are refused when it is read again.
        image.set_qform(affine, code=0)
    path = Path(path)
    suffix = ".nii.gz" if path.name.lower().endswith(".gz") else ".nii"
    temporary = path.with_name(f".{uuid.uuid4().hex}{suffix}")
    try:
        nibabel.save(image, temporary)
        with temporary.open("r+b") as file:
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as error:
        raise ParotidError(
            tr("The file could not be written ({why}).", why=error.strerror or tr("disk error")),
            "Check that the folder can be written to and that the disk is not full.",
        ) from error
    finally:
        temporary.unlink(missing_ok=True)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Make the rename durable; not every system lets a folder be synced."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError:
        return
    finally:
        os.close(handle)


def _load(path: Path, *, whole: bool = False) -> Any:
    """Read a file's header, or the ``whole`` of it: only at its end does a packed file say whether it is sound."""
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if whole and path.suffix.lower() == ".gz":
                return nibabel.Nifti1Image.from_bytes(gzip.decompress(path.read_bytes()))
            return nibabel.Nifti1Image.from_filename(path)
    except PermissionError as error:
        raise ParotidError(
            "You have no permission to read this file.", "Ask for permission to read it, or copy the series elsewhere."
        ) from error
    except FileNotFoundError as error:
        raise ParotidError("The file is no longer there.", "Choose it again.") from error
    except UNREADABLE as error:
        raise ParotidError(
            "The file is no readable NIfTI image, or it is cut off.", "Copy or convert it again."
        ) from error


def _read_array(image: Any, path: Path) -> Any:
    try:
        return image.dataobj[...]
    except UNREADABLE as error:
        raise ParotidError("The image's voxels are cut off or damaged.", "Copy or convert the file again.") from error


def _read_grid(image: Any) -> Grid:
    header = image.header
    if header.get_data_dtype().fields is not None:
        raise ParotidError("The file is a colour picture, not a measured image.", "Open the original series.")
    if header.get_data_dtype().kind == "c":
        raise ParotidError("The file holds complex values (raw data), not an image.", "Open the magnitude image.")
    shape = tuple(int(n) for n in header.get_data_shape())
    if any(n < 1 for n in shape):
        raise ParotidError(
            "The file's header is damaged (an image without voxels).", "Convert the original series again."
        )
    if len(shape) > 3 and any(n > 1 for n in shape[3:]):
        count = int(np.prod(shape[3:]))
        raise ParotidError(
            tr("The file holds {count} volumes (a 4D series), not one.", count=count),
            "Split it and open the volume you want.",
        )
    if len(shape) < 3:
        raise ParotidError("The file holds a single flat picture, not a volume.", "Open the whole series instead.")
    try:
        with np.errstate(all="ignore"):
            sform, sform_code = header.get_sform(coded=True)
            qform, qform_code = header.get_qform(coded=True)
    except ValueError as error:
        raise ParotidError(
            "The position of the image in the patient makes no sense.", "Convert the original series again."
        ) from error
    if sform_code == 0 and qform_code == 0:
        raise ParotidError(
            "The file does not say where the image lies in the patient.",
            "Convert the original series again with its geometry (for instance with dcm2niix).",
        )
    scale = MM_PER_UNIT.get(int(header["xyzt_units"]) & 7, 1.0)
    units = np.diag([scale, scale, scale, 1.0])
    grids = [
        Grid((shape[0], shape[1], shape[2]), FLIP_XY @ units @ matrix)
        for matrix, code in ((sform, sform_code), (qform, qform_code))
        if code > 0
    ]
    if len(grids) == 2 and not grids[0].same_as(grids[1], tolerance_mm=max(1.0, 0.5 * max(grids[0].spacing))):
        raise ParotidError(
            "The file gives two different positions of the image in the patient.",
            "Convert the original series again, so that both agree.",
        )
    return grids[0]


def _match(array: NDArray[np.uint8], own: Grid, grid: Grid) -> NDArray[np.uint8] | None:
    """Return the array on `grid` if both hold the same voxels up to flipped or swapped axes, else None."""
    cosines = grid.cosines.T @ own.cosines
    axes = np.abs(cosines).argmax(axis=0)
    if sorted(axes) != [0, 1, 2]:
        return None
    order = np.argsort(axes)
    flips = tuple(n for n in range(3) if cosines[n, order[n]] < 0)
    columns = own.affine[:, order].copy()
    shape = tuple(own.shape[n] for n in order)
    origin = own.affine[:, 3].copy()
    for n in flips:
        origin += columns[:, n] * (shape[n] - 1)
        columns[:, n] *= -1
    straight = Grid((shape[0], shape[1], shape[2]), np.column_stack([columns, origin]))
    # Half a percent of a voxel is what float32 headers and rounded exports lose.
    if not straight.same_as(grid, tolerance_mm=max(0.02, 0.05 * min(grid.spacing))):
        return None
    return np.ascontiguousarray(np.flip(array.transpose(order), axis=flips))
