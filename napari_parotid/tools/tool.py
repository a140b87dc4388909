"""What a tool is: a name, a picture, a key, and what it does with the workbench."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from napari_parotid.tr import tr

if TYPE_CHECKING:
    from collections.abc import Callable

    from napari_parotid.edits import Edit
    from parotid_training.labels import Structure


class Bench(Protocol):
    """What tools may touch."""

    def set_mode(self, mode: str) -> None:
        """Choose what the mouse does: ``pan_zoom``, ``paint``, ``lasso``, ..."""
        ...

    def set_structure(self, structure: Structure) -> None:
        """Choose what is painted."""
        ...

    def toggle_lock(self, structure: Structure) -> None:
        """Keep a structure as it is, or no longer."""
        ...

    def toggle_range(self) -> None:
        """Draw on a range of signals only, or on all."""
        ...

    def change(self, edit: Edit) -> None:
        """Change the whole mask."""
        ...

    def copy_slice(self, edit: Edit, slices: int) -> None:
        """Copy the slice in view so many slices on, and go there."""
        ...

    def scale_radius(self, factor: float) -> None:
        """Make the brush larger or smaller."""
        ...

    def toggle_mask(self) -> None:
        """Show or hide the mask."""
        ...

    def toggle_outline(self) -> None:
        """Show the mask filled or as an outline."""
        ...

    def toggle_changes(self) -> None:
        """Show what was changed against the proposal, or no longer."""
        ...

    def toggle_unsure(self) -> None:
        """Show where the model was unsure of its proposal, or no longer."""
        ...

    def set_hidden(self, hidden: bool) -> None:
        """Hide the mask for a moment."""
        ...

    def shift_opacity(self, by: float) -> None:
        """Make the mask fainter or stronger."""
        ...

    def toggle_ball(self) -> None:
        """Paint in the slice only, or on its neighbours too."""
        ...

    def find_next(self) -> None:
        """Go to the next piece of the mask."""
        ...

    def undo(self) -> None:
        """Take the last edit back."""
        ...

    def redo(self) -> None:
        """Do the last undone edit again."""
        ...

    def accept(self) -> None:
        """Stand for the mask."""
        ...

    def next_study(self) -> None:
        """Go to the next study that is not accepted."""
        ...


@dataclass(frozen=True)
class Tool:
    """One thing a reader can do to the mask, by button or by key.

    Parameters
    ----------
    name
        Its id.
    title
        What the button says; a text for `tr`, as `tip`.
    icon
        A qtawesome name.
    key
        In napari's notation.
    tip
        One sentence.
    act
        What it does.
    group
        Where its button stands, and how it behaves: ``mouse`` and ``structure`` (one of them is down), ``lock``,
        ``brush``, ``range`` and ``show`` (each is up or down), ``edit``, ``go``, ``whole`` and ``margin`` (pressed); ""
        for none.
    release
        What it does when its key is let go, for what lasts as long as the key is held.
    """

    name: str
    title: str
    icon: str
    key: str
    tip: str
    act: Callable[[Bench], None]
    group: str = ""
    release: Callable[[Bench], None] | None = None

    @property
    def keys(self) -> str:
        """The key in Qt's notation."""
        return self.key if len(self.key) == 1 else self.key.replace("Control", "Ctrl").replace("-", "+")

    @property
    def hint(self) -> str:
        """The tip with its key, in the reader's language."""
        return tr("{tip} ({keys})", tip=tr(self.tip), keys=self.keys)
