"""Painting with a round brush."""

from napari_parotid.tools.tool import Tool
from napari_parotid.tr import mark

PAINT = Tool(
    "paint",
    mark("Paint"),
    "fa6s.paintbrush",
    "b",
    mark("Paint the chosen structure with a round brush"),
    lambda bench: bench.set_mode("paint"),
    "mouse",
)
