"""Taking edits back."""

from napari_parotid.tools.tool import Tool
from napari_parotid.tr import mark

UNDO = Tool(
    "undo",
    mark("Undo"),
    "fa6s.rotate-left",
    "Control-Z",
    mark("Take the last edit back"),
    lambda bench: bench.undo(),
    "edit",
)
REDO = Tool(
    "redo",
    mark("Redo"),
    "fa6s.rotate-right",
    "Control-Shift-Z",
    mark("Do the last undone edit again"),
    lambda bench: bench.redo(),
    "edit",
)
