"""Keeping one structure as it is while the other is drawn."""

from napari_parotid.tools.tool import Tool
from napari_parotid.tr import mark
from parotid_training.labels import Structure

LOCK_GLAND = Tool(
    "lock_gland",
    mark("Lock gland"),
    "fa6s.lock-open",
    "4",
    mark("Lock the gland: no tool adds to it or takes from it"),
    lambda bench: bench.toggle_lock(Structure.GLAND),
    "lock",
)
LOCK_TUMOUR = Tool(
    "lock_tumour",
    mark("Lock tumour"),
    "fa6s.lock-open",
    "5",
    mark("Lock the tumour: no tool adds to it or takes from it"),
    lambda bench: bench.toggle_lock(Structure.TUMOUR),
    "lock",
)
LOCK = {Structure.GLAND: LOCK_GLAND, Structure.TUMOUR: LOCK_TUMOUR}
"""What locks and unlocks each structure."""
