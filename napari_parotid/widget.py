"""The dock widget: one column of panels beside napari's canvas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from napari.settings import get_settings
from napari.utils.theme import get_theme
from qtpy.QtCore import QEvent, Qt, QTimer
from qtpy.QtWidgets import QCheckBox, QSizePolicy, QVBoxLayout, QWidget

from napari_parotid import looks
from napari_parotid.activity import Activity
from napari_parotid.desk import Desk
from napari_parotid.language import speak
from napari_parotid.layers import LayerBinding
from napari_parotid.looks import Look
from napari_parotid.mask_in_hand import READ_ONLY
from napari_parotid.messages import describe
from napari_parotid.panels import files
from napari_parotid.panels.busy import DISCLAIMER, BusyBar, NoticeBar
from napari_parotid.panels.common import allow, button, sentence
from napari_parotid.panels.elsewhere import ElsewhereBar
from napari_parotid.panels.heard import name_widgets
from napari_parotid.panels.opening import OpeningPanel, ask_patient
from napari_parotid.panels.reveal import Reveal
from napari_parotid.panels.scrolling import scrolled
from napari_parotid.session import Session
from napari_parotid.tasks import Tasks
from napari_parotid.tr import tr
from napari_parotid.views.letters import ViewerLetters, canvas_of
from napari_parotid.views.orientation import Convention
from napari_parotid.views.upright import Upright
from napari_parotid.workbench import Workbench
from napari_parotid.workspace_place import remember_workspace, workspace_path

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from napari_parotid.doors import EngineDoor


def _nothing() -> None:
    """Nothing was opened yet."""


class ParotidWidget(QWidget):
    """Open, propose, correct, accept and learn, in napari.

    Parameters
    ----------
    napari_viewer
        The napari viewer it is docked to; napari hands it to a parameter of this name.
    engine
        An engine whose workspace is open; None opens the reader's own workspace.
    """

    def __init__(self, napari_viewer: Any, engine: EngineDoor | None = None) -> None:
        super().__init__()
        speak()
        # From its own menu napari hands out a proxy that warns at every private name, of which our tools need some.
        self.viewer = getattr(napari_viewer, "__wrapped__", napari_viewer)
        self.session: Session | None = None
        self.end: Callable[[], None] = _nothing
        """Put the work away and let go of everything; called by itself when the widget goes."""
        self.desk: Desk | None = None
        self._proposal: Any = None
        """The proposal whose tools were brought into view last."""
        self._outer = QVBoxLayout(self)
        self._outer.setContentsMargins(0, 0, 0, 0)
        self._outer.setSpacing(0)
        self.setMinimumWidth(300)
        # Or napari fills half of the dock with air, whenever it takes it for a narrow one.
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self._column: QWidget | None = None
        disclaimer = sentence(tr(DISCLAIMER), faint=True)
        disclaimer.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._outer.addWidget(disclaimer)
        self._follow_theme()
        theme, follow = get_settings().appearance.events.theme, self._follow_theme
        theme.connect(follow)
        self.destroyed.connect(lambda _: theme.disconnect(follow))
        if engine is not None:
            self._join(engine, owned=False)
        else:
            # The window is shown first: a workspace on a slow disk must not keep it waiting.
            QTimer.singleShot(0, self._open_workspace)

    def _follow_theme(self, event: Any = None) -> None:
        """Look as napari does."""
        looks.wear(Look(get_theme(get_settings().appearance.theme).type))
        self.setStyleSheet(looks.sheet())

    # -- workspace -------------------------------------------------------------------------------

    def _open_workspace(self) -> None:
        from parotid_training.engine import Engine

        try:
            engine = Engine.enter(workspace_path())
        except Exception as error:
            bar = NoticeBar()
            bar.set_notice(describe(error, tr("opening the workspace")))
            other = button(tr("Other workspace…"), "fa6s.folder-open", tr("Choose another folder for your work"))
            other.clicked.connect(self._choose_workspace)
            column = QWidget()
            layout = QVBoxLayout(column)
            layout.addWidget(bar)
            layout.addWidget(other)
            layout.addStretch(1)
            self._set_column(column)
            return
        try:
            self._join(engine, owned=True)
        except BaseException:
            # Or its lock would keep the reader out until napari is closed.
            engine.close()
            raise

    def _choose_workspace(self) -> None:
        chosen = files.ask_folder(self, tr("Folder for your work"), workspace_path())
        if chosen is not None:
            remember_workspace(chosen)
            self._open_workspace()

    # -- building --------------------------------------------------------------------------------

    def _join(self, engine: Any, *, owned: bool) -> None:
        tasks = Tasks(self)
        session = Session(engine, tasks)
        session.ask_patient = lambda: ask_patient(self)
        binding = LayerBinding(session, tasks, [self.viewer])
        desk = Desk(session, binding, Workbench(session, binding), tasks, self._ask_mask, self._ask_report, self)
        Activity(self, session.touch)
        self.session, self.desk, self.binding = session, desk, binding
        self.opening = self._make_opening(session)
        self.upright = Upright(self.viewer, lambda: session.study is not None)
        self.letters = ViewerLetters(
            self.viewer, lambda: None if session.study is None else session.study.grid, lambda: binding.marks
        )
        self._set_column(self._make_column(session, desk))
        letters, upright = self.letters, self.upright
        links: list[tuple[Any, Callable[..., Any]]] = [
            # Connected after the layers are: they say in which plane the study is shown.
            (session.study_changed, upright.turn),
            (session.study_changed, letters.write),
            (session.study_changed, self._show_worklist),
            (session.worklist_changed, self._show_worklist),
            (session.clicks_changed, letters.write),
            (session.proposal_changed, self._show_tools),
            (binding.mode_changed, letters.write),
            (binding.marked, letters.show_marked),
            (desk.reporter.busy_changed, self._errand.set_busy),
            (self.viewer.layers.events.removing, self._make_current),
        ]
        for signal, slot in links:
            signal.connect(slot)
        self._show_worklist()

        def end() -> None:
            if not links:
                return
            while links:
                signal, slot = links.pop()
                signal.disconnect(slot)
            desk.disconnect_all()
            binding.disconnect()
            letters.release()
            upright.release()
            tasks.shutdown()
            session.end()
            if owned:
                engine.close()

        # `destroyed` comes when the Qt half of this object is gone: the slot must not need it.
        self.end = end
        self.destroyed.connect(lambda _: end())

    def _make_opening(self, session: Session) -> OpeningPanel:
        opening = OpeningPanel()
        opening.folder_wanted.connect(self._ask_folder)
        opening.file_wanted.connect(self._ask_file)
        opening.study_wanted.connect(session.open_study)
        opening.report_wanted.connect(self._report_all)
        if session.read_only:
            for door in (opening.folder, opening.file):
                allow(door, False, tr(READ_ONLY))
        return opening

    def _make_column(self, session: Session, desk: Desk) -> QWidget:
        """Return all panels; what is said, and accepting, stay in view however far the rest is scrolled."""
        column = QWidget()
        layout = QVBoxLayout(column)
        layout.setContentsMargins(0, 0, 4, 0)
        layout.setSpacing(2)
        for panel in (self.opening, desk.study, self._side(), desk.propose, desk.correct, desk.learning):
            layout.addWidget(panel)
        layout.addStretch(1)
        whole = QWidget()
        outer = QVBoxLayout(whole)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(2)
        if session.read_only:
            elsewhere = ElsewhereBar(lambda: session.engine.store.is_free)
            elsewhere.work_wanted.connect(self._work_here)
            outer.addWidget(elsewhere)
        self._errand = BusyBar()
        self._errand.cancelled.connect(desk.reporter.cancel)
        for bar in (desk.notice, desk.busy, self._errand):
            outer.addWidget(bar)
        area = scrolled(column)
        self._reveal = Reveal(area, desk.correct, desk.correct.buttons["pan_zoom"])
        outer.addWidget(area, 1)
        # Accepting is what all the rest is for: in reach on a low screen.
        outer.addWidget(desk.review)
        return whole

    def _show_tools(self) -> None:
        """A proposal is there to be corrected, and the tools for it may lie below what is seen."""
        assert self.session is not None
        came, self._proposal = self.session.proposal is not self._proposal, self.session.proposal
        if came and self._proposal is not None:
            self._reveal.reveal()

    def _side(self) -> QWidget:
        """Return the switch between a radiologist's and a neurologist's view."""
        self.side = QCheckBox(tr("Patient's right on the right"))
        self.side.setToolTip(tr("As seen from the head; otherwise as seen from the feet, as radiologists do"))
        self.side.setChecked(self.upright.convention is Convention.NEUROLOGICAL)
        self.side.toggled.connect(self.upright.set_neurological)
        holder = QWidget()
        QVBoxLayout(holder).addWidget(self.side)
        return holder

    def event(self, event: Any) -> bool:
        """Finish before the window that holds this widget goes."""
        if event.type() == QEvent.Type.DeferredDelete:
            self.end()
        return bool(super().event(event))

    def _work_here(self) -> None:
        """Open the workspace anew, to write in it, with the study that is looked at."""
        study_id = self.session.study_id if self.session is not None else ""
        self.binding.take_away()
        self.end()
        self.session = self.desk = None
        self._open_workspace()
        self._open_again(study_id)

    def _open_again(self, study_id: str) -> None:
        if self.session is not None and study_id:
            self.session.open_study(study_id)

    def _set_column(self, column: QWidget) -> None:
        if self._column is not None:
            self._column.deleteLater()
        self._column = column
        self._outer.insertWidget(0, column, 1)
        name_widgets(column)

    def _make_current(self, event: Any = None) -> None:
        # napari frees a layer's buffers at once, in whatever context is current. With a dock that draws itself this
        # may be Qt's own, and the next drawing ends the program.
        native = canvas_of(self.viewer)
        if native.isValid():
            native.makeCurrent()

    def _show_worklist(self) -> None:
        if self.session is not None:
            self.opening.set_worklist(self.session.records, self.session.study_id)

    # -- asking ----------------------------------------------------------------------------------

    def _ask_folder(self) -> None:
        chosen = files.ask_folder(self, tr("Open a study"))
        if chosen is not None and self.session is not None:
            self.session.open_path(chosen)

    def _ask_file(self) -> None:
        chosen = files.ask_file(self, tr("Open a study"))
        if chosen is not None and self.session is not None:
            self.session.open_path(chosen)

    def _ask_mask(self) -> Path | None:
        return files.ask_file(self, tr("Start from a mask"))

    def _ask_report(self) -> Path | None:
        assert self.session is not None
        return files.ask_report_to_write(self, self.session.record.title)

    def _report_all(self) -> None:
        chosen = files.ask_folder_for_reports(self, tr("Folder for the report of all studies"))
        if chosen is not None and self.desk is not None:
            self.desk.reporter.report_all(chosen)
