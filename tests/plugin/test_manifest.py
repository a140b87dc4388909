"""napari's doors: reader, writer, sample data, as the manifest names them."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from npe2 import PluginManifest

import napari_parotid
from napari_parotid.reader import get_reader, mask_layer, read_study, study_layers
from napari_parotid.writer import write_mask
from parotid_training.errors import ParotidError
from parotid_training.io.nifti import read_label_map, write_volume
from parotid_training.study import Role
from parotid_training.volume import LabelMap

MANIFEST = Path(napari_parotid.__file__).parent / "napari.yaml"


def test_every_command_of_the_manifest_is_there() -> None:
    manifest = PluginManifest.from_file(MANIFEST)
    assert {"widget", "read", "write", "phantom"} == {c.id.split(".")[1] for c in manifest.contributions.commands}
    for command in manifest.contributions.commands:
        module, name = command.python_name.split(":")
        assert callable(getattr(importlib.import_module(module), name))


def test_other_files_are_left_to_others(tmp_path: Path) -> None:
    assert get_reader(str(tmp_path / "a.tif")) is None
    assert get_reader([str(tmp_path / "a.nii"), str(tmp_path / "b.nii")]) is None
    assert get_reader(str(tmp_path)) is read_study


def test_a_folder_becomes_layers_on_one_grid(kit: Any, tmp_path: Path) -> None:
    study = kit.make_study((kit.OBLIQUE_GRID, kit.AXIAL_GRID), (Role.T1W, Role.T2W))
    for sequence in study.sequences:
        write_volume(tmp_path / f"{sequence.role.value}.nii.gz", sequence.volume)
    reader = get_reader(str(tmp_path))
    assert reader is not None
    layers = reader(str(tmp_path))
    assert sorted(facts["name"] for _, facts, _ in layers) == ["T1w", "T2w"]
    assert len({data.shape for data, _, _ in layers}) == 1
    # The reference comes last, on top, and is the one seen.
    assert [facts["visible"] for _, facts, _ in layers] == [False, True]


@pytest.mark.parametrize("name", ["OBLIQUE_GRID", "AXIAL_GRID"])
def test_a_mask_goes_back_to_its_native_grid(kit: Any, tmp_path: Path, name: str) -> None:
    grid = getattr(kit, name)
    array = np.random.default_rng(3).integers(0, 3, grid.shape, dtype=np.uint8)
    data, facts, _ = mask_layer(LabelMap(grid, array), "Mask")
    path = tmp_path / "mask.nii.gz"
    assert write_mask(str(path), data, facts) == [str(path)]
    back = read_label_map(path, [grid], grid)
    assert np.array_equal(back.array, array)


def test_a_layer_from_nowhere_is_not_written(kit: Any, tmp_path: Path) -> None:
    with pytest.raises(ParotidError, match="where it lies"):
        write_mask(str(tmp_path / "mask.nii.gz"), np.zeros((3, 3, 3), np.uint8), {"metadata": {}})
    cells = np.full(kit.AXIAL_GRID.canonical().shape, 7, np.uint8)
    with pytest.raises(ParotidError, match="no mask"):
        write_mask(str(tmp_path / "mask.nii.gz"), cells, {"metadata": {"native_grid": kit.AXIAL_GRID}})
    assert not list(tmp_path.iterdir())


def test_layers_of_a_study_lie_along_the_axes_of_the_display(kit: Any) -> None:
    study = kit.make_study()
    ((data, facts, kind),) = study_layers(study)
    np.testing.assert_array_equal(data, study.grid.canonical().to_display(study.sequences[0].volume.array))
    assert data.flags.c_contiguous
    assert facts["scale"] == study.grid.canonical().scale
    assert kind == "image"


@pytest.mark.slow
def test_sample_data_is_a_head_with_its_mask() -> None:
    from napari_parotid.sample import make_sample

    layers = make_sample()
    assert [kind for _, _, kind in layers] == ["image"] * (len(layers) - 1) + ["labels"]
    assert layers[-1][0].any()
