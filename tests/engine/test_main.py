from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import nibabel
import numpy as np
import pytest
import torch

from parotid_training.__main__ import main
from parotid_training.anatomy.phantom import PhantomSettings, make_phantom
from parotid_training.io.nifti import write_volume
from parotid_training.model.checkpoint import save_checkpoint
from parotid_training.model.networks import SwinSegmenter
from tests.engine.learn.toys import SMALL

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def study_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("study")
    phantom = make_phantom(1, PhantomSettings(inplane_mm=1.2, slice_mm=5.0))
    for sequence in phantom.study.sequences:
        write_volume(folder / f"{sequence.role.value}.nii.gz", sequence.volume)
    return folder


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("model")
    torch.manual_seed(0)
    save_checkpoint(folder, SwinSegmenter(SMALL), {})
    return folder


def test_propose_writes_on_the_reference_grid(study_folder: Path, model: Path, tmp_path: Path) -> None:
    assert main(["propose", str(study_folder), "--out", str(tmp_path), "--model", str(model)]) == 0
    mask = nibabel.load(tmp_path / "segmentation.nii.gz")
    reference = nibabel.load(study_folder / "T1w.nii.gz")
    assert mask.shape == reference.shape
    np.testing.assert_allclose(mask.affine, reference.affine, atol=1e-5)
    assert np.issubdtype(mask.get_data_dtype(), np.integer)
    assert set(np.unique(np.asanyarray(mask.dataobj))) <= {0, 1, 2}
    probability = nibabel.load(tmp_path / "probability.nii.gz")
    assert probability.shape == reference.shape
    report = json.loads((tmp_path / "report.json").read_text())
    assert set(report["volumes_ml"]) == {"gland", "tumour", "gland with tumour"}
    assert set(report["volumes_ml"]["gland"]) == {"right", "left", "unknown"}
    assert report["model_id"] == json.loads((model / "model.json").read_text())["model_id"]
    assert {"read", "prepare", "network", "native", "write"} <= set(report["seconds"])


def test_inspect_lists_roles_and_geometry(study_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", str(study_folder)]) == 0
    listed = capsys.readouterr().out
    for word in ("T1w", "T2w", "STIR", "T1w+Gd", "axial", "5.00"):
        assert word in listed


def test_a_refusal_is_a_sentence_a_remedy_and_a_status(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["propose", str(tmp_path), "--out", str(tmp_path / "out")]) == 1
    said = capsys.readouterr().err.strip().splitlines()
    assert len(said) == 2
    assert "Traceback" not in "".join(said)


def test_models_are_listed(tmp_path: Path, model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from parotid_training import engine

    monkeypatch.setattr(engine, "BASE_MODEL", model)
    assert main(["models", "list", str(tmp_path / "workspace")]) == 0
    assert main(["models", "rollback", str(tmp_path / "workspace")]) == 1
    assert main(["models", "promote", str(tmp_path / "workspace"), "ffff"]) == 1


def test_the_engine_needs_neither_qt_nor_napari() -> None:
    """In a process of its own, with every module of the engine imported."""
    code = """
import importlib, pkgutil, sys, parotid_training
for module in pkgutil.walk_packages(parotid_training.__path__, "parotid_training."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
importlib.import_module("parotid_training.__main__")
loaded = {name.split(".")[0] for name in sys.modules}
unwanted = loaded & {"qtpy", "PySide6", "PyQt6", "PyQt5", "napari", "superqt", "vispy", "magicgui"}
sys.exit(f"loaded {unwanted}" if unwanted else 0)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_inspect_says_by_its_status_that_nothing_can_be_used(
    shared_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["inspect", str(shared_data / "dicom" / "odd" / "failing" / "gantrytilting")]) == 1
    assert "Left out" in capsys.readouterr().out
