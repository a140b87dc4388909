"""Versions are whole and immutable, travel as one file, and are pruned by rule."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import toys

from parotid_training.acceptance import Acceptance
from parotid_training.errors import ParotidError
from parotid_training.study import Proposal
from parotid_training.workspace import parcel
from parotid_training.workspace.check import check_workspace
from parotid_training.workspace.models import KEPT, RECORD
from parotid_training.workspace.parcel import export_version, import_version
from parotid_training.workspace.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


def bring(store: Store, tmp_path: Path, name: str, *, use: bool = False) -> str:
    model_id = toys.make_model(tmp_path / name, name.encode())
    store.import_model(tmp_path / name, parent="the parent", facts={"name": name, "verdict": "Better."})
    if use:
        store.promote(model_id, why="gate")
    return model_id


@pytest.fixture
def other(tmp_path: Path, base_model: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "other", verify_model=toys.verify_toy) as store:
        store.ensure_base(base_model)
        yield store


def test_a_version_carries_its_record_and_no_file_of_it_may_change(store: Store, tmp_path: Path) -> None:
    model_id = bring(store, tmp_path, "a")
    record = store.model_folder(model_id) / RECORD
    values = json.loads(record.read_text())
    assert (values["model_id"], values["parent"], values["facts"]["name"]) == (model_id, "the parent", "a")
    record.write_text(record.read_text().replace("Better", "Best of all"))
    assert len(check_workspace(store)) == 1
    with pytest.raises(ParotidError, match="damaged"):
        store.promote(model_id, why="gate")


def test_a_version_travels_as_one_file(store: Store, other: Store, tmp_path: Path) -> None:
    model_id = bring(store, tmp_path, "a", use=True)
    export_version(store, model_id, tmp_path / "a.parotid")
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".tmp")]
    assert import_version(other, tmp_path / "a.parotid") == model_id
    record = other.model_shelf.record(model_id)
    assert (record.parent, record.facts["name"], record.note) == ("the parent", "a", "Better.")
    assert other.current_model().is_base, "it is not used before a person says so"
    assert check_workspace(other) == ()
    other.promote(model_id, why="by hand")
    export_version(store, model_id, tmp_path / "b.parotid")
    assert (tmp_path / "a.parotid").read_bytes() == (tmp_path / "b.parotid").read_bytes()


def rewrite(source: Path, target: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    with zipfile.ZipFile(source) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target


def test_a_parcel_that_was_changed_is_refused(store: Store, other: Store, tmp_path: Path) -> None:
    model_id = bring(store, tmp_path, "a")
    export_version(store, model_id, tmp_path / "a.parotid")

    def manifest(parcel: dict[str, bytes], **values: Any) -> None:
        parcel["manifest.json"] = json.dumps({**json.loads(parcel["manifest.json"]), **values}).encode()

    def more(name: str) -> Callable[[dict[str, bytes]], None]:
        """A file besides, of which the manifest knows."""

        def change(parcel: dict[str, bytes]) -> None:
            files = json.loads(parcel["manifest.json"])["files"]
            parcel[name] = b"x"
            manifest(parcel, files={**files, name: hashlib.sha256(b"x").hexdigest()})

        return change

    changes: list[Callable[[dict[str, bytes]], None]] = [
        more("../../outside"),
        more("code.pkl"),
        lambda files: files.update({"weights.safetensors": b"others"}),
        lambda files: files.update({"../../outside": b"x"}),
        lambda files: files.update({"code.pkl": b"x"}),
        lambda files: files.__delitem__("weights.safetensors"),
        lambda files: files.__delitem__("manifest.json"),
        lambda files: manifest(files, v=2),
        lambda files: manifest(files, model_id="0" * 64),
        lambda files: manifest(files, files={}),
        lambda files: files.update({"manifest.json": b"[1"}),
        lambda files: files.update({"model.json": files["model.json"].replace(model_id.encode(), b"0" * 64)}),
    ]
    for n, change in enumerate(changes):
        with pytest.raises(ParotidError, match=r"no model version|not a model|damaged"):
            import_version(other, rewrite(tmp_path / "a.parotid", tmp_path / f"{n}.parotid", change))
    (tmp_path / "text.parotid").write_text("hello")
    with pytest.raises(ParotidError, match="no model version"):
        import_version(other, tmp_path / "text.parotid")
    with pytest.raises(ParotidError, match="could not be imported"):
        import_version(other, tmp_path / "absent.parotid")
    assert len(other.models()) == 1
    assert check_workspace(other) == ()
    assert not [*tmp_path.rglob("outside")]


def test_weights_that_do_not_fit_are_refused(store: Store, other: Store, tmp_path: Path) -> None:
    export_version(store, bring(store, tmp_path, "a"), tmp_path / "a.parotid")

    def no_network(folder: Path) -> None:
        raise ParotidError("The model's weights do not fit its description.")

    with pytest.raises(ParotidError, match="do not fit"):
        import_version(other, tmp_path / "a.parotid", no_network)
    assert len(other.models()) == 1


def test_an_export_that_fails_leaves_nothing(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model_id = bring(store, tmp_path, "a")
    monkeypatch.setattr(parcel.os, "replace", lambda *_: (_ for _ in ()).throw(OSError(28, "disk full")))
    with pytest.raises(ParotidError, match="could not be exported"):
        export_version(store, model_id, tmp_path / "out" / "a.parotid")
    (tmp_path / "out").mkdir()
    with pytest.raises(ParotidError, match="disk full"):
        export_version(store, model_id, tmp_path / "out" / "a.parotid")
    assert list((tmp_path / "out").iterdir()) == []


def test_old_versions_are_pruned_but_never_one_that_is_needed(
    open_store: Callable[[], Store], tmp_path: Path, accept: Callable[..., Any]
) -> None:
    store = open_store()
    base = store.current_model().model_id
    named = bring(store, tmp_path, "named", use=True)
    case = accept(store, "p1")
    refused = bring(store, tmp_path, "refused")
    used = [bring(store, tmp_path, f"v{n}", use=True) for n in range(KEPT + 3)]
    gone = store.prune_models()
    assert set(gone) == {refused, *used[:3]}
    assert store.prune_models() == ()
    store = open_store()
    assert {path.name for path in (store.path / "models").iterdir()} == {base, named, *used[3:]}
    assert check_workspace(store) == ()
    # What is known of a pruned version stays; going back passes it over.
    assert store.model_shelf.record(used[0]).facts["name"] == "v0"
    assert store.model_shelf.record(used[0]).pruned is not None
    with pytest.raises(ParotidError, match="removed to save space"):
        store.promote(used[0], why="by hand")
    back = [store.rollback(why="no").model_id for _ in range(KEPT + 1)]
    assert back == [*used[-2:2:-1], named, base]
    proposer = store.proposed_by(case.case_id)
    assert proposer is not None
    assert proposer.model_id == named


def test_what_was_imported_stays_until_it_was_used(store: Store, other: Store, tmp_path: Path) -> None:
    model_id = bring(store, tmp_path, "a")
    export_version(store, model_id, tmp_path / "a.parotid")
    import_version(other, tmp_path / "a.parotid")
    assert other.prune_models() == ()
    other.promote(model_id, why="by hand")
    for n in range(KEPT):
        bring(other, tmp_path, f"later {n}", use=True)
    assert other.prune_models() == (model_id,)


def test_a_version_whose_proposal_may_still_be_accepted_stays(store: Store, tmp_path: Path) -> None:
    proposer = bring(store, tmp_path, "proposer", use=True)
    study, label_map = toys.make_study(1)
    record = store.add_study(None, patient_key="p")
    doubt = np.zeros(label_map.grid.shape, np.float16)
    store.save_proposal(record.study_id, Proposal(label_map, doubt, proposer, {}))
    for n in range(KEPT + 1):
        bring(store, tmp_path, f"later {n}", use=True)
    store.prune_models()
    case = store.accept(record.study_id, study, label_map, Acceptance("r", model_id=proposer))
    found = store.proposed_by(case.case_id)
    assert found is not None
    assert found.pruned is None


def test_a_pruned_version_that_is_imported_again_stays_until_it_is_used(
    store: Store, other: Store, tmp_path: Path
) -> None:
    model_id = bring(store, tmp_path, "a", use=True)
    export_version(store, model_id, tmp_path / "a.parotid")
    for n in range(KEPT):
        bring(store, tmp_path, f"later {n}", use=True)
    assert store.prune_models() == (model_id,)
    import_version(store, tmp_path / "a.parotid")
    assert store.prune_models() == ()
    store.promote(model_id, why="by hand")
    for n in range(KEPT):
        bring(store, tmp_path, f"later still {n}", use=True)
    assert model_id in store.prune_models()


@pytest.mark.parametrize("harm", ["changed", "gone"])
def test_a_damaged_version_is_repaired_by_the_same_one(store: Store, tmp_path: Path, harm: str) -> None:
    model_id = bring(store, tmp_path, "a")
    export_version(store, model_id, tmp_path / "a.parotid")
    base = store.model_shelf.base().model_id
    for one in (model_id, base):
        folder = store.model_folder(one)
        if harm == "gone":
            shutil.rmtree(folder)
        else:
            (folder / "weights.safetensors").write_bytes(b"rotten")
    import_version(store, tmp_path / "a.parotid")
    assert store.ensure_base(tmp_path / "shipped") == base
    assert check_workspace(store) == ()


def test_a_pruned_version_can_come_back(store: Store, tmp_path: Path) -> None:
    model_id = bring(store, tmp_path, "a")
    assert store.prune_models() == (model_id,)
    store.import_model(tmp_path / "a", parent="", facts={})
    store.promote(model_id, why="by hand")
    assert store.current_model().pruned is None
    assert check_workspace(store) == ()


def test_who_proposed_an_accepted_mask_is_known_for_each(store: Store, tmp_path: Path) -> None:
    bring(store, tmp_path, "a", use=True)
    study, label_map = toys.make_study(1, "p")
    for model_id in (store.current_model().model_id, ""):
        record = store.add_study(None, patient_key=store.patient_key("p"))
        case = store.accept(record.study_id, study, label_map, Acceptance("r", model_id=model_id))
        proposer = store.proposed_by(case.case_id)
        assert (proposer.model_id if proposer else "") == model_id
