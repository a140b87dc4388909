"""How the mask is shown, and where it lies."""

from napari_parotid.tools.tool import Tool

FIND = Tool(
    "find",
    "Find next",
    "fa6s.location-crosshairs",
    "g",
    "Go to the next tumour or gland, to the slice where it is largest",
    lambda bench: bench.find_next(),
    "go",
)
MASK = Tool("mask", "Mask", "fa6s.eye", "h", "Show or hide the mask", lambda bench: bench.toggle_mask(), "show")
OUTLINE = Tool(
    "outline",
    "Outline",
    "fa6s.draw-polygon",
    "o",
    "Show the mask as an outline or filled",
    lambda bench: bench.toggle_outline(),
    "show",
)
CHANGES = Tool(
    "changes",
    "Changes",
    "fa6s.code-compare",
    "c",
    "Show what was added (blue) and taken away (orange-red) since the proposal",
    lambda bench: bench.toggle_changes(),
    "show",
)
UNSURE = Tool(
    "unsure",
    "Unsure",
    "fa6s.circle-question",
    "u",
    "Show where the model was unsure of its proposal (pink)",
    lambda bench: bench.toggle_unsure(),
    "show",
)
HIDE = Tool(
    "hide",
    "Hide while held",
    "fa6s.eye-slash",
    "v",
    "Hold this key to see the picture without the mask",
    lambda bench: bench.set_hidden(True),
    release=lambda bench: bench.set_hidden(False),
)
FAINTER = Tool(
    "fainter",
    "Fainter mask",
    "fa6s.circle-half-stroke",
    ",",
    "Make the mask fainter",
    lambda bench: bench.shift_opacity(-0.1),
)
STRONGER = Tool(
    "stronger",
    "Stronger mask",
    "fa6s.circle",
    ".",
    "Make the mask stronger",
    lambda bench: bench.shift_opacity(0.1),
)
