"""Folders of many shapes dragged in: what becomes a study of its own."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from napari_parotid.importing import Importer, add_studies
from napari_parotid.messages import Level
from napari_parotid.session import Session
from parotid_training.errors import OtherImagesError
from parotid_training.io.find import find_series
from parotid_training.io.nifti import write_volume
from parotid_training.io.studies import find_studies
from parotid_training.reopening import reopen
from parotid_training.study import Role
from parotid_training.volume import Grid, Volume
from parotid_training.workspace.store import Store

GRID = Grid((8, 8, 4), np.diag([1.0, 1.0, 3.0, 1.0]))


def write(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_volume(path, Volume(GRID, np.random.default_rng(0).normal(100, 20, GRID.shape).astype(np.float32)))


def names(root: Path) -> list[str]:
    studies, _ = find_studies(root, find_series, lambda fraction, words: None, lambda: False)
    return [one.path.relative_to(root).as_posix() for one in studies]


def test_niftis_in_one_folder_are_one_study(tmp_path: Path) -> None:
    write(tmp_path / "T1w.nii.gz")
    write(tmp_path / "STIR.nii.gz")
    assert names(tmp_path) == ["."]


def test_a_study_is_listed_with_what_its_headers_say_and_opened_with_its_own_rule(tmp_path: Path) -> None:
    for role in ("STIR", "T1w", "T2w"):
        write(tmp_path / "study" / f"{role}.nii.gz")
    studies, _ = find_studies(tmp_path, find_series, lambda fraction, words: None, lambda: False)
    with closing(Store.open(tmp_path / "workspace", verify_model=lambda folder: "a" * 64)) as store:
        engine: Any = SimpleNamespace(store=store)
        added = add_studies(engine, studies, [], lambda fraction, words: None, lambda: False).added
        record = store.study(added[0])
        assert record.roles == (Role.T1W, Role.T2W, Role.STIR)
        assert record.reference is None
        # A file more before it is opened for the first time: nobody has given it a layout yet.
        write(tmp_path / "study" / "T1w+Gd.nii.gz")
        opened = reopen(store, added[0], lambda fraction, words: None, lambda: False)
    assert opened.study.roles == (Role.T1W, Role.T2W, Role.STIR, Role.T1W_GD)


def test_a_folder_for_each_sequence_is_one_study(tmp_path: Path) -> None:
    write(tmp_path / "a" / "T1w.nii.gz")
    write(tmp_path / "b" / "STIR.nii.gz")
    assert names(tmp_path) == ["."]


def test_the_same_sequences_in_several_folders_are_several_studies(tmp_path: Path) -> None:
    for case in ("case1", "case2", "deep/case3"):
        for role in ("T1w", "STIR"):
            write(tmp_path / case / f"{role}.nii.gz")
    (tmp_path / "empty").mkdir()
    assert sorted(names(tmp_path)) == ["case1", "case2", "deep"]


def test_what_cannot_be_read_is_told_and_not_passed_over(tmp_path: Path) -> None:
    for case in "abc":
        write(tmp_path / case / "T1w.nii.gz")
    whole = (tmp_path / "b" / "T1w.nii.gz").read_bytes()
    (tmp_path / "b" / "T1w.nii.gz").write_bytes(whole[:100])
    studies, refused = find_studies(tmp_path, find_series, lambda fraction, words: None, lambda: False)
    assert [one.path.name for one in studies] == ["a", "c"]
    assert len(refused) == 1


def test_one_patient_that_can_be_read_does_not_stand_for_those_that_cannot(tmp_path: Path) -> None:
    for case in "ab":
        write(tmp_path / case / "T1w.nii.gz")
    whole = (tmp_path / "b" / "T1w.nii.gz").read_bytes()
    (tmp_path / "b" / "T1w.nii.gz").write_bytes(whole[:100])
    studies, refused = find_studies(tmp_path, find_series, lambda fraction, words: None, lambda: False)
    assert [one.path for one in studies] == [tmp_path / "a"]
    assert len(refused) == 1


@pytest.mark.parametrize("opened_before", [False, True])
def test_images_that_take_the_place_of_those_listed_are_another_study(tmp_path: Path, opened_before: bool) -> None:
    def report(fraction: float, words: str) -> None: ...

    scan = tmp_path / "scan" / "T1w.nii.gz"
    write(scan)
    mine = scan.read_bytes()
    with closing(Store.open(tmp_path / "workspace", verify_model=lambda folder: "a" * 64)) as store:
        engine: Any = SimpleNamespace(store=store)

        def drag() -> Any:
            studies, refused = find_studies(scan.parent, find_series, report, lambda: False)
            return add_studies(engine, studies, refused, report, lambda: False)

        (first,) = drag().added
        assert drag().known == (first,)
        if opened_before:
            reopen(store, first, report, lambda: False)
        other = np.random.default_rng(9).normal(100, 20, GRID.shape).astype(np.float32)
        write_volume(scan, Volume(GRID, other))
        with pytest.raises(OtherImagesError):
            reopen(store, first, report, lambda: False)
        (second,) = drag().added
        assert reopen(store, second, report, lambda: False).study is not None
        scan.write_bytes(mine)
        assert reopen(store, first, report, lambda: False).study is not None
        assert drag().known == (first,)


def test_a_series_whose_voxels_are_gone_keeps_no_study_shut(tmp_path: Path) -> None:
    def report(fraction: float, words: str) -> None: ...

    for role in ("T1w", "T2w"):
        write(tmp_path / "scan" / f"{role}.nii.gz")
    broken = tmp_path / "scan" / "T2w.nii.gz"
    broken.write_bytes(broken.read_bytes()[:-400])
    with closing(Store.open(tmp_path / "workspace", verify_model=lambda folder: "a" * 64)) as store:
        engine: Any = SimpleNamespace(store=store)
        studies, refused = find_studies(tmp_path / "scan", find_series, report, lambda: False)
        (listed,) = add_studies(engine, studies, refused, report, lambda: False).added
        for _ in range(2):
            assert reopen(store, listed, report, lambda: False).study.roles == (Role.T1W,)


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="names are text there")
def test_a_folder_whose_name_is_no_text_does_not_keep_the_others_out(tmp_path: Path) -> None:
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/M\xfcller"))
    for folder in (tmp_path / "a", odd, tmp_path / "b"):
        write(folder / "T1w.nii.gz")
    studies, refused = find_studies(tmp_path, find_series, lambda fraction, words: None, lambda: False)
    with closing(Store.open(tmp_path / "workspace", verify_model=lambda folder: "a" * 64)) as store:
        engine: Any = SimpleNamespace(store=store)
        imported = add_studies(engine, studies, refused, lambda fraction, words: None, lambda: False)
    assert len(imported.added) == 2
    assert "letters that cannot be kept" in imported.refused[0].sentence


def test_files_that_name_no_patient_are_never_mixed_where_nobody_looks(tmp_path: Path) -> None:
    for name in ("p1/T1w", "p2/T2w", "p2/T1w", "flat/p3_T1w", "flat/p4_T1w"):
        write(tmp_path / f"{name}.nii.gz")
    studies, _ = find_studies(tmp_path, find_series, lambda fraction, words: None, lambda: False, apart=True)
    found = sorted(one.path.relative_to(tmp_path).as_posix() for one in studies)
    assert found == ["flat/p3_T1w.nii.gz", "flat/p4_T1w.nii.gz", "p1", "p2"]


def series(file: Path, patient: str | None, visit: str | None, role: Role = Role.T1W) -> Any:
    return SimpleNamespace(
        files=(file,), patient_id=patient, study_uid=visit, role=role, kind="dicom", usable=True, auxiliary=False
    )


def tree(root: Path, layout: dict[str, tuple[str, str]]) -> list[tuple[str, str | None]]:
    """Find the studies of made-up headers: a file's place -> patient and visit."""

    def inspect(path: Path, *_: Any) -> Any:
        below = [series(root / place, *who) for place, who in layout.items() if (root / place).is_relative_to(path)]
        return SimpleNamespace(series=below, usable=range(len(below)), left_out=())

    studies, refused = find_studies(root, inspect, lambda fraction, words: None, lambda: False)
    return [(one.path.relative_to(root).as_posix(), one.patient_id) for one in studies] + [
        ("!", why) for why in refused
    ]


