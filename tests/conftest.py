"""Fixtures shared by all tests."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    # What was frozen while a window was still on its way out is let go of now, or memory would grow to gigabytes.
    gc.unfreeze()
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def settled_again(request: pytest.FixtureRequest) -> Iterator[None]:
    """Keep what windows leave behind out of its way as well.

    Some fifty thousand objects of napari's outlive each window; the twentieth of a module took seconds to close.
    """
    yield
    if request.node.get_closest_marker("gui") is not None:
        gc.collect()
        gc.freeze()
