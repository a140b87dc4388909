"""The window: worklist and learning left, linked pictures in the middle, tools right. Built without exec."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import Qt, QTimer, Signal
from qtpy.QtWidgets import QSplitter, QVBoxLayout, QWidget

from napari_parotid import looks
from napari_parotid.activity import Activity
from napari_parotid.ahead import Ahead
from napari_parotid.desk import Desk
from napari_parotid.importing import Importer
from napari_parotid.layers import LayerBinding
from napari_parotid.looks import Look
from napari_parotid.mask_in_hand import READ_ONLY
from napari_parotid.panels.common import allow
from napari_parotid.panels.elsewhere import ElsewhereBar
from napari_parotid.panels.heard import name_widgets
from napari_parotid.panels.opening import ask_patient
from napari_parotid.panels.scrolling import scrolled
from napari_parotid.panels.worklist import WorklistPanel, dropped_path
from napari_parotid.surfaces import SurfaceMaker
from napari_parotid.tr import tr
from napari_parotid.views.linked import LinkedCanvases
from napari_parotid.workbench import Workbench
from parotid_app import actions, dialogs
from parotid_app.asking import AskedWindow
from parotid_app.floating import Float
from parotid_app.left import LeftColumn
from parotid_app.remembered import FRAME, as_left, restore
from parotid_app.slice_keys import SliceKeys
from parotid_app.status import StatusLine

if TYPE_CHECKING:
    from napari_parotid.messages import Notice
    from napari_parotid.session import Session
    from napari_parotid.tasks import Tasks
    from parotid_app.settings import Settings

AHEAD_MS = 1000
"""How often it is looked whether there is time to propose ahead."""
LOWEST = 800
"""Height of the lowest screen that all must fit, pixels."""


class MainWindow(AskedWindow):
    """Everything in one window; build it with `build_window`.

    Parameters
    ----------
    session
        What the window shows and acts on; its engine's workspace is open.
    tasks
        The session's executor, shut down when the window is closed.
    settings
        How the window was left.
    """

    closed = Signal(object)
    """The `Settings` to keep."""

    def __init__(self, session: Session, tasks: Tasks, settings: Settings) -> None:
        super().__init__(session, tasks, settings)
        self.setObjectName("parotid-window")
        self.look: Look = Look(settings.theme, settings.text_percent)
        self.setAcceptDrops(True)
        self.canvases: LinkedCanvases = LinkedCanvases()
        # Connected before the layers are: the pictures must be ready when the layers come.
        session.study_changed.connect(self._show_study)
        self.binding: LayerBinding = LayerBinding(session, tasks, self.canvases.viewers[:1], split=True)
        self.binding.seen = lambda: [canvas.viewer for canvas in self.canvases.links.joined]
        self.canvases.links.shows = self.binding.shows
        self.canvases.hung.connect(self._hang)
        self.surfaces = SurfaceMaker(session, tasks, self)
        self.surfaces.made.connect(self.canvases.set_surfaces)
        self.canvases.body_shown.connect(self.surfaces.set_wanted)
        self.bench: Workbench = Workbench(session, self.binding)
        self.desk: Desk = Desk(session, self.binding, self.bench, tasks, self._ask_mask, self._ask_report, self)
        self.importer = Importer(session, tasks)
        self.ahead: Ahead = Ahead(session, tasks, wanted=settings.propose_ahead)
        self.errands = (self.importer, self.desk.reporter, self.ahead)
        Activity(self, session.touch)
        SliceKeys(self, self.canvases.step)
        self._look_ahead = QTimer(self, interval=AHEAD_MS)
        self._look_ahead.timeout.connect(self.ahead.poll)
        self._look_ahead.start()
        self.worklist: WorklistPanel = WorklistPanel(session.engine.store.thumbnail)
        session.reading_order = self.worklist.ids
        self.status = StatusLine()
        if settings.reader:
            session.who = settings.reader
            self.desk.review.set_who(settings.reader)
        session.ask_patient = lambda: ask_patient(self)
        self._released = False
        self._arrange()
        self.lines = actions.build_menus(self)
        self._join_up()
        self.wear(self.look)
        restore(self)
        self._show_study()
        self._show_worklist()
        self._show_model()
        name_widgets(self)
        # Qt would begin with the search, and take the keys of tools for words to look for.
        self.worklist.list.setFocus()

    # -- building --------------------------------------------------------------------------------

    def _arrange(self) -> None:
        desk = self.desk
        # The work under way stands in the status line here; the desk's own bar stays in a drawer that is never opened.
        self._drawer = QWidget(self)
        self._drawer.hide()
        desk.busy.setParent(self._drawer)
        self.left = LeftColumn(self.worklist, desk.study, desk.learning)
        desk.learning.room = self._room_to_learn
        column = QWidget()
        panels = QVBoxLayout(column)
        panels.setContentsMargins(0, 0, 4, 0)
        panels.setSpacing(2)
        for panel in (desk.propose, desk.correct):
            panels.addWidget(panel)
        panels.addStretch(1)
        right = QWidget()
        tools = QVBoxLayout(right)
        tools.setContentsMargins(0, 0, 0, 0)
        tools.setSpacing(2)
        tools.addWidget(scrolled(column), 1)
        # Never scrolled away: accepting is what all the rest is for.
        tools.addWidget(desk.review)
        middle = QWidget()
        pictures = QVBoxLayout(middle)
        pictures.setContentsMargins(4, 4, 4, 0)
        pictures.setSpacing(4)
        pictures.addWidget(self.canvases, 1)
        self.float = Float(desk.notice, middle, lambda: self.canvases.pictures)
        self.columns = QSplitter(Qt.Orientation.Horizontal)
        for widget, stretch in ((self.left, 0), (middle, 1), (right, 0)):
            self.columns.addWidget(widget)
            self.columns.setStretchFactor(self.columns.count() - 1, stretch)
        self.columns.setChildrenCollapsible(False)
        self._narrowest = ((self.left, 260), (right, 296))
        self.elsewhere: ElsewhereBar | None = None
        whole = QWidget()
        rows = QVBoxLayout(whole)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        if self.session.read_only:
            self.elsewhere = ElsewhereBar(lambda: self.session.engine.store.is_free)
            self.elsewhere.work_wanted.connect(self._work_here)
            rows.addWidget(self.elsewhere)
            allow(self.worklist.add_study, False, tr(READ_ONLY))
        rows.addWidget(self.columns, 1)
        self.setCentralWidget(whole)
        self.setStatusBar(self.status)

    def _room_to_learn(self) -> int:
        """Return how high the learning panel can be where the window is as low as it gets."""
        others = (self.menuBar(), self.status, *(self.left.widget(n) for n in range(2)))
        taken: int = sum(one.minimumSizeHint().height() for one in others) + 2 * self.left.handleWidth()
        return LOWEST - taken - FRAME[1]

    def _join_up(self) -> None:
        session = self.session
        self._slots: list[tuple[Any, Any]] = [
            (session.worklist_changed, self._show_worklist),
            (session.state_changed, self._show_state),
            (session.busy_changed, self._show_busy),
            (session.labels_changed, self._show_state),
            (session.clicks_changed, self._show_marks),
            (self.binding.mode_changed, self._show_marks),
            (self.binding.marked, self._show_marked),
            (session.notice, self.float.place),
            (session.model_changed, self._show_model),
            (session.learning_changed, self._show_learning),
            (session.case_changed, self._show_state),
            (self.importer.notice, self._pass_on),
            *((errand.busy_changed, self._show_aside) for errand in self.errands),
        ]
        for signal, slot in self._slots:
            signal.connect(slot)
        self._slots.append((session.study_changed, self._show_study))
        self.desk.review.who_changed.connect(self._show_state)
        self.desk.review.who_changed.connect(self._note_reader)
        self.worklist.study_chosen.connect(session.open_study)
        self.worklist.folder_dropped.connect(self.importer.bring_in)
        self.worklist.report_wanted.connect(self.ask_report_of_all)
        self.worklist.add_wanted.connect(self.ask_folder)
        self.binding.looked.connect(self.canvases.look_at)
        self.binding.failed.connect(self.canvases.say_trouble)
        self.canvases.hovered.connect(self.status.set_place)
        self.canvases.arranged.connect(self._show_state)
        self.status.cancelled.connect(session.cancel)
        self.status.aside_cancelled.connect(self._stop_aside)

    def wear(self, look: Look) -> None:
        """Take on colours and text size, everywhere and at once."""
        self.look = looks.wear(look)
        looks.size_application()
        self.setStyleSheet(looks.window_sheet())
        for column, width in self._narrowest:
            column.setMinimumWidth(round(looks.points(width)))
        self.canvases.size_texts()
        self._show_state()

    # -- beside the study in hand ----------------------------------------------------------------

    def _pass_on(self, notice: Notice) -> None:
        self.session.notice.emit(notice)

    def _stop_aside(self) -> None:
        shown = next((errand for errand in self.errands if errand.busy is not None), None)
        if shown is self.ahead:
            # Or it would begin again by itself.
            self.ahead.stop()
        elif shown is not None:
            shown.cancel()

    def toggle_left(self) -> None:
        """Show or hide worklist and learning."""
        self.left.setVisible(not self.left.isVisible())

    # -- Qt --------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: Any) -> None:
        """Welcome a folder anywhere."""
        if dropped_path(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: Any) -> None:
        """Bring in what was dropped."""
        path = dropped_path(event)
        if path is not None:
            event.acceptProposedAction()
            self.importer.bring_in(path)

    def closeEvent(self, event: Any) -> None:
        """Lose nothing: the journal is on the disk when this returns. Asks only where the disk refuses it."""
        if not self._released:
            if self.session.saving():
                event.ignore()
                return
            trouble = self.session.save()
            if trouble is not None and not dialogs.ask_leave(self, trouble):
                event.ignore()
                return
            self._released = True
            self.closed.emit(as_left(self))
            self._release()
        super().closeEvent(event)

    def _release(self) -> None:
        self.session.cancel()
        self._look_ahead.stop()
        self.session.reading_order = None
        for errand in self.errands:
            errand.cancel()
        with suppress(ValueError):  # no tour waits
            self.session.proposal_changed.disconnect(self._begin_tour)
        self.ahead.disconnect()
        for signal, slot in self._slots:
            signal.disconnect(slot)
        self.surfaces.disconnect_all()
        self.desk.disconnect_all()
        self.binding.disconnect()
        self.tasks.shutdown()
        self.session.end()
        self.canvases.release()


def build_window(session: Session, tasks: Tasks, settings: Settings) -> MainWindow:
    """Return the window, not yet shown."""
    return MainWindow(session, tasks, settings)
