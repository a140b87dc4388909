"""DICOM is read as SimpleITK and dcm2niix read it, in every packing, and as the standard says."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
import pydicom
import pytest
from pydicom.uid import JPEG2000Lossless, JPEGLSLossless, RLELossless, generate_uid

from parotid_training.errors import CancelledError, ParotidError
from parotid_training.io.find import find_series, read
from parotid_training.volume import FLIP_XY

DCM2NIIX = Path(sys.executable).with_name("dcm2niix")

SERIES = [
    "mri/philips_t1/dicom",
    "dicom/siemens_xa30/5_anat-T1w_acq-tfl",
    "dicom/siemens_xa30/9_gre_field_mapping",
    "dicom/siemens_xa30/16_DWI_dir80_PA",
    "dicom/vendors/ge/anatomical/001",
    "dicom/vendors/ge/anatomical/001_implicit",
    "dicom/vendors/hitachi/anatomical/001",
    "dicom/vendors/hyperfine/anatomical/001",
]


@pytest.mark.parametrize("folder", SERIES)
def test_geometry_and_voxels_equal_simpleitk(shared_data: Path, folder: str, assert_same_voxels: Any) -> None:
    import SimpleITK as sitk

    (info,) = find_series(shared_data / folder).series
    volume = read(info)
    files = [str(path) for path in info.files]
    image = sitk.ReadImage(files if len(files) > 1 else files[0])
    affine = np.eye(4)
    affine[:3, :3] = np.array(image.GetDirection()).reshape(3, 3) * image.GetSpacing()
    affine[:3, 3] = image.GetOrigin()
    assert_same_voxels(volume, sitk.GetArrayFromImage(image).T, affine)


@pytest.mark.skipif(not DCM2NIIX.exists(), reason="dcm2niix is not installed")
@pytest.mark.parametrize("folder", SERIES)
def test_geometry_and_voxels_equal_dcm2niix(
    shared_data: Path, folder: str, tmp_path: Path, assert_same_voxels: Any
) -> None:
    (info,) = find_series(shared_data / folder).series
    # Philips' display scaling (-p n) is the standard's rescale; the other one is theirs alone.
    command = [DCM2NIIX, "-p", "n", "-z", "n", "-b", "n", "-o", tmp_path, shared_data / folder]
    subprocess.run(command, check=True, capture_output=True)
    (converted,) = tmp_path.glob("*.nii")
    image = nibabel.load(converted)
    assert_same_voxels(read(info), np.asarray(image.dataobj), FLIP_XY @ image.affine, mm=0.02, value=0.01)


def test_enhanced_echoes_and_kinds_equal_dcm2niix(shared_data: Path, tmp_path: Path, assert_same_voxels: Any) -> None:
    source = shared_data / "dicom" / "philips_enhanced"
    (path,) = source.glob("2001*")
    found = find_series(path).series
    assert [info.name.split(", ", 1)[1] for info in found] == [
        "M MAGNITUDE, TE 2.3",
        "M MAGNITUDE, TE 4.6",
        "P PHASE, TE 2.3",
        "P PHASE, TE 4.6",
    ]
    shutil.copy(path, tmp_path / "in.dcm")
    command = [DCM2NIIX, "-p", "n", "-z", "n", "-b", "n", "-f", "%e", "-o", tmp_path, tmp_path / "in.dcm"]
    subprocess.run(command, check=True, capture_output=True)
    for info, name in zip(found, ("1", "2", "1_ph", "2_ph"), strict=True):
        image = nibabel.load(tmp_path / f"{name}.nii")
        assert_same_voxels(read(info), np.asarray(image.dataobj), FLIP_XY @ image.affine, mm=0.02, value=0.01)


def test_every_transfer_syntax_of_a_series_reads_the_same(shared_data: Path, tmp_path: Path) -> None:
    sources = sorted((shared_data / "dicom" / "transfer_syntaxes").glob("*.dcm"))
    assert len({pydicom.dcmread(path).file_meta.TransferSyntaxUID for path in sources}) == 7
    for number, path in enumerate(sources):
        dataset = pydicom.dcmread(path)
        # The originals are mosaics; their pixels, packed as they are, stand in for single slices.
        dataset.ImageType = ["ORIGINAL", "PRIMARY", "M", "ND"]
        dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = generate_uid()
        dataset.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
        dataset.ImagePositionPatient = [0, 0, 2.0 * number]
        dataset.save_as(tmp_path / f"slice{number}")
    (info,) = find_series(tmp_path).series
    volume = read(info)
    assert volume.array.shape == (384, 384, 9)
    assert volume.array.max() > 100
    assert (volume.array == volume.array[:, :, :1]).all()


@pytest.mark.parametrize("syntax", [RLELossless, JPEGLSLossless, JPEG2000Lossless])
def test_packed_slices_read_like_unpacked_ones(make: Any, tmp_path: Path, syntax: str) -> None:
    make.stack(tmp_path / "plain", size=(96, 80))
    make.stack(tmp_path / "packed", size=(96, 80), change=lambda _, dataset: dataset.compress(syntax))
    (plain,), (packed,) = find_series(tmp_path / "plain").series, find_series(tmp_path / "packed").series
    assert np.array_equal(read(plain).array, read(packed).array)


def test_axes_are_column_row_slice_along_the_normal(make: Any, tmp_path: Path) -> None:
    paths = make.slices(tmp_path, [(0, 0, z) for z in (6, 0, 9, 3)])
    (info,) = find_series(tmp_path).series
    volume = read(info)
    assert [info.files[file] for file, _ in info.frames] == [paths[n] for n in (1, 3, 0, 2)]
    assert np.allclose(volume.grid.affine, np.diag([0.5, 0.8, 3.0, 1.0]))
    assert volume.grid.shape == (5, 6, 4)
    # Second file, row 2, column 3: the value counts up along the row.
    assert volume.array[3, 2, 0] == 30 + 2 * 5 + 3


def test_oblique_positions_place_each_voxel(make: Any, tmp_path: Path) -> None:
    turn = np.radians(20)
    row, column = np.array([np.cos(turn), 0, np.sin(turn)]), np.array([0.0, 1.0, 0.0])
    normal = np.cross(row, column)
    start = np.array([5.0, -7.0, 11.0])
    positions = [start + 2.5 * n * normal for n in range(5)]
    make.slices(tmp_path, positions[::-1], orientation=[*row, *column])
    (info,) = find_series(tmp_path).series
    assert info.grid is not None
    expected = start + 3 * 0.5 * row + 2 * 0.8 * column + 4 * 2.5 * normal
    assert np.allclose(info.grid.to_patient((3, 2, 4)), expected, atol=1e-5)


@pytest.mark.parametrize(
    ("orientation", "plane", "codes"),
    [
        ((1, 0, 0, 0, 1, 0), "axial", "LPS"),
        ((1, 0, 0, 0, 0, -1), "coronal", "LIP"),
        ((0, 1, 0, 0, 0, -1), "sagittal", "PIR"),
        ((0, -1, 0, 0, 0, -1), "sagittal", "AIL"),
    ],
)
def test_planes_of_acquisition(make: Any, tmp_path: Path, orientation: Any, plane: str, codes: str) -> None:
    normal = np.cross(orientation[:3], orientation[3:])
    make.slices(tmp_path, [n * 4.0 * normal for n in range(5)], orientation=orientation)
    (info,) = find_series(tmp_path).series
    assert info.grid is not None
    assert (info.grid.plane, info.grid.codes) == (plane, codes)
    assert np.linalg.det(info.grid.affine[:3, :3]) > 0


def test_each_slice_has_its_own_rescale(make: Any, tmp_path: Path) -> None:
    def rescale(number: int, dataset: Any) -> None:
        dataset.RescaleSlope, dataset.RescaleIntercept = 0.5 * (number + 1), -number

    make.stack(tmp_path / "scaled", change=rescale)
    make.stack(tmp_path / "plain")
    (scaled,), (plain,) = find_series(tmp_path / "scaled").series, find_series(tmp_path / "plain").series
    numbers = np.arange(4)
    assert np.allclose(read(scaled).array, read(plain).array * 0.5 * (numbers + 1) - numbers)


def test_signed_values_stay_negative(make: Any, tmp_path: Path) -> None:
    def negate(_: int, dataset: Any) -> None:
        dataset.PixelRepresentation = 1
        dataset.PixelData = (-np.arange(30, dtype="<i2")).tobytes()

    make.stack(tmp_path, change=negate)
    (info,) = find_series(tmp_path).series
    assert read(info).array.min() == -29


def test_stacks_of_an_enhanced_object_become_series(make: Any, tmp_path: Path) -> None:
    sagittal = (0.0, 1.0, 0.0, 0.0, 0.0, -1.0)
    frames = [{"position": (0, 0, 2 * n), "stack": "1", "slope": n + 1.0} for n in (2, 0, 1)]
    frames += [{"position": (3 * n, 0, 0), "stack": "2", "orientation": sagittal} for n in range(4)]
    make.enhanced(tmp_path / "x", frames)
    first, second = find_series(tmp_path).series
    assert first.grid is not None
    assert second.grid is not None
    assert (first.grid.plane, first.grid.shape) == ("axial", (5, 6, 3))
    assert (second.grid.plane, second.grid.shape) == ("sagittal", (5, 6, 4))
    # The second frame lies lowest (slope 1, its pixels start at 30), the first highest (slope 3).
    assert read(first).array[0, 0, 0] == 30 * 1.0
    assert read(first).array[0, 0, 2] == 0 * 3.0
    assert read(first).array[1, 0, 2] == 1 * 3.0


def test_b_values_become_series_and_repeats_are_refused(make: Any, tmp_path: Path) -> None:
    frames = [{"position": (0, 0, 2 * n), "b": b} for b in (0, 800, 800) for n in range(3)]
    make.enhanced(tmp_path / "x", frames, SeriesDescription="ep2d_diff")
    finding = find_series(tmp_path)
    assert [info.name for info in finding.series] == ["ep2d_diff, b 0"]
    (refused,) = finding.left_out
    assert "b 800" in refused.what
    assert "2 images at every position" in refused.sentence


def test_a_damaged_picture_is_refused_in_words(make: Any, tmp_path: Path, reread: Any) -> None:
    paths = make.stack(tmp_path, size=(96, 80), change=lambda _, dataset: dataset.compress(JPEG2000Lossless))

    def damage(dataset: Any) -> None:
        data = bytearray(dataset.PixelData)
        data[24:40] = bytes(16)
        dataset.PixelData = bytes(data)

    reread(paths[2], damage)
    (info,) = find_series(tmp_path).series
    with pytest.raises(ParotidError, match="cannot be decoded"):
        read(info)


def test_a_file_that_is_gone_is_refused_in_words(make: Any, tmp_path: Path) -> None:
    paths = make.stack(tmp_path)
    (info,) = find_series(tmp_path).series
    paths[1].unlink()
    with pytest.raises(ParotidError, match="cannot be decoded"):
        read(info)


def test_reading_can_be_cancelled(make: Any, tmp_path: Path) -> None:
    make.stack(tmp_path, count=6)
    (info,) = find_series(tmp_path).series
    seen: list[float] = []
    with pytest.raises(CancelledError):
        read(info, lambda fraction, _: seen.append(fraction), lambda: len(seen) >= 3)
    assert len(seen) == 3
