"""A folder becomes one study of one patient, with a reference and honest warnings."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
import pytest
from pydicom.uid import JPEG2000Lossless, generate_uid

from parotid_training.errors import CancelledError, ParotidError
from parotid_training.io.find import find_series
from parotid_training.io.opening import choose_reference, open_study, study_from
from parotid_training.study import Role
from parotid_training.volume import Grid


def grid(shape: tuple[int, int, int], *spacing: float) -> Grid:
    return Grid(shape, np.diag([*spacing, 1.0]))


def nifti(path: Path, shape: tuple[int, int, int] = (8, 8, 5), shift: float = 0.0) -> Path:
    affine = np.diag([0.5, 0.5, 4, 1])
    affine[0, 3] = shift
    nibabel.Nifti1Image(np.full(shape, 7, np.int16), affine).to_filename(path)
    return path


def test_the_reference_is_fed_wide_axial_and_fine() -> None:
    wide_fine, wide_coarse = grid((400, 400, 30), 0.5, 0.5, 4), grid((200, 200, 30), 1, 1, 4)
    short_fine = grid((800, 800, 15), 0.25, 0.25, 4)
    coronal = grid((800, 30, 800), 0.2, 4, 0.2)
    assert choose_reference([Role.T1W, Role.T2W], [wide_coarse, wide_fine]) == 1
    assert choose_reference([Role.T1W, Role.T2W], [wide_coarse, short_fine]) == 0
    assert choose_reference([Role.STIR, Role.T1W], [coronal, wide_coarse]) == 1
    assert choose_reference([Role.T2W, Role.T1W], [wide_fine, wide_fine]) == 1
    assert choose_reference([Role.FLAIR, Role.T1W], [wide_fine, wide_coarse]) == 1
    assert choose_reference([Role.DWI, Role.OTHER], [wide_coarse, wide_fine]) == 1


def test_the_real_philips_t1_opens(shared_data: Path) -> None:
    seen: list[float] = []
    opened = open_study(shared_data / "mri" / "philips_t1", progress=lambda fraction, _: seen.append(fraction))
    study = opened.study
    assert study.roles == (Role.T1W,)
    assert study.grid.shape == (256, 256, 170)
    assert study.grid.codes == "PIR"
    assert study.patient_id
    assert study.sequences[0].volume.array.max() > 1000
    assert not opened.warnings
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


def test_the_real_four_sequences_open_on_their_own_grids(shared_data: Path) -> None:
    opened = open_study(shared_data / "mri" / "tcga_fg6692")
    study = opened.study
    assert study.roles == (Role.T1W, Role.T2W, Role.T1W_GD, Role.FLAIR)
    assert len({sequence.volume.grid.shape for sequence in study.sequences}) == 3
    assert study.roles[study.reference] in (Role.T1W, Role.T2W)
    assert study.patient_id is None


def test_a_series_of_unknown_role_is_taken_so_that_it_can_be_given_one(make: Any, tmp_path: Path) -> None:
    make.stack(tmp_path / "a", SeriesDescription="t1_tse", SeriesNumber=1)
    make.stack(tmp_path / "b", SeriesDescription="ax special", SeriesNumber=2)
    assert open_study(tmp_path).study.roles == (Role.T1W, Role.OTHER)
    assert open_study(tmp_path, roles=[Role.T1W, Role.T2W]).study.roles == (Role.T1W, Role.T2W)


def test_localizers_stay_out_unless_they_are_all_there_is(make: Any, tmp_path: Path) -> None:
    make.stack(tmp_path / "a", SeriesDescription="t1_tse")
    make.stack(tmp_path / "b", SeriesDescription="localizer")
    assert open_study(tmp_path).study.roles == (Role.T1W,)
    assert open_study(tmp_path / "b").study.roles == (Role.OTHER,)


def test_roles_and_reference_of_the_user_are_kept(tmp_path: Path) -> None:
    for name in ("t1", "t2"):
        nifti(tmp_path / f"{name}.nii.gz")
    study = open_study(tmp_path, roles=[Role.T1W_GD, Role.OTHER], reference=1).study
    assert (study.roles, study.reference) == ((Role.T1W_GD, Role.OTHER), 1)
    with pytest.raises(ParotidError, match="now holds 2 sequences, not 3"):
        open_study(tmp_path, roles=[Role.T1W] * 3)
    with pytest.raises(ParotidError, match="drawn on is no longer in the folder"):
        open_study(tmp_path, reference=2)


def test_chosen_series_make_the_study(tmp_path: Path) -> None:
    for name in ("t1", "t2", "mask"):
        nifti(tmp_path / f"{name}.nii.gz")
    finding = find_series(tmp_path)
    assert [info.name for info in finding.series] == ["mask", "t1", "t2"]
    assert study_from(finding, chosen=[2]).study.roles == (Role.T2W,)
    with pytest.raises(ParotidError, match=r"^mask cannot be part of a study\..*is a mask"):
        study_from(finding, chosen=[0, 1])


def test_several_patients_are_refused(make: Any, tmp_path: Path) -> None:
    make.stack(tmp_path / "a", PatientID="A-secret")
    make.stack(tmp_path / "b", PatientID="B-secret")
    with pytest.raises(ParotidError, match="series of 2 patients") as caught:
        open_study(tmp_path)
    assert "secret" not in str(caught.value)
    assert open_study(tmp_path / "a").study.patient_id == "A-secret"


def test_several_frames_of_reference_are_warned_of(make: Any, tmp_path: Path) -> None:
    visit = generate_uid()
    make.stack(tmp_path / "a", StudyInstanceUID=visit)
    make.stack(tmp_path / "b", StudyInstanceUID=visit, SeriesDescription="t2_tse")
    (warning,) = open_study(tmp_path).warnings
    assert "align them with the arrows" in warning


def test_several_examinations_are_warned_of(make: Any, tmp_path: Path) -> None:
    frame = generate_uid()
    make.stack(tmp_path / "a", FrameOfReferenceUID=frame)
    make.stack(tmp_path / "b", FrameOfReferenceUID=frame)
    (warning,) = open_study(tmp_path).warnings
    assert "more than one examination" in warning


def test_sequences_apart_in_space_are_warned_of(tmp_path: Path) -> None:
    nifti(tmp_path / "t1.nii.gz")
    nifti(tmp_path / "t2.nii.gz", shift=100)
    (warning,) = open_study(tmp_path).warnings
    assert "1 sequence shows no part" in warning


def test_a_sequence_that_cannot_be_read_is_left_out_with_a_warning(tmp_path: Path) -> None:
    nifti(tmp_path / "t1.nii.gz")
    cut = nifti(tmp_path / "t2.nii.gz", (40, 40, 40))
    noise = np.random.default_rng(1).integers(0, 30000, (40, 40, 40)).astype(np.int16)
    nibabel.Nifti1Image(noise, np.eye(4)).to_filename(tmp_path / "whole.nii")
    cut.write_bytes(gzip.compress((tmp_path / "whole.nii").read_bytes())[:-3000])
    (tmp_path / "whole.nii").unlink()
    opened = open_study(tmp_path)
    assert opened.study.roles == (Role.T1W,)
    assert opened.chosen == (0,)
    assert not opened.finding.series[1].usable
    assert opened.warnings[0].startswith("t2 was left out. ")
    assert "cut off" in opened.warnings[0]
    with pytest.raises(ParotidError, match=r"^t2: .*cut off"):
        open_study(tmp_path, roles=[Role.T1W, Role.T2W])


def test_a_study_whose_only_series_is_damaged_is_refused(make: Any, tmp_path: Path, reread: Any) -> None:
    paths = make.stack(tmp_path, size=(96, 80), change=lambda _, dataset: dataset.compress(JPEG2000Lossless))

    def damage(dataset: Any) -> None:
        dataset.PixelData = dataset.PixelData[:16] + bytes(len(dataset.PixelData) - 16)

    reread(paths[0], damage)
    with pytest.raises(ParotidError, match=r"^t1_tse_tra \(4 files\): ") as caught:
        open_study(tmp_path)
    assert "Secret" not in str(caught.value)


def test_nothing_usable_gives_the_reasons(shared_data: Path) -> None:
    with pytest.raises(ParotidError, match=r"^Series 4: It has only 2 slices"):
        open_study(shared_data / "dicom" / "odd" / "failing" / "slicecount")
    with pytest.raises(ParotidError, match=r"^Series 4 \(4 files\): .*tilted") as caught:
        open_study(shared_data / "dicom" / "odd" / "failing" / "gantrytilting")
    assert "PACS" in caught.value.remedy
    with pytest.raises(ParotidError, match=r"^None of its 2 .* Series 2 \(4 files\) and 1 more: .*missing") as caught:
        open_study(shared_data / "dicom" / "odd" / "failing" / "sliceincrement")
    assert "whole series" in caught.value.remedy
    with pytest.raises(ParotidError, match=r"None of its 6 series.*missing.*tilted.*not a volume"):
        open_study(shared_data / "dicom" / "odd")


def test_opening_can_be_cancelled_while_reading(make: Any, tmp_path: Path) -> None:
    make.stack(tmp_path, count=30)
    seen: list[float] = []
    with pytest.raises(CancelledError):
        open_study(tmp_path, progress=lambda fraction, _: seen.append(fraction), cancelled=lambda: seen[-1] > 0.6)
    assert 0.6 < seen[-1] < 0.7
