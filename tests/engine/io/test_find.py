"""Folders of any shape are searched, and what cannot be opened is refused for its own reason."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.uid import JPEG2000Lossless, generate_uid

from parotid_training.errors import CancelledError, ParotidError
from parotid_training.io.find import find_series, read
from parotid_training.io.opening import open_study
from parotid_training.study import Role

FAILING = {
    "sliceincrement/001": "missing",
    "sliceincrement/002": "missing",
    "gantrytilting/001": "tilted",
    "sliceorientation/001": "different directions",
    "notavolume/001": "not a volume",
}


@pytest.mark.parametrize(("folder", "reason"), FAILING.items())
def test_each_odd_series_is_refused_for_its_own_reason(shared_data: Path, folder: str, reason: str) -> None:
    finding = find_series(shared_data / "dicom" / "odd" / "failing" / folder)
    assert not finding.series
    (refused,) = finding.left_out
    assert reason in refused.sentence
    assert sum(word in refused.sentence for word in set(FAILING.values())) == 1
    assert refused.remedy.endswith(".")


def test_two_slices_are_listed_but_not_usable(shared_data: Path) -> None:
    finding = find_series(shared_data / "dicom" / "odd" / "failing" / "slicecount")
    (info,) = finding.series
    assert not finding.left_out
    assert not info.usable
    assert "only 2 slices" in info.why_not
    assert info.remedy


def test_a_single_slice_is_listed_with_no_guessed_thickness(shared_data: Path) -> None:
    (info,) = find_series(shared_data / "dicom" / "vendors" / "ge" / "anatomical" / "001_single_slice").series
    assert not info.usable
    assert info.grid is None
    assert "only 1 slice;" in info.why_not


def test_repeated_positions_are_refused(make: Any, tmp_path: Path) -> None:
    make.slices(tmp_path, [(0, 0, 0), (0, 0, 3), (0, 0, 6), (0, 0, 6)])
    (refused,) = find_series(tmp_path).left_out
    assert refused.sentence == "1 of its 4 slices lie where another slice already is."


def test_ct_is_listed_but_not_usable_and_its_bad_geometry_has_its_own_reason(make: Any, tmp_path: Path) -> None:
    make.stack(tmp_path / "good", Modality="CT")
    make.slices(tmp_path / "bad", [(0, 0, 0), (0, 0, 3), (0, 0, 9)], Modality="CT")
    finding = find_series(tmp_path)
    (info,) = finding.series
    assert (info.usable, info.why_not) == (False, "It is not an MR series (CT).")
    (refused,) = finding.left_out
    assert "missing" in refused.sentence


def test_images_without_a_position_say_whom_to_ask(make: Any, tmp_path: Path) -> None:
    make.stack(tmp_path, change=lambda _, dataset: dataset.pop("ImagePositionPatient"))
    (refused,) = find_series(tmp_path).left_out
    assert "do not say where they lie" in refused.sentence
    assert "PACS" in refused.remedy


def test_uneven_spacing_is_not_called_a_missing_slice(make: Any, tmp_path: Path) -> None:
    make.slices(tmp_path, [(0, 0, z) for z in (0, 3, 6, 10.4, 13)])
    (refused,) = find_series(tmp_path).left_out
    assert "unevenly spaced" in refused.sentence


def test_many_missing_slices_are_counted(make: Any, tmp_path: Path) -> None:
    make.slices(tmp_path, [(0, 0, 3 * n) for n in (0, 2, 4, 6, 7, 9)])
    (refused,) = find_series(tmp_path).left_out
    assert refused.sentence.startswith("4 of its slices are missing")


def test_positions_rounded_by_an_export_are_accepted(make: Any, tmp_path: Path) -> None:
    make.slices(tmp_path, [(0, 0, round(3.3333 * n, 1)) for n in range(20)])
    (info,) = find_series(tmp_path).series
    assert info.usable


def test_slices_of_different_size_are_refused(make: Any, tmp_path: Path) -> None:
    uid = generate_uid()
    make.slices(tmp_path / "a", [(0, 0, 0), (0, 0, 3)], SeriesInstanceUID=uid)
    make.slices(tmp_path / "b", [(0, 0, 6), (0, 0, 9)], SeriesInstanceUID=uid, size=(8, 8))
    (refused,) = find_series(tmp_path).left_out
    assert "number of pixels" in refused.sentence


def test_raw_data_is_left_out_and_the_rest_opens(shared_data: Path) -> None:
    finding = find_series(shared_data / "dicom" / "philips_enhanced")
    reasons = {item.what.split(" (")[0]: item.sentence for item in finding.left_out}
    assert "raw data" in reasons["ADNI_Sag3D MPRAGE"]
    assert "6 images at every position" in reasons["WIP SOURCE - 3DpCASL"]
    assert len(finding.series) == 5
    assert finding.ignored == 1


def test_mosaics_are_refused(shared_data: Path) -> None:
    (refused,) = find_series(shared_data / "dicom" / "transfer_syntaxes").left_out
    assert "mosaic" in refused.sentence


def test_colour_pictures_are_left_out_and_the_rest_opens(make: Any, tmp_path: Path) -> None:
    def colour(_: int, dataset: Any) -> None:
        dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 3, "RGB"
        dataset.PlanarConfiguration = 0
        dataset.BitsAllocated = dataset.BitsStored = 8
        dataset.HighBit = 7
        dataset.PixelData = bytes(90)

    make.stack(tmp_path / "rgb", change=colour)
    make.stack(tmp_path / "deep" / "er" / "mr")
    finding = find_series(tmp_path)
    assert [info.usable for info in finding.series] == [True]
    (refused,) = finding.left_out
    assert "colour" in refused.sentence


def test_images_without_a_position_are_left_out(make: Any, tmp_path: Path) -> None:
    def strip(_: int, dataset: Any) -> None:
        del dataset.ImagePositionPatient

    make.stack(tmp_path, change=strip)
    (refused,) = find_series(tmp_path).left_out
    assert "where they lie" in refused.sentence


@pytest.mark.parametrize("packed", [False, True])
def test_a_cut_off_file_takes_its_series_and_no_other(make: Any, tmp_path: Path, packed: bool) -> None:
    def pack(_: int, dataset: Any) -> None:
        if packed:
            dataset.compress(JPEG2000Lossless)

    paths = make.stack(tmp_path / "cut", size=(96, 80), change=pack)
    make.stack(tmp_path / "whole")
    # The last slice: without it the rest would pass for a whole, shorter series.
    paths[-1].write_bytes(paths[-1].read_bytes()[:-40])
    finding = find_series(tmp_path)
    assert [len(info.files) for info in finding.series] == [4]
    assert finding.series[0].files[0].parent.name == "whole"
    (refused,) = finding.left_out
    assert "cut off" in refused.sentence


def test_a_file_that_breaks_off_in_its_header_is_left_out(make: Any, tmp_path: Path) -> None:
    paths = make.stack(tmp_path / "a")
    make.stack(tmp_path / "whole")
    for number, length in enumerate((150, 400, 700)):
        paths[number].write_bytes(paths[number].read_bytes()[:length])
    paths[3].unlink()
    finding = find_series(tmp_path)
    assert len(finding.series) == 1
    assert finding.left_out
    assert all("header" in item.sentence or "cut off" in item.sentence for item in finding.left_out)


@pytest.mark.parametrize("left", [0, 400])
def test_an_end_slice_that_was_lost_is_told(make: Any, tmp_path: Path, left: int) -> None:
    paths = make.stack(tmp_path, count=6)
    assert not open_study(tmp_path).warnings
    paths[5].write_bytes(paths[5].read_bytes()[:left])
    opened = open_study(tmp_path)
    assert opened.study.grid.shape[2] == 5
    assert any("a slice may be missing" in warning for warning in opened.warnings)
    (lost,) = opened.finding.left_out
    assert lost.where == paths[5]


def test_an_empty_file_elsewhere_is_nobodys_slice(make: Any, tmp_path: Path) -> None:
    make.stack(tmp_path / "a")
    (tmp_path / "notes").write_bytes(b"")
    opened = open_study(tmp_path)
    assert not opened.warnings
    assert not opened.finding.left_out


def test_slices_of_two_echoes_at_different_places_are_refused(make: Any, tmp_path: Path) -> None:
    """An archive that keeps one image of each number leaves every place with one of its echoes."""
    make.stack(tmp_path, count=8, change=lambda n, dataset: setattr(dataset, "EchoTime", 96.0 if n % 2 else 12.0))
    finding = find_series(tmp_path)
    assert not finding.series
    assert "different echoes" in finding.left_out[0].sentence


def test_slices_of_two_kinds_at_different_places_are_refused(make: Any, tmp_path: Path) -> None:
    def change(n: int, dataset: Any) -> None:
        dataset.ImageType = ["ORIGINAL", "PRIMARY", *(["W"] if n < 4 else ["F"])]

    make.stack(tmp_path, count=8, change=change)
    finding = find_series(tmp_path)
    assert not finding.series
    assert "kinds of image" in finding.left_out[0].sentence


def test_slices_that_were_treated_differently_stay_one_series(make: Any, tmp_path: Path) -> None:
    def change(n: int, dataset: Any) -> None:
        dataset.ImageType = ["ORIGINAL", "PRIMARY", "M", *(["DIS2D"] if n else [])]
        dataset.EchoTime = 90.0 + 0.1 * n

    make.stack(tmp_path, count=4, change=change)
    assert len(find_series(tmp_path).usable) == 1


def test_a_protocol_of_ge_is_the_examinations_and_names_no_series(make: Any, tmp_path: Path) -> None:
    tags = {"SeriesDescription": "Ax T1 FSE FS +C", "ProtocolName": "NECK WITHOUT AND WITH CONTRAST"}
    make.stack(tmp_path / "ge", Manufacturer="GE MEDICAL SYSTEMS", ContrastBolusAgent="yes", **tags)
    (info,) = find_series(tmp_path).series
    assert info.role is Role.T1W_GD
    assert not info.auxiliary


def test_an_enhanced_object_says_in_a_sequence_that_contrast_medium_was_given(make: Any, tmp_path: Path) -> None:
    frames = [{"position": (0, 0, 3.0 * n), "te": 10.0} for n in range(4)]
    make.enhanced(tmp_path / "e", frames, SeriesDescription="t1_tse", ContrastBolusAgentSequence=[Dataset()])
    assert find_series(tmp_path).series[0].role is Role.T1W_GD


def test_spectra_are_no_cut_off_images(make: Any, tmp_path: Path) -> None:
    def change(n: int, dataset: Any) -> None:
        dataset.SOPClassUID = dataset.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.4.2"
        del dataset.PixelData

    make.stack(tmp_path, count=1, change=change)
    (left,) = find_series(tmp_path).left_out
    assert "no images" in left.sentence


def test_a_file_that_begins_with_its_second_group_is_read(make: Any, tmp_path: Path) -> None:
    for path in make.stack(tmp_path):
        path.write_bytes(path.read_bytes()[132:])
    assert len(find_series(tmp_path).usable) == 1


def test_a_folder_that_may_be_listed_but_not_entered_takes_nothing_else_along(
    make: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.stack(tmp_path / "a")
    make.stack(tmp_path / "secret")
    real = Path.is_file

    def is_file(self: Path) -> bool:
        if self.parent.name == "secret":
            raise PermissionError(13, "Permission denied", str(self))
        return real(self)

    monkeypatch.setattr(Path, "is_file", is_file)
    finding = find_series(tmp_path)
    assert len(finding.series) == 1
    assert [left.what for left in finding.left_out] == ["secret"]


def test_every_cut_of_a_file_is_noticed(make: Any, tmp_path: Path) -> None:
    make.stack(tmp_path / "whole")
    data = make.stack(tmp_path / "cut", count=1)[0].read_bytes()
    for length in range(132, len(data), 41):
        (tmp_path / "cut").mkdir(exist_ok=True)
        for old in (tmp_path / "cut").iterdir():
            old.unlink()
        (tmp_path / "cut" / "f").write_bytes(data[:length])
        finding = find_series(tmp_path)
        assert len(finding.series) == 1, length
        assert len(finding.left_out) == 1, length


def test_an_empty_folder_and_one_without_images_are_refused_differently(tmp_path: Path) -> None:
    with pytest.raises(ParotidError, match="empty"):
        find_series(tmp_path)
    (tmp_path / "notes.txt").write_text("nothing")
    with pytest.raises(ParotidError, match="no DICOM or NIfTI"):
        find_series(tmp_path)
    with pytest.raises(ParotidError, match="no such"):
        find_series(tmp_path / "absent")


def forbid(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Make a folder unreadable, also for root, who may read everything."""
    real = os.scandir

    def scandir(path: Any) -> Any:
        if Path(path) == folder:
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)


