"""NIfTI: geometry kept both ways, nothing guessed, writing all or nothing."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import nibabel
import numpy as np
import pytest

from parotid_training.errors import ParotidError
from parotid_training.io.nifti import inspect_nifti, read_label_map, read_volume, write_label_map, write_volume
from parotid_training.volume import FLIP_XY, Grid, LabelMap, Volume

TCGA = ("t1", "t1c", "t2", "flair")


def turned(degrees: float = 17.0, *, left_handed: bool = False) -> Grid:
    turn = np.radians(degrees)
    rotation = np.array([[1, 0, 0], [0, np.cos(turn), -np.sin(turn)], [0, np.sin(turn), np.cos(turn)]])
    affine = np.eye(4)
    affine[:3, :3] = rotation * (-0.5 if left_handed else 0.5, 0.6, 4.0)
    affine[:3, 3] = (12.0, -30.0, 5.0)
    return Grid((7, 6, 5), affine)


def labels(grid: Grid) -> LabelMap:
    return LabelMap(grid, np.random.default_rng(3).integers(0, 3, grid.shape).astype(np.uint8))


@pytest.mark.parametrize("name", TCGA)
def test_left_handed_files_equal_simpleitk(shared_data: Path, name: str) -> None:
    import SimpleITK as sitk

    path = shared_data / "mri" / "tcga_fg6692" / f"{name}.nii.gz"
    volume = read_volume(path)
    image = sitk.ReadImage(str(path))
    assert np.linalg.det(volume.grid.affine) < 0
    assert np.array_equal(volume.array, sitk.GetArrayFromImage(image).T)
    for index in ((0, 0, 0), (10, 200, 3), (200, 20, 25)):
        point = image.TransformIndexToPhysicalPoint(index)
        assert np.allclose(volume.grid.to_patient(index), point, atol=1e-3)


@pytest.mark.parametrize("left_handed", [False, True])
def test_a_label_map_comes_back_on_the_same_voxels(tmp_path: Path, left_handed: bool) -> None:
    grid = turned(left_handed=left_handed)
    label_map = labels(grid)
    path = tmp_path / "segmentation.nii.gz"
    write_label_map(path, label_map)
    image = nibabel.load(path)
    assert image.get_data_dtype() == np.uint8
    assert image.shape == grid.shape
    assert np.allclose(image.affine, FLIP_XY @ grid.affine, atol=1e-5)
    assert int(image.header["sform_code"]) == int(image.header["qform_code"]) == 1
    assert np.allclose(image.get_qform(), image.get_sform(), atol=1e-4)
    again = read_label_map(path, [], grid)
    assert again.grid is grid
    assert np.array_equal(again.array, label_map.array)


def test_a_volume_keeps_its_type_and_place(tmp_path: Path) -> None:
    grid = turned()
    volume = Volume(grid, np.linspace(-3, 7, 210, dtype=np.float32).reshape(grid.shape))
    write_volume(tmp_path / "a.nii.gz", volume)
    again = read_volume(tmp_path / "a.nii.gz")
    assert again.grid.same_as(grid)
    assert np.array_equal(again.array, volume.array)


def test_half_precision_is_written_as_single(tmp_path: Path) -> None:
    grid = turned()
    write_volume(tmp_path / "p.nii.gz", Volume(grid, np.full(grid.shape, 0.25, np.float16)))
    assert nibabel.load(tmp_path / "p.nii.gz").get_data_dtype() == np.float32


def test_a_failed_write_leaves_the_old_file_and_no_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "m.nii.gz"
    write_label_map(path, labels(turned()))
    before = path.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(ParotidError, match="No space left"):
        write_label_map(path, labels(turned(5.0)))
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["m.nii.gz"]


def test_scaling_of_the_header_is_applied(tmp_path: Path) -> None:
    image = nibabel.Nifti1Image(np.arange(60, dtype=np.int16).reshape(5, 4, 3), np.eye(4))
    image.header.set_slope_inter(2.0, -10.0)
    image.to_filename(tmp_path / "a.nii")
    stored = nibabel.load(tmp_path / "a.nii").get_fdata()
    assert np.allclose(read_volume(tmp_path / "a.nii").array, stored)


def test_values_that_are_no_numbers_become_zero(tmp_path: Path) -> None:
    array = np.ones((4, 4, 4), np.float32)
    array[0, 0, 0] = np.nan
    nibabel.Nifti1Image(array, np.eye(4)).to_filename(tmp_path / "a.nii")
    assert read_volume(tmp_path / "a.nii").array.sum() == 63


def test_lengths_in_metres_are_understood(tmp_path: Path) -> None:
    image = nibabel.Nifti1Image(np.zeros((4, 4, 4), np.int16), np.diag([0.002, 0.002, 0.003, 1]))
    image.header.set_xyzt_units("meter")
    image.to_filename(tmp_path / "a.nii")
    assert np.allclose(read_volume(tmp_path / "a.nii").grid.spacing, (2, 2, 3))


def plain(shape: tuple[int, ...] = (5, 4, 6), dtype: object = np.int16) -> nibabel.Nifti1Image:
    return nibabel.Nifti1Image(np.zeros(shape, dtype), np.eye(4))


def test_a_file_that_does_not_say_where_it_lies_is_refused(tmp_path: Path) -> None:
    image = plain()
    image.set_sform(None, code=0)
    image.set_qform(None, code=0)
    image.to_filename(tmp_path / "a.nii")
    with pytest.raises(ParotidError, match="does not say where"):
        inspect_nifti(tmp_path / "a.nii")


def test_two_different_positions_are_refused(tmp_path: Path) -> None:
    image = plain()
    image.set_sform(np.diag([1.0, 1, 1, 1]), code=1)
    image.set_qform(np.diag([-1.0, -1, 1, 1]), code=1)
    image.to_filename(tmp_path / "a.nii")
    with pytest.raises(ParotidError, match="two different positions"):
        inspect_nifti(tmp_path / "a.nii")


def test_an_impossible_rotation_is_refused(tmp_path: Path) -> None:
    plain().to_filename(tmp_path / "a.nii")
    data = bytearray((tmp_path / "a.nii").read_bytes())
    # qform_code 1 and quatern_b 2: no unit quaternion has such a part.
    data[252:254] = (1).to_bytes(2, "little")
    data[256:260] = np.float32(2).tobytes()
    (tmp_path / "a.nii").write_bytes(data)
    with pytest.raises(ParotidError, match="makes no sense"):
        inspect_nifti(tmp_path / "a.nii")


def test_shear_is_refused(tmp_path: Path) -> None:
    affine = np.eye(4)
    affine[1, 2] = 0.3
    image = nibabel.Nifti1Image(np.zeros((5, 4, 6), np.int16), affine)
    image.set_qform(None, code=0)
    image.to_filename(tmp_path / "a.nii")
    with pytest.raises(ParotidError, match="sheared"):
        inspect_nifti(tmp_path / "a.nii")


@pytest.mark.parametrize(
    ("shape", "dtype", "reason"),
    [
        ((5, 4, 6, 2), np.int16, "4D"),
        ((5, 4), np.int16, "flat picture"),
        ((5, 4, 6), [("R", "u1"), ("G", "u1"), ("B", "u1")], "colour"),
        ((5, 4, 6), np.complex64, "complex"),
    ],
)
def test_what_is_no_volume_is_refused(tmp_path: Path, shape: tuple[int, ...], dtype: object, reason: str) -> None:
    plain(shape, np.dtype(dtype)).to_filename(tmp_path / "a.nii")
    with pytest.raises(ParotidError, match=reason):
        inspect_nifti(tmp_path / "a.nii")


def test_few_slices_are_listed_but_not_usable(tmp_path: Path) -> None:
    plain((9, 9, 2)).to_filename(tmp_path / "t1.nii")
    info = inspect_nifti(tmp_path / "t1.nii")
    assert not info.usable
    assert "fewer than 3" in info.why_not


def test_cut_off_files_are_refused(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 30000, (20, 20, 20)).astype(np.int16)
    nibabel.Nifti1Image(noise, np.eye(4)).to_filename(tmp_path / "a.nii")
    data = (tmp_path / "a.nii").read_bytes()
    (tmp_path / "a.nii").write_bytes(data[:-100])
    with pytest.raises(ParotidError, match="cut off"):
        inspect_nifti(tmp_path / "a.nii")
    (tmp_path / "b.nii.gz").write_bytes(gzip.compress(data)[:-3000])
    with pytest.raises(ParotidError, match="cut off"):
        read_volume(tmp_path / "b.nii.gz")
    (tmp_path / "c.nii").write_bytes(data[:200])
    with pytest.raises(ParotidError, match="no readable NIfTI"):
        inspect_nifti(tmp_path / "c.nii")
    (tmp_path / "d.nii.gz").write_bytes(b"not packed at all")
    with pytest.raises(ParotidError, match="no readable NIfTI"):
        inspect_nifti(tmp_path / "d.nii.gz")


def test_one_changed_bit_in_a_packed_file_is_noticed(shared_data: Path, tmp_path: Path) -> None:
    whole = (shared_data / "mri" / "tcga_fg6692" / "t2.nii.gz").read_bytes()
    rng = np.random.default_rng(0)
    path = tmp_path / "t2.nii.gz"
    for place in rng.integers(len(whole) // 2, len(whole) - 100, 4):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ (1 << int(rng.integers(8)))]) + whole[place + 1 :])
        with pytest.raises(ParotidError, match=r"cut off|damaged"):
            read_volume(path)


def test_a_mask_with_flipped_and_swapped_axes_lands_on_its_voxels(tmp_path: Path) -> None:
    grid = turned(left_handed=True)
    label_map = labels(grid)
    array = label_map.array.transpose(2, 0, 1)[::-1, :, ::-1]
    columns = grid.affine[:, [2, 0, 1]].copy()
    origin = grid.affine[:, 3] + columns[:, 0] * 4 + columns[:, 2] * 5
    columns[:, [0, 2]] *= -1
    affine = FLIP_XY @ np.column_stack([columns, origin])
    nibabel.Nifti1Image(np.ascontiguousarray(array), affine).to_filename(tmp_path / "m.nii.gz")
    assert np.array_equal(read_label_map(tmp_path / "m.nii.gz", [grid], grid).array, label_map.array)


def test_a_mask_on_another_sequence_is_brought_to_the_reference(shared_data: Path, tmp_path: Path) -> None:
    folder = shared_data / "mri" / "tcga_fg6692"
    t1, t2 = (read_volume(folder / f"{name}.nii.gz").grid for name in ("t1", "t2"))
    centre = t1.to_patient(np.array(t1.shape) / 2)

    def ball(grid: Grid) -> np.ndarray:
        points = grid.to_patient(np.moveaxis(np.indices(grid.shape), 0, -1))
        return (np.linalg.norm(points - centre, axis=-1) < 25).astype(np.uint8) * 2

    write_label_map(tmp_path / "m.nii.gz", LabelMap(t2, ball(t2)))
    moved = read_label_map(tmp_path / "m.nii.gz", [t1, t2], t1)
    assert moved.grid is t1
    truth = ball(t1)
    dice = 2 * np.logical_and(moved.array, truth).sum() / (moved.array.astype(bool).sum() + truth.astype(bool).sum())
    assert dice > 0.93
    assert set(np.unique(moved.array)) == {0, 2}


def test_a_mask_of_another_study_is_refused(tmp_path: Path) -> None:
    write_label_map(tmp_path / "m.nii.gz", labels(turned(5.0)))
    with pytest.raises(ParotidError, match=r"7 x 6 x 5 voxels\) lies on no sequence"):
        read_label_map(tmp_path / "m.nii.gz", [turned(17.0)], turned(17.0))


def test_a_mask_on_a_sequence_with_other_coordinates_is_refused(tmp_path: Path) -> None:
    one, other = turned(17.0), turned(5.0)
    one, other = Grid(one.shape, one.affine, "1.2.3"), Grid(other.shape, other.affine, "1.2.4")
    write_label_map(tmp_path / "m.nii.gz", labels(other))
    with pytest.raises(ParotidError, match="does not share"):
        read_label_map(tmp_path / "m.nii.gz", [one, other], one)


@pytest.mark.parametrize("value", [3, -1, 0.5, np.nan])
def test_a_mask_with_other_values_is_refused(tmp_path: Path, value: float) -> None:
    grid = turned()
    array = np.zeros(grid.shape, np.float32)
    array[2, 2, 2] = value
    write_volume(tmp_path / "m.nii.gz", Volume(grid, array))
    with pytest.raises(ParotidError, match="other than 0"):
        read_label_map(tmp_path / "m.nii.gz", [grid], grid)


def test_a_mask_saved_as_float_is_taken(tmp_path: Path) -> None:
    grid = turned()
    write_volume(tmp_path / "m.nii.gz", Volume(grid, labels(grid).array.astype(np.float32)))
    assert np.array_equal(read_label_map(tmp_path / "m.nii.gz", [grid], grid).array, labels(grid).array)


def test_the_least_shear_is_written_so_that_it_is_read_again(tmp_path: Path) -> None:
    affine = np.diag([0.8, 0.8, 0.8, 1.0])
    affine[0, 1] = 0.8 * 4.5e-3
    volume = Volume(Grid((500, 500, 8), affine), np.zeros((500, 500, 8), np.uint8))
    write_volume(tmp_path / "a.nii.gz", volume)
    assert read_volume(tmp_path / "a.nii.gz").grid.same_as(volume.grid, 0.01)


def test_a_header_of_nonsense_is_refused(tmp_path: Path) -> None:
    image = nibabel.Nifti1Image(np.zeros((4, 4, 4), np.float32), np.eye(4))
    nibabel.save(image, tmp_path / "a.nii")
    whole = bytearray((tmp_path / "a.nii").read_bytes())
    for at, value in ((108, np.float32(np.inf).tobytes()), (42, np.int16(-4).tobytes())):
        spoiled = whole.copy()
        spoiled[at : at + len(value)] = value
        (tmp_path / "b.nii").write_bytes(bytes(spoiled))
        with pytest.raises(ParotidError):
            inspect_nifti(tmp_path / "b.nii")
