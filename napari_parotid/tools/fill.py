"""Filling what hangs together."""

from napari_parotid.tools.tool import Tool
from napari_parotid.tr import mark

FILL = Tool(
    "fill",
    mark("Fill"),
    "fa6s.fill-drip",
    "f",
    mark("Click on a drawn area of this slice to make all of it the chosen structure"),
    lambda bench: bench.set_mode("fill"),
    "mouse",
)
