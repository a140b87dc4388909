"""The store: what is accepted stays, whole; one writer; no identity outside the records."""

from __future__ import annotations

import os
import re
import sqlite3
import stat
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import toys

from parotid_training.acceptance import Acceptance, Answer, SomeSlices
from parotid_training.errors import ParotidError
from parotid_training.io.casefolder import read_case_folder
from parotid_training.study import Proposal, Role, hash_volume
from parotid_training.volume import Grid, LabelMap, Volume
from parotid_training.workspace import cases as cases_module
from parotid_training.workspace import database as database_module
from parotid_training.workspace import schema
from parotid_training.workspace import worklist as worklist_module
from parotid_training.workspace.check import check_workspace
from parotid_training.workspace.database import Database
from parotid_training.workspace.records import StudyState
from parotid_training.workspace.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable


def add(store: Store, patient: str = "p1") -> str:
    return store.add_study(None, patient_key=store.patient_key(patient), title="").study_id


def test_a_study_is_kept_with_its_layout_and_state(open_store: Callable[[], Store], tmp_path: Path) -> None:
    store = open_store()
    record = store.add_study(tmp_path / "scan", patient_key=store.patient_key("p1"), title="")
    assert (record.title, record.state, record.roles, record.reference) == ("Study 1", StudyState.NEW, (), None)
    study, _ = toys.make_study()
    study = study.with_role(0, Role.T2W).with_reference(1)
    store.set_layout(record.study_id, study)
    store.set_state(record.study_id, StudyState.IN_CORRECTION)
    again = open_store().study(record.study_id)
    assert (again.roles, again.reference) == (study.roles, 1)
    assert again.alignments == {}
    assert again.state is StudyState.IN_CORRECTION
    assert again.source == tmp_path / "scan"
    assert again.added == record.added


def test_what_was_aligned_is_kept_without_its_frame_of_reference(open_store: Callable[[], Store]) -> None:
    store = open_store()
    study, _ = toys.make_study()
    headers, shift = study.sequences[2].volume, np.eye(4)
    shift[:3, 3] = 3.1, -2.2, 0.7
    for _ in range(2):  # aligned twice: it goes back to the headers, not to where it lay in between
        old = study.sequences[2].volume
        study = study.with_aligned(2, Volume(Grid(old.grid.shape, shift @ old.grid.affine, "1.2.840.1"), old.array))
    study_id = add(store)
    store.set_layout(study_id, study)
    kept = open_store().study(study_id).alignments
    assert list(kept) == [2]
    assert np.array_equal(kept[2].before.affine, headers.grid.affine)
    assert np.array_equal(kept[2].after.affine, study.sequences[2].volume.grid.affine)
    assert (kept[2].to, kept[2].target.shape) == (0, study.grid.shape)
    assert np.array_equal(kept[2].target.affine, study.grid.affine)
    assert b"1.2.840" not in (open_store().path / "workspace.sqlite").read_bytes()


def test_the_same_source_is_listed_once_but_not_for_another_patient(store: Store, tmp_path: Path) -> None:
    first = store.add_study(tmp_path / "scan", patient_key="a", title="Mine")
    assert store.add_study(tmp_path / "scan", patient_key="a", title="").study_id == first.study_id
    assert store.add_study(tmp_path / "scan", patient_key="b", title="").study_id != first.study_id
    assert [record.title for record in store.studies()] == ["Mine", "Study 2"]


def test_an_unknown_study_is_refused(store: Store) -> None:
    with pytest.raises(ParotidError, match="not in the workspace"):
        store.study("nothing")
    with pytest.raises(ParotidError, match="not in the workspace"):
        store.set_state("nothing", StudyState.NEW)
    with pytest.raises(ParotidError, match="not in the workspace"):
        store.journal("nothing")


