"""Choosing what is painted."""

from napari_parotid.tools.tool import Tool
from napari_parotid.tr import mark
from parotid_training.labels import Structure

GLAND = Tool(
    "gland",
    mark("Gland"),
    "fa6s.square",
    "1",
    mark("Paint the parotid gland"),
    lambda bench: bench.set_structure(Structure.GLAND),
    "structure",
)
TUMOUR = Tool(
    "tumour",
    mark("Tumour"),
    "fa6s.square",
    "2",
    mark("Paint the tumour; painted over the gland, it takes its place"),
    lambda bench: bench.set_structure(Structure.TUMOUR),
    "structure",
)
