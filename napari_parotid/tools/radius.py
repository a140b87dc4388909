"""The size of the brush."""

from napari_parotid.tools.tool import Tool
from napari_parotid.tr import mark

STEP = 1.25

SMALLER = Tool(
    "smaller",
    mark("Smaller brush"),
    "fa6s.minus",
    "[",
    mark("Make the brush smaller"),
    lambda bench: bench.scale_radius(1 / STEP),
)
LARGER = Tool(
    "larger",
    mark("Larger brush"),
    "fa6s.plus",
    "]",
    mark("Make the brush larger"),
    lambda bench: bench.scale_radius(STEP),
)
BALL = Tool(
    "ball",
    mark("3D brush"),
    "fa6s.cube",
    "3",
    mark("Paint and erase on the neighbouring slices too, as far as the radius reaches"),
    lambda bench: bench.toggle_ball(),
    "brush",
)
