"""What the window shows of the session: the study and its pictures, the worklist, the work under way, the version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.QtWidgets import QAbstractButton, QMainWindow

from napari_parotid.pictures import titles
from napari_parotid.tr import tr
from parotid_app import actions
from parotid_training.study import FED_ROLES

if TYPE_CHECKING:
    from napari_parotid.errand import Errand
    from napari_parotid.layers import LayerBinding
    from napari_parotid.messages import Busy, LearningStatus
    from napari_parotid.panels.worklist import WorklistPanel
    from napari_parotid.session import Session
    from napari_parotid.views.linked import LinkedCanvases
    from napari_parotid.views.links import World
    from parotid_app.status import StatusLine
    from parotid_training.workspace.screenings import Question


class ShownWindow(QMainWindow):
    """A window that follows its session; its parts are `MainWindow`'s.

    Parameters
    ----------
    session
        What is shown.
    """

    canvases: LinkedCanvases
    binding: LayerBinding
    worklist: WorklistPanel
    status: StatusLine
    errands: tuple[Errand, ...]
    """What goes on beside the study in hand."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session: Session = session
        self._keys_for = ""
        self._left_out: tuple[Question, ...] = ()
        """What the worklist says was left out of learning."""

    def _show_study(self) -> None:
        session = self.session
        study = session.study
        if study is None:
            self.canvases.show_study(None)
            self.setWindowTitle("napari-parotid")
        else:
            absent = [role.value for role in FED_ROLES if role not in study.roles]
            details = [sequence.name for sequence in study.sequences]
            self.canvases.show_study(
                study.grid, titles(study), study.reference, absent, details=details, study=session.study_id
            )
            self.setWindowTitle(f"{session.record.title} – napari-parotid")
            self._let_go_of_buttons()
        if hasattr(self, "lines"):
            self._show_worklist()
            self._show_state()

    def _let_go_of_buttons(self) -> None:
        """Take the keys from a button of the study before: Space, which moves the picture, would press it."""
        if self.session.study_id != self._keys_for:
            self._keys_for = self.session.study_id
            if isinstance(self.focusWidget(), QAbstractButton):
                self.worklist.list.setFocus()

    def _hang(self) -> None:
        """Have the layers follow what hangs where."""
        canvases = self.canvases.with_layers
        if canvases:
            self.binding.hang([canvas.viewer for canvas in canvases], [canvas.sequence for canvas in canvases])

    def _show_worklist(self) -> None:
        learning = self.session.learning
        versions = {version.model_id: version.title for version in learning.versions}
        left_out = {one.study_id: tr(one.doubt.sentence) for one in learning.left_out}
        self._left_out = learning.left_out
        self.worklist.set_records(self.session.records, self.session.study_id, versions, left_out)

    def _show_state(self, _: Any = None) -> None:
        actions.allow(self, self.lines)

    def _show_busy(self, busy: Busy | None) -> None:
        self.status.set_busy(busy)
        self.canvases.set_reading(f"{busy.words} …" if busy is not None else "")
        self._show_state()

    def _show_aside(self, _: Any = None) -> None:
        """Show the first of what goes on beside the study in hand."""
        self.status.set_aside(next((errand.busy for errand in self.errands if errand.busy is not None), None))
        self._show_state()

    def _show_marks(self, _: Any = None) -> None:
        self.canvases.set_marks(self.binding.marks)

    def _show_marked(self, world: World | None) -> None:
        self._show_marks()
        if world is not None:
            self.canvases.centre_on(world)

    def _show_model(self, _: Any = None) -> None:
        versions = self.session.learning.versions
        self.status.set_model(next((version.title for version in versions if version.current), ""))

    def _show_learning(self, status: LearningStatus) -> None:
        if status.left_out != self._left_out:
            self._show_worklist()
        self._show_model()
        self._show_state()
