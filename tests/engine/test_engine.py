"""A study of the worklist is read again as it was left."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from parotid_assets import BASE_MODEL
from parotid_training import reopening
from parotid_training.acceptance import Acceptance
from parotid_training.engine import Engine
from parotid_training.errors import AnotherPatientError, LayoutChangedError, OtherImagesError, ParotidError
from parotid_training.io import opening
from parotid_training.io.likeness import marks_of
from parotid_training.io.nifti import write_volume
from parotid_training.study import Role
from parotid_training.volume import Grid, Volume
from parotid_training.workspace.records import JobState
from parotid_training.workspace.store import Store
from tests.engine.workspace import toys

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES = ("a_T1w", "b_T2w", "c_STIR")


def shifted(volume: Volume, millimetres: float) -> Volume:
    affine = volume.grid.affine.copy()
    affine[:3, 3] += millimetres
    return Volume(Grid(volume.grid.shape, affine, volume.grid.frame_of_reference), volume.array)


def write(folder: Path, name: str, shift: float = 0.0) -> None:
    grid = Grid((12, 10, 8), np.diag([1.0, 1.1, 3.0, 1.0]))
    noise = np.random.default_rng(len(name)).normal(100, 20, grid.shape).astype(np.float32)
    write_volume(folder / f"{name}.nii.gz", shifted(Volume(grid, noise), shift))


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with Store.open(tmp_path / "workspace") as store:
        yield Engine(store)


@pytest.fixture
def kept(engine: Engine, tmp_path: Path) -> tuple[str, Any]:
    """A study whose T2w was laid on the T1w, and whose STIR was then laid on the T2w."""
    folder = tmp_path / "scan"
    folder.mkdir()
    for name in NAMES:
        write(folder, name)
    study = engine.open(folder).study
    assert study.roles == (Role.T1W, Role.T2W, Role.STIR)
    study_id = engine.store.add_study(folder, patient_key="", title="").study_id
    study = study.with_reference(0).with_aligned(1, shifted(study.sequences[1].volume, 1.5))
    study = study.with_reference(1).with_aligned(2, shifted(study.sequences[2].volume, 2.5)).with_reference(0)
    engine.store.set_layout(study_id, study)
    return study_id, study


def lie_as(one: Any, other: Any) -> list[bool]:
    pairs = zip(one.sequences, other.sequences, strict=True)
    return [a.volume.grid.same_as(b.volume.grid) for a, b in pairs]


def test_what_is_prepared_for_clicks_outlives_proposals_for_other_studies(
    engine: Engine, kept: tuple[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from parotid_training.model import preprocess

    prepared: list[Any] = []
    monkeypatch.setattr(preprocess, "prepare", lambda study, *rest: prepared.append(study) or object())
    mine, other = kept[1], kept[1].with_role(2, Role.OTHER)
    engine.ready_for_clicks(mine)
    engine._proposed = engine._prepare(other, engine._refiner.config)
    engine.ready_for_clicks(mine)
    engine._prepare(other, engine._refiner.config)
    assert [study is mine for study in prepared] == [True, False]


def test_other_images_in_the_same_folder_are_not_this_study(engine: Engine, tmp_path: Path) -> None:
    folder = tmp_path / "scan"
    folder.mkdir()
    write(folder, "T1w")
    study_id = engine.store.add_study(folder, patient_key="", title="").study_id
    for _ in range(2):
        engine.open_record(study_id)
    assert len(engine.store.study(study_id).images) == 2, "what it looks like, and its file"
    grid = Grid((12, 10, 8), np.diag([1.0, 1.1, 3.0, 1.0]))
    other = np.random.default_rng(7).normal(100, 20, grid.shape).astype(np.float32)
    for volume in (Volume(grid, other), shifted(engine.open(folder).study.sequences[0].volume, 2.0)):
        write_volume(folder / "T1w.nii.gz", volume)
        with pytest.raises(OtherImagesError, match="other images"):
            engine.open_record(study_id)
    write(folder, "T1w")
    engine.open_record(study_id)


def test_a_full_graphics_card_keeps_nobody_from_a_proposal(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    from parotid_training.anatomy.phantom import PhantomSettings, make_phantom
    from parotid_training.model import runtime
    from parotid_training.model.predict import Segmenter

    engine.store.ensure_base(BASE_MODEL)
    study = make_phantom(1, PhantomSettings(inplane_mm=2.0, slice_mm=6.0)).study
    first = engine.propose(study)
    card, real = torch.device("cuda"), Segmenter.propose

    def propose(self: Segmenter, *given: Any) -> Any:
        if self.device == card:
            raise RuntimeError("CUDA error: out of memory")
        return real(self, *given)

    monkeypatch.setattr(Segmenter, "propose", propose)
    monkeypatch.setattr(runtime, "best_device", lambda: card)
    assert engine._segmenter is not None
    engine._segmenter.device = card
    again = engine.propose(study)
    np.testing.assert_array_equal(again.label_map.array, first.label_map.array)
    assert engine._segmenter is None, "the next one is tried on the card again"


def test_aligned_sequences_lie_where_they_were_put(engine: Engine, kept: tuple[str, Any]) -> None:
    study_id, left = kept
    for _ in range(2):
        opened = engine.open_record(study_id)
        assert lie_as(opened.study, left) == [True, True, True]
        assert opened.warnings == ()
        # It can be laid out again without forgetting where the files put it.
        engine.store.set_layout(study_id, opened.study.with_role(2, Role.OTHER))
    assert opened.study.sequences[1].header_grid.same_as(opened.study.grid)


def test_an_alignment_of_other_files_is_dropped_and_said_once(
    engine: Engine, kept: tuple[str, Any], tmp_path: Path
) -> None:
    study_id, left = kept
    write(tmp_path / "scan", "c_STIR", shift=0.4)
    opened = engine.open_record(study_id)
    assert lie_as(opened.study, left) == [True, True, False]
    assert len(opened.warnings) == 1
    assert "sequence 3" in opened.warnings[0]
    assert list(engine.store.study(study_id).alignments) == [1]
    assert engine.open_record(study_id).warnings == ()


def test_what_was_laid_on_a_dropped_sequence_is_dropped_too(
    engine: Engine, kept: tuple[str, Any], tmp_path: Path
) -> None:
    study_id, _ = kept
    write(tmp_path / "scan", "a_T1w", shift=0.4)
    opened = engine.open_record(study_id)
    assert all(sequence.alignment is None for sequence in opened.study.sequences)
    assert len(opened.warnings) == 2


def test_files_that_are_gone_are_said(engine: Engine, kept: tuple[str, Any], tmp_path: Path) -> None:
    (tmp_path / "scan").rename(tmp_path / "elsewhere")
    with pytest.raises(ParotidError, match="no longer where they were"):
        engine.open_record(kept[0])


def test_another_patients_images_in_the_same_folder_are_refused(
    engine: Engine, kept: tuple[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    import parotid_training.reopening as module

    source = engine.store.study(kept[0]).source
    key = engine.store.patient_key("ANNA")
    study_id = engine.store.add_study(source.with_name("other"), patient_key=key, title="").study_id
    source.rename(source.with_name("other"))
    assert engine.open_record(study_id).study.roles  # NIfTI says nothing of its patient
    found = engine.inspect(source.with_name("other"))
    # Fewer sequences than before: that it is another patient comes first.
    engine.store.set_layout(study_id, kept[1])
    strangers = [replace(info, kind="dicom", patient_id="BERTA") for info in found.series[:2]]
    monkeypatch.setattr(module, "find_series", lambda *_: replace(found, series=tuple(strangers)))
    with pytest.raises(AnotherPatientError, match="another patient"):
        engine.open_record(study_id)


def test_a_study_with_a_series_that_cannot_be_read_is_opened_again_without_it(engine: Engine, tmp_path: Path) -> None:
    folder = tmp_path / "scan"
    folder.mkdir()
    for name in NAMES:
        write(folder, name)
    cut = folder / "b_T2w.nii.gz"
    cut.write_bytes(cut.read_bytes()[:-600])
    study = engine.open(folder).study
    assert study.roles == (Role.T1W, Role.STIR)
    study_id = engine.store.add_study(folder, patient_key="", title="").study_id
    engine.store.set_layout(study_id, study.with_role(1, Role.T2W).with_reference(1))
    again = engine.open_record(study_id)
    assert again.study.roles == (Role.T1W, Role.T2W)
    assert again.study.reference == 1


def test_a_folder_that_gained_a_series_is_said(engine: Engine, kept: tuple[str, Any], tmp_path: Path) -> None:
    write(tmp_path / "scan", "d_T1w_Gd")
    with pytest.raises(LayoutChangedError, match="4 sequences, not 3"):
        engine.open_record(kept[0])


def test_how_a_run_ended_while_the_window_was_shut_is_told_at_the_next_start(tmp_path: Path) -> None:
    engine = Engine.at(tmp_path / "workspace")
    for patient in ("a", "b"):
        study, label_map = toys.make_study(ord(patient), patient)
        record = engine.store.add_study(None, patient_key=patient)
        engine.store.accept(record.study_id, study, label_map, Acceptance("Ada"))
    job = engine.store.request_finetune()
    engine.store.queue.mark_running(job.run)
    (job.folder / "cancel").write_text("user")
    engine.close()
    engine = Engine.at(tmp_path / "workspace")
    told = engine.jobs.poll()
    engine.close()
    assert [(event.kind, event.state) for event in told] == [("done", JobState.CANCELLED)]


@pytest.mark.parametrize("taken", [(2, 1, 0), (0, 1), (0, 2, 1)])
def test_a_version_that_takes_other_series_reads_those_that_were_listed(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, taken: tuple[int, ...]
) -> None:
    """Roles are guessed better from version to version; what was drawn lies on the grid that it was drawn on."""
    folder = tmp_path / "scan"
    folder.mkdir()
    for name, shift in zip(NAMES, (0.0, 3.0, 6.0), strict=True):
        write(folder, name, shift)
    opened = engine.open(folder)
    study_id = engine.store.add_study(folder, patient_key="", title="", images=marks_of(opened)).study_id
    study = opened.study.with_role(2, Role.OTHER).with_reference(1)
    engine.store.set_layout(study_id, study)
    for module in (opening, reopening):
        monkeypatch.setattr(module, "choose_series", lambda _: taken)
    again = engine.open_record(study_id).study
    assert again.roles == study.roles
    assert again.reference == 1
    assert lie_as(again, study) == [True, True, True]
    write(folder, "b_T2w", 1.0)
    with pytest.raises(LayoutChangedError):
        engine.open_record(study_id)
