from __future__ import annotations

import gc

import pytest

from parotid_app.running import compose
from parotid_app.settings import Settings

pytestmark = pytest.mark.gui


def test_what_is_loaded_at_the_start_is_not_searched_for_garbage_again(engine, qapp):
    """A full collection took 0.4 s, on whichever thread it fell, and the window stood still."""
    _, tasks = compose(engine, Settings())
    try:
        frozen = gc.get_freeze_count()
        assert frozen > len(gc.get_objects())
        kept = [[] for _ in range(100)]
        compose(engine, Settings())[1].shutdown()
        assert gc.get_freeze_count() <= frozen, f"another window's garbage ({len(kept)} lists) is still collected"
    finally:
        gc.unfreeze()
        tasks.shutdown()
