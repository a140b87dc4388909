"""Erasing with the same brush."""

from napari_parotid.tools.tool import Tool
from napari_parotid.tr import mark

ERASE = Tool(
    "erase",
    mark("Erase"),
    "fa6s.eraser",
    "e",
    mark("Erase gland and tumour with the same brush"),
    lambda bench: bench.set_mode("erase"),
    "mouse",
)
