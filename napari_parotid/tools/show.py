"""How the mask is shown."""

from napari_parotid.tools.tool import Tool

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
