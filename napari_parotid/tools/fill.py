"""Filling what hangs together."""

from napari_parotid.tools.tool import Tool

FILL = Tool(
    "fill",
    "Fill",
    "fa6s.fill-drip",
    "f",
    "Click to give a connected area of this slice to the chosen structure",
    lambda bench: bench.set_mode("fill"),
    "mouse",
)
