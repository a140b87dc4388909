"""Opening: a folder, a file, or a study of the worklist."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QSignalBlocker, Signal

from napari_parotid.panels.common import Panel, ask_text, button, long_list, row
from napari_parotid.tr import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qtpy.QtWidgets import QWidget


def ask_patient(parent: QWidget) -> str:
    """Ask whose study it is, where the files do not say; "" if nobody knows."""
    return ask_text(
        parent,
        tr("Whose study is it?"),
        tr(
            "These files name no patient. Type a patient number, so that studies of one patient are kept together "
            "when the model learns. Only a code made from it is kept. Leave it empty if you do not know."
        ),
    )


class OpeningPanel(Panel):
    """Two buttons and the worklist in one line."""

    folder_wanted = Signal()
    file_wanted = Signal()
    study_wanted = Signal(str)
    report_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Open"), parent)
        self.folder = button(
            tr("Folder…"), "fa6s.folder-open", tr("Open a folder of DICOM or NIfTI files as one study")
        )
        self.file = button(tr("File…"), "fa6s.file-medical", tr("Open one NIfTI file as a study"))
        self.folder.clicked.connect(self.folder_wanted)
        self.file.clicked.connect(self.file_wanted)
        self.add(row(self.folder, self.file))
        self.worklist = self.add(long_list())
        self.worklist.setToolTip(tr("The studies of your workspace"))
        self.worklist.setPlaceholderText(tr("Worklist"))
        self.worklist.activated.connect(lambda n: self.study_wanted.emit(self.worklist.itemData(n)))
        report = button(
            tr("Report of all…"), "fa6s.file-pdf", tr("Volumes and diameters of all accepted studies, as PDF and table")
        )
        report.clicked.connect(self.report_wanted)
        self.add(report)

    def set_worklist(self, records: Sequence[Any], study_id: str) -> None:
        """Show the worklist, newest first, with the open study chosen."""
        with QSignalBlocker(self.worklist):
            self.worklist.clear()
            for record in reversed(records):
                self.worklist.addItem(f"{record.title} · {tr(record.state.value)}", record.study_id)
            self.worklist.setCurrentIndex(self.worklist.findData(study_id) if study_id else -1)
