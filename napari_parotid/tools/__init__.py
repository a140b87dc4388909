"""The correction tools, one small file each."""

from napari_parotid.tools.erase import ERASE
from napari_parotid.tools.fill import FILL
from napari_parotid.tools.finish import ACCEPT, NEXT
from napari_parotid.tools.history import REDO, UNDO
from napari_parotid.tools.paint import PAINT
from napari_parotid.tools.pan import PAN
from napari_parotid.tools.radius import BALL, LARGER, SMALLER
from napari_parotid.tools.show import FIND, MASK, OUTLINE
from napari_parotid.tools.structure import GLAND, TUMOUR
from napari_parotid.tools.tool import Bench, Tool

TOOLS: tuple[Tool, ...] = (
    PAN,
    PAINT,
    ERASE,
    FILL,
    GLAND,
    TUMOUR,
    SMALLER,
    LARGER,
    BALL,
    MASK,
    OUTLINE,
    FIND,
    UNDO,
    REDO,
    ACCEPT,
    NEXT,
)
"""All of them, in the order of their buttons."""

__all__ = ["TOOLS", "Bench", "Tool"]
