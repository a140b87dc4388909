"""Pointing at what is wrong."""

from napari_parotid.tools.tool import Tool
from napari_parotid.tr import mark

POINT = Tool(
    "point",
    mark("Point"),
    "fa6s.hand-pointer",
    "q",
    mark("Click on what is missing or too much: what is connected to it follows; drag to point along a line"),
    lambda bench: bench.set_mode("point"),
    "mouse",
)
