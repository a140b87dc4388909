"""Sample data: a synthetic head, with its true mask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari_parotid.reader import mask_layer, study_layers

if TYPE_CHECKING:
    from napari_parotid.reader import LayerData

SEED = 960_001
"""Of no other set of phantoms."""


def make_sample() -> list[LayerData]:
    """Return the layers of a synthetic head."""
    from parotid_training.anatomy.phantom import make_phantom

    phantom = make_phantom(SEED)
    return [*study_layers(phantom.study), mask_layer(phantom.label_map, "True mask")]  # no words
