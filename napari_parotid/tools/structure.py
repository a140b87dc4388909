"""Choosing what is painted."""

from napari_parotid.tools.tool import Tool
from parotid_training.labels import Structure

GLAND = Tool(
    "gland",
    "Gland",
    "fa6s.square",
    "1",
    "Paint the parotid gland",
    lambda bench: bench.set_structure(Structure.GLAND),
    "structure",
)
TUMOUR = Tool(
    "tumour",
    "Tumour",
    "fa6s.square",
    "2",
    "Paint the tumour; painted over the gland, it takes its place",
    lambda bench: bench.set_structure(Structure.TUMOUR),
    "structure",
)
