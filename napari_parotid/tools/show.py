"""How the mask is shown, and where it lies."""

from napari_parotid.tools.tool import Tool
from napari_parotid.tr import mark

FIND = Tool(
    "find",
    mark("Find next"),
    "fa6s.location-crosshairs",
    "g",
    mark("Go to the next tumour or gland, to the slice where it is largest"),
    lambda bench: bench.find_next(),
    "go",
)
MASK = Tool(
    "mask", mark("Mask"), "fa6s.eye", "h", mark("Show or hide the mask"), lambda bench: bench.toggle_mask(), "show"
)
OUTLINE = Tool(
    "outline",
    mark("Outline"),
    "fa6s.draw-polygon",
    "o",
    mark("Show the mask as an outline or filled"),
    lambda bench: bench.toggle_outline(),
    "show",
)
CHANGES = Tool(
    "changes",
    mark("Changes"),
    "fa6s.code-compare",
    "c",
    mark("Show what was added (blue) and taken away (orange-red) since the proposal"),
    lambda bench: bench.toggle_changes(),
    "show",
)
UNSURE = Tool(
    "unsure",
    mark("Unsure"),
    "fa6s.circle-question",
    "u",
    mark("Show where the model was unsure of its proposal (pink)"),
    lambda bench: bench.toggle_unsure(),
    "show",
)
HIDE = Tool(
    "hide",
    mark("Hide while held"),
    "fa6s.eye-slash",
    "v",
    mark("Hold this key to see the picture without the mask"),
    lambda bench: bench.set_hidden(True),
    release=lambda bench: bench.set_hidden(False),
)
FAINTER = Tool(
    "fainter",
    mark("Fainter mask"),
    "fa6s.circle-half-stroke",
    ",",
    mark("Make the mask fainter"),
    lambda bench: bench.shift_opacity(-0.1),
)
STRONGER = Tool(
    "stronger",
    mark("Stronger mask"),
    "fa6s.circle",
    ".",
    mark("Make the mask stronger"),
    lambda bench: bench.shift_opacity(0.1),
)
