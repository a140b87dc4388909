"""Patients painted as MR."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from scipy import ndimage

from parotid_training.anatomy.from_ct import PaintingSettings, anatomy_from_ct
from parotid_training.anatomy.gradient_echo import GradientEcho, draw_gradient_echo, draw_mprage
from parotid_training.anatomy.labelled_ct import read_labelled_ct
from parotid_training.anatomy.signal import Protocol, paint_random
from parotid_training.anatomy.tissues import Kind
from parotid_training.errors import CancelledError, ParotidError
from parotid_training.learn import painted
from parotid_training.learn.painted import (
    _field_of_view,
    painted_case,
    painted_study,
    split_patients,
    usable_patients,
    volumetric_study,
)
from parotid_training.learn.training_case import load_case, save_case
from parotid_training.model.networks import SegmenterConfig
from parotid_training.study import FED_ROLES, Role
from tests.engine.anatomy.toy_ct import write_toy_ct

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from parotid_training.anatomy.head import Anatomy
    from parotid_training.anatomy.labelled_ct import LabelledCT


CONFIG = SegmenterConfig()
TWO = (Role.T1W, Role.STIR)
NARROW = ((-40.0, -40.0, -40.0), (40.0, 40.0, 40.0))


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ct") / "toy.npz"
    write_toy_ct(path)
    return path


@pytest.fixture
def patients(tmp_path: Path, toy: Path) -> Path:
    for number in range(1, 12):
        shutil.copyfile(toy, tmp_path / f"train-pats_pt_{number}.npz")
    write_toy_ct(tmp_path / "train-pats_pt_3.npz", contours=False)
    (tmp_path / "validation-pats_pt_12.npz").touch()
    return tmp_path


@pytest.fixture(scope="module")
def ct(toy: Path) -> LabelledCT:
    return read_labelled_ct(toy)


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """A field of view of some centimetres, where only what is asked of the painting matters."""
    monkeypatch.setattr(painted, "_field_of_view", lambda rng, plain: NARROW)


@pytest.fixture
def one_head(ct: LabelledCT, narrow: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same head again and again, where only what is done with it matters: making one takes most of the time."""
    ear_to_ear = ((-80.0, -40.0, -40.0), (80.0, 40.0, 40.0))
    head = anatomy_from_ct(ct, 0, (1.5, 1.5, 3.0), ear_to_ear, PaintingSettings())
    assert all((head.structures.array[..., half] == 1).any() for half in (slice(50), slice(-50, None)))
    monkeypatch.setattr(painted, "anatomy_from_ct", lambda *_: head)


def test_development_patients_are_never_trained_on_and_validation_is_in_neither(patients: Path) -> None:
    training, development = split_patients(patients)
    assert [path.stem for path in development] == ["train-pats_pt_10"]
    assert len(training) == 10
    assert not {*training} & {*development}
    assert not any("validation" in path.name for path in (*training, *development))


def test_a_patient_stays_in_its_split_whoever_else_is_there(patients: Path) -> None:
    before = split_patients(patients)
    (patients / "train-pats_pt_1.npz").unlink()
    after = split_patients(patients)
    assert after == (before[0][1:], before[1])


def test_a_folder_without_patients_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ParotidError, match="No labelled CT"):
        split_patients(tmp_path)


def test_unusable_patients_are_left_out(patients: Path) -> None:
    paths = sorted(patients.glob("train-*_[234].npz"))
    found = usable_patients(paths, patients / "cache")
    assert [path.stem for path in found] == ["train-pats_pt_2", "train-pats_pt_4"]
    with pytest.raises(CancelledError):
        usable_patients(paths, patients / "cache", cancelled=lambda: True)


def test_a_painted_case_is_ready_to_train_on(ct: LabelledCT) -> None:
    case = painted_case(ct, 2, CONFIG, plain=True)
    assert case.present == (True,) * 4
    assert case.spacing[1:] == (1.5, 1.5)
    assert set(np.unique(case.label)) == {0, 1, 2}
    again = painted_case(ct, 2, CONFIG, plain=True)
    np.testing.assert_array_equal(case.array, again.array)