def test_accepting_keeps_images_mask_and_who(open_store: Callable[[], Store]) -> None:
    store = open_store()
    study, label_map = toys.make_study(3, "PAT-1")
    study_id = add(store)
    case = store.accept(
        study_id,
        study,
        label_map,
        Acceptance(
            "Dr. A", (Answer.ANNOTATED, Answer.NO_TUMOUR), model_id="m", from_file=True, in_spite_of=("Tiny.", "Odd.")
        ),
    )
    store = open_store()
    (kept,) = store.cases()
    assert (kept.case_id, kept.who, kept.when, kept.answers) == (case.case_id, "Dr. A", case.when, case.answers)
    assert (kept.from_file, kept.in_spite_of) == (True, ("Tiny.", "Odd."))
    assert kept.image_hashes == {s.role.value: hash_volume(s.volume) for s in study.sequences}
    read, mask = read_case_folder(store.case_folder(case.case_id))
    assert np.array_equal(mask.array, label_map.array)
    assert mask.grid.same_as(read.grid)
    for before, after in zip(study.sequences, read.sequences, strict=True):
        assert after.role is before.role
        assert np.array_equal(after.volume.array, before.volume.array)
        assert np.allclose(after.volume.grid.affine, before.volume.grid.affine, atol=1e-4)
    record = store.study(study_id)
    assert record.state is StudyState.ACCEPTED
    assert record.gland_ml == pytest.approx((label_map.array == 1).sum() * 0.001)
    assert record.tumour_ml == pytest.approx((label_map.array == 2).sum() * 0.001)
    assert check_workspace(store) == ()


def test_accepting_again_keeps_the_history(store: Store) -> None:
    study, label_map = toys.make_study(1)
    study_id = add(store)
    accepted = [store.accept(study_id, study, label_map, Acceptance(who)) for who in "abc"]
    assert [case.who for case in store.cases()] == ["c"]
    assert [case.who for case in store.cases(current_only=False)] == ["a", "b", "c"]
    assert store.case_titles() == {case.case_id: "Study 1" for case in accepted}, "the superseded ones too"
    assert all(store.case_folder(case.case_id).is_dir() for case in accepted)


def test_nothing_but_the_records_can_name_the_patient(store: Store, tmp_path: Path) -> None:
    study, label_map = toys.make_study(1, "DOE^JANE-4711")
    source = tmp_path / "doe_jane_4711"
    record = store.add_study(source, patient_key=store.patient_key("DOE^JANE-4711"), title="")
    store.accept(record.study_id, study, label_map, Acceptance("r"))
    store.save_proposal(record.study_id, Proposal(label_map, label_map.array.astype(np.float16), "m", {}))
    other, other_map = toys.make_study(2, "ROE")
    store.accept(add(store, "ROE"), other, other_map, Acceptance("r"))
    job = store.request_finetune()
    assert job.train
    for path in store.path.rglob("*"):
        name = str(path.relative_to(store.path)).lower()
        assert not re.search("doe|jane|4711|1\\.2\\.840", name)
        if path.is_file() and "sqlite" not in path.name:
            content = path.read_bytes()
            if path.suffix == ".gz":
                import gzip

                content = gzip.decompress(content)
            assert not re.search(rb"doe|jane|4711|1\.2\.840", content, re.IGNORECASE), path
    assert "DOE" not in repr(store.studies())
    assert b"DOE^JANE" not in (store.path / "workspace.sqlite").read_bytes()


def test_patient_keys_are_stable_here_and_different_elsewhere(open_store: Callable[[], Store], tmp_path: Path) -> None:
    key = open_store().patient_key("4711")
    assert open_store().patient_key(" 4711 ") == key
    with Store.open(tmp_path / "other", verify_model=toys.verify_toy) as other:
        assert other.patient_key("4711") != key
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / "workspace" / "secret").stat().st_mode) == 0o600
        assert stat.S_IMODE((tmp_path / "workspace").stat().st_mode) == 0o700


def test_a_mask_on_another_grid_is_not_accepted(store: Store) -> None:
    study, label_map = toys.make_study(1)
    study_id = add(store)
    with pytest.raises(ParotidError, match="does not fit the sequence"):
        store.accept(study_id, study.with_reference(2), label_map, Acceptance("r"))
    assert store.cases() == ()
    assert list((store.path / "cases").iterdir()) == []


