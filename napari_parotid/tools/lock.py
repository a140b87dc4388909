"""Keeping one structure as it is while the other is drawn."""

from napari_parotid.tools.tool import Tool
from parotid_training.labels import Structure

LOCK_GLAND = Tool(
    "lock_gland",
    "Lock gland",
    "fa6s.lock-open",
    "4",
    "Lock the gland: no tool draws over it or erases it",
    lambda bench: bench.toggle_lock(Structure.GLAND),
    "lock",
)
LOCK_TUMOUR = Tool(
    "lock_tumour",
    "Lock tumour",
    "fa6s.lock-open",
    "5",
    "Lock the tumour: no tool draws over it or erases it",
    lambda bench: bench.toggle_lock(Structure.TUMOUR),
    "lock",
)
