"""Drawing what looks alike."""

from napari_parotid.tools.tool import Tool
from napari_parotid.tr import mark

SEED = Tool(
    "seed",
    mark("Similar"),
    "fa6s.eye-dropper",
    "w",
    mark("Click on tissue: what looks like it and is connected to it is drawn, as far as the brush reaches"),
    lambda bench: bench.set_mode("seed"),
    "mouse",
)
RANGE = Tool(
    "range",
    mark("Range"),
    "mdi6.contrast-box",
    "r",
    mark("Draw only on signals like those under the mouse, or where the next stroke begins"),
    lambda bench: bench.toggle_range(),
    "range",
)
