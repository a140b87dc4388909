"""The few windows over the window: about, keys, files to choose."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtCore import Qt
from qtpy.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFrame,
    QGridLayout,
    QLabel,
    QMessageBox,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from napari_parotid.looks import points, tone
from napari_parotid.panels.busy import DISCLAIMER
from napari_parotid.panels.common import sentence
from napari_parotid.tools import TOOLS
from napari_parotid.tr import mark, tr
from napari_parotid.views.bar import CROSSHAIR_KEY, HANGING_KEY
from parotid_app.tour import WELCOME

if TYPE_CHECKING:
    from napari_parotid.messages import Notice

NIFTI = "NIfTI (*.nii *.nii.gz)"
NARROW = 460
"""Least width of a window over the window, pixels at the usual text size."""
MOUSE = (
    (mark("Wheel, Up, Down"), mark("Next or previous slice")),
    (mark("Ctrl + wheel"), mark("Zoom at the mouse")),
    (mark("Middle drag"), mark("Move the picture")),
    (mark("Right drag"), mark("Window: to the right wider, downwards brighter")),
    (mark("Double right click"), mark("Automatic window for this picture")),
    (mark("Double click"), mark("This picture alone, and back (with the Move tool)")),
    (mark("Shift + click"), mark("This place in all pictures; so does a click with the Move tool")),
    (mark("Click on a name"), mark("Another sequence in this picture")),
    (HANGING_KEY, mark("Sequences side by side, three planes with the mask in 3D, or one picture")),
    (CROSSHAIR_KEY, mark("Mark the place in all pictures")),
)
"""What the mouse does on a picture."""


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
        tr("Everything stays on this computer: the program opens no network connection."),
        tr("Workspace: {workspace}", workspace=workspace),
        tr("BSD 3-Clause licence. Built on napari, Qt, PyTorch, SimpleITK, pydicom and nibabel."),
    ):
        column.insertWidget(column.count() - 1, sentence(words))
    column.insertStretch(column.count() - 1)
    for label in dialog.findChildren(QLabel):
        label.ensurePolished()  # or they would be measured in another font
    width = round(points(NARROW))
    dialog.resize(width, column.totalHeightForWidth(width))
    return dialog


def keys(parent: QWidget) -> QDialog:
    """Return the list of what mouse and keys do."""
    dialog, column = _dialog(parent, tr("Mouse and keys"))
    grid = QGridLayout()
    grid.setHorizontalSpacing(18)
    lines = [*((tr(key), tr(words)) for key, words in MOUSE), *((tool.keys, tr(tool.tip)) for tool in TOOLS)]
    for n, (key, words) in enumerate(lines):
        name = QLabel(key.upper() if len(key) == 1 else key)
        tone(name, "strong")
        grid.addWidget(name, n, 0)
        grid.addWidget(QLabel(words), n, 1)
    sheet = QWidget()
    sheet.setLayout(grid)
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setWidget(sheet)
    column.insertWidget(0, area)
    # As much of it as the screen holds.
    room = parent.screen().availableSize()
    dialog.resize(
        min(sheet.sizeHint().width() + 70, room.width()), min(sheet.sizeHint().height() + 90, room.height() - 60)
    )
    return dialog


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


def ask_folder(parent: QWidget, title: str, start: Path | None = None) -> Path | None:
    """Ask for a folder; None if the reader thinks better of it."""
    chosen = QFileDialog.getExistingDirectory(parent, title, str(start or ""))
    return Path(chosen) if chosen else None


def ask_file(parent: QWidget, title: str) -> Path | None:
    """Ask for a NIfTI file."""
    chosen, _ = QFileDialog.getOpenFileName(parent, title, "", NIFTI)
    return Path(chosen) if chosen else None


def ask_export(parent: QWidget, name: str) -> Path | None:
    """Ask where to write a segmentation."""
    chosen, _ = QFileDialog.getSaveFileName(parent, tr("Export segmentation"), f"{name}.nii.gz", NIFTI)
    if not chosen:
        return None
    path = Path(chosen)
    return path if path.name.endswith((".nii", ".nii.gz")) else path.with_name(f"{path.name}.nii.gz")


def ask_report(parent: QWidget, name: str) -> Path | None:
    """Ask where to write a report."""
    chosen, _ = QFileDialog.getSaveFileName(parent, tr("Report"), tr("{name} report.pdf", name=name), "PDF (*.pdf)")
    if not chosen:
        return None
    path = Path(chosen)
    return path if path.suffix.lower() == ".pdf" else path.with_name(f"{path.name}.pdf")


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
