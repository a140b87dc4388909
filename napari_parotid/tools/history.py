"""Taking edits back."""

from napari_parotid.tools.tool import Tool

UNDO = Tool(
    "undo", "Undo", "fa6s.rotate-left", "Control-Z", "Take the last edit back", lambda bench: bench.undo(), "edit"
)
REDO = Tool(
    "redo",
    "Redo",
    "fa6s.rotate-right",
    "Control-Shift-Z",
    "Do the last undone edit again",
    lambda bench: bench.redo(),
    "edit",
)
