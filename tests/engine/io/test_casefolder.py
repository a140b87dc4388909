"""Case folders: what goes in comes out, and nothing in it names the patient."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

from parotid_training.errors import ParotidError
from parotid_training.io.casefolder import (
    read_case_description,
    read_case_folder,
    verify_case_folder,
    write_case_folder,
)
from parotid_training.study import Role, Sequence, Study
from parotid_training.volume import Grid, LabelMap, Volume

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def case() -> tuple[Study, LabelMap]:
    rng = np.random.default_rng(0)
    tilt = np.deg2rad(20)
    affine = np.eye(4)
    affine[:3, :3] = [[1, 0, 0], [0, np.cos(tilt), -np.sin(tilt)], [0, np.sin(tilt), np.cos(tilt)]]
    affine[:3, :3] *= [0.5, 0.5, -4.4]
    affine[:3, 3] = 101.123, -88.7, 3.3
    oblique = Grid((7, 9, 4), affine, "1.2.3.4")
    moved = Grid((7, 9, 4), affine, "1.2.3.5")
    plain = Grid((5, 6, 8), np.diag([-1.0, 1.0, 1.0, 1.0]))
    sequences = tuple(
        Sequence(role, Volume(grid, rng.normal(500, 300, grid.shape).astype(np.float32)), "JANE DOE t1")
        for role, grid in (
            (Role.T1W_GD, oblique), (Role.DWI, moved), (Role.T1W_GD, oblique), (Role.OTHER, plain),
        )
    )  # fmt: skip
    labels = rng.integers(0, 3, oblique.shape).astype(np.uint8)
    return Study(sequences, 2, "4711"), LabelMap(oblique, labels)


def test_a_case_comes_back_as_it_went_in(case: tuple[Study, LabelMap], tmp_path: Path) -> None:
    study, label_map = case
    write_case_folder(tmp_path / "c", study, label_map, {"who": "r"})
    read, mask = read_case_folder(tmp_path / "c")
    verify_case_folder(tmp_path / "c")
    assert read.roles == study.roles
    assert read.reference == 2
    assert np.array_equal(mask.array, label_map.array)
    assert mask.array.dtype == np.uint8
    assert mask.grid is read.grid
    for before, after in zip(study.sequences, read.sequences, strict=True):
        assert np.array_equal(after.volume.array, before.volume.array)
        assert np.allclose(after.volume.grid.affine, before.volume.grid.affine, atol=1e-4)
    frames = [sequence.volume.grid.frame_of_reference for sequence in read.sequences]
    assert frames[0] == frames[2] != frames[1]
    assert None not in frames[:3]
    assert frames[3] is None
    assert read_case_description(tmp_path / "c")["facts"] == {"who": "r"}


def test_nothing_names_the_patient(case: tuple[Study, LabelMap], tmp_path: Path) -> None:
    write_case_folder(tmp_path / "c", *case, {})
    names = sorted(path.name for path in (tmp_path / "c").iterdir())
    assert names == [
        "0-T1w-Gd.nii.gz",
        "1-DWI-ADC.nii.gz",
        "2-T1w-Gd.nii.gz",
        "3-other.nii.gz",
        "case.json",
        "mask.nii.gz",
    ]
    text = (tmp_path / "c" / "case.json").read_text()
    assert not any(word in text for word in ("JANE", "DOE", "4711", "1.2.3"))


def test_a_mask_on_another_grid_is_refused(case: tuple[Study, LabelMap], tmp_path: Path) -> None:
    study, label_map = case
    with pytest.raises(ParotidError, match="does not fit the sequence"):
        write_case_folder(tmp_path / "c", study.with_reference(3), label_map, {})
    assert not (tmp_path / "c").exists()


@pytest.mark.parametrize("name", ["0-T1w-Gd.nii.gz", "mask.nii.gz", "case.json"])
@pytest.mark.parametrize("how", ["missing", "cut", "flipped"])
def test_damage_is_told_in_a_sentence(case: tuple[Study, LabelMap], tmp_path: Path, name: str, how: str) -> None:
    write_case_folder(tmp_path, *case, {})
    path = tmp_path / name
    content = bytearray(path.read_bytes())
    if how == "missing":
        path.unlink()
    elif how == "cut":
        path.write_bytes(content[: len(content) // 2])
    elif name != "case.json":
        content[len(content) // 2] ^= 0xFF
        path.write_bytes(content)
    else:
        path.write_text("[]")
    with pytest.raises(ParotidError) as caught:
        verify_case_folder(tmp_path)
    assert caught.value.remedy
    if how != "flipped" or name == "case.json":
        with pytest.raises(ParotidError):
            read_case_folder(tmp_path)


@pytest.mark.parametrize(
    ("key", "value"), [("reference", 9), ("sequences", []), ("sequences", [{"file": "x", "role": "T9w"}])]
)
def test_a_description_that_makes_no_sense_is_refused(
    case: tuple[Study, LabelMap], tmp_path: Path, key: str, value: object
) -> None:
    write_case_folder(tmp_path, *case, {})
    values = json.loads((tmp_path / "case.json").read_text())
    (tmp_path / "case.json").write_text(json.dumps({**values, key: value}))
    with pytest.raises(ParotidError, match="damaged"):
        read_case_folder(tmp_path)


def test_a_later_version_is_named(case: tuple[Study, LabelMap], tmp_path: Path) -> None:
    write_case_folder(tmp_path, *case, {})
    values = json.loads((tmp_path / "case.json").read_text())
    (tmp_path / "case.json").write_text(json.dumps({**values, "v": 2}))
    with pytest.raises(ParotidError, match="later version"):
        read_case_folder(tmp_path)
