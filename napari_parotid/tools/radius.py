"""The size of the brush."""

from napari_parotid.tools.tool import Tool

STEP = 1.25

SMALLER = Tool("smaller", "Smaller", "fa6s.minus", "[", "Smaller brush", lambda bench: bench.scale_radius(1 / STEP))
LARGER = Tool("larger", "Larger", "fa6s.plus", "]", "Larger brush", lambda bench: bench.scale_radius(STEP))
BALL = Tool(
    "ball",
    "Ball",
    "fa6s.circle-dot",
    "3",
    "Paint with a ball across slices instead of a disc in this slice",
    lambda bench: bench.toggle_ball(),
    "show",
)