def test_some_scans_are_brain_scans_that_hold_no_gland() -> None:
    boxes = [_field_of_view(np.random.default_rng(seed), False) for seed in range(300)]
    assert 0.03 < np.mean([low[2] > 0 for low, _ in boxes]) < 0.15
    assert all(_field_of_view(np.random.default_rng(seed), True)[0][2] <= -75 for seed in range(20))


def test_a_painted_study_has_the_sequences_asked_for_on_the_grid_of_its_truth(ct: LabelledCT) -> None:
    study, truth = painted_study(ct, 2, (Role.STIR, Role.T1W), plain=True)
    assert study.roles == (Role.STIR, Role.T1W)
    assert truth.grid.same_as(study.grid)
    assert 1.0 <= study.grid.spacing[1] <= 1.5


@pytest.mark.usefixtures("one_head")
def test_some_training_scans_are_shaded_as_by_surface_coils(ct: LabelledCT, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[float | None] = []

    def note(image: NDArray[np.float32], *_: Any, shading: float | None = None) -> NDArray[np.float32]:
        asked.append(shading)
        return image

    monkeypatch.setattr(painted, "degrade", note)
    for seed in range(12):
        painted_study(ct, seed, TWO, alone=0.0)
    scans = [asked[n : n + len(TWO)] for n in range(0, len(asked), len(TWO))]
    strong = [scan for scan in scans if None not in scan]
    assert all(scan == [None] * len(TWO) for scan in scans if scan not in strong)
    assert 0 < len(strong) < 12
    assert min(min(scan) for scan in strong) >= 0.2, "an ordinary scan's shading is 0.06 to 0.2"


@pytest.mark.usefixtures("one_head")
def test_some_training_scans_are_gradient_echoes_with_and_without_contrast_medium(
    ct: LabelledCT, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Role] = []
    fields: list[float] = []

    def note(role: Role, tesla: float, rng: np.random.Generator) -> GradientEcho:
        asked.append(role)
        fields.append(tesla)
        return draw_gradient_echo(role, tesla, rng)

    monkeypatch.setattr(painted, "draw_gradient_echo", note)
    for seed in range(12):
        painted_study(ct, seed, (Role.T1W, Role.T1W_GD))
    assert {*asked} == {Role.T1W, Role.T1W_GD}
    assert {*fields} == {1.5, 3.0}
    assert 2 < len(asked) < 18
    asked.clear()
    painted_study(ct, 0, plain=True)
    assert not asked


@pytest.mark.usefixtures("narrow")
def test_some_training_scans_are_one_gradient_echo_alone_in_thin_slices(
    ct: LabelledCT, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(painted, "ORDINARY", 0.0)
    roles = [painted_study(ct, seed, TWO)[0].roles for seed in range(12)]
    assert {*roles} == {(Role.T1W,), TWO}
    assert roles.count((Role.T1W,)) < 7
    spin_echoes: list[Role] = []

    def note(anatomy: Anatomy, role: Role, rng: np.random.Generator, _slip: Any) -> NDArray[np.float32]:
        spin_echoes.append(role)
        return paint_random(anatomy, rng)

    monkeypatch.setattr(painted, "paint_clean", note)
    for seed in range(6):
        study, _ = painted_study(ct, seed, alone=1.0)
        assert study.roles == (Role.T1W,)
        assert study.grid.spacing[0] == 2.0
    assert not spin_echoes
    assert painted_study(ct, 0, (Role.STIR,), alone=1.0)[0].roles == (Role.STIR,)
    assert painted_study(ct, 0, alone=0.0)[0].roles == FED_ROLES


def test_a_volumetric_study_is_an_mprage_with_firm_muscles_and_every_other_gland_lean(
    ct: LabelledCT, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[GradientEcho] = []
    heads: list[PaintingSettings] = []

    def note(rng: np.random.Generator, tesla: float, te: tuple[float, float]) -> GradientEcho:
        drawn.append(draw_mprage(rng, tesla, te))
        return drawn[-1]

    def paint(*arguments: Any) -> Anatomy:
        heads.append(arguments[-1])
        return anatomy_from_ct(*arguments)

    monkeypatch.setattr(painted, "draw_mprage", note)
    monkeypatch.setattr(painted, "anatomy_from_ct", paint)
    for seed in range(2):
        study, truth = volumetric_study(ct, seed)
        assert study.roles == (Role.T1W,)
        assert max(study.grid.spacing) <= 1.3
        assert {*np.unique(truth.array)} == {0, 1}
    assert [(one.tesla, one.ti > 0) for one in drawn] == [(3.0, True)] * 2
    assert [(one.lean, one.firm, one.tumour) for one in heads] == [(0.0, 1.0, False), (1.0, 1.0, False)]


@pytest.mark.usefixtures("narrow")
def test_some_training_scans_are_ordinary_examinations(ct: LabelledCT, monkeypatch: pytest.MonkeyPatch) -> None:
    heads: list[PaintingSettings] = []

    def paint(*arguments: Any) -> Anatomy:
        heads.append(arguments[-1])
        return anatomy_from_ct(*arguments)

    monkeypatch.setattr(painted, "anatomy_from_ct", paint)
    for seed in range(12):
        painted_study(ct, seed, (Role.STIR,))
    ordinary = [one for one in heads if one.pitch_deg == painted.UPRIGHT.pitch_deg]
    assert 1 < len(ordinary) < 10
    assert {one.tumour for one in ordinary} == {True, False}
    assert all((one.nodes, one.beside, one.even_sizes) == (0.0, 0.0, painted.EVEN_SIZES) for one in ordinary)


@pytest.mark.usefixtures("one_head")
def test_some_stir_is_a_t2_with_fat_saturation(ct: LabelledCT, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both are read as STIR, and fed as one."""
    drawn: list[Protocol] = []

    def note(anatomy: Anatomy, protocol: Protocol, rng: np.random.Generator, _slip: Any) -> NDArray[np.float32]:
        drawn.append(protocol)
        return paint_random(anatomy, rng)

    monkeypatch.setattr(painted, "ORDINARY", 0.0)
    monkeypatch.setattr(painted, "paint_protocol", note)
    for seed in range(12):
        painted_study(ct, seed, (Role.STIR, Role.T2W))
    assert 0 < len(drawn) < 9
    assert all(one.ti == 0 and one.fat_left <= 0.25 and 60 <= one.te <= 110 for one in drawn)


@pytest.mark.parametrize("plain", [True, False])
def test_the_kinds_of_tissue_lie_where_the_labels_do(
    ct: LabelledCT, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, plain: bool
) -> None:
    monkeypatch.setattr(painted, "ORDINARY", 0.0)
    case = painted_case(ct, 2, CONFIG, plain=plain)
    assert case.tissue is not None
    assert case.tissue.shape == case.label.shape
    gland = case.label == 1
    assert np.isin(case.tissue[ndimage.binary_erosion(gland)], (Kind.GLAND, Kind.VESSEL, Kind.OTHER)).mean() > 0.9
    assert (case.tissue[case.label == 0] == Kind.GLAND).mean() < 0.01
    assert {Kind.AIR, Kind.FAT, Kind.MUSCLE, Kind.BONE} <= {*np.unique(case.tissue)}
    save_case(tmp_path / "kept.safetensors", case)
    kept = load_case(tmp_path / "kept.safetensors")
    assert kept.tissue is not None
    np.testing.assert_array_equal(kept.tissue, case.tissue)


@pytest.mark.usefixtures("one_head")
def test_nothing_is_labelled_where_a_training_scan_is_blanked(ct: LabelledCT, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(painted, "ORDINARY", 0.0)
    blanked = 0
    for seed in range(24):
        study, truth = painted_study(ct, seed, (Role.T1W, Role.STIR))
        blank = np.logical_and.reduce([sequence.volume.array == 0 for sequence in study.sequences])
        blanked += int(blank.mean() > 0.03)
        # What a metal tooth or a lone voxel leaves dark is no field of view.
        assert not truth.array[ndimage.binary_opening(blank, iterations=2)].any()
    assert blanked > 2


def test_evaluation_is_painted_without_what_goes_wrong_in_a_scanner(
    ct: LabelledCT, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: Any) -> None:
        raise AssertionError("artefacts are for training")

    for name in ("Metal", "ghosts", "displaced", "_cut"):
        monkeypatch.setattr(painted, name, never)
    for seed in range(4):
        painted_study(ct, seed, plain=True)
