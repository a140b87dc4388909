"""The mask being corrected and the one history of its edits."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from parotid_training.volume import LabelMap
from parotid_training.workspace.journal import Operation

if TYPE_CHECKING:
    from napari_parotid.doors import JournalDoor
    from parotid_training.volume import Grid

Region = tuple[slice, slice, slice]
FROM_FILE = "open mask"  # no words
FROM_MODEL = "propose"
BEGINNINGS = (FROM_FILE, FROM_MODEL)
"""Kinds of edits that put a file's mask, or the model's, in the place of the one in hand."""
IN_PART = "in part"  # no words
"""The kind of such an edit of which a lock let only some through."""


def region_of(index: np.ndarray, shape: tuple[int, int, int]) -> Region:
    """Return the smallest box (native axes) that holds all these flat indices."""
    axes = np.unravel_index(index, shape)
    a, b, c = (slice(int(axis.min()), int(axis.max()) + 1) for axis in axes)
    return a, b, c


def difference(kind: str, before: np.ndarray, after: np.ndarray) -> Operation | None:
    """Return the edit that turns one mask into another of the same shape; None if they are equal."""
    flat_before, flat_after = before.reshape(-1), after.reshape(-1)
    index = np.flatnonzero(flat_before != flat_after).astype(np.int64)
    if not index.size:
        return None
    return Operation(kind, index, flat_before[index].copy(), flat_after[index].copy(), time.time())


class History:
    """A mask on its native grid together with its journal.

    Parameters
    ----------
    grid
        The reference's native grid.
    labels
        uint8, C-contiguous, shape of the grid; changed in place by painting and by this class.
    journal
        Where edits are noted.
    started
        Whether the journal already has this mask's beginning.
    """

    def __init__(self, grid: Grid, labels: np.ndarray, journal: JournalDoor, *, started: bool) -> None:
        if not labels.flags.c_contiguous:
            raise ValueError("flat indices need a C-contiguous mask")
        self.grid = grid
        self.labels = labels
        self._journal = journal
        self._started = started
        self._begun: list[str] | None = None

    def begin(self) -> None:
        """Start the journal anew from the mask as it is."""
        self._journal.start(LabelMap(self.grid, self.labels))
        self._started = True
        self._begun = []

    def go_on(self) -> None:
        """Have a beginning in the journal: with all edits that led to the mask, or else the mask as it is."""
        if not self._started:
            self.begin()

    def record(self, operation: Operation) -> Region:
        """Note an edit that already happened in the mask."""
        if not self._started:
            # The first stroke of a mask drawn from nothing: its beginning is the mask without it.
            base = self.labels.copy()
            base.reshape(-1)[operation.index] = operation.before
            self._journal.start(LabelMap(self.grid, base))
            self._started = True
        self._note_beginning(operation)
        self._journal.append(operation)
        return region_of(operation.index, self.grid.shape)

    def apply(self, operation: Operation) -> Region:
        """Do an edit and note it."""
        if not self._started:
            self.begin()
        self._write(operation)
        return self.record(operation)

    def is_before(self, operation: Operation) -> bool:
        """Whether the mask is as the edit found it."""
        return bool(np.array_equal(self.labels.reshape(-1)[operation.index], operation.before))

    def put_back(self, operation: Operation, where: np.ndarray) -> None:
        """Make a part (boolean [n]) of an edit's voxels what they were before it; nothing is noted."""
        self.labels.reshape(-1)[operation.index[where]] = operation.before[where]

    def undo(self) -> Region | None:
        """Take the last edit back; the region that changed, None if there is nothing to take back."""
        operation = self._journal.undo() if self._started else None
        if self._begun and operation is not None and operation.kind in BEGINNINGS:
            self._begun.pop()
        return self._replay(operation)

    def redo(self) -> Region | None:
        """Do the last undone edit again."""
        operation = self._journal.redo() if self._started else None
        if operation is not None:
            self._note_beginning(operation)
        return self._replay(operation)

    @property
    def from_file(self) -> bool:
        """Whether a file's mask was corrected, not the model's."""
        return self._beginnings()[-1:] == [FROM_FILE]

    @property
    def proposed(self) -> int:
        """How often the model's mask was put in the place of the one in hand, as one edit, and not taken back."""
        return self._beginnings().count(FROM_MODEL)

    @property
    def can_undo(self) -> bool:
        """Whether an edit can be taken back."""
        return self._started and self._journal.can_undo

    @property
    def can_redo(self) -> bool:
        """Whether an undone edit can be done again."""
        return self._started and self._journal.can_redo

    @property
    def problem(self) -> str:
        """Why the latest edits are not on the disk; empty while all is well."""
        return self._journal.problem

    def close(self) -> None:
        """Put everything on the disk and let go of the files."""
        self._journal.close()

    def flush(self) -> None:
        """Put everything on the disk."""
        self._journal.flush()

    def _note_beginning(self, operation: Operation) -> None:
        # Before anybody asked, the journal alone knows.
        if self._begun is not None and operation.kind in BEGINNINGS:
            self._begun.append(operation.kind)

    def _beginnings(self) -> list[str]:
        """Kinds of the edits that put another mask in the place of the one in hand, oldest first."""
        if self._begun is None:
            kinds = self._journal.kinds() if self._started else ()
            self._begun = [kind for kind in kinds if kind in BEGINNINGS]
        return self._begun

    def _replay(self, operation: Operation | None) -> Region | None:
        if operation is None:
            return None
        self._write(operation)
        return region_of(operation.index, self.grid.shape)

    def _write(self, operation: Operation) -> None:
        self.labels.reshape(-1)[operation.index] = operation.after
