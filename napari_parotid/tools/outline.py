"""Drawing around an area of the slice."""

from napari_parotid.tools.tool import Tool
from napari_parotid.tr import mark

LASSO = Tool(
    "lasso",
    mark("Lasso"),
    "mdi6.lasso",
    "l",
    mark("Draw around an area to fill it; with Ctrl held, to cut it out"),
    lambda bench: bench.set_mode("lasso"),
    "mouse",
)
POLYGON = Tool(
    "polygon",
    mark("Polygon"),
    "mdi6.vector-polygon",
    "y",
    mark("Click corner after corner and double-click to fill; Escape starts over"),
    lambda bench: bench.set_mode("polygon"),
    "mouse",
)
