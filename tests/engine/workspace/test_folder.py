"""The workspace's folder: one writer, no records or secret made anew, leftovers swept."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import toys

from parotid_training.errors import ParotidError
from parotid_training.workspace.check import check_workspace
from parotid_training.workspace.jobs import Jobs
from parotid_training.workspace.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable


def test_leftovers_of_a_crash_are_swept_at_the_next_start(
    open_store: Callable[[], Store], accept: Callable[..., Any]
) -> None:
    store = open_store()
    case = accept(store, "p1")
    unnamed = store.path / "cases" / "11111111-1111-4111-8111-111111111111"
    unnamed.mkdir()
    (unnamed / "case.json").write_text("{}")
    for name in ("cases", "models", "runs"):
        (store.path / name / ".tmp-x").mkdir()
    (store.path / "models" / "unnamed").mkdir()
    (store.path / "runs" / "half").mkdir()
    store = open_store()
    assert [path.name for path in (store.path / "cases").iterdir()] == [case.case_id]
    assert [path.name for path in (store.path / "models").iterdir()] == [store.current_model().model_id]
    assert list((store.path / "runs").iterdir()) == []
    assert {path.name for path in (store.path / "leftover").iterdir()} == {unnamed.name, "unnamed"}
    assert store.put_aside == 2
    assert check_workspace(store) == ()
    assert open_store().put_aside == 0, "told once"


def test_what_older_records_do_not_name_is_put_aside_and_told(
    open_store: Callable[[], Store], accept: Callable[..., Any], tmp_path: Path
) -> None:
    store = open_store()
    first = accept(store, "p1")
    store.close()
    backup = (store.path / "workspace.sqlite").read_bytes()
    store = open_store()
    later = accept(store, "p2")
    toys.make_model(tmp_path / "learned", b"learned")
    learned = store.import_model(tmp_path / "learned", parent="", facts={})
    store.close()
    for path in store.path.glob("workspace.sqlite*"):
        path.unlink()
    (store.path / "workspace.sqlite").write_bytes(backup)
    store = open_store()
    assert [case.case_id for case in store.cases()] == [first.case_id]
    aside = store.path / "leftover"
    assert (aside / later.case_id / "case.json").is_file()
    assert toys.verify_toy(aside / learned) == learned
    (told,) = Jobs(store, toys.toy_command).recover()
    assert (told.kind, told.run) == ("done", "")
    assert "2 accepted studies or versions" in told.sentence


def test_a_second_writer_is_refused_and_a_reader_only_reads(
    store: Store, accept: Callable[..., Any], tmp_path: Path
) -> None:
    case = accept(store, "p1")
    with pytest.raises(ParotidError, match="open elsewhere") as caught:
        Store.open(store.path)
    assert caught.value.remedy
    with Store.open(store.path, read_only=True) as reader:
        assert reader.read_only
        assert [other.case_id for other in reader.cases()] == [case.case_id]
        with pytest.raises(ParotidError, match="only be looked at"):
            reader.add_study(None, patient_key="k", title="")
        accept(store, "p2")
        assert len(reader.cases()) == 2
    with pytest.raises(ParotidError, match="no workspace"):
        Store.open(tmp_path / "nowhere", read_only=True)


def test_another_process_is_refused_until_the_writer_dies(store: Store) -> None:
    script = (
        "import sys; from pathlib import Path; from parotid_training.workspace.lock import FileLock;"
        "sys.exit(0 if FileLock(Path(sys.argv[1])).take() else 7)"
    )
    command = [sys.executable, "-c", script, str(store.path / "workspace.lock")]
    assert subprocess.run(command, check=False).returncode == 7
    store.close()
    assert subprocess.run(command, check=False).returncode == 0


def test_lost_records_or_a_lost_secret_are_refused_rather_than_made_anew(
    open_store: Callable[[], Store], accept: Callable[..., Any]
) -> None:
    store = open_store()
    accept(store, "p1")
    store.close()
    secret = (store.path / "secret").read_bytes()
    (store.path / "secret").unlink()
    with pytest.raises(ParotidError, match="secret"):
        Store.open(store.path)
    (store.path / "secret").write_bytes(secret)
    for path in store.path.glob("workspace.sqlite*"):
        path.rename(path.with_name("moved-" + path.name))
    with pytest.raises(ParotidError, match="records"):
        Store.open(store.path)
    assert len(list((store.path / "cases").iterdir())) == 1
