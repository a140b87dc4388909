"""Drawing around an area of the slice."""

from napari_parotid.tools.tool import Tool

LASSO = Tool(
    "lasso",
    "Lasso",
    "mdi6.lasso",
    "l",
    "Draw around an area to fill it; with Ctrl held, to cut it out",
    lambda bench: bench.set_mode("lasso"),
    "mouse",
)
POLYGON = Tool(
    "polygon",
    "Polygon",
    "mdi6.vector-polygon",
    "y",
    "Click corner after corner and double-click to fill; Escape starts over",
    lambda bench: bench.set_mode("polygon"),
    "mouse",
)
