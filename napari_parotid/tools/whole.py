"""Changing the chosen structure as a whole."""

from napari_parotid.edits import pieces, shape, slices
from napari_parotid.tools.tool import Tool
from napari_parotid.tr import mark

BETWEEN = Tool(
    "between",
    mark("Fill between"),
    "fa6s.layer-group",
    "i",
    mark("Fill the slices between those you drew, in the plane in view"),
    lambda bench: bench.change(slices.FILL_BETWEEN),
    "whole",
)
SMOOTH = Tool(
    "smooth",
    mark("Smooth"),
    "mdi6.vector-curve",
    "s",
    mark("Smooth the surface of the chosen structure"),
    lambda bench: bench.change(shape.SMOOTH),
    "whole",
)
ISLANDS = Tool(
    "islands",
    mark("Remove islands"),
    "fa6s.broom",
    "k",
    mark("Take away small separate pieces of the chosen structure"),
    lambda bench: bench.change(pieces.ISLANDS),
    "whole",
)
INSIDE = Tool(
    "inside",
    mark("Tumour inside gland"),
    "mdi6.vector-intersection",
    "t",
    mark("Take away the tumour that lies outside the gland and its hollows"),
    lambda bench: bench.change(pieces.INSIDE),
    "whole",
)
SWAP = Tool(
    "swap",
    mark("Swap gland and tumour"),
    "fa6s.right-left",
    "x",
    mark("Make gland of tumour and tumour of gland: of the piece under the mouse, or of all"),
    lambda bench: bench.change(pieces.SWAP),
    "whole",
)
COPY_UP = Tool(
    "copy_up",
    mark("Copy to next slice"),
    "mdi6.tray-arrow-up",
    "Shift-Up",
    mark("Go to the next slice and copy the chosen structure to it, over what was drawn"),
    lambda bench: bench.copy_slice(slices.COPY_UP, 1),
    "whole",
)
COPY_DOWN = Tool(
    "copy_down",
    mark("Copy to previous slice"),
    "mdi6.tray-arrow-down",
    "Shift-Down",
    mark("Go to the previous slice and copy the chosen structure to it, over what was drawn"),
    lambda bench: bench.copy_slice(slices.COPY_DOWN, -1),
    "whole",
)
GROW = Tool(
    "grow",
    mark("Grow"),
    "fa6s.up-right-and-down-left-from-center",
    "=",
    mark("Grow the chosen structure by this distance on all sides"),
    lambda bench: bench.change(shape.GROW),
    "margin",
)
SHRINK = Tool(
    "shrink",
    mark("Shrink"),
    "fa6s.down-left-and-up-right-to-center",
    "-",
    mark("Shrink the chosen structure by this distance on all sides"),
    lambda bench: bench.change(shape.SHRINK),
    "margin",
)
