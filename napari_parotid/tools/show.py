"""How the mask is shown, and where it lies."""

from napari_parotid.tools.tool import Tool

FIND = Tool(
    "find",
    "Find next",
    "fa6s.location-crosshairs",
    "g",
    "Go to the next tumour or gland, to the slice where it is largest",
    lambda bench: bench.find_next(),
    "go",
)
MASK = Tool("mask", "Mask", "fa6s.eye", "h", "Show or hide the mask", lambda bench: bench.toggle_mask(), "show")
OUTLINE = Tool(
    "outline",
    "Outline",
    "fa6s.draw-polygon",
    "o",
    "Show the mask as an outline or filled",
    lambda bench: bench.toggle_outline(),
    "show",
)
