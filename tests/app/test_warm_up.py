from __future__ import annotations

import gc
import subprocess
import sys

import pytest

from parotid_app.warm_up import warm_up


def test_what_is_loaded_at_the_start_is_not_searched_for_garbage_again():
    """A full collection took 0.4 s, on whichever thread it fell, and the window stood still."""
    try:
        warm_up().join()
        frozen = gc.get_freeze_count()
        assert gc.isenabled()
        assert frozen > len(gc.get_objects())
        kept = [[] for _ in range(100)]
        assert warm_up() is warm_up()
        assert gc.get_freeze_count() <= frozen, f"another window's garbage ({len(kept)} lists) is still collected"
    finally:
        gc.unfreeze()


@pytest.mark.parametrize("heavy", ["torch", "monai", "transformers", "SimpleITK", "nibabel", "pydicom", "pandas"])
def test_the_window_does_not_wait_for(heavy):
    assert heavy not in _loaded()


def _loaded(known: list[frozenset[str]] = []) -> frozenset[str]:  # noqa: B006 -- asked once for all of them
    if not known:
        code = (
            "import os, sys; os.environ['NAPARI_CONFIG'] = '';"
            "import parotid_app.build, parotid_app.running, parotid_app.notices, parotid_training.engine;"
            "print(*sys.modules)"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        known.append(frozenset(done.stdout.split()))
    return known[0]
