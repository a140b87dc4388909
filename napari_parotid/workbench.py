"""A session and its layers in one hand: what tools, keys, panels and the app act on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from psygnal import Signal

from napari_parotid.messages import Notice
from napari_parotid.tools import TOOLS
from napari_parotid.tr import tr

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from napari_parotid.edits import Edit
    from napari_parotid.layers import LayerBinding
    from napari_parotid.session import Session
    from napari_parotid.tools import Tool
    from parotid_training.labels import Structure


class Workbench:
    """Carries the tools out.

    Parameters
    ----------
    session
        The study in hand.
    binding
        Its layers.
    """

    accept_wanted = Signal()
    """A key asked for acceptance; who holds the reader's answers accepts."""

    def __init__(self, session: Session, binding: LayerBinding) -> None:
        self.session = session
        self.binding = binding
        binding.bind_keys(self.keys())

    def keys(self) -> dict[str, Callable[[Any], Any]]:
        """Return napari key bindings of all tools."""
        return {tool.key: self._press(tool) for tool in TOOLS}

    def use(self, tool: Tool) -> None:
        """Carry a tool out."""
        tool.act(self)

    def _press(self, tool: Tool) -> Callable[[Any], Any]:
        release = tool.release

        def tap(_: Any = None) -> None:
            self.use(tool)

        def hold(_: Any = None) -> Iterator[None]:
            self.use(tool)
            yield
            if release is not None:
                release(self)

        press: Callable[[Any], Any] = tap if release is None else hold

        # napari asks for the name of what a key does.
        press.__name__ = tool.name
        press.__doc__ = tr(tool.tip)
        return press

    def set_mode(self, mode: str) -> None:
        """Choose what the mouse does."""
        self.binding.set_mode(mode)

    def set_structure(self, structure: Structure) -> None:
        """Choose what is painted."""
        self.session.set_structure(structure)

    def toggle_lock(self, structure: Structure) -> None:
        """Keep a structure as it is, or no longer."""
        self.session.set_lock(structure, structure not in self.session.locks)

    def toggle_range(self) -> None:
        """Draw on a range of signals only, or on all."""
        self.binding.set_range_on(not self.binding.range_on)

    def change(self, edit: Edit) -> None:
        """Change the whole mask, as one operation."""
        if self.binding.shown:
            scene = self.binding.scene()
            self.session.change(
                lambda labels: edit.make(replace(scene, labels=labels)),
                tr(edit.doing),
                tr(edit.nothing),
                tr(edit.remedy),
            )

    def copy_slice(self, edit: Edit, slices: int) -> None:
        """Copy the slice in view so many slices on, and go there."""
        if self.session.editable and self.binding.shown:
            self.change(edit)
            self.binding.step(slices)

    def scale_radius(self, factor: float) -> None:
        """Make the brush larger or smaller."""
        self.session.set_radius(self.session.radius_mm * factor)

    def toggle_mask(self) -> None:
        """Show or hide the mask."""
        self.binding.set_mask_visible(not self.binding.mask_visible)

    def toggle_outline(self) -> None:
        """Show the mask filled or as an outline."""
        self.binding.set_outline(not self.binding.outline)

    def toggle_changes(self) -> None:
        """Show what was changed against the proposal, or no longer."""
        if self.session.study is not None and self.session.compared_with is None:
            self.session.notice.emit(Notice(tr("There is no proposal to compare with."), tr("Press Propose.")))
        else:
            self.binding.set_changes_shown(not self.binding.changes.shown)

    def toggle_unsure(self) -> None:
        """Show where the model was unsure of its proposal, or no longer."""
        if self.session.study is not None and not self.binding.unsure.known:
            self.session.notice.emit(
                Notice(tr("There is no proposal that says where it is unsure."), tr("Press Propose."))
            )
        else:
            self.binding.set_unsure_shown(not self.binding.unsure.shown)

    def set_hidden(self, hidden: bool) -> None:
        """Hide the mask for a moment."""
        self.binding.set_hidden(hidden)

    def shift_opacity(self, by: float) -> None:
        """Make the mask fainter or stronger."""
        self.binding.set_opacity(self.binding.opacity + by)

    def toggle_ball(self) -> None:
        """Paint in the slice only, or on its neighbours too."""
        self.binding.set_brush_3d(not self.binding.brush_3d)

    def find_next(self) -> None:
        """Go to the next piece of the mask."""

        def nothing() -> None:
            self.session.notice.emit(Notice(tr("Nothing is drawn yet."), tr("Propose a mask, or paint one.")))

        self.binding.find_next(nothing)

    def undo(self) -> None:
        """Take the last edit back."""
        self.session.undo()

    def redo(self) -> None:
        """Do the last undone edit again."""
        self.session.redo()

    def accept(self) -> None:
        """Ask whoever holds the reader's answers to accept."""
        self.accept_wanted.emit()

    def next_study(self) -> None:
        """Go to the next study that is not accepted."""
        self.session.open_next()
