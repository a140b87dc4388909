"""The correction tools, one small file each."""

from napari_parotid.tools.erase import ERASE
from napari_parotid.tools.fill import FILL
from napari_parotid.tools.finish import ACCEPT, NEXT
from napari_parotid.tools.history import REDO, UNDO
from napari_parotid.tools.lock import LOCK_GLAND, LOCK_TUMOUR
from napari_parotid.tools.outline import LASSO, POLYGON
from napari_parotid.tools.paint import PAINT
from napari_parotid.tools.pan import PAN
from napari_parotid.tools.point import POINT
from napari_parotid.tools.radius import BALL, LARGER, SMALLER
from napari_parotid.tools.show import CHANGES, FAINTER, FIND, HIDE, MASK, OUTLINE, STRONGER, UNSURE
from napari_parotid.tools.similar import RANGE, SEED
from napari_parotid.tools.structure import GLAND, TUMOUR
from napari_parotid.tools.tool import Bench, Tool
from napari_parotid.tools.whole import BETWEEN, COPY_DOWN, COPY_UP, GROW, INSIDE, ISLANDS, SHRINK, SMOOTH, SWAP

TOOLS: tuple[Tool, ...] = (
    *(PAN, POINT, PAINT, ERASE, FILL, LASSO, POLYGON, SEED),
    RANGE,
    *(GLAND, TUMOUR),
    *(LOCK_GLAND, LOCK_TUMOUR),
    *(SMALLER, LARGER),
    BALL,
    *(BETWEEN, SMOOTH, ISLANDS, INSIDE, SWAP, COPY_UP, COPY_DOWN),
    *(GROW, SHRINK),
    *(MASK, OUTLINE, CHANGES, UNSURE),
    *(HIDE, FAINTER, STRONGER),
    FIND,
    *(UNDO, REDO),
    *(ACCEPT, NEXT),
)
"""All of them, in the order of their menu."""

__all__ = ["ACCEPT", "NEXT", "TOOLS", "Bench", "Tool"]
