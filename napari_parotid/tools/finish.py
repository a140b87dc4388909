"""Finishing a study."""

from napari_parotid.tools.tool import Tool
from napari_parotid.tr import mark

ACCEPT = Tool(
    "accept", mark("Accept"), "fa6s.check", "a", mark("Accept the mask as it is"), lambda bench: bench.accept()
)
NEXT = Tool(
    "next",
    mark("Next study"),
    "fa6s.forward-step",
    "n",
    mark("Open the next study that is not accepted"),
    lambda bench: bench.next_study(),
)
