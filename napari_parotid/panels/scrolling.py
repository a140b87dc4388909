"""What scrolls where the window is low, and no sooner than it must."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QEvent, QSize, Qt, QTimer
from qtpy.QtWidgets import QFrame, QScrollArea, QWidget

if TYPE_CHECKING:
    from collections.abc import Callable


def scrolled(widget: QWidget) -> QScrollArea:
    """Return an area that scrolls its widget up and down where the window is low."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    # A press between the buttons leaves the keys to the picture.
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    _let_shrink(widget)
    area.setWidget(widget)
    return area


def _let_shrink(widget: QWidget) -> None:
    """Let what scrolls be as low as its words are at the width they get; Qt would keep room for narrower ones."""
    widget.setMinimumHeight(1)


class Capped(QScrollArea):
    """Holds a column, as high as it is at the width it gets, up to a height; beyond that it scrolls.

    Parameters
    ----------
    highest
        That height in pixels, asked for whenever the column has changed.
    """

    def __init__(self, highest: Callable[[], int], holder: QWidget | None = None) -> None:
        super().__init__()
        self.highest = highest
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # Labels know their height only once the window's style has reached them.
        self._later = QTimer(self, singleShot=True)
        self._later.timeout.connect(self.fit)
        self.hold(holder or QWidget())

    def hold(self, holder: QWidget) -> None:
        """Hold this instead of what was held."""
        _let_shrink(holder)
        self.setWidget(holder)
        holder.installEventFilter(self)
        self.fit_soon()

    def eventFilter(self, watched: Any, event: Any) -> bool:
        """Follow what is held."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.fit_soon()
        return bool(super().eventFilter(watched, event))

    def resizeEvent(self, event: Any) -> None:
        """Follow the width, which is known only once all has been laid out."""
        super().resizeEvent(event)
        self.fit()

    def sizeHint(self) -> QSize:
        """Ask for no more than must be."""
        return QSize(super().sizeHint().width(), self.minimumHeight())

    def fit_soon(self) -> None:
        """Take the height of what is held once that is laid out."""
        self._later.start(0)

    def fit(self) -> None:
        """Take the height of what is held, as far as allowed."""
        layout = self.widget().layout() if self.widget() is not None else None
        if layout is None:
            return
        # A style sheet's; while it is laid out the viewport may be the larger one.
        edge: int = max(0, self.height() - self.viewport().height())

        def high(beside: int) -> int:
            width = max(120, self.width() - edge - beside)
            wraps = layout.hasHeightForWidth()
            return int(layout.totalHeightForWidth(width) if wraps else layout.totalSizeHint().height()) + edge

        needed, most = high(0), self.highest()
        if needed > most:  # words are wrapped beside a scroll bar
            needed = high(self.verticalScrollBar().sizeHint().width())
        # A bar that came before the height did would stay: beside it the words take more lines.
        policies = Qt.ScrollBarPolicy
        policy = policies.ScrollBarAsNeeded if needed > most else policies.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(policy)
        self.setMinimumHeight(min(needed, most))
        self.setMaximumHeight(needed)


def bring_into_view(*widgets: QWidget) -> None:
    """Scroll what holds these widgets until they are seen; where there is no room for all, the last one is."""
    for widget in widgets:
        area = widget.parentWidget()
        while area is not None and not isinstance(area, QScrollArea):
            area = area.parentWidget()
        if area is not None:
            area.ensureWidgetVisible(widget, 0, 4)
