"""What a folder holds: the series that were found and what was left out, each for its own reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pathlib import Path

    from parotid_training.study import Role
    from parotid_training.volume import Grid

MIN_SLICES = 3
"""A volume with fewer slices is listed but cannot be a study's sequence."""


@dataclass(frozen=True, eq=False)
class SeriesInfo:
    """One series of a folder, known from its headers; no voxel is kept.

    Parameters
    ----------
    name
        Series description or file stem, for the screen only (may hold identity: never logged or stored).
    role
        What it seems to show.
    grid
        Where its voxels lie. None only for a single image whose header gives no thickness; never for a usable one.
    files
        The files it is read from.
    kind
        How the files are read.
    modality
        DICOM modality; ``"MR"`` is assumed for NIfTI.
    patient_id, study_uid
        As found, in memory only; None for NIfTI.
    number
        DICOM series number; 0 where there is none or the name says it already.
    auxiliary
        Known to be no picture of the anatomy (a localizer, a phase or field map): not taken into a study unasked.
    usable
        Whether it can be a sequence of a study.
    why_not, remedy
        Where it is not usable: the reason and what to do, one sentence each.
    frames
        DICOM only: (index into `files`, frame in that file), in the order of the grid's last axis.
    scaling
        DICOM only: (slope, intercept) of each of `frames`, from stored values to the scanner's units.
    """

    name: str = field(repr=False)
    role: Role
    grid: Grid | None
    files: tuple[Path, ...] = field(repr=False)
    kind: Literal["dicom", "nifti"]
    modality: str = "MR"
    patient_id: str | None = field(default=None, repr=False)
    study_uid: str | None = field(default=None, repr=False)
    number: int = 0
    auxiliary: bool = False
    usable: bool = True
    why_not: str = ""
    remedy: str = ""
    frames: tuple[tuple[int, int], ...] = field(default=(), repr=False)
    scaling: tuple[tuple[float, float], ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class LeftOut:
    """Something in the folder that cannot be opened.

    Parameters
    ----------
    what
        Which series, file or folder, for the screen only.
    sentence, remedy
        Why, and what the reader can do about it.
    where
        For a series: one of its files.
    damaged
        One file that is empty or cannot be read, of a series that is not known: it may be a slice of one beside it.
    """

    what: str = field(repr=False)
    sentence: str
    remedy: str
    where: Path | None = field(default=None, repr=False)
    damaged: bool = False


@dataclass(frozen=True, eq=False)
class Finding:
    """All that was found below a path.

    Parameters
    ----------
    series
        In the order of patient, series number and name; some may be listed but not usable.
    left_out
        What could not be opened.
    ignored
        Number of files that are neither DICOM nor NIfTI images (texts, pictures, directories of media).
    """

    series: tuple[SeriesInfo, ...]
    left_out: tuple[LeftOut, ...] = ()
    ignored: int = 0

    @property
    def usable(self) -> tuple[int, ...]:
        """Indices of the series that can be a study's sequences."""
        return tuple(n for n, info in enumerate(self.series) if info.usable)