def test_patients_and_visits_are_told_apart(tmp_path: Path) -> None:
    assert tree(tmp_path, {"x/1": ("p", "v"), "y/1": ("p", "v")}) == [(".", "p")], "a folder for each series"
    assert tree(tmp_path, {"x/1": ("p", "v"), "y/1": ("q", "w")}) == [("x", "p"), ("y", "q")]
    assert tree(tmp_path, {"x/1": ("p", "v"), "x2/1": ("p", "w")}) == [("x", "p"), ("x2", "p")], "two visits"
    layout = {"p/v/a/1": ("p", "v"), "p/v/b/1": ("p", "v"), "p/w/1": ("p", "w"), "q/1": ("q", "u")}
    assert tree(tmp_path, layout) == [("p/v", "p"), ("p/w", "p"), ("q", "q")]
    ((mark, why),) = tree(tmp_path, {"1": ("p", "v"), "2": ("q", "w")})
    assert mark == "!"
    assert "cannot be told apart" in str(why)


@pytest.fixture
def importer(session: Session, engine: Any, kit: Any) -> Importer:
    engine.inspect = find_series
    session.said = []
    importer = Importer(session, kit.Now())
    importer.notice.connect(session.said.append)
    return importer


def test_many_studies_are_listed_beside_the_one_in_hand(
    importer: Importer, session: Session, folder: Path, tmp_path: Path
) -> None:
    session.open_path(folder)
    in_hand = session.study_id
    for case in ("DOE^JANE", "DOE^JOHN"):
        write(tmp_path / "many" / case / "T1w.nii.gz")
    (tmp_path / "many" / "none").mkdir()
    importer.bring_in(tmp_path / "many")
    assert session.study_id == in_hand
    assert [record.title for record in session.records] == ["Study 1", "Study 2", "Study 3"]
    assert len({record.patient_key for record in session.records}) == 3
    (notice,) = session.said
    assert notice.sentence == (
        "2 studies added to the worklist. 2 studies name no patient, and each counts as a patient of its own."
    )
    importer.bring_in(tmp_path / "many")
    assert session.said[-1].sentence == "2 studies listed already."
    assert len(session.records) == 3


