"""Filling what hangs together."""

from napari_parotid.tools.tool import Tool

FILL = Tool(
    "fill",
    "Fill",
    "fa6s.fill-drip",
    "f",
    "Click on a drawn area of this slice to make all of it the chosen structure",
    lambda bench: bench.set_mode("fill"),
    "mouse",
)
