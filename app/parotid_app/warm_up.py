"""What would make the window stand still later, done on a thread while the reader looks for a study."""

from __future__ import annotations

import functools
import gc
import threading
from typing import TYPE_CHECKING

from qtpy.QtCore import QTimer

if TYPE_CHECKING:
    from parotid_app.build import MainWindow

PAUSE_MS = 250


def get_ready(window: MainWindow) -> None:
    """Once the window is there and has nothing to do, warm up, and then make the layers of its first study."""
    timer = QTimer(window, interval=PAUSE_MS)

    def look() -> None:
        if not warm_up().is_alive():
            timer.stop()
            window.binding.make_ahead(window.canvases.viewers)

    timer.timeout.connect(look)
    timer.start()


@functools.cache
def warm_up() -> threading.Thread:
    """Begin, once; whoever needs something of it earlier waits for that alone, as for any import."""
    # A full collection looks through all that is loaded, for 0.4 s at a time on any thread, with the window standing
    # still. What is loaded by the end stays, so it is looked through no more.
    gc.disable()
    thread = threading.Thread(target=_load, name="warm-up")
    thread.start()
    return thread


def _load() -> None:
    try:
        import numpy as np
        import pyqtgraph  # noqa: F401 -- draws the learning's lines
        import scipy.ndimage
        from napari.layers import Image, Labels
        from vispy.visuals.line.dash_atlas import DashAtlas

        import parotid_training.reopening  # noqa: F401 -- what reads images

        # The first layers read napari's units and colours from files (0.5 s).
        for layer in (Image, Labels):
            layer(np.zeros((2, 2), np.uint8), units=("mm",) * 2)
        scipy.ndimage.label(np.zeros((2, 2), np.uint8))
        # The first mask draws every pattern of a dashed line, voxel by voxel (0.1 s), and keeps them.
        DashAtlas()
    finally:
        gc.freeze()
        gc.enable()
