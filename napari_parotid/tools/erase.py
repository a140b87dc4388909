"""Erasing with the same brush."""

from napari_parotid.tools.tool import Tool

ERASE = Tool(
    "erase",
    "Erase",
    "fa6s.eraser",
    "e",
    "Erase gland and tumour with the same brush",
    lambda bench: bench.set_mode("erase"),
    "mouse",
)
