"""Moving the picture."""

from napari_parotid.tools.tool import Tool

PAN = Tool(
    "pan_zoom",
    "Move",
    "fa6s.hand",
    "p",
    "Drag to move the picture; hold Space to move it while another tool is chosen",
    lambda bench: bench.set_mode("pan_zoom"),
    "mouse",
)
