"""Fixtures shared by all tests."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real scans beside the checkout; the test is skipped, saying so, where it is absent."""
    if not SHARED_DATA.is_dir():
        pytest.skip("../shared/data (real scans) is not on this machine")
    return SHARED_DATA


@pytest.fixture(scope="module", autouse=True)
def settled() -> None:
    """Keep what the modules before have imported out of the garbage collector's way.

    napari collects garbage each time a layer is removed; with torch, monai and Qt loaded that takes a second or more.
    """
    gc.collect()
    gc.freeze()
