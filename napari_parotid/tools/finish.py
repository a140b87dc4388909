"""Finishing a study."""

from napari_parotid.tools.tool import Tool

ACCEPT = Tool("accept", "Accept", "fa6s.check", "a", "Accept the mask as it is", lambda bench: bench.accept())
NEXT = Tool(
    "next",
    "Next study",
    "fa6s.forward-step",
    "n",
    "Open the next study that is not accepted",
    lambda bench: bench.next_study(),
)
