"""The pictures of a study: side by side, in three planes, or one; all at the same place in the patient."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from napari_parotid.looks import tone
from napari_parotid.tr import mark, tr
from napari_parotid.views.arranged import ArrangedPictures
from napari_parotid.views.hanging import MOST, Hanging, hang
from napari_parotid.views.orientation import Convention, Plane, acquired_plane, edge_letters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from napari_parotid.views.canvas import StudyCanvas
    from napari_parotid.views.windowing import Preset
    from parotid_training.volume import Grid

DRAWN_ON = mark("mask drawn on")
"""Stands by the name of the reference."""
NOTHING = mark("Choose a study in the worklist, or drag a folder with DICOM or NIfTI files here.")


class LinkedCanvases(ArrangedPictures):
    """Pictures with a common place, pan and zoom; each sequence has its own window.

    Parameters
    ----------
    count
        Canvases to make; `show_study` shows as many of them as there are sequences.
    """

    hung = Signal()
    """Other sequences, or other canvases, are in use: layers are to follow."""

    def __init__(self, count: int = MOST, parent: QWidget | None = None) -> None:
        super().__init__(count, parent)
        self.setObjectName("linked-canvases")
        self.convention = Convention.RADIOLOGICAL
        self._study = ""
        self._titles: tuple[str, ...] = ()
        self._details: tuple[str, ...] = ()
        self._reference = 0
        self._beside: list[int] = []
        self._planes_of = 0
        self._hung = 0
        """Canvases that have layers of the study: those that a hanging leaves over keep theirs for the next."""
        self.empty = QLabel(tr(NOTHING))
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        tone(self.empty, "faint")
        self._place_widgets()
        for canvas in self.canvases:
            canvas.hide()
            canvas.windowed.connect(lambda one=canvas: self._follow_window(one))
            canvas.sequence_chosen.connect(lambda n, one=canvas: self.choose_sequence(one, n))
            canvas.maximise_asked.connect(lambda one=canvas: self.maximise(None if self.maximised else one))
        self.bar.plane_chosen.connect(self.set_plane)
        self.bar.preset_chosen.connect(self.set_preset)
        self.bar.fit_asked.connect(self.fit)
        self.bar.hanging_chosen.connect(self.set_hanging)
        self.bar.crosshair_chosen.connect(self.set_crosshair)
        self._switch()

    def _place_widgets(self) -> None:
        middle = QHBoxLayout()
        middle.setSpacing(4)
        middle.addLayout(self._grid, 1)
        middle.addWidget(self.slider)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.bar)
        layout.addLayout(middle, 1)
        layout.addWidget(self.empty, 1)

    # -- the study -------------------------------------------------------------------------------

    @property
    def viewers(self) -> list[Any]:
        """The viewer of each canvas."""
        return [canvas.viewer for canvas in self.canvases]

    @property
    def with_layers(self) -> list[StudyCanvas]:
        """The canvases that layers are to be made for."""
        return self.canvases[: self._hung]

    def show_study(
        self,
        grid: Grid | None,
        titles: Sequence[str] = (),
        reference: int = 0,
        absent: Sequence[str] = (),
        *,
        details: Sequence[str] = (),
        study: str = "",
    ) -> None:
        """Make ready for a study's layers, which come afterwards; None for no study.

        Parameters
        ----------
        grid
            The reference's native grid.
        titles
            One a sequence, in the study's order; the first of them and the reference are shown, the others can be
            chosen.
        reference
            Which sequence is the reference.
        absent
            Sequences one would look for that the study does not have; said in the place that is left over, if any.
        details
            More on each sequence, for who chooses one.
        study
            Its id: what is shown of a study stays while it is the same.
        """
        self.spare.setText(tr("Empty: not in this study: {sequences}", sequences=", ".join(absent)) if absent else "")
        if study != self._study or len(titles) != len(self._titles):
            self._beside = list(range(min(len(titles), len(self.canvases))))
            if self._beside and reference not in self._beside:
                self._beside[-1] = reference
            self._planes_of = reference
            self._hung = 0
            # Another patient's body must not stay until this one's is made.
            self.set_surfaces({})
        new = grid is None or self._view is None or not self._view.grid.same_as(grid)
        self._study, self._titles, self._details, self._reference = study, tuple(titles), tuple(details), reference
        self._view = None if grid is None else grid.canonical()
        if grid is not None and new:
            self._fitted = True
            self.plane = acquired_plane(grid)
        # What goes goes first: beside it, what comes would be given another size and drawn for that.
        for act in (self._hang, self._switch) if grid is None else (self._switch, self._hang):
            act()

    def _hang(self) -> None:
        """Show what is to be shown, each on its canvas."""
        panes = hang(self.hanging, self._beside, self._planes_of, self.plane) if self._view is not None else ()
        self._shown = len(panes)
        self._hung = max(self._hung, self._shown)
        if self.maximised is not self.body and self.maximised not in self.shown:
            self.maximised = None
        # A picture that is turned fits itself: not for the others to follow.
        with self.links.held():
            for canvas, pane in zip(self.canvases, panes, strict=False):
                note = tr(DRAWN_ON) if pane.sequence == self._reference else ""
                canvas.set_sequence(pane.sequence, self._titles, note, self._details)
                self._turn(canvas, pane.plane)
        self.bar.set_hanging(self.hanging, self.plane)
        self._arrange(anew=True)
        self._settle.start()
        self.hung.emit()

    def _turn(self, canvas: StudyCanvas, plane: Plane) -> None:
        edges = None if self._view is None else edge_letters(self._view, plane, self.convention)
        canvas.set_plane(plane, edges, self.convention.horizontal(plane))

    def choose_sequence(self, canvas: StudyCanvas, sequence: int) -> None:
        """Show another sequence in a picture, or in all three planes."""
        if self._planes_shown:
            self._planes_of = sequence
        else:
            self._beside[self.canvases.index(canvas)] = sequence
        self._hang()

    def size_texts(self) -> None:
        """Write over the pictures at the text size of now."""
        for canvas in self.canvases:
            canvas.overlay.update()
            canvas.choice.fit()
        if self.body is not None:
            self.body.overlay.update()

    def set_reading(self, words: str) -> None:
        """Say in the middle what is being read while there is no study; "" says what to do."""
        self.empty.setText(words or tr(NOTHING))

    def say_trouble(self) -> None:
        """Say in every picture that did not come that it will not."""
        for canvas in self.shown:
            canvas.set_trouble(tr("Empty: it could not be shown"))

    def _switch(self) -> None:
        self.bar.setVisible(self._view is not None)
        self.empty.setVisible(self._view is None)

    # -- the hanging -----------------------------------------------------------------------------

    def set_hanging(self, hanging: Hanging) -> None:
        """Arrange the pictures in another way; the one under the mouse, or the first, becomes the one picture."""
        if self._view is None:
            return
        under_mouse = next((canvas for canvas in self.shown if canvas.native.underMouse()), self.canvases[0])
        if self._planes_shown:
            under_mouse = self.canvases[0]
        self._planes_shown = hanging is Hanging.PLANES
        self.maximised = under_mouse if hanging is Hanging.ONE else None
        self._fitted = True
        self._hang()
        self.arranged.emit()

    def next_hanging(self) -> None:
        """Arrange the pictures in the next way."""
        self.set_hanging(self.hanging.following)

    def set_plane(self, plane: Plane) -> None:
        """Show slices of another plane through the same place; side by side, if there were three planes."""
        if self.maximised is self.body:  # which has no slices
            self.maximised = None
        self.plane, self._planes_shown, self._fitted = plane, False, True
        self._hang()
        self.fit()

    def set_convention(self, convention: Convention) -> None:
        """Choose on which side of the screen the patient's right lies."""
        self.convention = convention
        with self.links.held():
            for canvas in self.shown:
                self._turn(canvas, canvas.plane)
        self.arranged.emit()

    def set_preset(self, preset: Preset) -> None:
        """Choose the window of every picture."""
        for canvas in self.shown:
            canvas.set_preset(preset)

    def set_crosshair(self, shown: bool) -> None:
        """Mark the place with lines in all pictures, or no longer."""
        self.crosshair = shown
        self.bar.set_crosshair(shown)
        self._tell_place()
        self.arranged.emit()

    def _follow_window(self, leader: StudyCanvas) -> None:
        """A sequence has one window in all its pictures."""
        for canvas in self.shown:
            if canvas is not leader and canvas.sequence == leader.sequence and leader.window is not None:
                canvas.set_window(leader.window)
