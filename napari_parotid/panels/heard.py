"""What a screen reader calls the widgets that show no words of their own."""

from __future__ import annotations

from qtpy.QtWidgets import QAbstractButton, QAbstractSlider, QAbstractSpinBox, QLineEdit, QWidget

SILENT = (QAbstractSlider, QAbstractSpinBox, QLineEdit)


def name_widgets(holder: QWidget) -> None:
    """Give all below a widget that has no name yet the one that its tip gives it for those who see."""
    for widget in holder.findChildren(QWidget):
        silent = isinstance(widget, SILENT) or (isinstance(widget, QAbstractButton) and not widget.text())
        if silent and not widget.accessibleName():
            # What it is for, and not why it cannot be used now.
            widget.setAccessibleName(widget.property("usualTip") or widget.toolTip())
