"""What is said of a version before it is trusted."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from napari_parotid.provenance import came, caution, untried
from napari_parotid.standing import standing
from napari_parotid.starting import StartRule
from parotid_training.workspace.records import ModelRecord

NOTE = "Not used: on 1 held-out study the gland score fell."


def record(**facts: Any) -> ModelRecord:
    when = datetime(2026, 3, 1, tzinfo=UTC)
    return ModelRecord("b", 2, "", facts, is_base=False, is_current=True, imported=when, promoted=None)


def job(*, incumbent: str = "a", model_id: str = "", override: str = "", verdict: object = None) -> Any:
    return SimpleNamespace(incumbent=incumbent, model_id=model_id, override=override, verdict=verdict)


def test_an_imported_version_is_untried_until_a_round_was_compared_with_it() -> None:
    brought = record(imported=True, verdict=NOTE)
    for jobs in ((), (job(verdict=object()),), (job(incumbent="b"),)):
        assert untried(brought, jobs)
        assert caution(brought, jobs) == "Imported, never compared here."
        words = f"Imported from a file. It was not tried on studies of this workspace. Where it was made: {NOTE}"
        assert came(brought, jobs) == words
    jobs = (job(incumbent="b", verdict=object()),)
    assert not untried(brought, jobs)
    assert caution(brought, jobs) == ""
    assert came(brought, jobs) == f"Imported from a file. Where it was made: {NOTE}"


def test_a_version_that_was_overruled_is_called_so() -> None:
    learned = record(verdict=NOTE)
    assert (came(learned, ()), untried(learned, ())) == (NOTE, False)
    assert caution(learned, (job(model_id="b", verdict=object()),)) == ""
    assert caution(learned, (job(model_id="b", verdict=object(), override="why"),)) == "Refused, used all the same."


def test_the_list_does_not_say_of_an_imported_version_what_was_said_elsewhere(
    engine: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = engine.store
    monkeypatch.setattr(store.model_shelf, "verify", lambda folder: "b" * 64)
    (tmp_path / "sent").mkdir()
    store.import_model(tmp_path / "sent", parent="", facts={"imported": True, "verdict": NOTE})
    newest, shipped = standing(store, StartRule.HAND)["versions"]
    assert (newest.untried, newest.caution) == (True, "Imported, never compared here.")
    assert newest.note.startswith("Imported from a file.")
    assert (shipped.untried, shipped.caution, shipped.note) == (False, "", "Shipped with the program.")
