"""Empty layers made while there is no study: napari needs 0.1 s for one, and the first study would wait for all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from napari_parotid.laying import empty, new_image
from napari_parotid.pictures import Picture
from parotid_training.volume import Grid, Volume

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from napari_parotid.turns import Pieces

_GRID = Grid((1, 1, 1), np.eye(4))


class Spares:
    """One image and one mask for each viewer, out of sight, until a study takes them.

    Parameters
    ----------
    new_mask
        Makes a mask's layer: viewer, native array, its grid.
    """

    def __init__(self, new_mask: Callable[[Any, np.ndarray, Grid], Any]) -> None:
        self._new_mask = new_mask
        self._images: dict[Any, Any] = {}
        self._masks: dict[Any, Any] = {}

    def make(self, viewers: Sequence[Any]) -> Pieces:
        """Make those that are not there yet, one a turn of the event loop."""
        signal = np.zeros(_GRID.shape, np.float32)
        picture = Picture(0, Volume(_GRID, signal), signal, (0.0, 1.0), (0.0, 1.0))
        native = np.zeros(_GRID.shape, np.uint8)
        for viewer in viewers:
            if viewer not in self._images:
                self._images[viewer] = new_image(viewer, picture, native, _GRID, "")
                empty(self._images[viewer])
                yield None
            if viewer not in self._masks:
                self._masks[viewer] = self._new_mask(viewer, native, _GRID)
                empty(self._masks[viewer])
                yield None

    def take_image(self, viewer: Any) -> Any:
        """Give away a viewer's image layer; None if there is none."""
        return self._taken(self._images, viewer)

    def take_mask(self, viewer: Any) -> Any:
        """Give away a viewer's mask layer; None if there is none."""
        return self._taken(self._masks, viewer)

    def take_all(self) -> list[Any]:
        """Give away all of them."""
        layers = [*self._images.values(), *self._masks.values()]
        self._images, self._masks = {}, {}
        return layers

    @staticmethod
    def _taken(layers: dict[Any, Any], viewer: Any) -> Any:
        layer = layers.pop(viewer, None)
        # Somebody may have taken it out of its viewer.
        return layer if layer is not None and layer in viewer.layers else None
