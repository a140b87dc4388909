"""The few windows over the window: about, keys, questions."""

from __future__ import annotations

from html import escape
from importlib.metadata import version
from typing import TYPE_CHECKING

from qtpy.QtCore import Qt
from qtpy.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QVBoxLayout,
    QWidget,
)

from napari_parotid.looks import points, shade
from napari_parotid.panels.busy import DISCLAIMER
from napari_parotid.panels.common import open_wide, sentence
from napari_parotid.panels.scrolling import scrolled
from napari_parotid.tr import tr
from parotid_app.key_list import key_groups
from parotid_app.tour import WELCOME

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from napari_parotid.messages import Notice
    from parotid_app.key_list import Group

NARROW = 460
"""Least width of a window over the window, pixels at the usual text size."""
KEYS_WIDE, KEYS_HIGH = 1180, 900
"""Size of the list of keys at the usual text size, pixels."""
LINE = 60
"""About as many letters stand in a line of it."""
SPACE = "\N{NO-BREAK SPACE}"


def about(parent: QWidget, workspace: Path) -> QDialog:
    """Return the About window."""
    dialog, column = _dialog(parent, tr("About napari-parotid"))
    for words in (
        f"<b>napari-parotid {version('napari-parotid')}</b>",
        tr("Proposes, corrects and learns masks of the parotid gland and its tumours on head-and-neck MRI."),
        f"<b>{tr(DISCLAIMER)}</b>",
        tr(
            "The shipped model never saw a patient's MR: it learned from CT painted as MR and from synthetic heads. "
            "Its proposals need a person's eye and hand."
        ),
        tr("Everything stays on this computer: the app opens no network connection."),
        tr("Workspace: {workspace}", workspace=workspace),
        tr("BSD 3-Clause licence. Built on napari, Qt, PyTorch, SimpleITK, pydicom and nibabel."),
        tr("Shapes of the synthetic heads: DeepMind's organ maps (Nikolov et al.), CC BY 4.0, changed."),
    ):
        column.insertWidget(column.count() - 1, sentence(words))
    column.insertStretch(column.count() - 1)
    for label in dialog.findChildren(QLabel):
        label.ensurePolished()  # or they would be measured in another font
    width = round(points(NARROW))
    dialog.resize(width, column.totalHeightForWidth(width))
    return dialog


def keys(parent: QWidget) -> QDialog:
    """Return the list of what mouse and keys do: in two columns, as much of it as the screen holds."""
    dialog, column = _dialog(parent, tr("Mouse and keys"))
    groups = key_groups()
    sheet = QWidget()
    halves = QHBoxLayout(sheet)
    halves.setSpacing(24)
    for half in _halves(groups):
        table = sentence(f"<table cellspacing='3'>{''.join(_table(group) for group in half)}</table>")
        table.setAlignment(Qt.AlignmentFlag.AlignTop)
        halves.addWidget(table, 1)
    area = scrolled(sheet)
    area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # the arrows scroll it
    column.insertWidget(0, area)
    area.setFocus()
    open_wide(dialog, KEYS_WIDE, KEYS_HIGH)
    return dialog


def _halves(groups: Sequence[Group]) -> tuple[Sequence[Group], Sequence[Group]]:
    """Return the groups in two parts, as nearly of one length as can be."""
    lengths = [2 + sum(1 + len(row.words) // LINE for row in group.rows) for group in groups]
    first = min(range(len(groups)), key=lambda n: abs(sum(lengths[:n]) - sum(lengths[n:])))
    return groups[:first], groups[first:]


def _table(group: Group) -> str:
    """Return a group as rows of a table, with air below it."""
    colour = shade("mark").name()
    rows = [f'<tr><td colspan="2" style="color: {colour}">{tr(group.title)}</td></tr>']
    for one in group.rows:
        # Keys stay in one line, with a little room to their right.
        keys, words = (escape(tr(text).rstrip("…"), quote=False) for text in (one.keys, one.words))
        rows.append(f"<tr><td><b>{keys.replace(' ', SPACE)}</b>{2 * SPACE}</td><td>{words}</td></tr>")
    return "".join(rows) + f"<tr><td>{SPACE}</td></tr>"


def _dialog(parent: QWidget, title: str) -> tuple[QDialog, QVBoxLayout]:
    dialog = QDialog(parent)
    dialog.setWindowTitle(title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setMinimumWidth(NARROW)
    column = QVBoxLayout(dialog)
    # Qt takes wrapped words for as high as a narrow column of them is.
    column.setSizeConstraint(QVBoxLayout.SizeConstraint.SetNoConstraint)
    column.setContentsMargins(18, 18, 18, 14)
    column.setSpacing(10)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, dialog)
    buttons.rejected.connect(dialog.reject)
    column.addWidget(buttons)
    return dialog, column


def ask_tour(parent: QWidget) -> bool:
    """Offer a look around with made-up studies."""
    title, words = (tr(text) for text in WELCOME)
    box = QMessageBox(QMessageBox.Icon.NoIcon, title, title, parent=parent)
    box.setInformativeText(words)
    go = box.addButton(tr("Look around"), QMessageBox.ButtonRole.AcceptRole)
    stay = box.addButton(tr("Not now"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(go)
    box.setEscapeButton(stay)
    box.exec()
    return bool(box.clickedButton() is go)


def ask_leave(parent: QWidget, trouble: Notice) -> bool:
    """Ask whether to close although the latest corrections are not on the disk; staying is the default."""
    box = QMessageBox(QMessageBox.Icon.Warning, tr("Close without saving?"), trouble.sentence, parent=parent)
    box.setInformativeText(tr("{remedy} If you close now, your latest corrections are lost.", remedy=trouble.remedy))
    leave = box.addButton(tr("Close without saving"), QMessageBox.ButtonRole.DestructiveRole)
    stay = box.addButton(tr("Stay"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(stay)
    box.setEscapeButton(stay)
    box.exec()
    return bool(box.clickedButton() is leave)