def test_a_folder_without_permission_is_left_out_and_the_rest_opens(
    make: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.stack(tmp_path / "a")
    make.stack(tmp_path / "secret")
    forbid(monkeypatch, tmp_path / "secret")
    finding = find_series(tmp_path)
    assert len(finding.series) == 1
    (refused,) = finding.left_out
    assert refused.what == "secret"
    assert "no permission to read this folder" in refused.sentence


def test_a_chosen_folder_without_permission_is_refused(
    make: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.stack(tmp_path / "secret")
    forbid(monkeypatch, tmp_path / "secret")
    with pytest.raises(ParotidError, match="no permission to read this folder"):
        find_series(tmp_path / "secret")


def test_a_file_without_permission_is_left_out(make: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make.stack(tmp_path / "a")
    (tmp_path / "locked.bin").write_bytes(b"?")
    real = Path.open

    def deny(self: Path, *args: Any, **options: Any) -> Any:
        if self.name == "locked.bin":
            raise PermissionError(13, "Permission denied", str(self))
        return real(self, *args, **options)

    monkeypatch.setattr(Path, "open", deny)
    finding = find_series(tmp_path)
    assert len(finding.series) == 1
    assert [item.what for item in finding.left_out] == ["locked.bin"]


def test_copies_of_the_same_file_count_once(make: Any, tmp_path: Path) -> None:
    paths = make.stack(tmp_path / "a")
    shutil.copytree(tmp_path / "a", tmp_path / "copy")
    (info,) = find_series(tmp_path).series
    assert len(info.files) == len(paths)


def test_echoes_at_the_same_place_become_series(make: Any, tmp_path: Path) -> None:
    uid, frame = generate_uid(), generate_uid()
    for echo in (20, 90):
        make.stack(tmp_path / str(echo), SeriesInstanceUID=uid, FrameOfReferenceUID=frame, EchoTime=echo)
    assert [info.name for info in find_series(tmp_path).series] == ["t1_tse_tra, TE 20", "t1_tse_tra, TE 90"]


def test_series_of_two_patients_stay_apart_even_with_one_uid(make: Any, tmp_path: Path) -> None:
    uid = generate_uid()
    for patient in ("A", "B"):
        make.stack(tmp_path / patient, SeriesInstanceUID=uid, PatientID=patient)
    assert [info.patient_id for info in find_series(tmp_path).series] == ["A", "B"]


def test_files_of_old_archives_without_a_preamble_are_found(make: Any, tmp_path: Path) -> None:
    import pydicom

    for path in make.stack(tmp_path):
        dataset = pydicom.dcmread(path)
        del dataset.file_meta
        dataset.preamble = None
        dataset.save_as(path, implicit_vr=True, little_endian=True, enforce_file_format=False)
        assert path.read_bytes()[:4] == b"\x08\x00\x16\x00"
    (info,) = find_series(tmp_path).series
    assert read(info).array[0, 1, 3] == 3 * 30 + 5


def test_nifti_files_are_found_with_roles_and_masks_are_not_sequences(tmp_path: Path) -> None:
    for name in ("sub-01_T1w.nii.gz", "sub-01_T2w_FS.nii", "mask.nii.gz"):
        nibabel.save(nibabel.Nifti1Image(np.zeros((5, 6, 4), np.int16), np.eye(4)), tmp_path / name)
    finding = find_series(tmp_path)
    found = {info.name: (info.role, info.usable) for info in finding.series}
    assert found == {
        "mask": (Role.OTHER, False),
        "sub-01_T1w": (Role.T1W, True),
        "sub-01_T2w_FS": (Role.STIR, True),
    }


def test_leftovers_of_a_mac_or_of_a_killed_write_are_passed_over(tmp_path: Path) -> None:
    nibabel.save(nibabel.Nifti1Image(np.zeros((5, 6, 4), np.int16), np.eye(4)), tmp_path / "t1.nii.gz")
    (tmp_path / "._t1.nii.gz").write_bytes(b"Mac OS X")
    (tmp_path / ".0123.nii.gz").write_bytes(b"half")
    finding = find_series(tmp_path)
    assert (len(finding.series), finding.left_out, finding.ignored) == (1, (), 2)


def test_a_4d_nifti_is_left_out_and_the_rest_opens(tmp_path: Path) -> None:
    nibabel.save(nibabel.Nifti1Image(np.zeros((5, 6, 4, 3), np.int16), np.eye(4)), tmp_path / "bold.nii.gz")
    nibabel.save(nibabel.Nifti1Image(np.zeros((5, 6, 4, 1), np.int16), np.eye(4)), tmp_path / "t1.nii.gz")
    finding = find_series(tmp_path)
    assert [info.name for info in finding.series] == ["t1"]
    (refused,) = finding.left_out
    assert "3 volumes (a 4D series)" in refused.sentence


def test_the_left_handed_study_is_found(shared_data: Path) -> None:
    finding = find_series(shared_data / "mri" / "tcga_fg6692")
    assert [info.role for info in finding.series] == [Role.FLAIR, Role.T1W, Role.T1W_GD, Role.T2W]
    assert all(info.grid is not None and np.linalg.det(info.grid.affine) < 0 for info in finding.series)


@pytest.fixture(scope="module")
def thousand(tmp_path_factory: pytest.TempPathFactory, make: Any) -> Path:
    folder = tmp_path_factory.mktemp("thousand")
    for number in range(10):
        make.stack(folder / f"s{number}", count=100, step=1.0)
    return folder


def test_a_thousand_files_show_progress(thousand: Path) -> None:
    seen: list[tuple[float, str]] = []
    finding = find_series(thousand, lambda fraction, words: seen.append((fraction, words)))
    assert [len(info.files) for info in finding.series] == [100] * 10
    fractions = [fraction for fraction, _ in seen]
    assert fractions == sorted(fractions)
    assert (fractions[0], fractions[-1]) == (0.0, 1.0)
    assert len(seen) > 900
    assert any("500 of 1000" in words for _, words in seen)


def test_a_thousand_files_can_be_cancelled(thousand: Path) -> None:
    seen: list[float] = []
    with pytest.raises(CancelledError):
        find_series(thousand, lambda fraction, _: seen.append(fraction), lambda: bool(seen) and seen[-1] > 0.3)
    assert 0.3 < seen[-1] < 0.31
