"""The size of the brush."""

from napari_parotid.tools.tool import Tool

STEP = 1.25

SMALLER = Tool("smaller", "Smaller", "fa6s.minus", "[", "Smaller brush", lambda bench: bench.scale_radius(1 / STEP))
LARGER = Tool("larger", "Larger", "fa6s.plus", "]", "Larger brush", lambda bench: bench.scale_radius(STEP))
BALL = Tool(
    "ball",
    "3D brush",
    "fa6s.cube",
    "3",
    "Paint and erase on the neighbouring slices too, as far as the radius reaches",
    lambda bench: bench.toggle_ball(),
    "brush",
)