@pytest.mark.parametrize("where", ["write_case_folder", "publish_folder"])
def test_a_full_disk_leaves_nothing_of_the_case(store: Store, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    study, label_map = toys.make_study(1)
    study_id = add(store)

    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(cases_module, where, fail)
    with pytest.raises(ParotidError, match="No space left") as caught:
        store.accept(study_id, study, label_map, Acceptance("r"))
    assert caught.value.remedy
    assert store.cases() == ()
    assert store.study(study_id).state is StudyState.NEW
    assert list((store.path / "cases").iterdir()) == []


def test_records_that_cannot_be_written_take_the_case_back(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    study, label_map = toys.make_study(1)
    study_id = add(store)

    def fail(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(store.worklist, "note_mask", fail)
    with pytest.raises(sqlite3.OperationalError):
        store.accept(study_id, study, label_map, Acceptance("r"))
    assert store.cases(current_only=False) == ()
    assert list((store.path / "cases").iterdir()) == []


def test_damage_is_found(store: Store, accept: Callable[..., Any]) -> None:
    case = accept(store, "p1")
    mask = store.case_folder(case.case_id) / "mask.nii.gz"
    content = bytearray(mask.read_bytes())
    content[len(content) // 2] ^= 1
    mask.write_bytes(content)
    (problem,) = check_workspace(store)
    assert case.case_id in problem
    mask.unlink()
    assert len(check_workspace(store)) == 1


def test_damaged_records_are_refused(tmp_path: Path) -> None:
    Store.open(tmp_path / "w").close()
    (tmp_path / "w" / "workspace.sqlite").write_bytes(b"no database at all" * 1000)
    with pytest.raises(ParotidError, match="records cannot be read"):
        Store.open(tmp_path / "w")


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (sqlite3.SQLITE_FULL, "disk is full"),
        (sqlite3.SQLITE_IOERR_WRITE, "disk is full"),
        (sqlite3.SQLITE_CANTOPEN, "disk is full"),
        (sqlite3.SQLITE_BUSY, "in use by another program"),
        (sqlite3.SQLITE_CORRUPT, "cannot be read"),
    ],
)
def test_only_damaged_records_are_to_be_restored_from_a_backup(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, sentence: str
) -> None:
    Store.open(tmp_path / "w").close()

    def fail(self: Database) -> None:
        error = sqlite3.OperationalError("said by SQLite")
        error.sqlite_errorcode = code
        raise error

    monkeypatch.setattr(Database, "_prepare", fail)
    with pytest.raises(ParotidError, match=sentence) as caught:
        Store.open(tmp_path / "w")
    assert ("backup" in caught.value.remedy) == (code == sqlite3.SQLITE_CORRUPT)


def test_older_tables_are_brought_up_to_date_and_later_ones_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Store.open(tmp_path / "w").close()
    now = len(schema.MIGRATIONS)
    step = f"ALTER TABLE studies ADD COLUMN note TEXT; UPDATE schema_version SET version = {now + 1};"
    longer = (*schema.MIGRATIONS, step)
    connection = sqlite3.connect(tmp_path / "w" / "workspace.sqlite", isolation_level=None)
    with pytest.raises(sqlite3.OperationalError):
        schema.migrate(connection, (*schema.MIGRATIONS, step.replace("studies", "nothing")))
    assert schema.read_version(connection) == now
    schema.migrate(connection, longer)
    connection.execute("SELECT note FROM studies")
    assert schema.read_version(connection) == now + 1
    connection.close()
    with pytest.raises(ParotidError, match="later version"):
        Store.open(tmp_path / "w")
    monkeypatch.setattr(schema, "MIGRATIONS", longer)
    Store.open(tmp_path / "w").close()


def test_a_workspace_of_version_1_keeps_its_studies(open_store: Callable[[], Store], tmp_path: Path) -> None:
    (tmp_path / "workspace" / "cases").mkdir(parents=True)
    connection = sqlite3.connect(tmp_path / "workspace" / "workspace.sqlite", isolation_level=None)
    schema.migrate(connection, schema.MIGRATIONS[:1])
    connection.execute(
        "INSERT INTO studies (study_id, number, title, state, source, patient_key, roles, reference, added)"
        " VALUES ('s', 7, 'Old', 'in correction', '/scan', 'k', '[\"T1w\", \"STIR\"]', 1, '2026-01-02T03:04:05+00:00')"
    )
    connection.close()
    (tmp_path / "workspace" / "secret").write_bytes(b"s" * 32)
    with pytest.raises(ParotidError, match="earlier version"):
        Store.open(tmp_path / "workspace", read_only=True)
    store = open_store()
    record = store.study("s")
    assert (record.title, record.state) == ("Old", StudyState.IN_CORRECTION)
    assert (record.roles, record.reference, record.alignments) == ((Role.T1W, Role.STIR), 1, {})
    store.set_layout("s", toys.make_study()[0])
    assert store.study("s").reference == 0


def test_a_workspace_from_before_slices_were_noted_says_that_not_all_are_stood_for(
    open_store: Callable[[], Store], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "workspace").mkdir()
    connection = sqlite3.connect(tmp_path / "workspace" / "workspace.sqlite", isolation_level=None)
    schema.migrate(connection, schema.MIGRATIONS[:6])
    for n, answers in enumerate(('["annotated", "only the corrected slices"]', '["annotated"]')):
        connection.execute(
            "INSERT INTO studies (study_id, number, title, state, patient_key, added)"
            f" VALUES ('s{n}', {n}, 'Old', 'accepted', 'k', '2026-01-02T03:04:05+00:00')"
        )
        connection.execute(
            "INSERT INTO cases"
            " (case_id, study_id, patient_key, image_hashes, model_id, who, accepted, checksum, answers)"
            " VALUES (?, ?, 'k', '{}', '', 'Ada', '2026-01-02T03:04:05+00:00', '', ?)",
            (f"c{n}", f"s{n}", answers),
        )
    connection.close()
    (tmp_path / "workspace" / "secret").write_bytes(b"s" * 32)
    store = open_store()
    assert [record.stood_for for record in store.studies()] == [SomeSlices(), None]
    assert [case.stood_for for case in store.cases()] == [SomeSlices(), None]
    assert SomeSlices().share == "some slices"


def test_what_was_put_into_use_before_names_were_noted_stays_in_the_history() -> None:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    schema.migrate(connection, schema.MIGRATIONS[:7])
    connection.execute("INSERT INTO promotions (model_id, is_rollback, why, at) VALUES ('m', 1, 'worse', 'then')")
    schema.migrate(connection)
    kept = connection.execute("SELECT model_id, is_rollback, why, at, who FROM promotions").fetchall()
    assert kept == [("m", 1, "worse", "then", "")]


def test_cases_from_before_warnings_were_noted_have_none(tmp_path: Path, open_store: Callable[[], Store]) -> None:
    (tmp_path / "workspace").mkdir()
    connection = sqlite3.connect(tmp_path / "workspace" / "workspace.sqlite", isolation_level=None)
    schema.migrate(connection, schema.MIGRATIONS[:8])
    connection.execute(
        "INSERT INTO studies (study_id, number, title, state, patient_key, added)"
        " VALUES ('s', 1, 'Old', 'accepted', 'k', '2026-01-02T03:04:05+00:00')"
    )
    connection.execute(
        "INSERT INTO cases (case_id, study_id, patient_key, image_hashes, model_id, who, accepted, checksum, answers)"
        " VALUES ('c', 's', 'k', '{}', '', 'Ada', '2026-01-02T03:04:05+00:00', '', '[\"annotated\"]')"
    )
    connection.close()
    (tmp_path / "workspace" / "secret").write_bytes(b"s" * 32)
    store = open_store()
    for one in (*store.cases(), *store.studies()):
        assert (one.from_file, one.in_spite_of) == (False, ())


def test_a_disk_without_wal_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class NoWal(sqlite3.Connection):
        def execute(self, sql: str, *rest: Any) -> sqlite3.Cursor:
            return super().execute("PRAGMA journal_mode = DELETE" if "WAL" in sql else sql, *rest)

    real = sqlite3.connect
    monkeypatch.setattr(database_module.sqlite3, "connect", lambda *a, **k: real(*a, factory=NoWal, **k))
    with pytest.raises(ParotidError, match="network drive"):
        Store.open(tmp_path / "w")


def test_proposals_are_kept_and_damaged_ones_forgotten(open_store: Callable[[], Store]) -> None:
    store = open_store()
    _, label_map = toys.make_study(5)
    probability = np.linspace(0, 1, label_map.array.size, dtype=np.float16).reshape(label_map.grid.shape)
    study_id = add(store)
    assert store.load_proposal(study_id) is None
    store.save_proposal(study_id, Proposal(label_map, probability, "m1", {"network": 1.5}))
    assert store.study(study_id).state is StudyState.PROPOSED
    assert store.study(study_id).model_id == "m1"
    kept = open_store().load_proposal(study_id)
    assert kept is not None
    assert np.array_equal(kept.label_map.array, label_map.array)
    assert np.array_equal(kept.probability, probability)
    assert kept.probability.dtype == np.float16
    assert kept.label_map.grid.same_as(label_map.grid, 1e-9)
    assert (kept.model_id, kept.seconds) == ("m1", {"network": 1.5})
    assert kept.unsure is None, "as versions before kept it"
    store = open_store()
    assert store.study(study_id).unsure is None
    (path,) = store.path.glob("drafts/*/proposal.zip")
    whole = path.read_bytes()
    for place in range(0, len(whole), max(1, len(whole) // 200)):
        # Whatever bit of it: of a damaged one the study is proposed anew, and opens.
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x10]) + whole[place + 1 :])
        store.load_proposal(study_id)
    path.write_bytes(whole)
    for cut in (0, 10, path.stat().st_size - 30):
        os.truncate(path, cut)
        assert store.load_proposal(study_id) is None


def test_a_proposal_is_kept_with_where_it_is_unsure(open_store: Callable[[], Store]) -> None:
    store = open_store()
    _, label_map = toys.make_study(5)
    labels, doubt = np.zeros_like(label_map.array), np.zeros_like(label_map.array)
    labels.flat[:6] = 1
    doubt.flat[4:7] = 255, 255, 0
    study_id = add(store)
    proposal = Proposal(LabelMap(label_map.grid, labels), labels.astype(np.float16), "m1", {}, doubt)
    store.save_proposal(study_id, proposal)
    store = open_store()
    kept = store.load_proposal(study_id)
    assert kept is not None
    assert kept.unsure is not None
    assert np.array_equal(kept.unsure, doubt)
    assert store.study(study_id).unsure == pytest.approx(2 / (2 + 6))


def test_a_proposal_does_not_take_an_accepted_study_back(store: Store) -> None:
    study, label_map = toys.make_study(1)
    study_id = add(store)
    store.accept(study_id, study, label_map, Acceptance("r"))
    store.save_proposal(study_id, Proposal(label_map, label_map.array.astype(np.float16), "m2", {}))
    assert store.study(study_id).state is StudyState.ACCEPTED


def test_a_proposal_that_comes_late_leaves_a_study_in_correction(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    _, label_map = toys.make_study(1)
    study_id = add(store)
    real = worklist_module.write_whole

    def begin_to_correct(path: Path, content: bytes) -> None:
        real(path, content)
        store.set_state(study_id, StudyState.IN_CORRECTION)

    monkeypatch.setattr(worklist_module, "write_whole", begin_to_correct)
    store.save_proposal(study_id, Proposal(label_map, label_map.array.astype(np.float16), "m1", {}))
    record = store.study(study_id)
    assert (record.state, record.model_id) == (StudyState.IN_CORRECTION, "m1")
    assert (record.gland_ml, record.tumour_ml) == (None, None)


def test_volumes_follow_a_correction_and_nothing_else(store: Store) -> None:
    study_id = add(store)
    for state, noted in ((StudyState.PROPOSED, None), (StudyState.IN_CORRECTION, 12.5), (StudyState.NEW, 12.5)):
        store.set_state(study_id, state)
        store.set_volumes(study_id, 12.5 if state is StudyState.IN_CORRECTION else 99.0, 1.5)
        assert store.study(study_id).gland_ml == noted


def test_a_second_proposal_brings_its_own_volumes(store: Store) -> None:
    study_id = add(store)
    for seed in (1, 2):
        _, label_map = toys.make_study(seed)
        store.save_proposal(study_id, Proposal(label_map, label_map.array.astype(np.float16), f"m{seed}", {}))
    record = store.study(study_id)
    assert (record.state, record.model_id) == (StudyState.PROPOSED, "m2")
    assert record.gland_ml == pytest.approx((label_map.array == 1).sum() * 0.001)
    assert record.tumour_ml == pytest.approx((label_map.array == 2).sum() * 0.001)


def test_threads_share_the_store(store: Store, accept: Callable[..., Any]) -> None:
    failures: list[BaseException] = []

    def busy(number: int) -> None:
        try:
            for n in range(4):
                accept(store, f"p{number}-{n}", number)
                store.studies()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=busy, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(store.cases()) == 16
    assert sorted(record.title for record in store.studies()) == sorted(f"Study {n}" for n in range(1, 17))
    assert check_workspace(store) == ()


def test_a_second_person_approves_and_nobody_else(open_store: Callable[[], Store]) -> None:
    store = open_store()
    study, label_map = toys.make_study()
    study_id = add(store)
    with pytest.raises(ParotidError, match="Only an accepted study"):
        store.approve(study_id, "Grace")
    store.accept(study_id, study, label_map, Acceptance("Ada Lovelace", (Answer.NO_TUMOUR,), comment="Motion"))
    for who, why in (("ada  LOVELACE ", "second person"), (" ", "Nobody")):
        with pytest.raises(ParotidError, match=why):
            store.approve(study_id, who)
    store.approve(study_id, "Grace Hopper")
    store = open_store()
    case = store.case_of(study_id)
    assert case is not None
    assert (case.who, case.approved_by, case.comment) == ("Ada Lovelace", "Grace Hopper", "Motion")
    assert case.approved is not None
    assert case.approved > case.when
    assert store.study(study_id).state is StudyState.APPROVED
    with pytest.raises(ParotidError, match="approved by Grace Hopper"):
        store.approve(study_id, "Third")
    store.set_state(study_id, StudyState.IN_CORRECTION)
    with pytest.raises(ParotidError, match="Only an accepted study"):
        store.approve(study_id, "Third")
    again = store.accept(study_id, study, label_map, Acceptance("Ada"))
    assert again.approved_by == "", "what was approved was another mask"
    assert [case.approved_by for case in store.cases(current_only=False)] == ["Grace Hopper", ""]


def test_two_readers_masks_stand_side_by_side_where_asked(store: Store) -> None:
    study, label_map = toys.make_study()
    study_id = add(store)

    def accept(who: str, beside: bool = False) -> str:
        answers = (Answer.ANNOTATED,)
        return store.accept(study_id, study, label_map, Acceptance(who, answers, beside=beside)).case_id

    first, second = accept("Ada"), accept("Grace", beside=True)
    assert [case.case_id for case in store.cases()] == [first, second]
    third = accept("ada")
    assert [case.case_id for case in store.cases()] == [second, third], "each supersedes the reader's own"
    assert accept("Alan") in {case.case_id for case in store.cases()}
    assert len(store.cases()) == 2
    assert check_workspace(store) == ()


def test_reading_time_adds_up_by_person(open_store: Callable[[], Store]) -> None:
    store = open_store()
    study_id = add(store)
    for who, seconds in (("Ada", 30.0), ("Grace", 5.0), ("Ada", 12.5)):
        store.add_reading_time(study_id, who, seconds)
    assert open_store().reading_times(study_id) == {"Ada": 42.5, "Grace": 5.0}
    with pytest.raises(ParotidError):
        open_store().add_reading_time("nothing", "Ada", 1.0)


def test_a_small_picture_is_kept(open_store: Callable[[], Store]) -> None:
    store = open_store()
    study_id = add(store)
    assert not store.thumbnail(study_id).exists()
    store.save_thumbnail(study_id, b"png")
    assert open_store().thumbnail(study_id).read_bytes() == b"png"


def test_the_worklist_finds_a_study_s_case_without_looking_through_all(store: Store) -> None:
    plan = store.database.rows(f"EXPLAIN QUERY PLAN {worklist_module._ALL}")
    assert any("cases_of_study" in row["detail"] for row in plan), [row["detail"] for row in plan]
