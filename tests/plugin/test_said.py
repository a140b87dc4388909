"""What was ticked and written of unfinished work comes back with it, also after a restart."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from napari_parotid.said import Said
from parotid_training.acceptance import Answer
from parotid_training.errors import ParotidError

if TYPE_CHECKING:
    from parotid_training.workspace.store import Store

WORDS = (Answer.ANNOTATED, Answer.SOME_SLICES), "deep lobe"


def test_it_is_kept_with_the_workspace_until_the_study_is_accepted(store: Store) -> None:
    engine: Any = SimpleNamespace(store=store)
    said = Said(engine)
    assert said.of("one") is None
    said.keep("one", WORDS)
    assert Said(engine).of("one") == WORDS
    assert Said(engine).of("two") is None
    said.keep("one", None)
    assert Said(engine).of("one") is None


@pytest.mark.parametrize("text", ["nonsense", "[]", '[["unheard of"], ""]', "7"])
def test_what_a_later_version_wrote_is_nothing(store: Store, text: str) -> None:
    store.set_preference("said of one", text)
    engine: Any = SimpleNamespace(store=store)
    assert Said(engine).of("one") is None


def test_a_disk_that_refuses_it_does_not_lose_it_at_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(name: str, value: str) -> None:
        raise ParotidError("The disk is full.", "Make room.")

    monkeypatch.setattr(store, "set_preference", refuse)
    engine: Any = SimpleNamespace(store=store)
    said = Said(engine)
    said.keep("one", WORDS)
    assert said.of("one") == WORDS
