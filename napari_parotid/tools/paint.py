"""Painting with a round brush."""

from napari_parotid.tools.tool import Tool

PAINT = Tool(
    "paint",
    "Paint",
    "fa6s.paintbrush",
    "b",
    "Paint the chosen structure with a round brush",
    lambda bench: bench.set_mode("paint"),
    "mouse",
)
