"""The report's pictures on paper: slices with outlines and calipers, and what they are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from qtpy.QtCore import QPointF, QRectF, Qt
from qtpy.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

from napari_parotid.paper import FAINT, MM, WIDTH
from napari_parotid.tr import tr
from parotid_training.labels import COLOURS, Structure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from napari_parotid.paper import Page
    from parotid_training.report.picture import SlicePicture, SlicePlace

SIDES = {"sagittal": "AP"}
"""Letters in the upper corners of a picture; of the other planes, the patient's right and left."""


def slice_words(place: SlicePlace) -> str:
    """Say which slice of how many it is."""
    texts = {
        "axial": tr("Axial slice {number} of {total}", number=place.number, total=place.total),
        "coronal": tr("Coronal slice {number} of {total}", number=place.number, total=place.total),
        "sagittal": tr("Sagittal slice {number} of {total}", number=place.number, total=place.total),
    }
    return texts[place.plane]


def print_pictures(page: Page, pictures: Sequence[SlicePicture]) -> None:
    """Print a study's slices two in a row, and below them what is seen in them."""
    room, gap, flag = (WIDTH - 6) / 2, 6.0, Qt.AlignmentFlag
    # Two rows of them leave the table its room on the page.
    most = 95.0 if len(pictures) <= 2 else 68.0
    for first in range(0, len(pictures), 2):
        pair = pictures[first : first + 2]
        sizes = [_fit(one, room, most) for one in pair]
        height = max(size[1] for size in sizes)
        page.need(height + 12)
        for n, (one, size) in enumerate(zip(pair, sizes, strict=True)):
            x = n * (room + gap)
            _picture(page.painter, one, QRectF(x * MM, page.y * MM, size[0] * MM, size[1] * MM))
            for letter, side in zip(SIDES.get(one.place.plane, "RL"), (flag.AlignLeft, flag.AlignRight), strict=True):
                page.write(letter, x + 1.5, size[0] - 3, 9, QColor("white"), side, bold=True, at=page.y + 1.5)
            page.write(slice_words(one.place), x, room, 8, FAINT, at=page.y + size[1] + 1)
        page.y += height + 6
    if pictures:
        x = 0.0
        for structure, name in ((Structure.GLAND, tr("Gland")), (Structure.TUMOUR, tr("Tumour"))):
            page.painter.fillRect(QRectF(x * MM, (page.y + 1.2) * MM, 6 * MM, 0.8 * MM), QColor(COLOURS[structure]))
            page.write(name, x + 8, 30, 8, FAINT)
            x += 30
        page.write(tr("The patient's right is at the left; thin white lines: diameters."), x, WIDTH - x, 8, FAINT)


def _fit(one: SlicePicture, width: float, height: float) -> tuple[float, float]:
    rows, columns = one.grey.shape
    tall, wide = rows * one.pixel_mm[0], columns * one.pixel_mm[1]
    scale = min(width / wide, height / tall)
    return wide * scale, tall * scale


def _picture(painter: QPainter, one: SlicePicture, place: QRectF) -> None:
    grey = np.ascontiguousarray(one.grey)
    rows, columns = grey.shape
    image = QImage(grey.tobytes(), columns, rows, columns, QImage.Format.Format_Grayscale8)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.drawImage(place, image)

    def polygon(line: np.ndarray) -> QPolygonF:
        xs = place.left() + (line[:, 1] + 0.5) / columns * place.width()
        ys = place.top() + (line[:, 0] + 0.5) / rows * place.height()
        return QPolygonF([QPointF(x, y) for x, y in zip(xs.tolist(), ys.tolist(), strict=True)])

    for structure, lines in one.outlines.items():
        painter.setPen(QPen(QColor(COLOURS[structure]), 0.45 * MM))
        for line in lines:
            painter.drawPolyline(polygon(line))
    # The rim is for bright tissue.
    for colour, mm in (("black", 0.6), ("white", 0.25)):
        painter.setPen(QPen(QColor(colour), mm * MM))
        for line in one.calipers:
            painter.drawPolyline(polygon(line))
