from __future__ import annotations

import csv
import json
import subprocess
import sys
from typing import TYPE_CHECKING

import nibabel
import numpy as np
import pytest
import torch

from parotid_training.__main__ import main
from parotid_training.acceptance import Acceptance, Answer
from parotid_training.anatomy.phantom import PhantomSettings, make_phantom
from parotid_training.io.casefolder import write_case_folder
from parotid_training.io.nifti import write_volume
from parotid_training.io.opening import open_study
from parotid_training.learn.news import Candidate
from parotid_training.learn.scores import Scores
from parotid_training.model.checkpoint import save_checkpoint
from parotid_training.model.networks import SwinSegmenter
from parotid_training.volume import LabelMap
from parotid_training.workspace.queue import left_requests
from parotid_training.workspace.records import JobState
from parotid_training.workspace.store import Store
from parotid_training.workspace.worker import LOG
from tests.engine.learn.toys import SMALL
from tests.engine.workspace import toys

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


def test_propose_writes_on_the_reference_grid(
    study_folder: Path, model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["propose", str(study_folder), "--out", str(tmp_path), "--model", str(model)]) == 0
    assert capsys.readouterr().out.endswith("For research use; not a medical device.\n")
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
    said = [line for line in capsys.readouterr().err.strip().splitlines() if "%" not in line]
    assert said == ["The folder is empty.", "Choose the folder that holds the DICOM or NIfTI files."]


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A workspace in which a promoted version waits to be gone back from, and a run waits to learn."""
    toys.make_model(tmp_path / "shipped", b"base weights")
    toys.make_model(tmp_path / "learned", b"learned weights")
    with Store.open(tmp_path / "workspace", verify_model=toys.verify_toy) as store:
        store.ensure_base(tmp_path / "shipped")
        store.promote(store.import_model(tmp_path / "learned", parent="", facts={}), why="gate")
        for patient in ("a", "b"):
            study, label_map = toys.make_study(ord(patient), patient)
            study_id = store.add_study(None, patient_key=store.patient_key(patient)).study_id
            store.accept(study_id, study, label_map, Acceptance("r"))
        store.request_finetune()
    return tmp_path / "workspace"


@pytest.mark.parametrize(
    "command",
    [["models", "list"], ["models", "rollback"], ["models", "prune"], ["finetune"], ["report", "--out", "x"]],
)
def test_a_folder_that_is_no_workspace_is_not_made_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    assert main([*command, str(tmp_path / "typo")]) == 1
    assert "no workspace" in capsys.readouterr().err
    assert not (tmp_path / "typo").exists()


def test_going_back_and_choosing_start_nothing(
    workspace: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Store.open.__func__, "__kwdefaults__", {"read_only": False, "verify_model": toys.verify_toy})
    assert main(["models", "rollback", str(workspace), "--who", "Ada"]) == 0
    assert capsys.readouterr().out.splitlines()[0].startswith("* ")
    assert main(["models", "rollback", str(workspace)]) == 1
    assert main(["models", "promote", str(workspace), "ffff"]) == 1
    with Store.open(workspace, verify_model=toys.verify_toy) as store:
        (job,) = store.jobs()
        assert job.state is JobState.QUEUED
        assert not (job.folder / LOG).exists()
        assert [(step.is_rollback, step.who) for step in store.timeline()] == [(False, ""), (False, ""), (True, "Ada")]


def test_a_version_in_use_is_not_put_into_use_again(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Store.open(workspace, verify_model=toys.verify_toy) as store:
        model_id, steps = store.current_model().model_id, store.timeline()
    assert main(["models", "promote", str(workspace), model_id]) == 0
    assert capsys.readouterr().out.splitlines()[0] == "This version is in use already."
    with Store.open(workspace, verify_model=toys.verify_toy) as store:
        assert store.timeline() == steps


def test_models_are_listed_beside_an_open_window(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Store.open(workspace, verify_model=toys.verify_toy):
        assert main(["models", "list", str(workspace)]) == 0
        assert [line[0] for line in capsys.readouterr().out.splitlines()] == [" ", "*"]
        assert main(["models", "rollback", str(workspace)]) == 1
        assert "open elsewhere" in capsys.readouterr().err
    assert main(["models", "list", str(workspace)]) == 0


def test_which_version_proposed_a_mask_is_told_of_every_mask(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Store.open(workspace, verify_model=toys.verify_toy) as store:
        model_id = store.current_model().model_id
        study, label_map = toys.make_study(1, "a")
        store.accept(store.studies()[0].study_id, study, label_map, Acceptance("r", model_id=model_id))
    assert main(["models", "masks", str(workspace)]) == 0
    told = capsys.readouterr().out.splitlines()
    assert [f"Version 2 {model_id[:12]}" in line for line in told] == [False, False, True]
    assert ["no version" in line for line in told] == [True, True, False]
    assert ["accepted since" in line for line in told] == [True, False, False]


def test_a_version_without_a_record_is_not_made_again(
    workspace: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Store.open.__func__, "__kwdefaults__", {"read_only": False, "verify_model": toys.verify_toy})
    with Store.open(workspace, read_only=True) as store:
        shipped = store.models()[0].model_id
    assert main(["models", "reproduce", str(workspace), shipped[:8]]) == 1
    assert "no record to make it again from" in capsys.readouterr().err


def test_what_is_made_again_with_less_memory_is_told(
    workspace: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(Store.open.__func__, "__kwdefaults__", {"read_only": False, "verify_model": toys.verify_toy})
    then, now = ({"computed": [{"from_step": 0, "batch": batch}]} for batch in (8, 4))
    found = {tmp_path / "made": now}
    monkeypatch.setattr(
        "parotid_training.model.checkpoint.read_description", lambda folder: {"facts": found.get(folder, then)}
    )
    monkeypatch.setattr("parotid_training.learn.job.request_from_record", lambda *given: None)
    nothing = Scores("m", ())
    for made, told in ((now, True), (then, False)):
        found[tmp_path / "made"] = made
        candidate = Candidate(tmp_path / "made", "m", nothing, nothing)
        monkeypatch.setattr("parotid_training.learn.finetune.finetune", lambda *given, one=candidate: iter([one]))
        with Store.open(workspace, read_only=True) as store:
            model_id = store.models()[0].model_id
        assert main(["models", "reproduce", str(workspace), model_id[:8]]) == 1
        words = capsys.readouterr().out
        assert "Another one came out" in words
        assert ("Too little memory" in words) is told


def test_versions_are_sent_taken_in_and_pruned(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("parotid_training.workspace.parcel.verify_checkpoint", None)
    monkeypatch.setattr(Store.open.__func__, "__kwdefaults__", {"read_only": False, "verify_model": toys.verify_toy})
    with Store.open(workspace, read_only=True) as store:
        base, learned = (model.model_id for model in store.models())
    assert main(["models", "export", str(workspace), learned[:8], str(tmp_path / "a.parotid")]) == 0
    assert "can remember" in capsys.readouterr().err
    assert main(["models", "export", str(workspace), base[:8], str(tmp_path / "b.parotid")]) == 0
    assert "can remember" not in capsys.readouterr().err
    assert main(["models", "import", str(workspace), str(tmp_path / "a.parotid")]) == 0
    assert main(["models", "import", str(workspace), str(workspace / "secret")]) == 1
    assert "no model version" in capsys.readouterr().err
    assert main(["models", "prune", str(workspace)]) == 0
    assert "Removed the files of 0 old versions" in capsys.readouterr().out
    assert main(["models", "override", str(workspace), "--why", "because"]) == 1
    assert "No version was refused" in capsys.readouterr().err


def test_the_report_of_a_workspace_is_a_table(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Store.open(workspace, verify_model=toys.verify_toy):
        assert main(["report", str(workspace), "--out", str(tmp_path / "out")]) == 0
    said = capsys.readouterr().out
    assert said.startswith("2 of 2 studies accepted, 2 of these with something to measure; written to")
    assert "not a medical device" in said
    rows = list(csv.DictReader((tmp_path / "out" / "report.csv").read_text("utf-8").splitlines()))
    assert {row["study"] for row in rows} == {"Study 1", "Study 2"}
    assert {row["structure"] for row in rows} >= {"gland", "tumour"}


def test_the_report_counts_what_is_accepted_apart_from_what_is_measured(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    study, label_map = toys.make_study(1, "c")
    with Store.open(workspace, verify_model=toys.verify_toy) as store:
        bare, part = (store.add_study(None, patient_key=store.patient_key(one)).study_id for one in "cd")
        nothing = LabelMap(label_map.grid, np.zeros_like(label_map.array))
        store.accept(bare, study, nothing, Acceptance("Ada", (Answer.GLAND_ABSENT, Answer.NO_TUMOUR)))
        some = (Answer.ANNOTATED, Answer.SOME_SLICES)
        store.accept(part, study, label_map, Acceptance("Ada", some, slices=(1, 2)))
    assert main(["report", str(workspace), "--out", str(tmp_path / "out")]) == 0
    said = capsys.readouterr().out
    assert said.startswith("4 of 4 studies accepted, 3 of these with something to measure, 1 in some slices only; ")


def test_finetune_beside_an_open_window_leaves_its_request_there(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Store.open(workspace, verify_model=toys.verify_toy):
        assert main(["finetune", str(workspace)]) == 0
        assert "open in another window" in capsys.readouterr().out
        (left,) = left_requests(workspace)
        assert (left.seed, left.settings) == (0, {})


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


def test_evaluate_writes_figures_of_a_folder_of_cases(
    study_folder: Path, model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    study = open_study(study_folder).study
    truth = LabelMap(study.grid, np.zeros(study.grid.shape, np.uint8))
    truth.array[10:20, 10:20, 2:4] = 1
    write_case_folder(tmp_path / "cases" / "one", study, truth, {})
    command = ["evaluate", "--cases", str(tmp_path / "cases"), "--model", str(model), "--out", str(tmp_path / "out")]
    assert main(command) == 0
    assert "| gland | 1 |" in capsys.readouterr().out
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "cases.csv", "structures.csv", "summary.json", "summary.md", "cases.png",
    }  # fmt: skip
