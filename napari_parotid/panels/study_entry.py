"""One entry of the worklist: its small picture, and three lines beside it."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QRect, QSize, Qt
from qtpy.QtGui import QColor, QFont, QIcon, QPainter, QPixmap
from qtpy.QtWidgets import QStyle, QStyledItemDelegate

from napari_parotid.looks import icon, shade
from napari_parotid.messages import millilitres
from napari_parotid.tr import capital, tr
from parotid_training.workspace.records import StudyState

if TYPE_CHECKING:
    from parotid_training.workspace.records import StudyRecord

RECORD = int(Qt.ItemDataRole.UserRole)
OPEN, THUMBNAIL, VERSION, REMARK = RECORD + 1, RECORD + 2, RECORD + 3, RECORD + 4
"""What an item carries: a `StudyRecord`; whether it is open; its small picture (path, when it was made) or None; the
version that proposed; what is to be known of its mask (`remark`)."""

PICTURES: dict[StudyState, tuple[str, str]] = {
    StudyState.NEW: ("fa6.circle", "faint"),
    StudyState.PROPOSED: ("fa6s.wand-magic-sparkles", "mark"),
    StudyState.IN_CORRECTION: ("fa6s.pen", "warn"),
    StudyState.ACCEPTED: ("fa6s.circle-check", "good"),
    StudyState.APPROVED: ("fa6s.check-double", "good"),
}
"""Icon and shade of each state; the word beside them says the same."""

SMALL = 48
"""Side of a small picture, pixels."""


def lines(record: StudyRecord) -> tuple[str, str]:
    """Return the two lines below a study's title: its sequences, and what is drawn (*: not all of it is checked)."""
    roles = " · ".join(tr(role.value) for role in record.roles) or tr("not opened yet")
    parts = []
    if record.gland_ml is not None:
        parts.append(tr("gland {ml:.0f}", ml=record.gland_ml))
    if record.tumour_ml:
        parts.append(tr("tumour {ml}", ml=millilitres(record.tumour_ml)))
    # The unit once: a narrow list has room for both figures.
    unit = " ml" if record.stood_for is None else " ml*"
    return roles, " · ".join(parts) + (unit if parts else "")


def state_words(record: StudyRecord) -> str:
    """Return how far a study is, as it stands beside the title."""
    return capital(tr(record.state.value))


def share_words(record: StudyRecord) -> str:
    """Return how many slices of an accepted mask are stood for, where it is not all of them."""
    return "" if record.stood_for is None else record.stood_for.share


def remark(record: StudyRecord, *, left_out: bool) -> str:
    """Return what is to be known of an accepted mask: that it is not learned from, or not all of it stood for."""
    return " · ".join(filter(None, (share_words(record), tr("left out") if left_out else "")))


class StudyDelegate(QStyledItemDelegate):
    """Draws one study: its small picture, and three lines beside it."""

    def sizeHint(self, option: Any, index: Any) -> QSize:
        """Three lines or the picture, and a little air."""
        return QSize(120, max(3 * option.fontMetrics.height() + 8, SMALL + 10))

    def paint(self, painter: QPainter, option: Any, index: Any) -> None:
        """Draw picture, title and two lines; the open study has a bar at its left."""
        record = index.data(RECORD)
        if record is None:
            return
        painter.save()
        area = option.rect.adjusted(0, 1, 0, -1)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if index.data(OPEN):
            painter.fillRect(area, shade("open_"))
            painter.fillRect(QRect(area.left(), area.top(), 3, area.height()), shade("mark"))
        elif selected or option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(area, shade("hover"))
        if selected and option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(shade("mark"))
            painter.drawRect(area.adjusted(0, 0, -1, -1))
        height = option.fontMetrics.height()
        name, meaning = PICTURES[record.state]
        place = QRect(area.left() + 7, area.top() + (area.height() - SMALL) // 2, SMALL, SMALL)
        painter.fillRect(place, shade("hover"))
        if index.data(THUMBNAIL) is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawPixmap(place, _small(*index.data(THUMBNAIL)))
            corner = QRect(place.right() - 17, place.bottom() - 17, 18, 18)
            ground = shade("field")
            ground.setAlpha(210)
            painter.fillRect(corner, ground)
            _picture(name, meaning).paint(painter, corner.adjusted(2, 2, -2, -2))
        else:
            _picture(name, meaning).paint(painter, place.adjusted(18, 18, -18, -18))
        text = area.adjusted(SMALL + 15, (area.height() - 3 * height - 4) // 2, -6, 0)
        bold = QFont(option.font)
        bold.setBold(True)
        roles, volumes = lines(record)
        first, second, third = (
            QRect(text.left(), text.top() + line * (height + 2), text.width(), height) for line in range(3)
        )
        _pair(painter, first, (record.title, bold, shade("text")), (state_words(record), option.font, shade(meaning)))
        faint = shade("faint")
        _pair(painter, second, (roles, option.font, faint), (index.data(REMARK), option.font, shade("warn")))
        # "Version 2" would leave no room for the volumes; the tip and the screen reader say it in full.
        version = index.data(VERSION).replace(tr("Version {number}", number=""), "v")
        _pair(painter, third, (volumes, option.font, faint), (version, option.font, faint))
        painter.restore()


def _pair(painter: QPainter, place: QRect, left: tuple[str, QFont, QColor], right: tuple[str, QFont, QColor]) -> None:
    """Write two texts at both ends of a line; the left one gives way."""
    painter.setFont(right[1])
    room = painter.fontMetrics().horizontalAdvance(right[0]) + 1
    _write(painter, place.adjusted(place.width() - room, 0, 0, 0), *right)
    _write(painter, place.adjusted(0, 0, -room - 8, 0), *left)


def _write(painter: QPainter, place: QRect, words: str, font: QFont, shade: QColor) -> None:
    painter.setFont(font)
    painter.setPen(shade)
    shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, place.width())
    painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter), shown)


@cache
def _picture(name: str, meaning: str) -> QIcon:
    return icon(name, meaning)


@lru_cache(maxsize=512)
def _small(path: str, made: int) -> QPixmap:
    """Return a small picture; ``made`` tells a newer one of the same file apart."""
    return QPixmap(path)
