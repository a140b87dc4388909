"""Aligning a sequence to the reference, by itself or by hand, shown before it is used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from napari_parotid.tr import tr
from parotid_training.volume import Grid, Volume

if TYPE_CHECKING:
    from parotid_training.progress import Cancelled, Report
    from parotid_training.study import Study


@dataclass(frozen=True, eq=False)
class Preview:
    """A rigid alignment that a person keeps or discards.

    Parameters
    ----------
    index
        The sequence.
    moved
        The same voxels on the moved grid.
    shift_mm, turn_deg
        How far it was moved.
    """

    index: int
    moved: Volume
    shift_mm: float
    turn_deg: float

    @property
    def stays(self) -> bool:
        """Whether it lies where it lay before."""
        return self.shift_mm < 1e-3 and self.turn_deg < 1e-3

    def sentence(self, name: str) -> str:
        """Return what was found, for the reader, who knows the sequence by its name."""
        if self.stays:
            return tr("{name}: move it with the letters, then keep or discard it.", name=name)
        return tr(
            "{name}: moved by {shift_mm:.1f} mm and turned by {turn_deg:.1f}°. Look at it, then keep or discard it.",
            name=name,
            shift_mm=self.shift_mm,
            turn_deg=self.turn_deg,
        )


def align(study: Study, index: int, report: Report, cancelled: Cancelled) -> Preview:
    """Align one sequence to the reference, rigidly."""
    from parotid_training.io.register import register_rigid

    moving, fixed = study.sequences[index].volume, study.sequences[study.reference].volume
    moved: Volume = register_rigid(moving, fixed, report, cancelled).apply_to(moving)
    return measure(index, moving, moved)


def nudge(study: Study, index: int, now: Volume, shift_mm: tuple[float, float, float]) -> Preview:
    """Move one sequence on from where it is shown now, by patient mm (LPS)."""
    affine = now.grid.affine.copy()
    affine[:3, 3] += shift_mm
    frame = study.sequences[study.reference].volume.grid.frame_of_reference
    return measure(index, study.sequences[index].volume, Volume(Grid(now.grid.shape, affine, frame), now.array))


def measure(index: int, before: Volume, moved: Volume) -> Preview:
    """Say how far a volume was moved: at its centre, and about its axes."""
    centre = (np.asarray(before.grid.shape) - 1) / 2
    shift = float(np.linalg.norm(moved.grid.to_patient(centre) - before.grid.to_patient(centre)))
    turn = moved.grid.cosines @ np.linalg.inv(before.grid.cosines)
    angle = float(np.degrees(np.arccos(np.clip((np.trace(turn) - 1) / 2, -1.0, 1.0))))
    return Preview(index, moved, shift, angle)
