"""The linked pictures in a window of their own."""

from __future__ import annotations

import numpy as np
import pytest

from napari_parotid.views.linked import LinkedCanvases
from tests import patience
from tests.plugin.views.hand import AXIAL, fill


@pytest.fixture(scope="module")
def window(qapp):
    """One for all tests: making four canvases takes a second."""
    made = LinkedCanvases()
    made.show()
    yield made
    made.release()
    made.close()
    made.deleteLater()
    qapp.processEvents()


@pytest.fixture
def canvases(window, qtbot):
    window.resize(800, 600)
    qtbot.waitExposed(window)
    yield window
    window.show_study(None)
    for viewer in window.viewers:
        viewer.layers.clear()


@pytest.fixture
def filled(canvases, qtbot):
    rng = np.random.default_rng(0)
    fill(canvases, AXIAL, [rng.uniform(0, 100, AXIAL.shape).astype(np.float32) for _ in range(3)])
    qtbot.waitUntil(
        lambda: all(c.viewer.layers and c.viewer.scene.camera.zoom for c in canvases.shown), timeout=patience.MS
    )
    return canvases
