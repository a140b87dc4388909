"""What the reader asks of the window in its menus: files, reports, another workspace, the demo, a look around."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import Signal

from napari_parotid.loading import moment
from napari_parotid.messages import Busy, Notice, describe
from napari_parotid.panels import files
from napari_parotid.tr import tr
from parotid_app import dialogs
from parotid_app.shown import ShownWindow
from parotid_app.tour import Tour
from parotid_training.volume import LabelMap

if TYPE_CHECKING:
    from pathlib import Path

    from napari_parotid.desk import Desk
    from napari_parotid.session import Session
    from napari_parotid.tasks import Tasks
    from parotid_app.settings import Settings


class AskedWindow(ShownWindow):
    """A window that knows what it is asked for; how it is built is `MainWindow`'s.

    Parameters
    ----------
    session, tasks, settings
        As in `MainWindow`.
    """

    workspace_wanted = Signal(object, str)
    """A workspace's `Path` and the id of a study to open in it, or ""; whoever runs the window opens them."""
    demo_wanted = Signal()
    """The window was closed to open the demo, with its made-up studies."""
    home_wanted = Signal()
    """The window was closed to leave the demo for the reader's own work."""
    settings_changed = Signal(object)
    """The `Settings` to keep at once: the program may end without closing its window."""
    desk: Desk

    def __init__(self, session: Session, tasks: Tasks, settings: Settings) -> None:
        super().__init__(session)
        self.tasks = tasks
        self.settings = settings
        self.is_demo: bool = False
        """Whether its workspace is the demo's; whoever runs the window knows."""
        self.tour: Tour | None = None

    # -- files -----------------------------------------------------------------------------------

    def ask_folder(self) -> None:
        """Open a folder of the reader's choice."""
        path = files.ask_folder(self, tr("Folder of the study"))
        if path is not None:
            self.session.open_path(path)

    def ask_file(self) -> None:
        """Open a NIfTI file of the reader's choice."""
        path = files.ask_file(self, tr("Open a NIfTI file as a study"))
        if path is not None:
            self.session.open_path(path)

    def _ask_mask(self) -> Path | None:
        return files.ask_file(self, tr("Start from a mask"))

    def _ask_report(self) -> Path | None:
        return files.ask_report_to_write(self, self.session.record.title)

    def ask_report_of_all(self) -> None:
        """Report on all studies into a folder of the reader's choice."""
        folder = files.ask_folder_for_reports(self, tr("Folder for the report of all studies"))
        if folder is not None:
            self.desk.reporter.report_all(folder)

    def ask_export(self) -> None:
        """Write the mask where the reader says."""
        path = self.desk.asked_of_study(self._ask_export)
        if path is not None:
            self.export(path)

    def _ask_export(self) -> Path | None:
        name = f"{self.session.record.title}.nii.gz"
        return files.ask_file_to_write(self, tr("Export mask"), name, files.NIFTI, ".nii.gz", ".nii")

    def export(self, path: Path) -> None:
        """Write the mask on the reference's native grid: integer labels 0, 1 (gland), 2 (tumour)."""
        study, labels = self.session.study, self.session.labels
        if study is None or labels is None:
            return
        label_map = LabelMap(study.grid, labels.copy())
        notice = self.session.notice

        def write(report: Any, cancelled: Any) -> None:
            from parotid_training.io.nifti import write_label_map

            write_label_map(path, label_map)

        self.tasks(
            write,
            lambda _: notice.emit(Notice(tr("The mask was written to {name}.", name=path.name))),
            lambda error: notice.emit(describe(error, tr("writing the mask"))),
            lane="files",
            must_finish=True,
        )

    # -- other workspaces --------------------------------------------------------------------------

    def ask_workspace(self) -> None:
        """Let the reader choose another workspace."""
        path = files.ask_folder(self, tr("Choose the folder of your workspace"), self.session.engine.store.path)
        if path is not None and path != self.session.engine.store.path:
            if self.close():
                self.workspace_wanted.emit(path, "")

    def _work_here(self) -> None:
        """Open the workspace anew, to write in it, with the study that is looked at."""
        path, study_id = self.session.engine.store.path, self.session.study_id
        if self.close():
            self.workspace_wanted.emit(path, study_id)

    # -- the demo ----------------------------------------------------------------------------------

    def open_demo(self) -> None:
        """Go to the made-up studies."""
        if self.close():
            self.demo_wanted.emit()

    def leave_demo(self) -> None:
        """Go back to the reader's own work."""
        if self.close():
            self.home_wanted.emit()

    def fill_demo(self) -> None:
        """Make the synthetic studies that are not there yet, then open the first; the window stays usable."""
        session = self.session
        if session.read_only:
            return

        def report(fraction: float, words: str) -> None:
            self.status.set_busy(Busy(tr(words), fraction, can_cancel=False))
            self.canvases.set_reading(f"{tr(words)} …")
            self._show_worklist()

        def done(_: Any) -> None:
            self._show_busy(session.busy)
            self._show_worklist()
            if session.study is None and session.busy is None and session.records:
                session.open_study(session.records[0].study_id)

        def failed(error: BaseException) -> None:
            self._show_busy(session.busy)
            session.notice.emit(describe(error, tr("making the synthetic studies")))

        def make(report: Any, cancelled: Any) -> None:
            from parotid_training.workspace.demo import add_demo_studies

            add_demo_studies(session.engine.store, progress=report, cancelled=cancelled)

        self.tasks(
            make,
            done,
            failed,
            progress=report,
            lane="files",
        )

    # -- a look around -----------------------------------------------------------------------------

    def welcome(self) -> None:
        """Offer the first look around, once; later say where the reader left off."""
        self._say_unfinished()
        if self.settings.toured:
            return
        if self.is_demo:
            self.session.proposal_changed.connect(self._begin_tour)
        elif not self.session.records:
            if dialogs.ask_tour(self):
                # It begins there, and counts from then on.
                self.open_demo()
            else:
                self._note_toured()

    def _say_unfinished(self) -> None:
        session = self.session
        last = session.engine.store.drafted_last()
        if last is None or session.study is not None or session.busy is not None or session.read_only:
            return
        record, when = last
        words = tr("Your work of {when} on {study} is not finished.", when=moment(when), study=record.title)
        session.notice.emit(Notice(words, tr("Choose the study in the worklist to go on.")))

    def _begin_tour(self) -> None:
        """Begin as soon as there is a proposal to speak of."""
        if self.session.proposal is not None:
            self.session.proposal_changed.disconnect(self._begin_tour)
            self.start_tour()

    def start_tour(self) -> None:
        """Show the cards, from the first one."""
        if self.tour is None:
            self.tour = Tour(self)
            self.tour.ended.connect(self._end_tour)
            self._note_toured()

    def _end_tour(self) -> None:
        self.tour = None
        self.worklist.list.setFocus()

    def _note_toured(self) -> None:
        self.settings = replace(self.settings, toured=True)
        self.settings_changed.emit(self.settings)

    def _note_reader(self) -> None:
        """Kept at once: a name that is lost with a crash would be another one under the next mask."""
        if self.desk.reader != self.settings.reader:
            self.settings = replace(self.settings, reader=self.desk.reader)
            self.settings_changed.emit(self.settings)

    def show_keys(self) -> None:
        """Show what mouse and keys do."""
        dialogs.keys(self).show()

    def show_about(self) -> None:
        """Say what this program is, and what it is not."""
        dialogs.about(self, self.session.engine.store.path).show()
