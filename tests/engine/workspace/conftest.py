"""A workspace with a toy model in it."""

from __future__ import annotations

import sys
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import toys

from parotid_training.acceptance import Acceptance, Answer
from parotid_training.workspace.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture
def base_model(tmp_path: Path) -> Path:
    toys.make_model(tmp_path / "shipped", b"base weights")
    return tmp_path / "shipped"


@pytest.fixture
def open_store(tmp_path: Path, base_model: Path) -> Iterator[Callable[[], Store]]:
    """Open the same workspace anew, as a restarted program would."""
    opened: list[Store] = []

    def opener() -> Store:
        for earlier in opened:
            earlier.close()
        store = Store.open(tmp_path / "workspace", verify_model=toys.verify_toy)
        store.ensure_base(base_model)
        opened.append(store)
        return store

    yield opener
    for store in opened:
        store.close()


@pytest.fixture
def store(open_store: Callable[[], Store]) -> Store:
    return open_store()


@pytest.fixture
def accept() -> Callable[..., Any]:
    """Accept a synthetic study of a patient, in a new line of the worklist."""

    def accepter(
        store: Store,
        patient: str,
        seed: int = 0,
        answers: tuple[Answer, ...] = (Answer.ANNOTATED,),
        slices: tuple[int, ...] = (),
    ) -> Any:
        # Nobody's images are another's: who shares them counts as one patient.
        study, label_map = toys.make_study(zlib.crc32(patient.encode()) + seed, patient)
        record = store.add_study(None, patient_key=store.patient_key(patient))
        return store.accept(
            record.study_id,
            study,
            label_map,
            Acceptance("reader", answers, model_id=store.current_model().model_id, slices=slices),
        )

    return accepter