def test_the_first_one_is_opened_where_none_is_in_hand(session: Session, engine: Any, kit: Any, tmp_path: Path) -> None:
    session.ask_patient = lambda: "4711"
    scan = engine.put(tmp_path / "scan", kit.make_study())
    Importer(session, kit.Now()).bring_in(scan)
    assert session.study is not None
    assert session.record.patient_key == session.engine.store.patient_key("4711"), "asked, as it names no patient"


def test_a_folder_without_images_is_told(importer: Importer, session: Session, tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    importer.bring_in(tmp_path / "nothing")
    (notice,) = session.said
    assert notice.level is Level.WARNING
    assert session.records == ()


def test_a_series_that_cannot_be_used_is_named_with_its_remedy(
    importer: Importer, session: Session, tmp_path: Path, shared_data: Path
) -> None:
    importer.bring_in(shared_data / "dicom" / "odd" / "failing" / "slicecount")
    (notice,) = session.said
    assert notice.sentence == "Series 4: It has only 2 slices; a study's sequence needs at least 3."
    assert notice.remedy == "Open the whole series instead."


def test_one_import_at_a_time(session: Session, engine: Any, kit: Any, tmp_path: Path) -> None:
    later, said = kit.Later(), []
    importer = Importer(session, later)
    importer.notice.connect(said.append)
    scan = engine.put(tmp_path / "scan", kit.make_study())
    importer.bring_in(scan)
    importer.bring_in(scan)
    assert len(later.waiting) == 1
    assert "just being added" in said[0].sentence
    importer.cancel()
    later.run()
    assert session.records == ()
    shutil.rmtree(scan)
