"""Moving the picture."""

from napari_parotid.tools.tool import Tool
from napari_parotid.tr import mark

PAN = Tool(
    "pan_zoom",
    mark("Move"),
    "fa6s.hand",
    "p",
    mark("Drag to move the picture; hold Space to move it while another tool is chosen"),
    lambda bench: bench.set_mode("pan_zoom"),
    "mouse",
)
